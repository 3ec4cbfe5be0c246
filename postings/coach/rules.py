"""The coach's rules as data: read, checked, compiled once.

``for_language("nb")`` gives the rules of a language, or None when there is no file for it yet. A file with a mistake is
a ``CoachError`` whose every line names file, entry and reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from postings.coach.kinds import LISTED_KINDS, WORD_FIELDS, Kind, Severity
from postings.coach.patterns import Pattern, PatternError, compile_pattern, fold

CONTENT = Path(__file__).resolve().parent.parent / "content"
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FILE_KEYS = ("language", "endings", "sentences", "duties", "abbreviations", "words")
RULE_KEYS = ("key", "kind", "severity", "match", "except", "only", "replace", "instead")
DEFAULT_SEVERITY = {
    Kind.GENDERED: Severity.HIGH,
    Kind.AGE: Severity.HIGH,
    Kind.ORIGIN: Severity.HIGH,
    Kind.DISCRIMINATING: Severity.HIGH,
    Kind.PAY_HISTORY: Severity.HIGH,
    Kind.BIAS: Severity.MEDIUM,
    Kind.PROMISE: Severity.MEDIUM,
    Kind.SHOUTING: Severity.MEDIUM,
    Kind.DUTY_VERB: Severity.MEDIUM,
    Kind.VAGUE: Severity.LOW,
    Kind.JARGON: Severity.LOW,
    Kind.ABBREVIATION: Severity.LOW,
}


class CoachError(Exception):
    """All that is wrong with the files; ``problems`` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class WordRule:
    """``replacements`` maps the folded words to what they become; ``any_replacement`` is for all of them ("" cuts them out)."""

    key: str
    kind: Kind
    severity: Severity
    patterns: tuple[Pattern, ...]
    exceptions: tuple[Pattern, ...] = ()
    only: frozenset[str] = frozenset()
    replacements: Mapping[str, str] = field(default_factory=dict)
    any_replacement: str | None = None
    instead: str = ""

    def mend_of(self, words: str) -> str | None:
        """What the found ``words`` become with one click; None when a person must decide."""
        return self.replacements.get(fold(words), self.any_replacement)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one language."""

    language: str
    words: tuple[WordRule, ...]
    verbs: tuple[Pattern, ...]
    not_verbs: tuple[Pattern, ...]
    before_verbs: tuple[Pattern, ...]
    duty_mends: Mapping[str, str]
    known_abbreviations: frozenset[str]
    explained: Mapping[str, str]
    dotted: frozenset[str]


@cache
def for_language(language: str) -> Rules | None:
    """The rules of ``language``, read once per process. Raises ``CoachError``."""
    path = CONTENT / language / "coach.yaml"
    return read(path) if path.is_file() else None


def languages(folder: Path = CONTENT) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("*/coach.yaml"))


def read(path: Path) -> Rules:
    """Raises ``CoachError`` with everything that is wrong in the file."""
    where = f"{path.parent.name}/{path.name}"
    return _Reader(where, load_yaml(path, where)).rules(path.parent.name)


def load_yaml(path: Path, where: str) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - both choices are safe loaders
    except yaml.YAMLError as error:
        raise CoachError([f"{where}: is no YAML: {' '.join(str(error).split())}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CoachError([f"{where}: cannot be read ({error})"]) from error


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self, where: str, tree: Any) -> None:
        self.where = where
        self.problems: list[str] = []
        self.tree: dict[str, Any] = tree if isinstance(tree, dict) else {}
        if not isinstance(tree, dict):
            self.wrong("", "must be a mapping with " + ", ".join(FILE_KEYS))
        self.endings: dict[str, list[str]] = {}

    def wrong(self, entry: str, reason: str) -> None:
        self.problems.append(f"{self.where}: {entry}: {reason}" if entry else f"{self.where}: {reason}")

    def rules(self, language: str) -> Rules:
        self.unknown("", self.tree, FILE_KEYS)
        if self.tree.get("language") != language:
            self.wrong("language", f"must be {language}, the name of the folder")
        self.endings = {name: self.strings(f"endings: {name}", value) for name, value in self.mapping("endings").items()}
        duties, short, sentences = self.mapping("duties"), self.mapping("abbreviations"), self.mapping("sentences")
        self.unknown("duties", duties, ("verbs", "not_verbs", "before", "mend"))
        self.unknown("abbreviations", short, ("known", "explain"))
        self.unknown("sentences", sentences, ("dotted",))
        rules = Rules(
            language=language,
            words=tuple(self.words()),
            verbs=self.patterns("duties: verbs", duties.get("verbs", [])),
            not_verbs=self.patterns("duties: not_verbs", duties.get("not_verbs", [])),
            before_verbs=self.patterns("duties: before", duties.get("before", [])),
            duty_mends={fold(old): new for old, new in self.pairs("duties: mend", duties.get("mend", {})).items()},
            known_abbreviations=frozenset(self.strings("abbreviations: known", short.get("known", []))),
            explained=self.pairs("abbreviations: explain", short.get("explain", {})),
            dotted=frozenset(fold(item) for item in self.strings("sentences: dotted", sentences.get("dotted", []))),
        )
        if not (rules.verbs and rules.not_verbs):
            self.wrong("duties", "needs verbs and not_verbs, or nobody can tell how a duty should start")
        if self.problems:
            raise CoachError(self.problems)
        return rules

    def words(self) -> list[WordRule]:
        rows = self.tree.get("words")
        if not isinstance(rows, list) or not rows:
            self.wrong("words", "must be a list of rules")
            return []
        rules = [rule for place, row in enumerate(rows, 1) if (rule := self.rule(place, row))]
        seen: set[str] = set()
        for rule in rules:
            if rule.key in seen:
                self.wrong(f"words: {rule.key}", "stands twice")
            seen.add(rule.key)
        return rules

    def rule(self, place: int, row: Any) -> WordRule | None:
        if not isinstance(row, dict) or not isinstance(row.get("key"), str) or not row["key"].replace("-", "").isalnum():
            self.wrong(f"words: entry {place}", "needs a key of letters, digits and hyphens")
            return None
        entry = f"words: {row['key']}"
        self.unknown(entry, row, RULE_KEYS)
        kind = self.one_of(entry, "kind", row.get("kind"), [str(kind) for kind in LISTED_KINDS])
        severity = self.one_of(entry, "severity", row["severity"], list(Severity)) if "severity" in row else ""
        only = self.strings(f"{entry}: only", row.get("only", []))
        for name in only:
            self.one_of(entry, "only", name, list(WORD_FIELDS))
        patterns = self.patterns(f"{entry}: match", row.get("match", []))
        if not patterns and "match" not in row:
            self.wrong(entry, "match is missing")
        replacements, general = self.replacement(entry, row)
        instead = row.get("instead", "")
        if not isinstance(instead, str):
            self.wrong(entry, "instead must be one text")
        if not kind:
            return None
        return WordRule(
            key=row["key"],
            kind=Kind(kind),
            severity=Severity(severity) if severity else DEFAULT_SEVERITY[Kind(kind)],
            patterns=patterns,
            exceptions=self.patterns(f"{entry}: except", row.get("except", [])),
            only=frozenset(only),
            replacements=replacements,
            any_replacement=general,
            instead=str(instead),
        )

    def replacement(self, entry: str, row: dict[str, Any]) -> tuple[dict[str, str], str | None]:
        if "replace" not in row:
            return {}, None
        value = row["replace"]
        if isinstance(value, str):
            return {}, value
        return {fold(old): new for old, new in self.pairs(f"{entry}: replace", value).items()}, None

    def patterns(self, entry: str, value: Any) -> tuple[Pattern, ...]:
        compiled = []
        for source in self.strings(entry, [value] if isinstance(value, str) else value):
            try:
                compiled.append(compile_pattern(source, self.endings))
            except PatternError as error:
                self.wrong(f"{entry}: {source!r}", str(error))
        return tuple(compiled)

    def strings(self, entry: str, value: Any) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(entry, "must be a list of texts (quote numbers, yes, no, on, off)")
            return []
        return value

    def pairs(self, entry: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(old, str) and isinstance(new, str) for old, new in value.items()):
            self.wrong(entry, "must be a mapping from text to text")
            return {}
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.tree.get(name, {})
        if not isinstance(value, dict):
            self.wrong(name, "must be a mapping")
            return {}
        return value

    def one_of(self, entry: str, name: str, value: Any, allowed: list[Any]) -> str:
        if value not in [str(item) for item in allowed]:
            self.wrong(entry, f"{name} {value!r} is unknown; one of {', '.join(str(item) for item in allowed)}")
            return ""
        return str(value)

    def unknown(self, entry: str, tree: dict[str, Any], allowed: tuple[str, ...]) -> None:
        for name in tree:
            if name not in allowed:
                self.wrong(entry, f"{name!r} is unknown; allowed are {', '.join(allowed)}")
