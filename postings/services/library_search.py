"""One search over the whole library, in every language at once, without regard to accents and case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from callcenter_jobs.lib.text import search_key
from postings.enums import LibraryArea, VersionState
from postings.models import (
    CareerMove,
    CareerStep,
    Certificate,
    InstructionClause,
    InterviewKit,
    InterviewPlan,
    LibraryScreeningQuestion,
    PayFigure,
    QuestionText,
    TemplateText,
    TitleAlias,
)

MOST = 12
LONGEST = 80
MOST_WORDS = 6
AROUND = 70
LIVE = (VersionState.PUBLISHED, VersionState.DRAFT, VersionState.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Hit:
    """``key`` as the history names it; ``excerpt`` is HTML with the found words marked."""

    area: LibraryArea
    key: str
    language: str
    title: str
    excerpt: SafeString
    note: str = ""


@dataclass(slots=True)
class Group:
    area: LibraryArea
    name: str
    hits: list[Hit] = field(default_factory=list)
    has_more: bool = False


def words_of(text: str) -> list[str]:
    """The words of a query: at most six, of at most eighty letters in all."""
    return [word for word in re.split(r"[\s,;]+", text[:LONGEST]) if word.strip("\"'“”.?!")][:MOST_WORDS]


def find(text: str) -> list[Group]:
    """Groups with something found, each with at most ``MOST`` hits. One query per group."""
    words = words_of(text)
    if not words:
        return []
    groups = []
    for area, name, search in SEARCHES:
        found = list(search(words))
        if found:
            groups.append(Group(area, name, found[:MOST], len(found) > MOST))
    return groups


class WordsIn(Func):
    """The texts of a JSON column without its keys and marks, so that ``name`` finds no field called so."""

    template = (
        "(SELECT string_agg(found #>> '{}', ' ') FROM jsonb_path_query(%(expressions)s, 'strict $.**') AS found"
        " WHERE jsonb_typeof(found) = 'string')"
    )
    output_field = TextField()


def _matching(rows: QuerySet[Any], words: list[str], *columns: str) -> QuerySet[Any]:
    """Rows that have every word somewhere in these columns; one more than is shown."""
    parts: list[Any] = []
    for name in columns:
        is_json = rows.model._meta.get_field(name).get_internal_type() == "JSONField"
        parts += [Coalesce(WordsIn(F(name)) if is_json else F(name), Value(""), output_field=TextField()), Value(" ")]
    rows = rows.annotate(hay=Concat(*parts, output_field=TextField()))
    for word in words:
        rows = rows.filter(hay__unaccent__icontains=word)
    return rows[: MOST + 1]


def _templates(words: list[str]) -> Iterator[Hit]:
    texts = TemplateText.objects.filter(version__state__in=LIVE).select_related("version__template__role")
    columns = ("title", "summary", "reports_to", "call_to_action", "duties", "must_haves", "nice_to_haves", "measures", "preview")
    for text in _matching(texts.order_by("version__template__role__position", "language", "-version__number"), words, *columns):
        key = text.version.template.role.key
        yield Hit(LibraryArea.TEMPLATE, key, text.language, text.title, excerpt(text.hay, words), str(text.version.get_state_display()))


def _questions(words: list[str]) -> Iterator[Hit]:
    texts = QuestionText.objects.filter(question__version__state__in=LIVE).select_related("question__version__bank")
    for text in _matching(texts.order_by("question__key", "language"), words, "text", "probes", "strong", "weak", "tip"):
        bank = text.question.version.bank
        note = str(text.question.version.get_state_display())
        yield Hit(LibraryArea.BANK, f"{bank.key}/{text.question.key}", text.language, bank.shown_name, excerpt(text.hay, words), note)


def _titles(words: list[str]) -> Iterator[Hit]:
    for title in _matching(TitleAlias.objects.select_related("role").prefetch_related("role__titles").order_by("text"), words, "text"):
        yield Hit(LibraryArea.TITLE, title.role.key, title.language, title.role.title_in(), excerpt(title.text, words))


def _pay(words: list[str]) -> Iterator[Hit]:
    columns = ("source_name", "source_note", "employer_name", "conversion", "country", "currency", "key")
    for figure in _matching(PayFigure.objects.order_by("position", "key"), words, *columns):
        title = f"{figure.get_tier_display()}, {figure.country}, {figure.get_measure_display()}"
        yield Hit(LibraryArea.PAY, figure.key, "", title, excerpt(figure.hay, words))


def _texts_of(rows: QuerySet[Any], words: list[str], area: LibraryArea, prefix: str, title: Callable[[Any], str]) -> Iterator[Hit]:
    """Rows with their words per language in ``texts``: one hit per language that says it."""
    for row in _matching(rows, words, "texts"):
        yield from _per_language(row, {code: _strings(texts) for code, texts in row.texts.items()}, words, area, prefix, title(row))


def _per_language(row: Any, texts: dict[str, Iterable[str]], words: list[str], area: LibraryArea, prefix: str, title: str) -> Iterator[Hit]:
    for code, _name in settings.LANGUAGES:
        hay = " ".join(texts.get(code, ()))
        if all(search_key(word) in search_key(hay) for word in words):
            yield Hit(area, f"{prefix}{row.key}", code, title, excerpt(hay, words))


def _strings(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        return [text for part in tree.values() for text in _strings(part)]
    return [tree] if isinstance(tree, str) else []


def _career(words: list[str]) -> Iterator[Hit]:
    area = LibraryArea.CAREER
    yield from _texts_of(CareerStep.objects.all(), words, area, "steps/", lambda row: row.words_in()["name"])
    moves = CareerMove.objects.select_related("from_role", "to_role").prefetch_related("from_role__titles", "to_role__titles")
    yield from _texts_of(moves, words, area, "moves/", lambda row: f"{row.from_role.title_in()} → {row.to_role.title_in()}")
    for row in _matching(Certificate.objects.all(), words, "name", "issuer"):
        yield Hit(area, f"certificates/{row.key}", "", row.name, excerpt(row.hay, words))
    yield from _texts_of(Certificate.objects.all(), words, area, "certificates/", lambda row: row.name)


def _clauses(words: list[str]) -> Iterator[Hit]:
    yield from _texts_of(InstructionClause.objects.all(), words, LibraryArea.CLAUSE, "", lambda row: str(row.get_section_display()))


def _screening(words: list[str]) -> Iterator[Hit]:
    yield from _texts_of(LibraryScreeningQuestion.objects.all(), words, LibraryArea.SCREENING, "", lambda row: row.key)


def _kits(words: list[str]) -> Iterator[Hit]:
    for kit in _matching(InterviewKit.objects.filter(employer=None).order_by("key"), words, "names", "intros"):
        texts: dict[str, Iterable[str]] = {code: (kit.names.get(code, ""), kit.intros.get(code, "")) for code in {*kit.names, *kit.intros}}
        yield from _per_language(kit, texts, words, LibraryArea.KIT, "", kit.key)


def _plans(words: list[str]) -> Iterator[Hit]:
    for plan in _matching(InterviewPlan.objects.exclude(key=None).order_by("key"), words, "names", "descriptions"):
        texts: dict[str, Iterable[str]] = {
            code: (plan.names.get(code, ""), plan.descriptions.get(code, "")) for code in {*plan.names, *plan.descriptions}
        }
        yield from _per_language(plan, texts, words, LibraryArea.PLAN, "", str(plan.key))


SEARCHES: tuple[tuple[LibraryArea, str, Callable[[list[str]], Iterator[Hit]]], ...] = (
    (LibraryArea.TEMPLATE, "templates", _templates),
    (LibraryArea.TITLE, "titles", _titles),
    (LibraryArea.BANK, "questions", _questions),
    (LibraryArea.KIT, "kits", _kits),
    (LibraryArea.PLAN, "plans", _plans),
    (LibraryArea.SCREENING, "screening", _screening),
    (LibraryArea.PAY, "pay", _pay),
    (LibraryArea.CAREER, "career", _career),
    (LibraryArea.CLAUSE, "clauses", _clauses),
)


# --- marking --------------------------------------------------------------------------------------------


def excerpt(text: str, words: list[str]) -> SafeString:
    """The text around the first found word, with every found word in ``<mark>``; accents and case do not matter."""
    flat = " ".join(text.split())
    folded, places = _folded(flat)
    spans = sorted({span for word in words for span in _spans(folded, places, search_key(word))})
    start = max(0, (spans[0][0] if spans else 0) - AROUND)
    end = min(len(flat), start + AROUND * 4)
    parts = ["…" if start else ""]
    here = start
    for first, last in spans:
        if first < here or last > end:
            continue
        parts += [conditional_escape(flat[here:first]), format_html("<mark>{}</mark>", flat[first:last])]
        here = last
    parts += [conditional_escape(flat[here:end]), "…" if end < len(flat) else ""]
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as search compares it, and for each of its letters where it stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = search_key(letter) if not letter.isspace() else " "
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), places


def _spans(folded: str, places: list[int], word: str) -> Iterator[tuple[int, int]]:
    start = folded.find(word) if word else -1
    while start >= 0:
        yield places[start], places[start + len(word) - 1] + 1
        start = folded.find(word, start + len(word))
