"""The shipped library: YAML files read, checked against each other, and joined per key.

``read()`` never touches the database. Anything wrong in a file is a ``LibraryError`` that names file, key
and reason, so that a curator or translator can mend it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

# The same loader in C reads the files ten times as fast; PyYAML's wheels bring it.
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CONTENT = Path(__file__).resolve().parent.parent / "content"
SCORES = {1, 2, 3, 4, 5}
Tree = dict[str, Any]


class LibraryError(Exception):
    """All that is wrong with the files; ``problems`` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(slots=True)
class Library:
    """Facts by key, and texts as ``texts[language][file][key]``."""

    roles: dict[str, Tree]
    banks: dict[str, Tree]
    screening: dict[str, Tree]
    plans: dict[str, Tree]
    texts: dict[str, dict[str, Tree]] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        return list(self.texts)


def digest(value: Any) -> str:
    """A hash of content, the same for the same content in any key order."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _load(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - both choices are safe loaders
    except yaml.YAMLError as error:
        raise LibraryError([f"{path.name}: {error}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError([f"{path.name}: cannot be read ({error})"]) from error


def _by_key(path: Path) -> dict[str, Tree]:
    rows = _load(path)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("key"), str) for row in rows):
        raise LibraryError([f"{path.name}: must be a list of entries with a key"])
    keys = [row["key"] for row in rows]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise LibraryError([f"{path.name}: {key} stands twice" for key in doubled])
    return {row["key"]: row for row in rows}


TEXT_FILES = ("templates", "titles", "questions", "screening", "plans", "kits")


def read(folder: Path = CONTENT) -> Library:
    """Read and check the whole library. Raises ``LibraryError``."""
    library = Library(
        roles=_by_key(folder / "roles.yaml"),
        banks=_by_key(folder / "questions.yaml"),
        screening=_by_key(folder / "screening.yaml"),
        plans=_by_key(folder / "plans.yaml"),
    )
    for language, _name in settings.LANGUAGES:
        if (folder / language).is_dir():
            library.texts[language] = {name: _load(folder / language / f"{name}.yaml") or {} for name in TEXT_FILES}
    problems = _problems(library)
    if problems:
        raise LibraryError(problems)
    return library


def kits_of(library: Library) -> dict[str, Tree]:
    """Every kit named in a plan, once."""
    return {stage["kit"]["key"]: stage["kit"] for plan in library.plans.values() for stage in plan["stages"] if stage.get("kit")}


def _problems(library: Library) -> list[str]:
    found = _broken_references(library)
    wanted = {
        "templates": set(library.roles),
        "titles": set(library.roles),
        "screening": set(library.screening),
        "plans": set(library.plans),
        "kits": set(kits_of(library)),
    }
    questions = {question["key"] for bank in library.banks.values() for question in bank["questions"]}
    for language, files in library.texts.items():
        for name, keys in wanted.items():
            found += _differences(f"{language}/{name}.yaml", keys, set(files[name]))
        found += _differences(f"{language}/questions.yaml", questions, set(files["questions"].get("questions", {})))
        found += _differences(f"{language}/questions.yaml banks", set(library.banks), set(files["questions"].get("banks", {})))
        if not found:
            found += _template_problems(language, files["templates"])
            found += _question_problems(language, files["questions"]["questions"])
    return found


def _broken_references(library: Library) -> list[str]:
    found = []
    for key, role in library.roles.items():
        found += [
            f"roles.yaml: {key} names the unknown screening question {name}" for name in role["screening"] if name not in library.screening
        ]
        if role["plan"] not in library.plans:
            found.append(f"roles.yaml: {key} names the unknown plan {role['plan']}")
        if role["bank"] not in library.banks:
            found.append(f"roles.yaml: {key} names the unknown bank {role['bank']}")
    in_bank = {key: {question["key"] for question in bank["questions"]} for key, bank in library.banks.items()}
    for key, kit in kits_of(library).items():
        known = in_bank.get(kit["bank"], set())
        found += [f"plans.yaml: kit {key} names the unknown question {name}" for name in kit["questions"] if name not in known]
    return found


def _differences(where: str, wanted: set[str], there: set[str]) -> list[str]:
    return [f"{where}: {key} is missing" for key in sorted(wanted - there)] + [
        f"{where}: {key} is unknown" for key in sorted(there - wanted)
    ]


def _template_problems(language: str, templates: Tree) -> list[str]:
    found = []
    for key, text in templates.items():
        where = f"{language}/templates.yaml: {key}"
        duties = text.get("duties") or []
        if not 5 <= len(duties) <= 7:
            found.append(f"{where} has {len(duties)} duties, not 5 to 7")
        if sum(duty.get("share") or 0 for duty in duties) != 100:
            found.append(f"{where}: the shares of the duties do not add up to 100")
        found += [
            f"{where}: {part} is empty"
            for part in ("title", "summary", "must_haves", "nice_to_haves", "measures", "reports_to", "preview", "call_to_action")
            if not text.get(part)
        ]
    return found


def _question_problems(language: str, questions: Tree) -> list[str]:
    found = []
    for key, text in questions.items():
        where = f"{language}/questions.yaml: {key}"
        found += [f"{where}: {part} is empty" for part in ("text", "probes", "strong", "weak") if not text.get(part)]
        if set(text.get("anchors") or {}) != SCORES:
            found.append(f"{where}: the anchors are not 1 to 5")
    return found
