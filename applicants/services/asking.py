"""What a posting asks of whoever applies, and the draft being filled in: one statement for each step of the way.

Every screen, and the sending itself, needs a few fields of a wide row and three short lists beside it. They are read
by hand-written SQL: as querysets they would be six, and most of what a page costs would be putting those together.
The objects hold only the fields named here; another one is read when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from applicants.models import ApplicationDraft
from callcenter_jobs.lib.codes import long_code
from callcenter_jobs.lib.rows import instance_of, instances_of
from callcenter_jobs.prepared import Prepared
from postings.enums import PostingState, StageKind
from postings.models import Employer, Posting, PostingLanguage, ScreeningQuestion, Site, StartClass

Row = Sequence[Any]

DRAFT = ("id", "posting_id", "key", "language", "source", "blob_id", "file_name", "file_type", "application_id", "expires_at")
POSTING = (
    *("id", "employer_id", "code", "state", "language", "plan_id", "work_type", "site_id", "country", "shift_mask"),
    *("response_promise_days", "closes_on"),
)
EMPLOYER = ("id", "slug", "name")
SITE = ("id", "time_zone")
LANGUAGE = ("id", "language", "level", "is_required")
START = ("id", "code", "starts_on")
QUESTION = ("id", "kind", "texts", "options", "is_required")
# What an answer is compared with.
JUDGED = ("id", "kind", "accepted", "is_knockout")
PARTS = {"draft": DRAFT, "posting": POSTING, "employer": EMPLOYER, "site": SITE}
COLUMNS = ", ".join([*(f"{part}.{name}" for part, names in PARTS.items() for name in names), "draft.data::json"])

# A posting that was published at some time, open or not: drafts of employers are nobody's business. The draft's key
# is the permission to see it; an expired one is gone, like an unknown one.
READ = Prepared(f"""
SELECT {COLUMNS},
    (SELECT json_agg(json_build_array({", ".join(LANGUAGE)}) ORDER BY is_required DESC, id)
       FROM postings_postinglanguage WHERE posting_id = posting.id),
    (SELECT json_agg(json_build_array({", ".join(START)}) ORDER BY starts_on)
       FROM postings_startclass WHERE posting_id = posting.id AND starts_on >= %(today)s),
    (SELECT json_agg(json_build_array({", ".join(QUESTION)}) ORDER BY position, id)
       FROM postings_screeningquestion WHERE posting_id = posting.id AND is_active)
  FROM postings_posting posting
  JOIN postings_employer employer ON employer.id = posting.employer_id
  LEFT JOIN postings_site site ON site.id = posting.site_id
  LEFT JOIN applicants_applicationdraft draft
    ON draft.posting_id = posting.id AND draft.key = %(key)s AND draft.expires_at > %(now)s
 WHERE posting.code = %(code)s AND posting.state <> %(unpublished)s
""")  # noqa: S608  the columns are our own words

# The draft's row is locked: whoever sends it too waits here. The posting is held as it is: a closing that is under way
# is waited for and seen, one that comes waits and then ends the new application too. Then, unless the draft was sent
# meanwhile, the candidate of this address, found or new: the update changes nothing, it locks the row that is there, so
# two drafts of one person are sent one after the other. ``xmax`` is 0 in a row just inserted.
LOCK = Prepared(f"""
WITH locked AS (SELECT {COLUMNS},
    (SELECT id FROM postings_postingrevision WHERE posting_id = posting.id ORDER BY number DESC LIMIT 1),
    (SELECT id FROM postings_stage WHERE plan_id = posting.plan_id AND kind = %(applied)s),
    (SELECT json_agg(json_build_array({", ".join(JUDGED)}))
       FROM postings_screeningquestion WHERE posting_id = posting.id)
  FROM applicants_applicationdraft draft
  JOIN postings_posting posting ON posting.id = draft.posting_id
  JOIN postings_employer employer ON employer.id = posting.employer_id
  LEFT JOIN postings_site site ON site.id = posting.site_id
 WHERE draft.id = %(draft)s
   FOR UPDATE OF draft FOR KEY SHARE OF posting
), candidate AS (
    INSERT INTO applicants_candidate (code, email, language, created_at)
    SELECT %(candidate)s::text, %(email)s::text, %(language)s::text, %(now)s::timestamptz FROM locked WHERE locked.data -> 'sent' IS NULL
        ON CONFLICT (email) DO UPDATE SET email = excluded.email
    RETURNING id, xmax = 0
)
SELECT * FROM locked LEFT JOIN candidate ON true
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Asking:
    """A published posting as the screens ask about it: its languages, the starts one can still join, its questions."""

    posting: Posting
    languages: list[PostingLanguage]
    start_classes: list[StartClass]
    questions: list[ScreeningQuestion]


@dataclass(frozen=True, slots=True)
class Sending:
    """A locked draft and what an application for its posting refers to.

    Without a candidate where the draft had been sent already; ``is_known`` says that this one was there before.
    """

    draft: ApplicationDraft
    posting: Posting
    revision_id: int | None
    stage_id: int
    questions: dict[int, ScreeningQuestion]
    candidate_id: int | None
    is_known: bool


def find_asking(code: str, key: str = "") -> tuple[Asking, ApplicationDraft | None] | None:
    """The posting with this code and, when ``key`` is that of one of its drafts, the draft."""
    now = timezone.now()
    values = {"code": code, "key": key, "now": now, "today": timezone.localdate(now), "unpublished": PostingState.DRAFT.value}
    row = next(iter(READ.rows(values)), None)
    if row is None:
        return None
    posting, draft, (languages, starts, questions) = _objects(row)
    asking = Asking(
        posting=posting,
        languages=instances_of(PostingLanguage, LANGUAGE, languages),
        start_classes=instances_of(StartClass, START, ((pk, code, date.fromisoformat(day)) for pk, code, day in starts or ())),
        questions=instances_of(ScreeningQuestion, QUESTION, questions),
    )
    return asking, draft


def lock_for_sending(draft: ApplicationDraft, *, email: str, language: str, at: datetime) -> Sending:
    """Lock the draft's row, hold the posting's, read what its application is made of, and lock the candidate of this address.

    Raises ``ApplicationDraft.DoesNotExist``.
    """
    values = {"candidate": long_code(), "email": email.lower(), "language": language, "now": at}
    row = next(iter(LOCK.rows({"draft": draft.pk, "applied": StageKind.APPLIED.value, **values})), None)
    if row is None:
        raise ApplicationDraft.DoesNotExist
    posting, locked, (revision_id, stage_id, questions, candidate_id, is_new) = _objects(row)
    assert locked is not None
    return Sending(
        draft=locked,
        posting=posting,
        revision_id=revision_id,
        stage_id=stage_id,
        questions={question.pk: question for question in instances_of(ScreeningQuestion, JUDGED, questions)},
        candidate_id=candidate_id,
        is_known=not is_new,
    )


def _objects(row: Row) -> tuple[Posting, ApplicationDraft | None, Row]:
    """The rows that ``COLUMNS`` names as objects, and what stands after them."""
    values = iter(row)
    parts = {part: {name: next(values) for name in names} for part, names in PARTS.items()}
    draft_data = next(values)
    posting = instance_of(Posting, parts["posting"])
    posting.employer = instance_of(Employer, parts["employer"])
    posting.site = None if posting.site_id is None else instance_of(Site, parts["site"])
    draft = None
    if parts["draft"]["id"] is not None:
        draft = instance_of(ApplicationDraft, {**parts["draft"], "data": draft_data})
        draft.posting = posting
    return posting, draft, list(values)
