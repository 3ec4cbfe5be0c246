"""The published library as files: the same layout as ``postings/content``, so that it can be read, kept and imported."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import yaml
from django.conf import settings

from postings.enums import Tier
from postings.services.library_files import TEXT_FILES, Library, Tree
from postings.services.library_state import State, current, to_library

# Written in C where the wheel brings it, ten times as fast.
FastDumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
WIDTH = 118
# Fixed, so that the same library is the same file.
STAMP = (1980, 1, 1, 0, 0, 0)
LIMITED = {"roles": ("templates", "titles"), "banks": ("banks", "questions")}


class Dumper(FastDumper):  # type: ignore[misc]  # its base is known only where it runs
    """A kit that several plans use is written out in each: files hold no references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def library_zip() -> bytes:
    """The whole published library as a ZIP of YAML files. In memory: it is a few hundred kilobytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files(published()).items():
            archive.writestr(zipfile.ZipInfo(path, STAMP), text.encode(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def published() -> State:
    """What is published. A role or bank that never was, is left out with its words."""
    state = current()
    english = state.words.get(settings.LANGUAGE_CODE, {})
    hidden = {"roles": set(state.part("roles")) - set(english.get("templates", {}))}
    hidden["banks"] = {key for key, bank in state.part("banks").items() if not bank["questions"]}
    for part, keys in hidden.items():
        for key in keys:
            del state.facts[part][key]
        for parts in state.words.values():
            for name in LIMITED[part]:
                for key in keys & set(parts.get(name, {})):
                    del parts[name][key]
    return state


def files(state: State) -> dict[str, str]:
    """Path → YAML. Roles and banks have a file each per tier and bank, in their order; the rest one file per part."""
    library = to_library(state)
    groups = {"roles": _role_files(library), "questions": {f"{place}-{key}": [key] for place, key in enumerate(library.banks, 1)}}
    found: dict[str, str] = {}
    for name, keys in groups["roles"].items():
        found[f"roles/{name}.yaml"] = _yaml([_role(library.roles[key]) for key in keys])
    for name, keys in groups["questions"].items():
        found[f"questions/{name}.yaml"] = _yaml([library.banks[key] for key in keys])
    found["screening.yaml"] = _yaml(list(library.screening.values()))
    found["plans.yaml"] = _yaml(list(library.plans.values()))
    if library.kits:
        found["kits.yaml"] = _yaml(list(library.kits.values()))
    found["pay.yaml"] = _yaml([_pay(figure) for figure in library.pay.values()])
    career = {"steps": library.steps, "moves": library.moves, "certificates": library.certificates}
    found["career.yaml"] = _yaml({name: [_lean(row) for row in rows.values()] for name, rows in career.items()})
    found["instruction.yaml"] = _yaml(list(library.clauses.values()))
    for language in library.texts:
        found |= _texts(library, language, groups)
    return found


def _texts(library: Library, language: str, groups: dict[str, dict[str, list[str]]]) -> dict[str, str]:
    there = library.texts[language]
    found: dict[str, str] = {}
    for name in TEXT_FILES:
        words = there.get(name) or {}
        if name in {"templates", "titles"}:
            for group, keys in groups["roles"].items():
                _put(found, f"{language}/{name}/{group}.yaml", {key: words[key] for key in keys if key in words})
        elif name == "questions":
            for group, banks in groups["questions"].items():
                keys = [question["key"] for bank in banks for question in library.banks[bank]["questions"]]
                part = {
                    "banks": {key: words["banks"][key] for key in banks if key in words.get("banks", {})},
                    "questions": {key: _said(words["questions"][key]) for key in keys if key in words.get("questions", {})},
                }
                _put(found, f"{language}/questions/{group}.yaml", {key: rows for key, rows in part.items() if rows})
        else:
            _put(found, f"{language}/{name}.yaml", {key: _said(row) for key, row in words.items()})
    return found


def _said(words: Any) -> Any:
    """Without what is not said: a question that is not public has no tip."""
    return {name: value for name, value in words.items() if value not in ("", None, {})} if isinstance(words, dict) else words


def _put(found: dict[str, str], path: str, words: Tree) -> None:
    if words:
        found[path] = _yaml(words)


def _role_files(library: Library) -> dict[str, list[str]]:
    """Roles by tier as long as they stand in the order of the tiers; what follows is one file of specialists."""
    groups: dict[str, list[str]] = {}
    tiers, last = list(Tier.values), 0
    for key, role in library.roles.items():
        place = tiers.index(role["tier"]) + 1 if role["tier"] in tiers else 9
        last = place if last <= place <= len(tiers) else 9
        name = f"{last}-{role['tier'].replace('_', '-')}" if last <= len(tiers) else f"{len(tiers) + 1}-specialist"
        groups.setdefault(name, []).append(key)
    return groups


def _role(role: Tree) -> Tree:
    return {name: value for name, value in role.items() if value is not None}


def _pay(figure: Tree) -> Tree:
    """Without what is empty; amounts as numbers, and ``is_active`` only where a figure is hidden."""
    lean = _lean(figure)
    if lean.pop("is_active", True) is False or figure.get("is_active") is False:
        lean["is_active"] = False
    amount = float(figure["amount"])
    return {**lean, "amount": int(amount) if amount.is_integer() else amount}


def _lean(row: Tree) -> Tree:
    return {name: value for name, value in row.items() if value not in (None, "", [], False)}


def _yaml(tree: Any) -> str:
    text: str = yaml.dump(
        tree, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=None if _is_flat(tree) else False
    )
    return text


def _is_flat(tree: Any) -> bool:
    """Short facts read best one to a line."""
    return isinstance(tree, list) and bool(tree) and all("section" in row for row in tree)
