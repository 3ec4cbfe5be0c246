"""The vocabulary of the product: what "open" means is said here once, for page, feed, sitemap, API and search."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from postings.enums import PostingState

if TYPE_CHECKING:
    from postings.models import Employer, Posting  # noqa: F401


class PostingQuerySet(models.QuerySet["Posting"]):
    def open(self, *, on: date | None = None) -> PostingQuerySet:
        """Postings that people may read and apply to. No last day means: open until it is closed by hand."""
        today = on or timezone.localdate()
        return self.filter(state=PostingState.OPEN).filter(Q(closes_on__isnull=True) | Q(closes_on__gte=today))

    def overdue(self, *, on: date | None = None) -> PostingQuerySet:
        """Still marked open although the last day has passed; the closing task closes them, however late it runs."""
        today = on or timezone.localdate()
        return self.filter(state=PostingState.OPEN, closes_on__lt=today)

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
