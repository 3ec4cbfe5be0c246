"""The vocabulary of the product: what "open" means is said here once, for page, feed, sitemap, API and search."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import DateField, DateTimeField, F, Func, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from postings.enums import PostingState

if TYPE_CHECKING:
    from postings.models import Employer, Posting  # noqa: F401


def today_there(at: datetime | None = None) -> Func:
    """The same as ``Posting.local_day``; a posting without a site counts in UTC."""
    moment = Value(at, output_field=DateTimeField()) if at else Now()
    zone = Coalesce(F("site__time_zone"), Value("UTC"))
    return Func(zone, moment, template="(timezone(%(expressions)s))::date", output_field=DateField())


class PostingQuerySet(models.QuerySet["Posting"]):
    def open(self, *, on: date | None = None, at: datetime | None = None) -> PostingQuerySet:
        """Postings that people may read and apply to, now, at a moment or on a day. No last day means: open until it is closed by hand."""
        found, today = self._with_today(on, at)
        return found.filter(state=PostingState.OPEN).filter(Q(closes_on__isnull=True) | Q(closes_on__gte=today))

    def overdue(self, *, on: date | None = None) -> PostingQuerySet:
        """Still marked open although the last day has passed; the closing task closes them, however late it runs."""
        found, today = self._with_today(on)
        return found.filter(state=PostingState.OPEN, closes_on__lt=today)

    def _with_today(self, on: date | None, at: datetime | None = None) -> tuple[PostingQuerySet, date | F]:
        """``on``, or else today where each job is: the last day ends at the site's midnight, not at the reader's."""
        return (self, on) if on else (self.alias(today_there=today_there(at)), F("today_there"))

    def closing_within(self, days: int, *, on: date | None = None) -> PostingQuerySet:
        today = on or timezone.localdate()
        return self.open(on=today).filter(closes_on__lte=today + timedelta(days=days))

    def of(self, employer: Employer) -> PostingQuerySet:
        return self.filter(employer=employer)

    def for_list(self) -> PostingQuerySet:
        """With what a row of results needs, in a fixed number of queries."""
        return self.select_related("employer", "site", "role").prefetch_related("texts", "languages", "start_classes")

    def for_page(self) -> PostingQuerySet:
        """With everything a posting page shows."""
        related: list[Any] = ["supplements", "screening_questions", "plan__stages", "role__titles"]
        return self.for_list().select_related("template_version", "plan").prefetch_related(*related)
