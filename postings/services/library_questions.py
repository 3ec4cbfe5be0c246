"""The questions of a bank's draft: their words per language, their category, their place, and whether they are public.

A question keeps its key through all versions of its bank: kits, usage and history follow it by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from postings.enums import LibraryAction, LibraryArea, QuestionCategory
from postings.models import BankVersion, Question, QuestionText
from postings.services.library import SOURCE, LibraryRefused, compared_hash, must_be_draft, must_be_unchanged, placed
from postings.services.library_history import record, record_sitting
from postings.services.question_check import objections

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

MOST_QUESTIONS = 60


@dataclass(frozen=True, slots=True)
class Marks:
    """What is the same in every language."""

    category: str
    is_public: bool

    def __str__(self) -> str:
        public = _("public") if self.is_public else _("for interviewers only")
        return _("%(category)s, %(public)s") % {"category": QuestionCategory(self.category).label, "public": public}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an editor had before them: when the words were last saved, and the marks; None where the form does not say."""

    at: datetime | None = None
    marks: Marks | None = None


class FieldRefused(LibraryRefused):
    """Refused because of one field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class MarksChanged(FieldRefused):
    """Somebody else changed the category or the public mark; ``current`` is what stands there now."""

    def __init__(self, current: Marks) -> None:
        words = _("Somebody else has changed this since you opened it. It is now: %(now)s. Save again to set yours.")
        super().__init__("category", words % {"now": current})
        self.current = current


def marks_of(question: Question) -> Marks:
    return Marks(question.category, question.is_public)


def history_key(bank_key: str, question_key: str) -> str:
    return f"{bank_key}/{question_key}"


@transaction.atomic
def add_question(version: BankVersion, *, category: str, text: str, by: User) -> Question:
    """A new question at the end of a draft, with its English wording."""
    locked = _locked(version)
    _refuse_forbidden(text, SOURCE)
    if locked.questions.count() >= MOST_QUESTIONS:
        raise LibraryRefused(_("A bank holds at most %(limit)d questions.") % {"limit": MOST_QUESTIONS})
    last = max(locked.questions.values_list("position", flat=True), default=0)
    question = Question.objects.create(version=locked, key=_new_key(locked), category=category, position=last + 1)
    words = QuestionText(question=question, language=SOURCE, text=text, updated_by=by)
    words.source_hash = compared_hash(None, words, SOURCE, "")
    words.save()
    _note(locked, question, LibraryAction.CREATED, by, after={"text": text, "category": category})
    return question


@transaction.atomic
def save_question(
    question: Question,
    *,
    language: str,
    content: dict[str, Any],
    by: User,
    marks: Marks | None = None,
    seen: Seen | None = None,
    mark: str = "",
) -> QuestionText:
    """Write a draft question's words in one language, and its marks when given; the same again changes nothing.

    Raises ``ChangedMeanwhile`` or ``MarksChanged`` when what ``seen`` names is no longer so, ``FieldRefused`` for a
    wording that no interview may use or a public question without its hint, ``LibraryRefused`` when the version is no
    draft. ``mark`` is as in ``save_template_text``.
    """
    seen = seen or Seen()
    version = _locked(question.version)
    row = _still_there(version, question)
    _refuse_forbidden(content.get("text", ""), language)
    rows = {text.language: text for text in row.texts.all()}
    text = rows.get(language) or QuestionText(question=row, language=language)
    before = {name: getattr(text, name) for name, value in content.items() if text.pk is None or getattr(text, name) != value}
    if before:
        must_be_unchanged(text, seen.at)
    for name, value in content.items():
        setattr(text, name, value)
    was_public = row.is_public
    if marks is not None:
        _save_marks(version, row, marks, seen.marks, by=by)
    _need_hint(row, rows | {language: text}, language, was_public=was_public)
    is_new = text.pk is None
    if is_new or language == SOURCE or mark or not text.source_hash:
        text.source_hash = compared_hash(rows.get(SOURCE), text, language, mark)
    if before:
        text.updated_by = by
        text.save()
        after = {name: content[name] for name in before}
        record_sitting(LibraryArea.BANK, history_key(version.bank.key, row.key), by=by, language=language, before=before, after=after)
    elif mark:
        # Not through save(): the words are as old as they were.
        QuestionText.objects.filter(pk=text.pk).update(source_hash=text.source_hash)
        _note(version, row, LibraryAction.CHANGED, by, language=language, after={"up_to_date": True})
    return text


def _save_marks(version: BankVersion, question: Question, wanted: Marks, seen: Marks | None, *, by: User) -> None:
    """A form that did not touch the marks leaves them as they are, whatever they have become meanwhile."""
    now = marks_of(question)
    if wanted in (seen, now):
        return
    if seen is not None and seen != now:
        raise MarksChanged(now)
    question.category, question.is_public = wanted.category, wanted.is_public
    question.save(update_fields=["category", "is_public"])
    before = {"category": now.category, "is_public": now.is_public}
    after = {"category": wanted.category, "is_public": wanted.is_public}
    _note(version, question, LibraryAction.CHANGED, by, before=before, after=after)


def _need_hint(question: Question, texts: dict[str, QuestionText], language: str, *, was_public: bool) -> None:
    """A public question has a hint in English, which the others fall back to; a translation may be saved without."""
    source = texts.get(SOURCE)
    if not question.is_public or (source and source.tip):
        return
    if language == SOURCE:
        raise FieldRefused("tip", _("A public question needs a hint for those who practice."))
    if not was_public:
        raise FieldRefused("is_public", _("Write the hint in English first: job seekers practice with it."))


@transaction.atomic
def remove_question(question: Question, *, by: User) -> None:
    version = _locked(question.version)
    row = _still_there(version, question)
    source = row.texts.filter(language=SOURCE).first()
    _note(version, row, LibraryAction.REMOVED, by, before={"text": source.text if source else ""})
    row.delete()


@transaction.atomic
def place_question(question: Question, *, place: int, by: User) -> int:
    """Move a question to ``place`` (from 1) within its category; returns the place it has now. Questions of other
    categories keep their places in the bank."""
    version = _locked(question.version)
    row = _still_there(version, question)
    rows = list(version.questions.all())
    slots = [at for at, other in enumerate(rows) if other.category == row.category]
    mine = [rows[at] for at in slots]
    before, after = mine.index(row), placed(mine, row, place)
    now = after.index(row)
    if now != before:
        for at, other in zip(slots, after, strict=True):
            rows[at] = other
        for position, other in enumerate(rows, 1):
            other.position = position
        Question.objects.bulk_update(rows, ["position"])
        key = history_key(version.bank.key, row.key)
        record_sitting(LibraryArea.BANK, key, by=by, before={"place": before + 1}, after={"place": now + 1})
    return now + 1


def _locked(version: BankVersion) -> BankVersion:
    """The version, which must be a draft; one change of a bank at a time."""
    locked = BankVersion.objects.select_for_update(of=("self",)).select_related("bank").filter(pk=version.pk).first()
    if locked is None:
        raise LibraryRefused(_("Somebody has dropped this draft meanwhile."))
    must_be_draft(locked.state)
    return locked


def _still_there(version: BankVersion, question: Question) -> Question:
    found: Question | None = version.questions.filter(pk=question.pk).first()
    if found is None:
        raise LibraryRefused(_("Somebody has removed this question meanwhile."))
    return found


def _refuse_forbidden(text: str, language: str) -> None:
    found = objections(text, language)
    if found:
        raise FieldRefused("text", " ".join(found))


def _note(version: BankVersion, question: Question, action: LibraryAction, by: User, **told: Any) -> None:
    record(LibraryArea.BANK, history_key(version.bank.key, question.key), action, by=by, **told)


def _new_key(version: BankVersion) -> str:
    """A key that no version of any bank has used: a question is known by it for good."""
    taken = set(Question.objects.filter(key__startswith=f"{version.bank.key}-").values_list("key", flat=True))
    number = len(taken) + 1
    while f"{version.bank.key}-{number}" in taken:
        number += 1
    return f"{version.bank.key}-{number}"
