"""Drafts of question banks: their versions, from start to published. What happens to single questions inside a draft
is in ``library_questions``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from postings.enums import LibraryAction, LibraryArea, VersionState
from postings.models import BankVersion, QuestionBank, QuestionText
from postings.services import library_kits
from postings.services import library_review as review
from postings.services.library import OPEN_STATES, SOURCE, LibraryRefused, copied
from postings.services.library_history import record

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


def _gap(version: BankVersion) -> str:
    questions = list(version.questions.prefetch_related("texts"))
    if not questions:
        return _("A bank needs at least one question.")
    for question in questions:
        source = next((text for text in question.texts.all() if text.language == SOURCE), None)
        name = source.text[:80] if source and source.text else question.key
        if source is None or not source.is_complete:
            return _("Complete the question “%(question)s” in English first: the other languages fall back to it.") % {"question": name}
        if question.is_public and not source.tip:
            return _("The question “%(question)s” is public and needs a hint for those who practice.") % {"question": name}
    return ""


def _last_writer(version: BankVersion) -> int | None:
    last = QuestionText.objects.filter(question__version=version, updated_by__isnull=False).order_by("-updated_at").first()
    return last.updated_by_id if last else None


KIND = review.Kind(area=LibraryArea.BANK, whole="bank", key_of=lambda version: version.bank.key, gap=_gap, last_writer=_last_writer)


def published_bank(bank: QuestionBank) -> BankVersion | None:
    return bank_versions(bank).filter(state=VersionState.PUBLISHED).first()


def draft_bank(bank: QuestionBank) -> BankVersion | None:
    """The version that is being worked on: a draft, or one in review."""
    return bank_versions(bank).filter(state__in=OPEN_STATES).first()


def bank_versions(bank: QuestionBank) -> QuerySet[BankVersion]:
    """All versions with their questions and words, the newest first."""
    people = ("created_by", "submitted_by", "published_by")
    return BankVersion.objects.filter(bank=bank).select_related(*people).prefetch_related("questions__texts").order_by("-number")


@transaction.atomic
def start_bank_draft(bank: QuestionBank, *, by: User) -> BankVersion:
    """The open draft, or a new one that copies the published questions."""
    QuestionBank.objects.select_for_update().get(pk=bank.pk)
    draft = draft_bank(bank)
    if draft is not None:
        return draft
    return _draft_from(bank, published_bank(bank), by=by, action=LibraryAction.CREATED)


@transaction.atomic
def restore_bank_version(version: BankVersion, *, by: User) -> BankVersion:
    """A new draft with the questions of an old version. Refused while another draft is open, which it would replace."""
    bank = QuestionBank.objects.select_for_update().get(pk=version.bank_id)
    if draft_bank(bank) is not None:
        raise LibraryRefused(_("A draft is open. Publish or drop it first, then restore."))
    # Restoring is writing: where two people are asked for, somebody else publishes it.
    return _draft_from(bank, version, by=by, action=LibraryAction.RESTORED, writer=by)


def _draft_from(
    bank: QuestionBank, source: BankVersion | None, *, by: User, action: LibraryAction, writer: User | None = None
) -> BankVersion:
    draft = cast(BankVersion, review.new_draft(source or BankVersion(bank=bank), bank.versions, by=by))
    draft.save()
    texts: list[QuestionText] = []
    for question in source.questions.all() if source else []:
        copy = copied(question, version=draft)
        copy.save()
        # updated_by says who changed the words in this draft: copies are nobody's.
        texts += [copied(text, question=copy, updated_by=writer) for text in question.texts.all()]
    QuestionText.objects.bulk_create(texts)
    after = {"version": draft.number, "from": source.number if source else None}
    record(LibraryArea.BANK, bank.key, action, by=by, after=after)
    return draft


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
def publish_bank(version: BankVersion, *, by: User, note: str, read: str = "") -> BankVersion:
    """Make a version the one that practice pages show and kits ask; the kits of the library move on to it. ``read`` as in
    ``library_review.publish``."""
    published: BankVersion = review.publish(KIND, version, by=by, note=note, read=read)
    library_kits.follow(published, by=by)
    return published


@transaction.atomic
def drop_bank_draft(version: BankVersion, *, by: User) -> None:
    review.drop(KIND, version, by=by)
