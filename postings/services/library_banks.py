"""Drafts of question banks: their questions, order and words per language, and publishing them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from postings.enums import LibraryAction, LibraryArea, VersionState
from postings.models import BankVersion, Question, QuestionBank, QuestionText
from postings.services import library_review as review
from postings.services.library import (
    OPEN_STATES,
    SOURCE,
    LibraryRefused,
    copied,
    must_be_draft,
    must_be_unchanged,
    source_hash,
)
from postings.services.library_history import record

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

MOST_QUESTIONS = 60


def _gap(version: BankVersion) -> str:
    questions = list(version.questions.prefetch_related("texts"))
    if not questions:
        return _("A bank needs at least one question.")
    for place, question in enumerate(questions, 1):
        source = next((text for text in question.texts.all() if text.language == SOURCE), None)
        if source is None or not source.is_complete:
            return _("Complete question %(place)d in English first: the other languages fall back to it.") % {"place": place}
    return ""


def _last_writer(version: BankVersion) -> int | None:
    last = QuestionText.objects.filter(question__version=version, updated_by__isnull=False).order_by("-updated_at").first()
    return last.updated_by_id if last else None


KIND = review.Kind(area=LibraryArea.BANK, whole="bank", key_of=lambda version: version.bank.key, gap=_gap, last_writer=_last_writer)


def published_bank(bank: QuestionBank) -> BankVersion | None:
    return _bank_versions(bank).filter(state=VersionState.PUBLISHED).first()


def draft_bank(bank: QuestionBank) -> BankVersion | None:
    return _bank_versions(bank).filter(state__in=OPEN_STATES).first()


def _bank_versions(bank: QuestionBank) -> QuerySet[BankVersion]:
    return BankVersion.objects.filter(bank=bank).prefetch_related("questions__texts")


@transaction.atomic
def start_bank_draft(bank: QuestionBank, *, by: User) -> BankVersion:
    """The open draft, or a new one that copies the published questions."""
    QuestionBank.objects.select_for_update().get(pk=bank.pk)
    draft = draft_bank(bank)
    if draft is not None:
        return draft
    source = published_bank(bank)
    draft = review.new_draft(source or BankVersion(bank=bank), bank.versions, by=by)
    draft.save()
    record(LibraryArea.BANK, bank.key, LibraryAction.CREATED, by=by, after={"version": draft.number})
    texts: list[QuestionText] = []
    for question in source.questions.all() if source else []:
        copy = copied(question, version=draft)
        copy.save()
        texts += [copied(text, question=copy, updated_by=None) for text in question.texts.all()]
    QuestionText.objects.bulk_create(texts)
    return cast(BankVersion, draft)


@transaction.atomic
def add_question(version: BankVersion, *, category: str, is_public: bool, text: str) -> Question:
    """A new question at the end of a draft, with its English wording."""
    locked = BankVersion.objects.select_for_update().get(pk=version.pk)
    must_be_draft(locked.state)
    if locked.questions.count() >= MOST_QUESTIONS:
        raise LibraryRefused(_("A bank holds at most %(limit)d questions.") % {"limit": MOST_QUESTIONS})
    last = locked.questions.aggregate(last=Max("position"))["last"] or 0
    question = Question.objects.create(version=locked, key=_question_key(locked), category=category, is_public=is_public, position=last + 1)
    QuestionText.objects.create(question=question, language=SOURCE, text=text)
    return question


@transaction.atomic
def save_question(
    question: Question,
    *,
    language: str,
    content: dict[str, Any],
    category: str,
    is_public: bool,
    seen: datetime | None = None,
) -> QuestionText:
    """Write a draft question's words in one language, and its language-neutral marks."""
    version = BankVersion.objects.select_for_update().get(pk=question.version_id)
    must_be_draft(version.state)
    text = QuestionText.objects.filter(question=question, language=language).first() or QuestionText(question=question, language=language)
    must_be_unchanged(text, seen)
    for name, value in content.items():
        setattr(text, name, value)
    text.source_hash = source_hash(question.texts.filter(language=SOURCE).first(), text, language)
    text.save()
    Question.objects.filter(pk=question.pk).update(category=category, is_public=is_public)
    return text


@transaction.atomic
def remove_question(question: Question) -> None:
    version = BankVersion.objects.select_for_update().get(pk=question.version_id)
    must_be_draft(version.state)
    question.delete()


@transaction.atomic
def move_question(question: Question, *, up: bool) -> None:
    """Swap with the neighbor; at the end of the list nothing happens."""
    version = BankVersion.objects.select_for_update().get(pk=question.version_id)
    must_be_draft(version.state)
    rows = list(version.questions.all())
    here = next(place for place, row in enumerate(rows) if row.pk == question.pk)
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for position, row in enumerate(rows, 1):
        row.position = position
    Question.objects.bulk_update(rows, ["position"])


@transaction.atomic
def submit_bank(version: BankVersion, *, by: User, note: str) -> BankVersion:
    submitted: BankVersion = review.submit(KIND, version, by=by, note=note)
    return submitted


@transaction.atomic
def take_back_bank(version: BankVersion, *, by: User) -> BankVersion:
    draft: BankVersion = review.take_back(KIND, version, by=by)
    return draft


@transaction.atomic
def send_back_bank(version: BankVersion, *, by: User, reason: str) -> BankVersion:
    draft: BankVersion = review.send_back(KIND, version, by=by, reason=reason)
    return draft


@transaction.atomic
def publish_bank(version: BankVersion, *, by: User, note: str) -> BankVersion:
    """Make a version the one that practice pages show and new kits draw on."""
    published: BankVersion = review.publish(KIND, version, by=by, note=note)
    return published


@transaction.atomic
def drop_bank_draft(version: BankVersion, *, by: User) -> None:
    review.drop(KIND, version, by=by)


def _question_key(version: BankVersion) -> str:
    taken = set(Question.objects.filter(version__bank_id=version.bank_id).values_list("key", flat=True))
    number = len(taken) + 1
    while f"{version.bank.key}-{number}" in taken:
        number += 1
    return f"{version.bank.key}-{number}"
