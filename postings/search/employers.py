"""Who is hiring now: employers with open postings, their seats and the next start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.conf import settings
from django.db.models import Count, F, IntegerField, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from callcenter_jobs.cache import slowly_aging
from callcenter_jobs.lib.kept import Kept
from postings.enums import PostingState
from postings.models import Employer, Posting, StartClass


class HiringEmployer(Protocol):
    """An employer as ``hiring_now`` returns it."""

    slug: str
    name: str
    industry: str
    open_postings: int
    open_places: int
    class_seats: int
    next_start: date | None


def hiring_now(*, on: date | None = None) -> QuerySet[Employer]:
    """Employers with an open posting, the soonest start first. One statement."""
    today = on or timezone.localdate()
    postings = Posting.objects.open(on=on).filter(employer=OuterRef("pk")).order_by()
    starts = StartClass.objects.filter(posting__in=Posting.objects.open(on=on), posting__employer=OuterRef("pk"), starts_on__gte=today)

    def one(rows: QuerySet[Posting] | QuerySet[StartClass], value: Count | Sum) -> Coalesce:
        summed = rows.values(owner=F("employer") if rows.model is Posting else F("posting__employer")).annotate(value=value).values("value")
        return Coalesce(Subquery(summed, output_field=IntegerField()), 0)

    return (
        Employer.objects.annotate(
            open_postings=one(postings, Count("pk")),
            open_places=one(postings, Sum("openings")),
            class_seats=one(starts.order_by(), Sum("seats")),
            next_start=Subquery(starts.order_by("starts_on").values("starts_on")[:1]),
        )
        .filter(open_postings__gt=0)
        .order_by(F("next_start").asc(nulls_last=True), "-open_places", "name")
    )


@dataclass(frozen=True, slots=True)
class Hiring:
    """One line of the list of employers."""

    employer: int
    open_postings: int
    open_places: int
    class_seats: int
    next_start: date | None


# In this process, so that a long list is unpacked once a minute and not for each page of it.
_kept: Kept[list[Hiring]] = Kept(size=1, seconds=lambda: 12 * settings.FRONT_PAGE_SECONDS)


def hiring_list() -> list[Hiring]:
    """What ``hiring_now`` says of everybody, in its order, from two statements that read every open posting once.

    As old as a quarter of an hour at most, usually five minutes: nobody decides by these figures, every employer's own
    page is asked afresh, and on a board of a million postings they take two seconds.
    """
    fresh, kept = 60 * settings.FRONT_PAGE_SECONDS, 180 * settings.FRONT_PAGE_SECONDS
    return _kept.get("all", lambda: slowly_aging("hiring-list", _everybody, fresh=fresh, kept=kept))


def _everybody() -> list[Hiring]:
    today = timezone.localdate()
    open_now = Posting.objects.open().order_by()
    coming = open_now.filter(start_classes__starts_on__gte=today).values_list("employer")
    starts = {
        employer: (seats, first)
        for employer, seats, first in coming.annotate(seats=Sum("start_classes__seats"), first=Min("start_classes__starts_on"))
    }
    counted = open_now.values_list("employer", "employer__name").annotate(postings=Count("pk"), places=Sum("openings"))
    lines = [(name, Hiring(pk, postings, places, *starts.get(pk, (0, None)))) for pk, name, postings, places in counted]
    lines.sort(key=lambda line: (line[1].next_start or date.max, -line[1].open_places, line[0]))
    return [hiring for _name, hiring in lines]


def described(lines: Sequence[Hiring]) -> list[Employer]:
    """The employers of these lines, as ``hiring_now`` returns them."""
    known = Employer.objects.only("slug", "name", "industry").in_bulk([line.employer for line in lines])
    found = []
    for line in lines:
        employer: Any = known.get(line.employer)
        if employer is not None:
            employer.open_postings, employer.open_places = line.open_postings, line.open_places
            employer.class_seats, employer.next_start = line.class_seats, line.next_start
            found.append(employer)
    return found


def known_employers() -> QuerySet[Employer]:
    """Employers that the public may know of: they have published something at some time."""
    published = Posting.objects.exclude(state=PostingState.DRAFT)
    return Employer.objects.filter(pk__in=published.values("employer_id"))
