"""Sending an application: one transaction, one application, one mail, however often the button was pressed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models.functions import Length
from django.utils import timezone

from applicants import emails, pipeline
from applicants.models import Application, ApplicationDraft, Document, DocumentBlob
from applicants.services.asking import Sending, lock_for_sending
from applicants.services.candidate_view import is_untold
from applicants.services.drafts import LIFETIME, delete_blobs, was_sent
from applicants.services.screening import is_flagged
from callcenter_jobs.lib.rows import values_of
from callcenter_jobs.outbox import queue
from callcenter_jobs.prepared import Prepared, repeatable
from postings.enums import PostingState
from postings.models import StartClass
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


@repeatable
def submit_application(*, draft: ApplicationDraft, filled: Filled, at: datetime | None = None) -> Receipt:
    """Turn a draft into an application. Raises ``PostingNotOpen``.

    The draft's row is the lock: a second request with the same draft waits, finds it sent, and gets the same
    receipt. An existing candidate is never changed. Whoever has an application under way for this posting gets
    no second one but a mail that says where the first stands.
    """
    now = at or timezone.now()
    sending = lock_for_sending(draft, email=filled.email, language=filled.language, at=now)
    locked, posting = sending.draft, sending.posting
    receipt = receipt_of(locked)
    if receipt:
        return receipt
    if not posting.is_open(on=posting.local_day(now)):
        raise PostingNotOpen
    earlier = _under_way(sending, at=now) if sending.is_known else None
    receipt = Receipt(filled.email, now, posting.promised_day(now))
    if earlier is None:
        _write(sending, filled, receipt)
    else:
        # One such mail a day at most, so that nobody's mailbox is filled by others.
        emails.applied_already(earlier, cause=now.date().isoformat())
        if not LEFT.rows(_of_draft(locked, receipt)):
            raise PostingNotOpen
        delete_blobs([locked.blob_id])
    return receipt


def receipt_of(draft: ApplicationDraft) -> Receipt | None:
    if not was_sent(draft):
        return None
    sent: dict[str, Any] = draft.data["sent"]
    return Receipt(sent["email"], datetime.fromisoformat(sent["at"]), date.fromisoformat(sent["reply_due_on"]))


# Of what was typed the receipt stays, the rest lives in the application now. Whether the posting is open is looked at once more.
KEPT = """
       data = %(data)s::jsonb, blob_id = NULL, file_name = '', file_type = '',
       updated_at = %(touched)s::timestamptz, expires_at = %(expires)s::timestamptz"""
STILL_OPEN = "draft.id = %(draft)s::bigint AND posting.id = draft.posting_id AND posting.state = %(open)s::text"
LEFT = Prepared(f"""
UPDATE applicants_applicationdraft draft SET {KEPT}
  FROM postings_posting posting WHERE {STILL_OPEN} RETURNING draft.id
""")  # noqa: S608  our own words, here and below
# The application, its mail and the receipt, whole or not at all.
SENT = Prepared(f"""
WITH {pipeline.STARTED}, {queue.WRITTEN}, answer AS (
    INSERT INTO applicants_answer (application_id, answered_at, question_id, value, is_flagged)
    SELECT application.id, %(now)s::timestamptz, given.*
      FROM application, unnest(%(questions)s::bigint[], %(values)s::text[], %(flags)s::boolean[]) given
), spoken AS (
    INSERT INTO applicants_applicationlanguage (application_id, language, level)
    SELECT application.id, given.* FROM application, unnest(%(languages)s::text[], %(levels)s::text[]) given
)
UPDATE applicants_applicationdraft draft SET application_id = application.id, {KEPT}
  FROM application, mail, postings_posting posting WHERE {STILL_OPEN}
RETURNING application.id, mail.id
""")  # noqa: S608


def _of_draft(draft: ApplicationDraft, receipt: Receipt) -> dict[str, Any]:
    """What stays in the draft."""
    sent = {"at": receipt.sent_at.isoformat(), "email": receipt.email, "reply_due_on": receipt.reply_due_on.isoformat()}
    touched = timezone.now()
    data = {"data": json.dumps({"sent": sent}), "touched": touched, "expires": touched + LIFETIME}
    return {**data, "draft": draft.pk, "open": PostingState.OPEN.value}


def _write(sending: Sending, filled: Filled, receipt: Receipt) -> None:
    """Write the application with everything that belongs to it, and the receipt into the draft. Raises ``PostingNotOpen``."""
    given = [(pk, value, is_flagged(sending.questions[pk], value)) for pk, value in filled.answers.items() if value]
    flags = [flag for _pk, _value, flag in given]
    application = _application(sending, filled, receipt.sent_at, flagged=any(flags))
    # Before the mail: that tells of the day which is promised.
    values = pipeline.starting(application, at=receipt.sent_at)
    mail = emails.application_received(application)
    values |= {
        **values_of(mail),
        **_of_draft(sending.draft, receipt),
        "now": receipt.sent_at,
        "questions": [pk for pk, _value, _flag in given],
        "values": [value for _pk, value, _flag in given],
        "flags": flags,
        "languages": [language for language, _level in filled.languages],
        "levels": [level for _language, level in filled.languages],
    }
    written = SENT.rows(values)
    if not written:
        raise PostingNotOpen
    [(application.pk, mail_pk)] = written
    queue.taken_in(mail, mail_pk)
    _move_file(sending.draft, application)


def _under_way(sending: Sending, *, at: datetime) -> Application | None:
    """The application that this candidate believes to be alive: also one whose rejection nobody has told them."""
    theirs = Application.objects.for_posting(sending.posting).filter(candidate=sending.candidate_id)
    latest = theirs.select_related("stage", "employer").order_by("-pk")
    return next((item for item in latest if item.ended_at is None or is_untold(item, at=at)), None)


def _application(sending: Sending, filled: Filled, now: datetime, *, flagged: bool) -> Application:
    draft, posting = sending.draft, sending.posting
    assert sending.candidate_id is not None
    return Application(
        employer=posting.employer,
        posting=posting,
        candidate_id=sending.candidate_id,
        revision_id=sending.revision_id,
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
        stage_id=sending.stage_id,
        is_flagged=flagged,
        submitted_at=now,
    )


def _move_file(draft: ApplicationDraft, application: Application) -> None:
    """The file changes hands, not its bytes: the draft has let go of it."""
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
