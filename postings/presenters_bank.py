"""Versions of a question bank side by side, and a bank as the workshop lists it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter_jobs.lib import diffing
from postings.enums import QuestionCategory
from postings.models import BankVersion, Question, QuestionText
from postings.presenters_library import LanguageChanges
from postings.presenters_revision import Change, differs, text_change
from postings.services import completeness
from postings.services.completeness import LanguageState
from postings.services.library import SOURCE
from postings.services.library_likeness import Like
from postings.services.library_usage import QuestionUse

LABELS = {
    "text": gettext_lazy("Question"),
    "probes": gettext_lazy("What it probes"),
    "strong": gettext_lazy("What a strong answer shows"),
    "weak": gettext_lazy("What a weak answer shows"),
    "tip": gettext_lazy("What they want to hear"),
}
PARTS = (*LABELS, *(f"anchor_{score}" for score in QuestionText.SCORES))


# --- differences ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuestionChanges:
    """One question that differs between two versions. ``title`` is its English wording, after the change if there is one."""

    key: str
    title: str
    is_new: bool
    is_gone: bool
    marks: list[Change]
    languages: list[LanguageChanges]


def part_label(name: str) -> str:
    if name.startswith("anchor_"):
        return _("Anchor %(score)s") % {"score": name.removeprefix("anchor_")}
    return str(LABELS[name])


def parts_of(text: QuestionText | None) -> dict[str, str]:
    """The words by part, as ``PARTS`` names them."""
    if text is None:
        return {}
    words = {name: str(getattr(text, name)) for name in LABELS}
    return words | {f"anchor_{score}": str(text.anchors.get(score) or "") for score in QuestionText.SCORES}


def text_changes(before: QuestionText | None, after: QuestionText | None, language: str) -> dict[str, Change]:
    """The parts that differ, by name."""
    old, new = parts_of(before), parts_of(after)
    return {
        name: text_change(part_label(name), name, old.get(name), new.get(name), language)
        for name in PARTS
        if differs(old.get(name), new.get(name))
    }


def version_changes(before: BankVersion | None, after: BankVersion) -> list[QuestionChanges]:
    """Every question that differs: those of ``after`` in order, then those that are gone. Reads the prefetched words."""
    old = {question.key: question for question in before.questions.all()} if before else {}
    new = {question.key: question for question in after.questions.all()}
    found = [_question_changes(old.get(key), new.get(key)) for key in [*new, *(key for key in old if key not in new)]]
    return [changes for changes in found if changes.is_new or changes.is_gone or changes.marks or changes.languages]


def _question_changes(before: Question | None, after: Question | None) -> QuestionChanges:
    old, new = texts_of(before), texts_of(after)
    shown = new.get(SOURCE) or old.get(SOURCE)
    languages = []
    for language, _name in settings.LANGUAGES:
        changes = text_changes(old.get(language), new.get(language), language)
        if changes:
            languages.append(LanguageChanges(language, language not in old, language not in new, list(changes.values())))
    some = after or before
    title = shown.text if shown and shown.text else some.key if some else ""
    return QuestionChanges(some.key if some else "", title, before is None, after is None, _mark_changes(before, after), languages)


def _mark_changes(before: Question | None, after: Question | None) -> list[Change]:
    if before is None or after is None:
        return []
    rows = [
        (_("Category"), QuestionCategory(before.category).label, QuestionCategory(after.category).label),
        (_("Public practice question"), _yes(before.is_public), _yes(after.is_public)),
    ]
    return [Change(label, str(old), str(new)) for label, old, new in rows if old != new]


def order_change(before: BankVersion | None, after: BankVersion) -> Change | None:
    """The order of the questions that both versions have, when it differs."""
    if before is None:
        return None
    old, new = ({question.key: question for question in version.questions.all()} for version in (before, after))
    was, now = [key for key in old if key in new], [key for key in new if key in old]
    if was == now:
        return None
    then, today = ([wording(new[key], SOURCE) for key in keys] for keys in (was, now))
    return Change(_("Order of the questions"), "\n".join(then), "\n".join(today), SOURCE, tuple(diffing.lines(then, today)))


def public_gaps(version: BankVersion) -> list[tuple[str, list[str]]]:
    """The public questions that are not there in every language, each with those it lacks."""
    found = []
    for question in version.questions.all():
        texts = texts_of(question) if question.is_public else {}
        lacks = [code for code, _name in settings.LANGUAGES if code not in texts or not texts[code].text]
        if question.is_public and lacks:
            found.append((wording(question, SOURCE), lacks))
    return found


def missing_parts(question: Question, text: QuestionText | None) -> list[str]:
    """What is still to be written in one language, in the reader's words."""
    wanted = [name for name in PARTS if name != "tip" or question.is_public]
    words = parts_of(text)
    return [part_label(name) for name in wanted if not words.get(name)]


def texts_of(question: Question | None) -> dict[str, QuestionText]:
    return {text.language: text for text in question.texts.all()} if question else {}


def wording(question: Question, language: str) -> str:
    """The question in ``language``, else in English, else its key."""
    text = question.text_in(language)
    return text.text if text and text.text else question.key


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")


# --- the list ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """A question in the list of its bank. ``place`` is its place among the ``count`` of its category."""

    question: Question
    text: QuestionText | None
    states: list[LanguageState]
    state: LanguageState
    use: QuestionUse
    likes: list[Like]
    place: int = 0
    count: int = 0

    @property
    def first(self) -> bool:
        return self.place == 1

    @property
    def last(self) -> bool:
        return self.place == self.count


@dataclass(slots=True)
class Group:
    category: str
    label: str
    rows: list[Row] = field(default_factory=list)


def groups(
    questions: Iterable[Question], language: str, uses: dict[str, QuestionUse], likes: dict[str, list[Like]], *, category: str, show: str
) -> list[Group]:
    """Questions by category, in the order of the bank, filtered. Places are those of the whole category."""
    found: dict[str, Group] = {value: Group(value, str(label)) for value, label in QuestionCategory.choices}
    for question in questions:
        states = completeness.of_question(question)
        state = next(state for state in states if state.language == language)
        use, like = uses.get(question.key, QuestionUse()), likes.get(question.key, [])
        found[question.category].rows.append(Row(question, question.text_in(language), states, state, use, like))
    for group in found.values():
        for place, row in enumerate(group.rows, 1):
            row.place, row.count = place, len(group.rows)
        group.rows = [row for row in group.rows if category in ("", group.category) and _is_shown(row, show)]
    return [group for group in found.values() if group.rows]


def _is_shown(row: Row, show: str) -> bool:
    wanted: dict[str, Any] = {
        "public": row.question.is_public,
        "incomplete": not row.state.is_complete,
        "behind": bool(row.state.behind),
    }
    return bool(wanted.get(show, True))
