"""Sending an application: one transaction, one application, one mail, however often the button was pressed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from applicants import emails, pipeline
from applicants.models import Answer, Application, ApplicationDraft, ApplicationLanguage, Candidate, Document, DocumentBlob
from applicants.services.candidate_view import is_untold
from applicants.services.drafts import delete_blobs, lock_draft, was_sent
from applicants.services.screening import is_flagged
from postings.enums import PostingState, StageKind
from postings.models import Posting, ScreeningQuestion, Stage, StartClass
from postings.shifts import ShiftGrid

# The wording of the consent on the last screen; a new wording gets a new name.
CONSENT_VERSION = "2026-11"


class PostingNotOpen(Exception):
    """The posting was paused or closed before the application was sent. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What the three screens say, cleaned. ``answers`` maps ids of screening questions to values."""

    name: str
    email: str
    language: str
    phone: str = ""
    time_zone: str = ""
    availability_mask: int = 0
    languages: list[tuple[str, str]] = field(default_factory=list)
    start_class: StartClass | None = None
    answers: dict[int, str] = field(default_factory=dict)

    @property
    def week_text(self) -> str:
        return ShiftGrid(self.availability_mask).text()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the confirmation page says. It is the same for a first and for a repeated application: whoever types
    somebody else's address must not learn whether that person has applied."""

    email: str
    sent_at: datetime
    reply_due_on: date


@transaction.atomic
def submit_application(*, draft: ApplicationDraft, filled: Filled, at: datetime | None = None) -> Receipt:
    """Turn a draft into an application. Raises ``PostingNotOpen``.

    The draft's row is the lock: a second request with the same draft waits, finds it sent, and gets the same
    receipt. An existing candidate is never changed. Whoever has an application under way for this posting gets
    no second one but a mail that says where the first stands.
    """
    locked = lock_draft(draft)
    receipt = receipt_of(locked)
    if receipt:
        return receipt
    posting = Posting.objects.select_related("employer", "site").get(pk=locked.posting_id)
    now = at or timezone.now()
    if not posting.is_open(on=posting.local_day(now)):
        raise PostingNotOpen
    candidate = _candidate(filled)
    earlier = _under_way(posting, candidate, at=now)
    if earlier is None:
        locked.application = _write(locked, posting, candidate, filled, now)
        # The new row's reference holds the posting: closing waits for it and then ends it too. A closing that was
        # faster is seen only now.
        if not Posting.objects.filter(pk=posting.pk, state=PostingState.OPEN).exists():
            raise PostingNotOpen
        emails.application_received(locked.application)
    else:
        # One such mail a day at most, so that nobody's mailbox is filled by others.
        emails.application_received(earlier, already_applied=True, cause=now.date().isoformat())
        _drop_file(locked)
    due = posting.promised_day(now)
    # What was typed lives in the application now.
    locked.data = {"sent": {"at": now.isoformat(), "email": filled.email, "reply_due_on": due.isoformat()}}
    locked.save(update_fields=["data", "application", "blob", "file_name", "file_type", "updated_at"])
    return Receipt(filled.email, now, due)


def receipt_of(draft: ApplicationDraft) -> Receipt | None:
    if not was_sent(draft):
        return None
    sent: dict[str, Any] = draft.data["sent"]
    return Receipt(sent["email"], datetime.fromisoformat(sent["at"]), date.fromisoformat(sent["reply_due_on"]))


def _candidate(filled: Filled) -> Candidate:
    """The person of this address, locked: two drafts of one person are sent one after the other."""
    candidate, _created = Candidate.objects.get_or_create(email=filled.email.lower(), defaults={"language": filled.language})
    return Candidate.objects.select_for_update().get(pk=candidate.pk)


def _under_way(posting: Posting, candidate: Candidate, *, at: datetime) -> Application | None:
    """The application that this candidate believes to be alive: also one whose rejection nobody has told them."""
    latest = Application.objects.for_posting(posting).by_candidate(candidate).select_related("stage", "employer").order_by("-pk")
    return next((item for item in latest if item.ended_at is None or is_untold(item, at=at)), None)


def _write(draft: ApplicationDraft, posting: Posting, candidate: Candidate, filled: Filled, now: datetime) -> Application:
    questions = {question.pk: question for question in ScreeningQuestion.objects.filter(posting=posting)}
    answers = [
        Answer(question=questions[pk], value=value, is_flagged=is_flagged(questions[pk], value), answered_at=now)
        for pk, value in filled.answers.items()
        if value
    ]
    application = Application.objects.create(
        employer=posting.employer,
        posting=posting,
        candidate=candidate,
        revision=posting.revisions.order_by("-number").first(),
        idempotency_key=draft.key,
        name=filled.name,
        email=filled.email,
        phone=filled.phone,
        language=filled.language,
        time_zone=filled.time_zone or (posting.site.time_zone if posting.site else "UTC"),
        availability_mask=filled.availability_mask,
        start_class=filled.start_class,
        source=draft.source,
        consent_version=CONSENT_VERSION,
        consented_at=now,
        stage=Stage.objects.get(plan=posting.plan_id, kind=StageKind.APPLIED),
        is_flagged=any(answer.is_flagged for answer in answers),
        submitted_at=now,
    )
    for answer in answers:
        answer.application = application
    Answer.objects.bulk_create(answers)
    ApplicationLanguage.objects.bulk_create(
        ApplicationLanguage(application=application, language=language, level=level) for language, level in filled.languages
    )
    _move_file(draft, application)
    pipeline.start(application, at=now)
    return application


def _move_file(draft: ApplicationDraft, application: Application) -> None:
    """The file changes hands, not its bytes."""
    if draft.blob_id is None:
        return
    size = DocumentBlob.objects.filter(pk=draft.blob_id).values_list(Length("content"), flat=True)[0]
    Document.objects.create(
        employer=application.employer,
        application=application,
        blob_id=draft.blob_id,
        original_name=draft.file_name,
        content_type=draft.file_type,
        size=size,
    )
    draft.blob, draft.file_name, draft.file_type = None, "", ""


def _drop_file(draft: ApplicationDraft) -> None:
    blob_id = draft.blob_id
    draft.blob, draft.file_name, draft.file_type = None, "", ""
    if blob_id is not None:
        draft.save(update_fields=["blob"])
        delete_blobs([blob_id])
