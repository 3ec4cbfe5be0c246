"""The shipped library: YAML files read, checked against each other, and joined per key.

``read()`` never touches the database. Anything wrong in a file is a ``LibraryError`` that names file, key
and reason, so that a curator or translator can mend it. A key that a language lacks is no error: it falls
back to English and is listed in ``Library.missing`` (``make library-report`` prints it).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

# The same loader in C reads the files ten times as fast; PyYAML's wheels bring it.
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CONTENT = Path(__file__).resolve().parent.parent / "content"
SOURCE = settings.LANGUAGE_CODE
Tree = dict[str, Any]

# Facts: lists of entries with a key. A name is one file, or a folder whose files are read in order.
FACT_FILES = ("roles", "questions", "screening", "plans", "kits", "pay", "career", "instruction")
TEXT_FILES = ("templates", "titles", "questions", "screening", "plans", "kits", "career", "instruction")
# Rules that lie beside the library and are read by those who apply them: the coach and the check of questions.
RULE_FILES = frozenset({"coach.yaml", "forbidden.yaml"})


class LibraryError(Exception):
    """All that is wrong with the files; ``problems`` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(slots=True)
class Library:
    """Facts by key, and texts as ``texts[language][file][key]``. ``steps``, ``moves`` and ``certificates`` are the
    three parts of ``career.yaml``; ``missing`` has ``language/file: key`` for what a language lacks."""

    roles: dict[str, Tree]
    banks: dict[str, Tree]
    screening: dict[str, Tree]
    plans: dict[str, Tree]
    # Interview kits that no plan uses; the others stand in their plans.
    kits: dict[str, Tree] = field(default_factory=dict)
    pay: dict[str, Tree] = field(default_factory=dict)
    steps: dict[str, Tree] = field(default_factory=dict)
    moves: dict[str, Tree] = field(default_factory=dict)
    certificates: dict[str, Tree] = field(default_factory=dict)
    clauses: dict[str, Tree] = field(default_factory=dict)
    texts: dict[str, dict[str, Tree]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def languages(self) -> list[str]:
        return list(self.texts)

    def words(self, name: str, key: str, *inside: str) -> dict[str, Any]:
        """What each language says under ``key`` of a text file, for the languages that say something."""
        found = {}
        for language, files in self.texts.items():
            part: Any = files[name]
            for step in inside:
                part = part.get(step) or {}
            if part.get(key):
                found[language] = part[key]
        return found


def digest(value: Any) -> str:
    """A hash of content, the same for the same content in any key order."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def parse(text: str, name: str) -> Any:
    """One YAML document. Raises ``LibraryError`` with the file's name, the line and the reason."""
    try:
        return yaml.load(text, Loader=SafeLoader)  # noqa: S506 - both choices are safe loaders
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}, line {mark.line + 1}" if mark else name
        raise LibraryError([f"{where}: {getattr(error, 'problem', None) or error}"]) from error
    except (ValueError, AttributeError, RecursionError) as error:
        # What YAML takes for a date or a number and Python does not (2024-13-45), or more levels than anybody writes.
        raise LibraryError([f"{name}: a value cannot be read ({error})"]) from error


def _load(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError([f"{path.name}: cannot be read ({error})"]) from error
    return parse(text, f"{path.parent.name}/{path.name}" if path.parent.name in {*FACT_FILES, *TEXT_FILES} else path.name)


def sources(folder: Path) -> dict[str, str]:
    """Every file of the library under ``folder``, as ``{"en/titles/1-agent.yaml": text}``, in a fixed order."""
    found = {}
    for path in sorted(folder.rglob("*.yaml")):
        if path.name in RULE_FILES:
            continue
        try:
            found[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LibraryError([f"{path.name}: cannot be read ({error})"]) from error
    return found


def read(folder: Path = CONTENT) -> Library:
    """Read and check the whole library that ships. Raises ``LibraryError``."""
    return from_sources(sources(folder))


def from_sources(files: dict[str, str]) -> Library:
    """The library of these files (path → text), checked. Raises ``LibraryError`` with every problem found."""
    trees = _trees(files)
    facts = {name: _by_key(trees, name) for name in FACT_FILES if name != "career"}
    career = _merged(trees, "career")
    library = Library(
        roles=facts["roles"],
        banks=facts["questions"],
        screening=facts["screening"],
        plans=facts["plans"],
        kits=facts["kits"],
        pay=facts["pay"],
        clauses=facts["instruction"],
        steps=_keyed(career.get("steps") or [], "career.yaml steps"),
        moves=_keyed(career.get("moves") or [], "career.yaml moves"),
        certificates=_keyed(career.get("certificates") or [], "career.yaml certificates"),
    )
    for language, _name in settings.LANGUAGES:
        if any(path.startswith(f"{language}/") for path in files):
            library.texts[language] = {name: _merged(trees, f"{language}/{name}") for name in TEXT_FILES}
    problems = _problems(library)
    if problems:
        raise LibraryError(problems)
    return library


def _trees(files: dict[str, str]) -> dict[str, list[tuple[str, Any]]]:
    """Parsed files by what they belong to: ``"en/titles"`` → its files in order."""
    trees: dict[str, list[tuple[str, Any]]] = {}
    problems = []
    for path, text in sorted(files.items()):
        parts = path.removesuffix(".yaml").split("/")
        is_text = parts[0] in dict(settings.LANGUAGES)
        name = parts[1] if is_text and len(parts) > 1 else parts[0]
        if name not in (TEXT_FILES if is_text else FACT_FILES) or len(parts) > (3 if is_text else 2):
            problems.append(f"{path}: no such file in a library")
            continue
        try:
            trees.setdefault(f"{parts[0]}/{name}" if is_text else name, []).append((path, parse(text, path)))
        except LibraryError as error:
            problems += error.problems
    if problems:
        raise LibraryError(problems)
    return trees


def _by_key(trees: dict[str, list[tuple[str, Any]]], name: str) -> dict[str, Tree]:
    rows: list[Tree] = []
    for path, tree in trees.get(name, []):
        if not isinstance(tree, list):
            raise LibraryError([f"{path}: must be a list of entries with a key"])
        rows += tree
    return _keyed(rows, f"{name}.yaml")


def _keyed(rows: Any, where: str) -> dict[str, Tree]:
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("key"), str) for row in rows):
        raise LibraryError([f"{where}: must be a list of entries with a key"])
    keys = [row["key"] for row in rows]
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise LibraryError([f"{where}: {key} stands twice" for key in doubled])
    return {row["key"]: row for row in rows}


def _merged(trees: dict[str, list[tuple[str, Any]]], name: str) -> Tree:
    """The files of one folder as one mapping. Mappings two levels deep (``banks``, ``questions``) are joined."""
    whole: Tree = {}
    for path, tree in trees.get(name, []):
        if not isinstance(tree, dict):
            raise LibraryError([f"{path}: must be a mapping of keys"])
        for key, value in tree.items():
            if key in whole and isinstance(value, dict) and isinstance(whole[key], dict) and not set(value) & set(whole[key]):
                whole[key] = {**whole[key], **value}
            elif key in whole:
                raise LibraryError([f"{path}: {key} stands twice"])
            else:
                whole[key] = value
    return whole


def kits_of(library: Library) -> dict[str, Tree]:
    """Every kit, once: those named in plans, and those of no plan."""
    planned = [stage["kit"] for plan in library.plans.values() for stage in plan["stages"] if stage.get("kit")]
    return library.kits | {kit["key"]: kit for kit in planned}


def wanted_keys(library: Library) -> dict[str, tuple[set[str], Callable[[dict[str, Tree]], Tree]]]:
    """Per kind of text: the keys that facts name, and where a language keeps them."""
    questions = {question["key"] for bank in library.banks.values() for question in bank["questions"]}
    return {
        "templates": (set(library.roles), lambda files: files["templates"]),
        "titles": (set(library.roles), lambda files: files["titles"]),
        "screening": (set(library.screening), lambda files: files["screening"]),
        "plans": (set(library.plans), lambda files: files["plans"]),
        "kits": (set(kits_of(library)), lambda files: files["kits"]),
        "questions": (questions, lambda files: files["questions"].get("questions") or {}),
        "banks": (set(library.banks), lambda files: files["questions"].get("banks") or {}),
        "steps": (set(library.steps), lambda files: files["career"].get("steps") or {}),
        "moves": (set(library.moves), lambda files: files["career"].get("moves") or {}),
        "certificates": (set(library.certificates), lambda files: files["career"].get("certificates") or {}),
        "clauses": (set(library.clauses), lambda files: files["instruction"]),
    }


def _problems(library: Library) -> list[str]:
    from postings.services import library_layout, library_schema

    found = library_layout.fact_problems(library)
    if found:
        # What follows looks into the entries.
        return found
    found = library_schema.fact_problems(library)
    for language, files in library.texts.items():
        for name, (keys, where) in wanted_keys(library).items():
            there = where(files)
            if not isinstance(there, dict):
                found.append(f"{language}/{name}: must be a mapping of keys")
                continue
            found += [f"{language}/{name}: {key} is unknown" for key in sorted(set(map(str, there)) - keys)]
            lacking = [f"{language}/{name}: {key}" for key in sorted(keys - set(there))]
            if language == SOURCE:
                found += [f"{gap} is missing" for gap in lacking]
            else:
                library.missing += lacking
            found += library_layout.word_problems(f"{language}/{name}", name, there)
    if not found:
        found = library_schema.text_problems(library)
    return found
