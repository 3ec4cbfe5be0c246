"""Sending an application: one transaction, one application, one mail, however often the button was pressed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Length
from django.utils import timezone

from applicants import emails, pipeline
from applicants.models import Application, ApplicationDraft, Document, DocumentBlob
from applicants.services.asking import Sending, lock_for_sending
from applicants.services.candidate_view import is_untold
from applicants.services.drafts import LIFETIME, delete_blobs, was_sent
from applicants.services.screening import is_flagged
from callcenter_jobs.lib.codes import long_code
from postings.enums import PostingState
from postings.models import Posting, StartClass
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
    sending = lock_for_sending(draft)
    locked, posting = sending.draft, sending.posting
    receipt = receipt_of(locked)
    if receipt:
        return receipt
    now = at or timezone.now()
    if not posting.is_open(on=posting.local_day(now)):
        raise PostingNotOpen
    candidate_id, is_new = _candidate(filled, now)
    earlier = None if is_new else _under_way(posting, candidate_id, at=now)
    if earlier is None:
        locked.application = _write(sending, candidate_id, filled, now)
        emails.application_received(locked.application)
    else:
        # One such mail a day at most, so that nobody's mailbox is filled by others.
        emails.application_received(earlier, already_applied=True, cause=now.date().isoformat())
        _drop_file(locked)
    receipt = Receipt(filled.email, now, posting.promised_day(now))
    _mark_sent(locked, receipt)
    return receipt


def receipt_of(draft: ApplicationDraft) -> Receipt | None:
    if not was_sent(draft):
        return None
    sent: dict[str, Any] = draft.data["sent"]
    return Receipt(sent["email"], datetime.fromisoformat(sent["at"]), date.fromisoformat(sent["reply_due_on"]))


SENT = """
UPDATE applicants_applicationdraft draft
   SET data = %(data)s, application_id = %(application)s, blob_id = %(blob)s, file_name = %(file_name)s, file_type = %(file_type)s,
       updated_at = %(now)s, expires_at = %(expires)s
  FROM postings_posting posting
 WHERE draft.id = %(draft)s AND posting.id = draft.posting_id AND posting.state = %(open)s
"""


def _mark_sent(draft: ApplicationDraft, receipt: Receipt) -> None:
    """Keep the receipt only: what was typed lives in the application now. Raises ``PostingNotOpen``, looked at once
    more in the same statement."""
    sent = {"at": receipt.sent_at.isoformat(), "email": receipt.email, "reply_due_on": receipt.reply_due_on.isoformat()}
    values: dict[str, Any] = {
        "draft": draft.pk,
        "open": PostingState.OPEN.value,
        "data": json.dumps({"sent": sent}),
        "application": draft.application_id,
        "blob": draft.blob_id,
        "file_name": draft.file_name,
        "file_type": draft.file_type,
        "now": timezone.now(),
        "expires": timezone.now() + LIFETIME,
    }
    with connection.cursor() as cursor:
        cursor.execute(SENT, values)
        if not cursor.rowcount:
            raise PostingNotOpen


# The update changes nothing: it locks the row that is there, and gives its id. ``xmax`` is 0 in a row just inserted.
CANDIDATE = """
INSERT INTO applicants_candidate (code, email, language, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (email) DO UPDATE SET email = excluded.email
RETURNING id, xmax = 0
"""


def _candidate(filled: Filled, now: datetime) -> tuple[int, bool]:
    """The person of this address, locked, and whether they are new here: two drafts of one person are sent one after
    the other."""
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATE, [long_code(), filled.email.lower(), filled.language, now])
        pk, is_new = cursor.fetchone()
    return pk, is_new


def _under_way(posting: Posting, candidate_id: int, *, at: datetime) -> Application | None:
    """The application that this candidate believes to be alive: also one whose rejection nobody has told them."""
    theirs = Application.objects.for_posting(posting).filter(candidate=candidate_id)
    latest = theirs.select_related("stage", "employer").order_by("-pk")
    return next((item for item in latest if item.ended_at is None or is_untold(item, at=at)), None)


def _write(sending: Sending, candidate_id: int, filled: Filled, now: datetime) -> Application:
    draft, posting = sending.draft, sending.posting
    answers = [(pk, value, is_flagged(sending.questions[pk], value)) for pk, value in filled.answers.items() if value]
    application = Application(
        employer=posting.employer,
        posting=posting,
        candidate_id=candidate_id,
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
        is_flagged=any(flagged for _pk, _value, flagged in answers),
        submitted_at=now,
    )
    pipeline.start(application, at=now)
    if answers or filled.languages:
        _write_answers(application, answers, filled.languages, now)
    _move_file(draft, application)
    return application


ANSWERS = """
WITH answer AS (
    INSERT INTO applicants_answer (application_id, answered_at, question_id, value, is_flagged)
    SELECT %(application)s, %(now)s, given.* FROM unnest(%(questions)s::bigint[], %(values)s::text[], %(flags)s::boolean[]) given
)
INSERT INTO applicants_applicationlanguage (application_id, language, level)
SELECT %(application)s, given.* FROM unnest(%(languages)s::text[], %(levels)s::text[]) given
"""


def _write_answers(application: Application, answers: list[tuple[int, str, bool]], languages: list[tuple[str, str]], now: datetime) -> None:
    values: dict[str, Any] = {
        "application": application.pk,
        "now": now,
        "questions": [pk for pk, _value, _flagged in answers],
        "values": [value for _pk, value, _flagged in answers],
        "flags": [flagged for _pk, _value, flagged in answers],
        "languages": [language for language, _level in languages],
        "levels": [level for _language, level in languages],
    }
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, values)


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
