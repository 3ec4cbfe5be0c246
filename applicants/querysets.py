"""The vocabulary of applications. Dates are arguments, so that tests and reports can ask about any day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from postings.enums import StageKind

if TYPE_CHECKING:
    from applicants.models import Application, Candidate  # noqa: F401
    from postings.models import Employer, Posting


class ApplicationQuerySet(models.QuerySet["Application"]):
    def of(self, employer: Employer) -> ApplicationQuerySet:
        return self.filter(employer=employer)

    def for_posting(self, posting: Posting) -> ApplicationQuerySet:
        return self.filter(posting=posting)

    def by_candidate(self, candidate: Candidate) -> ApplicationQuerySet:
        return self.filter(candidate=candidate)

    def active(self) -> ApplicationQuerySet:
        return self.filter(ended_at__isnull=True)

    def hired(self) -> ApplicationQuerySet:
        return self.filter(stage__kind=StageKind.HIRED)

    def new(self) -> ApplicationQuerySet:
        """Nobody has looked yet: still in the first stage."""
        return self.filter(stage__kind=StageKind.APPLIED)

    def reply_due(self, *, on: date | None = None) -> ApplicationQuerySet:
        """The promised day is today or past, and the candidate has heard nothing."""
        today = on or timezone.localdate()
        return self.active().filter(reply_due_on__lte=today)

    def flagged(self) -> ApplicationQuerySet:
        return self.active().filter(is_flagged=True)

    def waiting_longest_first(self) -> ApplicationQuerySet:
        return self.order_by("stage_entered_at", "id")

    def search(self, words: str) -> ApplicationQuerySet:
        """By name or e-mail address, for the desk; every word must occur."""
        found: ApplicationQuerySet = self
        for word in words.split()[:5]:
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found
