"""Who is hiring now: employers with open postings, their seats and the next start."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

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


def known_employers() -> QuerySet[Employer]:
    """Employers that the public may know of: they have published something at some time."""
    published = Posting.objects.exclude(state=PostingState.DRAFT)
    return Employer.objects.filter(pk__in=published.values("employer_id"))
