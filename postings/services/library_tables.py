"""Tables of the library as CSV: titles, pay figures and questions, out and in again.

Spreadsheets run a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula. Such a cell is written with an
apostrophe in front, which reading takes away again, so that what was exported is imported unchanged.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.enums import ImportKind, QuestionCategory, VersionState
from postings.models import PayFigure, Question, QuestionText, Role, TitleAlias
from postings.services.library_compare import Problem, problem
from postings.services.library_files import Tree
from postings.services.library_schema import KEY
from postings.services.library_shapes import LONGEST_KEY, amount_text, problems_of
from postings.services.library_state import State, pay_entry

MOST_ROWS = 20_000
LIMIT_CELL = 20_000
FORMULA = re.compile(r"^'*[=+\-@\t\r\n]")
PAY_COLUMNS = (
    *("key", "role", "tier", "country", "industry", "employer_name", "currency", "period", "measure", "amount", "year"),
    *("source_name", "source_url", "source_note", "is_converted", "conversion", "is_active"),
)
TITLE_COLUMNS = ("role", "language", "title", "is_preferred", "source")
QUESTION_TEXTS = ("text", "probes", "strong", "weak", "tip")
ANCHORS = tuple(f"anchor_{score}" for score in QuestionText.SCORES)
QUESTION_COLUMNS = ("bank", "key", "category", "is_public", "language", *QUESTION_TEXTS, *ANCHORS)
REASON = "reason"


class Unreadable(Exception):
    """The file as a whole cannot be taken; ``message`` says why, in the active language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Table:
    kind: ImportKind
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    rows: Callable[[], Iterator[list[str]]]


# --- writing ------------------------------------------------------------------------------------


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _pay_rows() -> Iterator[list[str]]:
    for figure in PayFigure.objects.select_related("role").iterator(chunk_size=1000):
        entry = pay_entry(figure)
        yield [_yes(value) if isinstance(value, bool) else str("" if value is None else value) for value in map(entry.get, PAY_COLUMNS)]


def _title_rows() -> Iterator[list[str]]:
    titles = TitleAlias.objects.select_related("role").order_by("role__position", "role__key", "language", "-is_preferred", "text")
    for title in titles.iterator(chunk_size=1000):
        yield [title.role.key, title.language, title.text, _yes(title.is_preferred), title.source]


def _question_rows() -> Iterator[list[str]]:
    texts = QuestionText.objects.filter(question__version__state=VersionState.PUBLISHED).select_related("question__version__bank")
    for text in texts.order_by("question__version__bank__position", "question__version__bank__key", "question__position", "pk").iterator(
        chunk_size=500
    ):
        question = text.question
        facts = [question.version.bank.key, question.key, question.category, _yes(question.is_public), text.language]
        words = [getattr(text, name) for name in QUESTION_TEXTS]
        yield [*facts, *words, *(str(text.anchors.get(score, "")) for score in QuestionText.SCORES)]


TABLES: dict[str, Table] = {
    "titles": Table(ImportKind.TITLES, TITLE_COLUMNS, ("role", "language", "title"), _title_rows),
    "pay": Table(
        ImportKind.PAY, PAY_COLUMNS, ("key", "tier", "country", "currency", "period", "measure", "amount", "source_name"), _pay_rows
    ),
    "questions": Table(ImportKind.QUESTIONS, QUESTION_COLUMNS, ("bank", "key", "category", "language", "text"), _question_rows),
}


def safe_cell(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """The opposite of ``safe_cell``."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def separator() -> str:
    """What spreadsheets expect between cells: a semicolon where the comma separates decimals."""
    return "," if (get_language() or "en") == "en" else ";"


def csv_lines(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """The lines of a CSV file in UTF-8, with the mark that tells spreadsheets so."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator(), lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in chain([columns], rows):
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


# --- reading ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Reading:
    """What a file brought: entries, and what could not be read. ``places`` says where an entry stands."""

    kind: ImportKind
    over: State
    problems: list[Problem]
    places: dict[tuple[str, str, str], list[Tree]]
    rows: int = 0

    def place(self, found: Problem) -> list[Problem]:
        """One problem with its line; for a table one for every row of the entry."""
        there = self.places.get((found["part"], found["key"], found["language"])) or [{}]
        return [{**found, **{name: value for name, value in spot.items() if value}} for spot in there]


def decoded(data: bytes) -> str:
    if not data.strip():
        raise Unreadable(_("This file is empty."))
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in data[:4096]:
        raise Unreadable(_("This is no text in UTF-8. Save the file again, as “UTF-8” or “CSV UTF-8”."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            _("This is no text in UTF-8 (line %(line)d). Save the file again, as “UTF-8” or “CSV UTF-8”.") % {"line": line}
        ) from error


def read_table(data: bytes) -> Reading:
    """A CSV table: which one, its header says. Raises ``Unreadable``."""
    rows = list(_rows(decoded(data)))
    header = [name.strip("\ufeff ").lower() for name in rows[0][1]] if rows else []
    while header and not header[-1]:
        header.pop()
    name = next((name for name, table in TABLES.items() if set(table.needed) <= set(header)), None)
    if name is None:
        raise Unreadable(
            _("The first row must name the columns. Pay figures need %(pay)s; titles %(titles)s; questions %(questions)s.")
            % {kind: ", ".join(table.needed) for kind, table in TABLES.items()}
        )
    table = TABLES[name]
    strange = [column for column in header if column and column not in table.columns and column != REASON]
    if strange or len(set(header)) < len(header):
        raise Unreadable(
            _("The first row names columns that are unknown or stand twice: %(names)s") % {"names": ", ".join(strange or header)[:200]}
        )
    if len(rows) - 1 > MOST_ROWS:
        raise Unreadable(_("This table has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
    if len(rows) < 2:
        raise Unreadable(_("This table has a header and no rows."))
    reading = Reading(table.kind, State(), [], {}, len(rows) - 1)
    READERS[name](reading, [(line, _named(header, cells)) for line, cells in rows[1:]])
    return reading


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number that a spreadsheet shows; empty ones are left out."""
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(LIMIT_CELL * 8)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for line, cells in enumerate(reader, 1):
            if line > MOST_ROWS * 2:
                raise Unreadable(_("This table has more than %(most)d rows. Split it.") % {"most": MOST_ROWS})
            if any(cell.strip() for cell in cells):
                yield line, cells
    except csv.Error as error:
        raise Unreadable(
            _("The table cannot be read from line %(line)d on: a quotation mark or a cell has no end.") % {"line": reader.line_num}
        ) from error


def _named(header: list[str], cells: list[str]) -> dict[str, str]:
    row = {name: plain_cell(cell.strip("\ufeff ")).strip() for name, cell in zip(header, cells, strict=False) if name and name != REASON}
    if any(cell.strip() for cell in cells[len(header) :]):
        row["__more__"] = "1"
    return row


def _refused(reading: Reading, part: str, key: str, language: str, line: int, row: dict[str, str], message: str) -> None:
    found = problem(part, key, language, message)
    reading.problems.append({**found, "line": line, "row": _kept(row)})


def _kept(row: dict[str, str]) -> dict[str, str]:
    return {name: cell[:LIMIT_CELL] for name, cell in row.items() if name != "__more__"}


def _general(row: dict[str, str], key: str, needed: tuple[str, ...]) -> str:
    """What is wrong with a row before its meaning is looked at, or nothing."""
    if "__more__" in row:
        return _("This row has more cells than the header.")
    lacking = [name for name in needed if not row.get(name)]
    if lacking:
        return _("Fill in: %(names)s") % {"names": ", ".join(lacking)}
    if not KEY.fullmatch(key):
        return _("“%(key)s” is no key: lowercase words with hyphens.") % {"key": key[:60]}
    return ""


def _yes_of(text: str) -> bool | None:
    word = text.strip().lower()
    if word in {"yes", "true", "1", "ja", "da", "да"}:
        return True
    return False if word in {"no", "false", "0", "", "nei", "nej", "ne", "нет"} else None


NUMBER = re.compile(r"\d{1,10}(?:\.\d{1,4})?")


def _amount(text: str) -> str | None:
    """``1 234,50`` as ``1234.50``; None when it is no number."""
    bare = re.sub(r"[\s\u00a0\u202f']", "", text)
    if "," in bare and "." in bare:
        bare = bare.replace("," if bare.rfind(".") > bare.rfind(",") else ".", "")
    bare = bare.replace(",", ".")
    return amount_text(bare) if bare.isascii() and NUMBER.fullmatch(bare) else None


def _read_pay(reading: Reading, rows: list[tuple[int, dict[str, str]]]) -> None:
    figures = reading.over.part("pay")
    seen: dict[str, int] = {}
    for line, row in rows:
        key = row.get("key", "")
        message = _general(row, key, TABLES["pay"].needed)
        if not message and key in seen:
            message = _("This key stands in row %(line)d already.") % {"line": seen[key]}
        entry: Tree = dict(row)
        if not message:
            message = _typed_pay(entry) or " ".join(problems_of("pay", entry, words=False))
        if message:
            _refused(reading, "pay", key, "", line, row, message)
            continue
        seen[key] = line
        figures[key] = entry
        reading.places["pay", key, ""] = [{"line": line, "row": row}]


def _typed_pay(entry: Tree) -> str:
    """Cells as numbers and marks; returns what is wrong."""
    amount = _amount(entry["amount"])
    if amount is None:
        return _("“%(text)s” is no amount.") % {"text": entry["amount"][:40]}
    entry["amount"] = amount
    if "year" in entry:
        year = entry["year"]
        if year and not (year.isascii() and year.isdecimal() and len(year) == 4):
            return _("“%(text)s” is no year.") % {"text": year[:40]}
        entry["year"] = int(year) if year else None
    for name in ("is_converted", "is_active"):
        if name in entry:
            # An empty cell under "is_active" leaves the figure shown.
            mark = _yes_of(entry[name] or ("yes" if name == "is_active" else ""))
            if mark is None:
                return _("%(column)s must be yes or no.") % {"column": name}
            entry[name] = mark
    for name in ("country", "currency"):
        entry[name] = entry[name].upper()
    return ""


def _read_titles(reading: Reading, rows: list[tuple[int, dict[str, str]]]) -> None:
    roles = set(Role.objects.values_list("key", flat=True))
    seen: dict[tuple[str, str, str], int] = {}
    languages = dict(settings.LANGUAGES)
    for line, row in rows:
        key, language, title = row.get("role", ""), row.get("language", ""), row.get("title", "")
        mark, place = _yes_of(row.get("is_preferred", "")), (key, language, search_key(title))
        message = _general(row, key, TABLES["titles"].needed)
        if not message and key not in roles:
            message = _("The role “%(key)s” is unknown.") % {"key": key}
        elif not message and language not in languages:
            message = _unknown_language(language)
        elif not message and (mark is None or len(title) > 120 or len(row.get("source", "")) > 20):
            message = _("is_preferred is yes or no, a title has at most 120 characters, a source 20.")
        elif not message and place in seen:
            message = _("This title stands in row %(line)d already.") % {"line": seen[place]}
        if message:
            _refused(reading, "titles", key, language, line, row, message)
            continue
        seen[place] = line
        titles = reading.over.words_of(language, "titles").setdefault(key, {"adds": True, "preferred": "", "aliases": []})
        if mark:
            titles["preferred"] = title
        else:
            titles["aliases"].append({"text": title, "source": row.get("source", "")})
        reading.places.setdefault(("titles", key, language), []).append({"line": line, "row": row})


def _unknown_language(language: str) -> str:
    return _("The language “%(code)s” is not one of %(codes)s.") % {
        "code": language[:20],
        "codes": ", ".join(code for code, _name in settings.LANGUAGES),
    }


def _read_questions(reading: Reading, rows: list[tuple[int, dict[str, str]]]) -> None:
    homes = dict(Question.objects.filter(version__state=VersionState.PUBLISHED).values_list("key", "version__bank__key"))
    languages = dict(settings.LANGUAGES)
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        bank, key, language = row.get("bank", ""), row.get("key", ""), row.get("language", "")
        mark = _yes_of(row.get("is_public", ""))
        words: Tree = {"adds": True, **{name: row[name] for name in QUESTION_TEXTS if name in row}}
        words["anchors"] = {name.removeprefix("anchor_"): row[name] for name in ANCHORS if name in row}
        message = _general(row, key, TABLES["questions"].needed)
        if not message and language not in languages:
            message = _unknown_language(language)
        elif not message and (key, language) in seen:
            message = _("This key stands in row %(line)d already.") % {"line": seen[key, language]}
        elif not message and len(key) > LONGEST_KEY["questions"]:
            message = _("A key has at most %(most)d characters.") % {"most": LONGEST_KEY["questions"]}
        elif not message and homes.get(key, bank) != bank:
            message = _("This question stands in the bank “%(key)s”.") % {"key": homes[key]}
        elif not message and (mark is None or row["category"] not in QuestionCategory.values):
            message = _("is_public is yes or no, category one of: %(names)s") % {"names": ", ".join(QuestionCategory.values)}
        message = message or " ".join(problems_of("questions", words, words=True))
        if message:
            _refused(reading, "questions", key, language, line, row, message)
            continue
        seen[key, language] = line
        reading.over.words_of(language, "questions")[key] = words
        reading.places["questions", key, language] = [{"line": line, "row": row}]
        marks = {"is_public": bool(mark)} if "is_public" in row else {}
        _into_bank(reading, bank, {"key": key, "category": row["category"], **marks}, line, row)


def _into_bank(reading: Reading, bank: str, question: dict[str, Any], line: int, row: dict[str, str]) -> None:
    entry = reading.over.part("banks").setdefault(bank, {"key": bank, "adds": True, "questions": []})
    if all(there["key"] != question["key"] for there in entry["questions"][-8:]):
        entry["questions"].append(question)
    for place in (("banks", bank, ""), ("questions", question["key"], "")):
        reading.places.setdefault(place, []).append({"line": line, "row": row})


READERS: dict[str, Callable[[Reading, list[tuple[int, dict[str, str]]]], None]] = {
    "pay": _read_pay,
    "titles": _read_titles,
    "questions": _read_questions,
}
