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
from callcenter_jobs.lib.codes import long_code
from callcenter_jobs.prepared import Prepared, repeatable
from postings.enums import PostingState
from postings.models import Posting, StartClass
from postings.shifts import ShiftGrid

# The wording of the consent on the last screen; a new wording gets a new name.
CONSENT_VERSION = "2026-11"
# The key of a question, its answer, and whether that misses what the job needs.
Answered = tuple[int, str, bool]


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
    receipt = Receipt(filled.email, now, posting.promised_day(now))
    if earlier is None:
        answers = [(pk, value, is_flagged(sending.questions[pk], value)) for pk, value in filled.answers.items() if value]
        flagged = any(flagged for _pk, _value, flagged in answers)
        locked.application = _start(sending, candidate_id, filled, now, flagged=flagged)
        emails.application_received(locked.application)
        _finish(locked, receipt, answers, filled.languages)
    else:
        # One such mail a day at most, so that nobody's mailbox is filled by others.
        emails.application_received(earlier, already_applied=True, cause=now.date().isoformat())
        _drop_file(locked)
        _finish(locked, receipt, [], [])
    return receipt


def receipt_of(draft: ApplicationDraft) -> Receipt | None:
    if not was_sent(draft):
        return None
    sent: dict[str, Any] = draft.data["sent"]
    return Receipt(sent["email"], datetime.fromisoformat(sent["at"]), date.fromisoformat(sent["reply_due_on"]))


# Of what was typed the receipt stays, the rest lives in the application now. Whether the posting is open is looked at once more.
SENT = Prepared("""
WITH answer AS (
    INSERT INTO applicants_answer (application_id, answered_at, question_id, value, is_flagged)
    SELECT %(application)s::bigint, %(now)s::timestamptz, given.*
      FROM unnest(%(questions)s::bigint[], %(values)s::text[], %(flags)s::boolean[]) given
), spoken AS (
    INSERT INTO applicants_applicationlanguage (application_id, language, level)
    SELECT %(application)s::bigint, given.* FROM unnest(%(languages)s::text[], %(levels)s::text[]) given
)
UPDATE applicants_applicationdraft draft
   SET data = %(data)s::jsonb, application_id = %(application)s::bigint, blob_id = %(blob)s::bigint, file_name = %(file_name)s,
       file_type = %(file_type)s, updated_at = %(touched)s::timestamptz, expires_at = %(expires)s::timestamptz
  FROM postings_posting posting
 WHERE draft.id = %(draft)s::bigint AND posting.id = draft.posting_id AND posting.state = %(open)s::text
RETURNING draft.id
""")


def _finish(draft: ApplicationDraft, receipt: Receipt, answers: list[Answered], languages: list[tuple[str, str]]) -> None:
    """Write the rest of the application, if there is one, and the receipt into the draft. Raises ``PostingNotOpen``."""
    sent = {"at": receipt.sent_at.isoformat(), "email": receipt.email, "reply_due_on": receipt.reply_due_on.isoformat()}
    touched = timezone.now()
    values: dict[str, Any] = {
        "application": draft.application_id,
        "now": receipt.sent_at,
        "questions": [pk for pk, _value, _flagged in answers],
        "values": [value for _pk, value, _flagged in answers],
        "flags": [flagged for _pk, _value, flagged in answers],
        "languages": [language for language, _level in languages],
        "levels": [level for _language, level in languages],
        "draft": draft.pk,
        "open": PostingState.OPEN.value,
        "data": json.dumps({"sent": sent}),
        "blob": draft.blob_id,
        "file_name": draft.file_name,
        "file_type": draft.file_type,
        "touched": touched,
        "expires": touched + LIFETIME,
    }
    if not SENT.rows(values):
        raise PostingNotOpen


# The update changes nothing: it locks the row that is there, and gives its id. ``xmax`` is 0 in a row just inserted.
CANDIDATE = Prepared("""
INSERT INTO applicants_candidate (code, email, language, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (email) DO UPDATE SET email = excluded.email
RETURNING id, xmax = 0
""")


def _candidate(filled: Filled, now: datetime) -> tuple[int, bool]:
    """The person of this address, locked, and whether they are new here: two drafts of one person are sent one after
    the other."""
    [(pk, is_new)] = CANDIDATE.rows([long_code(), filled.email.lower(), filled.language, now])
    return pk, is_new


def _under_way(posting: Posting, candidate_id: int, *, at: datetime) -> Application | None:
    """The application that this candidate believes to be alive: also one whose rejection nobody has told them."""
    theirs = Application.objects.for_posting(posting).filter(candidate=candidate_id)
    latest = theirs.select_related("stage", "employer").order_by("-pk")
    return next((item for item in latest if item.ended_at is None or is_untold(item, at=at)), None)


def _start(sending: Sending, candidate_id: int, filled: Filled, now: datetime, *, flagged: bool) -> Application:
    draft, posting = sending.draft, sending.posting
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
        is_flagged=flagged,
        submitted_at=now,
    )
    pipeline.start(application, at=now)
    _move_file(draft, application)
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
