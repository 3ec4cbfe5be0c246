"""The hourly mail to a hiring team about new applications: each application stands in exactly one digest.

In one transaction the applications that no digest has named yet are stamped with one moment, and a mail per
member is written into the outbox. The stamp is the digest's name: its mails count the applications that
carry it, and the dedupe key holds it, so a run that is repeated or killed halfway loses and doubles nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Count, Min, Q
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from applicants.models import Application
from callcenter_jobs.outbox import queue
from postings.enums import MemberRole
from postings.models import Employer, Membership, Posting

if TYPE_CHECKING:
    from callcenter_jobs.outbox.models import Message

KIND = "new_applications_digest"
READERS = (MemberRole.OWNER, MemberRole.RECRUITER, MemberRole.HIRING_MANAGER)
SIGNER = Signer(salt="applicants.digest-off")


@dataclass(frozen=True, slots=True)
class DigestRow:
    """What a digest says of one posting. No names: who applied is read at the desk."""

    posting: Posting
    number: int
    flagged: int
    reply_due_on: date | None


def send_digests(*, at: datetime | None = None) -> int:
    """One digest for each employer with new applications. Returns how many mails were written."""
    waiting = Application.objects.filter(digested_at__isnull=True).order_by().values_list("employer", flat=True).distinct()
    employers = Employer.objects.filter(pk__in=waiting).order_by("pk")
    return sum(len(send_digest(employer, at=at)) for employer in employers.iterator())


@transaction.atomic
def send_digest(employer: Employer, *, at: datetime | None = None) -> list[Message]:
    """The digest of one employer. What nobody wants to read is stamped too, so that switching it on later is no flood."""
    moment = at or timezone.now()
    # Rows that a run at the same time has locked are that run's.
    fresh = list(
        Application.objects.select_for_update(skip_locked=True)
        .filter(employer=employer, digested_at__isnull=True).values_list("pk", flat=True)
    )  # fmt: skip
    if not fresh:
        return []
    Application.objects.filter(pk__in=fresh).update(digested_at=moment)
    if not Application.objects.filter(pk__in=fresh).active().exists():
        return []
    return [_write(membership, moment) for membership in readers(employer)]


def readers(employer: Employer) -> list[Membership]:
    wanted = Membership.objects.filter(employer=employer, role__in=READERS, wants_digest=True, user__is_active=True)
    return list(wanted.select_related("user", "employer").order_by("pk"))


def _write(membership: Membership, moment: datetime) -> Message:
    stamp = moment.isoformat()
    return queue.enqueue(
        kind=KIND,
        to=membership.user.email,
        language=membership.user.language,
        context={"membership": membership.code, "at": stamp},
        dedupe_key=f"digest:{membership.code}:{stamp}",
        message_class="digest",
        thread=f"digest:{membership.code}",
        about=f"membership:{membership.code}",
    )


def rows_of(employer: Employer, stamp: str) -> list[DigestRow]:
    """What the digest of that moment says now: those who withdrew meanwhile are not counted any more."""
    moment = parse_datetime(stamp)
    counted = (
        Application.objects.of(employer).active().filter(digested_at=moment).order_by()
        .values("posting").annotate(number=Count("pk"), flagged=Count("pk", filter=Q(is_flagged=True)), due=Min("reply_due_on"))
    )  # fmt: skip
    by_posting = {row["posting"]: row for row in counted}
    postings = Posting.objects.filter(pk__in=by_posting).prefetch_related("texts").order_by("pk")
    rows = [DigestRow(posting, row["number"], row["flagged"], row["due"]) for posting in postings for row in [by_posting[posting.pk]]]
    return sorted(rows, key=lambda row: (row.reply_due_on or date.max, row.posting.pk))


def off_token(membership: Membership) -> str:
    """The secret part of the link that stops a member's digest. It can do nothing else."""
    return SIGNER.sign(membership.code)


def membership_of_token(token: str, *, slug: str) -> Membership:
    """Whose digest a link stops; 404 for a link that we never gave out."""
    try:
        code = SIGNER.unsign(token)
    except BadSignature:
        raise Http404 from None
    found = Membership.objects.select_related("employer", "user").filter(code=code, employer__slug=slug).first()
    if found is None:
        raise Http404
    return found


def set_digest(membership: Membership, *, wanted: bool) -> None:
    """Switch a member's digest; one that is still waiting to leave is taken back with it."""
    with transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(wants_digest=wanted)
        if not wanted:
            queue.cancel(about=f"membership:{membership.code}", kinds=[KIND], by="reader")
    membership.wants_digest = wanted
