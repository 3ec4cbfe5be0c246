"""Changed files for what a curator has edited: offered as an import that the curators may apply, never applied by itself."""

from __future__ import annotations

from typing import Any

import yaml

from postings.enums import ImportKind
from postings.models import LibraryImport
from postings.services.library_facts import PARTS, WORDS, words_of
from postings.services.library_files import Library, Tree, kits_of
from postings.services.library_import import propose
from postings.services.library_uploads import read_files

# Where the facts of each kind stand: the file, and the list inside it for careers.
HOMES: dict[str, tuple[str, ...]] = {
    "screening": ("screening",),
    "plan": ("plans",),
    "pay": ("pay",),
    "step": ("career", "steps"),
    "move": ("career", "moves"),
    "certificate": ("career", "certificates"),
    "clause": ("instruction",),
}


def offer(library: Library, names: list[str]) -> LibraryImport | None:
    """Store a dry run of ``names`` (``kind/key``, as the loader calls them); none when it would change nothing."""
    item = propose(read_files(files_of(library, names)), file_name="", by=None, kind=ImportKind.SHIPPED)
    if item.changes or item.problems:
        return item
    item.delete()
    return None


def files_of(library: Library, names: list[str]) -> dict[str, str]:
    """The part of the library's files that holds ``names``, in the layout of ``postings/content``."""
    trees: dict[str, Any] = {}
    for name in _with_plans(library, names):
        kind, key = name.split("/", 1)
        if kind in HOMES:
            file, *inside = HOMES[kind]
            home = trees.setdefault(f"{file}.yaml", {} if inside else [])
            (home.setdefault(inside[0], []) if inside else home).append(_facts(library, kind, key))
        for language, words in words_of(library, name).items():
            file, *inside = WORDS[kind]
            tree = trees.setdefault(f"{language}/{file}.yaml", {})
            (tree.setdefault(inside[0], {}) if inside else tree)[key] = words
    return {path: yaml.safe_dump(tree, allow_unicode=True, sort_keys=False) for path, tree in trees.items()}


def _with_plans(library: Library, names: list[str]) -> list[str]:
    """A kit is written inside the plans that use it, and those come along."""
    kits = {name.split("/", 1)[1] for name in names if name.startswith("kit/")}
    used_in = [
        f"plan/{key}" for key, plan in library.plans.items() if any((stage.get("kit") or {}).get("key") in kits for stage in plan["stages"])
    ]
    beside = [f"kit/{kit}" for kit in kits_of(library) if kit in kits]
    return list(dict.fromkeys([*(name for name in names if not name.startswith("kit/")), *used_in, *beside]))


def _facts(library: Library, kind: str, key: str) -> Tree:
    rows = {"screening": library.screening, "plan": library.plans}.get(kind)
    return (rows if rows is not None else PARTS[kind].rows(library))[key]
