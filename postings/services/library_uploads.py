"""Uploaded library files: one YAML file, a ZIP of them, or a table, read into a ``State`` within stated limits.

Nothing here trusts the file: its size, the number and names of what it packs, references that multiply, nesting and
types are bounded before anything is compared.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.enums import ImportKind
from postings.services.library_compare import problem
from postings.services.library_files import FACT_FILES, RULE_FILES, TEXT_FILES, Tree
from postings.services.library_schema import KEY
from postings.services.library_shapes import FACTS, WORDS, clean, problems_of
from postings.services.library_state import ONE_WORD, State
from postings.services.library_tables import MOST_ROWS, Reading, Unreadable, decoded, read_table
from postings.services.library_yaml import MOST_VALUES, Lines, read_tree, too_many_values

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 300
MOST_UNPACKED = 20 * 1024 * 1024
_CODES = "|".join(code for code, _name in settings.LANGUAGES)
_PARTS = "|".join(dict.fromkeys((*FACT_FILES, *TEXT_FILES)))
GUESS = re.compile(rf"(?:^|[^a-z])(?:(?P<language>{_CODES})[-_. ])?(?P<part>{_PARTS})(?:[^a-z]|$)")
# Parts of a state, by the file they stand in.
FACTS_OF = {name: name for name in ("roles", "screening", "plans", "kits", "pay")} | {"questions": "banks", "instruction": "clauses"}
CAREER = ("steps", "moves", "certificates")
WORDS_OF = {name: name for name in ("templates", "titles", "screening", "plans", "kits")} | {"instruction": "clauses"}


def read_upload(name: str, data: bytes, *, part: str = "", language: str = "") -> Reading:
    """What an uploaded file brings. ``part`` and ``language`` say what a single YAML file holds when its name
    does not. Raises ``Unreadable``."""
    if len(data) > MOST_BYTES:
        raise Unreadable(_("This file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
    if not data.strip():
        raise Unreadable(_("This file is empty."))
    suffix = PurePosixPath(name.replace("\\", "/").lower()).suffix
    if zipfile.is_zipfile(BytesIO(data)) and suffix not in {".yaml", ".yml", ".csv"}:
        return read_files(_unzipped(data))
    if suffix == ".csv":
        return read_table(data)
    if suffix in {".yaml", ".yml"}:
        return read_files({_path_of(name, part, language): decoded(data)})
    raise Unreadable(_("Choose a YAML file, a ZIP of YAML files or a CSV table. This file is none of them."))


def _path_of(name: str, part: str, language: str) -> str:
    """Where in the library's folders a single file belongs: as chosen, else by its name (``nb-titles.yaml``)."""
    if not part:
        match = GUESS.search(name.lower())
        if match is None:
            raise Unreadable(_("The name of the file does not say what it holds. Choose its part, and for texts the language."))
        part, language = match["part"], language or match["language"] or ""
    if part not in (TEXT_FILES if language else FACT_FILES):
        raise Unreadable(
            _("Texts of this part belong to a language: choose it.") if not language else _("This part has no texts: choose no language.")
        )
    return f"{language}/{part}.yaml" if language else f"{part}.yaml"


def _unzipped(data: bytes) -> dict[str, str]:
    files: dict[str, str] = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir() and _counts(member.filename)]
            if not members:
                raise Unreadable(_("There is no YAML file in this ZIP."))
            if len(members) > MOST_FILES:
                raise Unreadable(_("There are more than %(most)d files in this ZIP.") % {"most": MOST_FILES})
            room = MOST_UNPACKED
            for member in members:
                path = _safe_path(member.filename)
                if member.flag_bits & 0x1:
                    raise Unreadable(_("This ZIP is locked with a password."))
                if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise NotImplementedError  # the others may ask for any amount of memory
                with archive.open(member) as packed:
                    # What the ZIP says about its sizes is not believed.
                    content = packed.read(room + 1)
                room -= len(content)
                if room < 0:
                    raise Unreadable(_("Unpacked, this ZIP is larger than %(most)d MB.") % {"most": MOST_UNPACKED // 1024 // 1024})
                if path in files:
                    raise Unreadable(_("%(path)s is in this ZIP twice.") % {"path": path[:200]})
                try:
                    files[path] = decoded(content)
                except Unreadable as error:
                    raise Unreadable(f"{path[:200]}: {error.message}") from error
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        OSError,
        zlib.error,
    ) as error:
        raise Unreadable(_("This ZIP is damaged or of a kind that cannot be read.")) from error
    return _from_top(files)


def _counts(name: str) -> bool:
    """Files of the library; what operating systems add and the rules that lie beside it are passed over."""
    path = PurePosixPath(name)
    return (
        path.suffix.lower() in {".yaml", ".yml"}
        and path.name not in RULE_FILES
        and not any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
    )


def _safe_path(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or len(name) > 300 or len(path.parts) > 6:
        raise Unreadable(_("A file in this ZIP has a path that leads elsewhere: %(path)s") % {"path": name[:120]})
    return path.as_posix()


def _from_top(files: dict[str, str]) -> dict[str, str]:
    """Without the folders that all files share: a ZIP of ``content/`` is the library as well as a ZIP of what is in it."""
    languages = set(dict(settings.LANGUAGES))
    shared: tuple[str, ...] = ()
    for parts in [PurePosixPath(path).parts for path in files]:
        known = next((place for place, part in enumerate(parts) if part.removesuffix(".yaml") in {*languages, *FACT_FILES}), 0)
        shared = max(shared, parts[:known], key=len)
    prefix = "/".join(shared) + "/" if shared else ""
    return {path.removeprefix(prefix): text for path, text in files.items()}


# --- reading YAML -------------------------------------------------------------------------------


def read_files(files: dict[str, str]) -> Reading:
    """A library's files, or some of them. An entry that cannot be read is a problem; the others stand."""
    reading = Reading(ImportKind.YAML, State(), [], {})
    broken, values = [], 0
    for path, text in sorted(files.items()):
        try:
            tree, number = read_tree(text, path)
        except Unreadable as error:
            broken.append(error.message)
            continue
        values += number
        if values > MOST_VALUES:
            raise too_many_values()
        _file(reading, path, text, tree)
    if broken:
        # A file that cannot be read may hold what the others need: take nothing rather than half.
        raise Unreadable("\n".join(broken[:20]))
    if reading.rows > MOST_ROWS:
        raise Unreadable(_("These files hold more than %(most)d entries. Split them.") % {"most": MOST_ROWS})
    if not reading.rows:
        raise Unreadable(_("There is nothing in this file."))
    _order_stages(reading.over)
    return reading


def _file(reading: Reading, path: str, text: str, tree: Any) -> None:
    parts = path.removesuffix(".yml").removesuffix(".yaml").split("/")
    language = parts[0] if parts[0] in dict(settings.LANGUAGES) else ""
    name = (parts[1] if len(parts) > 1 else "") if language else parts[0]
    if name not in (TEXT_FILES if language else FACT_FILES) or len(parts) > (3 if language else 2):
        raise Unreadable(_("%(path)s: no such file in a library.") % {"path": path})
    if tree is None:
        return
    if isinstance(tree, dict) == (not language and name != "career"):
        raise Unreadable(
            _("%(path)s: must be a list of entries with a key.") % {"path": path}
            if not language and name != "career"
            else _("%(path)s: must be a mapping of keys.") % {"path": path}
        )
    lines = Lines(path, text)
    if language:
        _words(reading, name, language, clean(tree), lines)
    elif name == "career":
        for part in CAREER:
            _facts(reading, part, clean(tree.get(part)) or [], lines)
        _strange(reading, tree, CAREER, lines)
    else:
        _facts(reading, FACTS_OF[name], clean(tree), lines)


def _refuse(reading: Reading, part: str, key: str, language: str, lines: Lines, message: str) -> None:
    reading.problems.append({**problem(part, key, language, message), **lines.of(key)})


def _strange(reading: Reading, tree: Tree, known: tuple[str, ...], lines: Lines) -> None:
    for name in tree:
        if name not in known:
            _refuse(reading, "", str(name)[:80], "", lines, _("Only these stand here: %(names)s") % {"names": ", ".join(known)})


def _key_problem(key: Any) -> str:
    if isinstance(key, str) and KEY.fullmatch(key):
        return ""
    return _("“%(key)s” is no key: lowercase words with hyphens.") % {"key": str(key)[:60]}


def _facts(reading: Reading, part: str, rows: Any, lines: Lines) -> None:
    if not isinstance(rows, list):
        raise Unreadable(_("%(path)s: must be a list of entries with a key.") % {"path": lines.path})
    for row in rows:
        reading.rows += 1
        key = row.get("key") if isinstance(row, dict) else None
        message = _key_problem(key)
        if not message and key in reading.over.part(part):
            message = _("This key stands twice.")
        if not message:
            message = " ".join(_fact(reading, part, dict(row), lines))
        if message:
            _refuse(reading, part, str(key or "")[:80], "", lines, message)


def _fact(reading: Reading, part: str, row: Tree, lines: Lines) -> list[str]:
    """Take one entry in; returns what is wrong with it."""
    kits: list[Tree] = []
    if part == "plans":
        row, kits, found = _plan(row)
        if found:
            return found
    if part == "banks" and isinstance(row.get("questions"), list):
        questions = [question for question in row["questions"] if isinstance(question, dict)]
        if any(_key_problem(question.get("key")) for question in questions) or len(questions) < len(row["questions"]):
            return [_("Every question needs a key: lowercase words with hyphens.")]
        row["questions"] = sorted(questions, key=lambda question: question["position"] if isinstance(question.get("position"), int) else 0)
    row.pop("position", None)
    found = problems_of(part, row, words=False)
    for kit in kits:
        found += [f"{kit['key']}: {reason}" for reason in problems_of("kits", kit, words=False)]
        if reading.over.part("kits").get(kit["key"], kit) != kit:
            found.append(_("The kit “%(key)s” is written differently in two plans.") % {"key": kit["key"]})
    if not found:
        reading.over.part(part)[row["key"]] = _filled(part, row)
        reading.places[part, row["key"], ""] = [lines.of(row["key"])]
        for kit in kits:
            reading.over.part("kits")[kit["key"]] = _filled("kits", kit)
            reading.places.setdefault(("kits", kit["key"], ""), [lines.of(kit["key"])])
    return found


def _plan(row: Tree) -> tuple[Tree, list[Tree], list[str]]:
    """A plan with its kits taken out, and the names of its stages kept for ordering their words."""
    stages = row.get("stages")
    if not isinstance(stages, list) or not all(isinstance(stage, dict) for stage in stages):
        return row, [], [_("must be a list with the fields %(names)s") % {"names": "key, kind, kit"}]
    kits = [stage["kit"] for stage in stages if stage.get("kit")]
    if not all(isinstance(kit, dict) and not _key_problem(kit.get("key")) for kit in kits):
        return row, [], [_("Every kit needs a key: lowercase words with hyphens.")]
    rows = [{"key": str(stage.get("key")), "kind": stage.get("kind"), "kit": (stage.get("kit") or {}).get("key", "")} for stage in stages]
    return {**row, "stages": rows}, kits, []


EMPTY: dict[Any, Any] = {"text": "", "yes": False, "number": None, "lines": [], "map": {}}


def _filled(part: str, row: Tree) -> Tree:
    """With every field of its kind; a pay figure keeps being shown unless the file says otherwise."""
    filled = {"key": row["key"]}
    for name, kind in FACTS[part].items():
        value = row.get(name)
        filled[name] = value if value is not None else (EMPTY[kind] if isinstance(kind, str) else [])
        if kind == "text":
            filled[name] = str(filled[name]).strip()
        elif kind == "lines" and name != "months":
            filled[name] = [str(item).strip() for item in filled[name]]
    if part == "pay" and row.get("is_active") is None:
        filled["is_active"] = True
    return filled


def _words(reading: Reading, name: str, language: str, tree: Tree, lines: Lines) -> None:
    if name in {"questions", "career"}:
        known = ("banks", "questions") if name == "questions" else CAREER
        _strange(reading, tree, known, lines)
        parts = {part: tree.get(part) or {} for part in known}
    else:
        parts = {WORDS_OF[name]: tree}
    for part, rows in parts.items():
        if not isinstance(rows, dict):
            raise Unreadable(_("%(path)s: must be a mapping of keys.") % {"path": lines.path})
        for key, words in rows.items():
            reading.rows += 1
            message = _key_problem(key)
            if not message and key in reading.over.words_of(language, part):
                message = _("This key stands twice.")
            if not message:
                words = _worded(part, words)
                message = " ".join(problems_of(part, {ONE_WORD[part]: words} if part in ONE_WORD else words, words=True))
            if message:
                _refuse(reading, part, str(key)[:80], language, lines, message)
                continue
            reading.over.words_of(language, part)[key] = words
            reading.places[part, key, language] = [lines.of(key)]


def _worded(part: str, words: Any) -> Any:
    """The words of one entry, as a state has them. What has a wrong shape stays as it is, to be refused."""
    if part == "plans" and isinstance(words, dict) and isinstance(words.get("stages"), dict):
        words = {**words, "stages": [{"key": key, **row} if isinstance(row, dict) else row for key, row in words["stages"].items()]}
    if part in ONE_WORD or not isinstance(words, dict):
        return words.strip() if isinstance(words, str) else words
    tidy = {name: _tidy(value, WORDS[part].get(name)) for name, value in words.items()}
    if part == "titles":
        aliases = tidy.get("aliases") or []
        if isinstance(aliases, list) and all(isinstance(row, dict) for row in aliases):
            named = {search_key(str(row.get("text", ""))): row for row in aliases}
            named.pop(search_key(str(tidy.get("preferred", ""))), None)
            tidy["aliases"] = list(named.values())
    return tidy


def _tidy(value: Any, kind: Any) -> Any:
    """Numbers in the place of texts as texts, nothing as an empty text or list."""
    if value is None:
        return EMPTY.get(kind, "") if isinstance(kind, str) else []
    if isinstance(value, list):
        return [
            {name: _tidy_cell(name, cell) for name, cell in row.items()} if isinstance(row, dict) else _tidy_cell("", row) for row in value
        ]
    if isinstance(value, dict):
        return {name: _tidy_cell(name, cell) for name, cell in value.items()}
    return _tidy_cell("", value)


def _tidy_cell(name: str, cell: Any) -> Any:
    if isinstance(cell, bool | list | dict) or name == "share":
        return cell
    return "" if cell is None else str(cell).strip()


def _order_stages(over: State) -> None:
    """Put the words of a plan's stages in the order of its stages, where both came in the same files."""
    for parts in over.words.values():
        for key, words in parts.get("plans", {}).items():
            rows = {row.pop("key"): row for row in words.get("stages", []) if "key" in row}
            plan = over.part("plans").get(key)
            order = [stage["key"] for stage in plan["stages"]] if plan else list(rows)
            words["stages"] = [rows[name] for name in order if name in rows] if plan else list(rows.values())
    for plan in over.part("plans").values():
        plan["stages"] = [{"kind": stage["kind"], "kit": stage["kit"]} for stage in plan["stages"]]
