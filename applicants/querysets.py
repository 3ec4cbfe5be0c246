"""The vocabulary of applications. Dates are arguments, so that tests and reports can ask about any day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone

from postings.enums import StageKind

if TYPE_CHECKING:
    from applicants.models import Application, Candidate, JobAlert  # noqa: F401
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

    def ended(self) -> ApplicationQuerySet:
        return self.filter(ended_at__isnull=False)

    def overdue(self, *, on: date | None = None) -> ApplicationQuerySet:
        """The promised day is past."""
        today = on or timezone.localdate()
        return self.active().filter(reply_due_on__lt=today)

    def speaking(self, language: str) -> ApplicationQuerySet:
        return self.filter(languages__language=language)

    def covering(self, need: int, *, percent: int) -> ApplicationQuerySet:
        """Those whose week covers at least ``percent`` of the cells of ``need``; ``ShiftFit.percent`` as one SQL expression."""
        cells = need.bit_count()
        if not cells or percent <= 0:
            return self
        covered = Func(
            F("availability_mask").bitand(need), template="bit_count((%(expressions)s)::bit(64))", output_field=models.BigIntegerField()
        )
        return self.alias(covered=covered).filter(covered__gte=-(-cells * percent // 100))

    def abouts(self) -> models.QuerySet[Application, str]:
        """The outbox's names for these applications, as ``Application.about`` makes them; for a subquery."""
        return self.order_by().values_list(Concat(Value("application:"), "code"), flat=True)

    def named(self, words: str) -> ApplicationQuerySet:
        """By name only, for those who may not see addresses: a search must not confirm one either."""
        found: ApplicationQuerySet = self
        for word in words.split()[:5]:
            found = found.filter(name__icontains=word)
        return found

    def before(self, other: Application) -> models.QuerySet[Application, str]:
        """Codes of those that waited longer in the stage than ``other``, the nearest first."""
        earlier = Q(stage_entered_at__lt=other.stage_entered_at) | Q(stage_entered_at=other.stage_entered_at, pk__lt=other.pk)
        return self.filter(earlier).order_by("-stage_entered_at", "-id").values_list("code", flat=True)

    def after(self, other: Application) -> models.QuerySet[Application, str]:
        """Codes of those that came into the stage after ``other``, the nearest first."""
        later = Q(stage_entered_at__gt=other.stage_entered_at) | Q(stage_entered_at=other.stage_entered_at, pk__gt=other.pk)
        return self.filter(later).waiting_longest_first().values_list("code", flat=True)

    def search(self, words: str) -> ApplicationQuerySet:
        """By name or e-mail address, for the desk; every word must occur."""
        found: ApplicationQuerySet = self
        for word in words.split()[:5]:
            found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
        return found


class JobAlertQuerySet(models.QuerySet["JobAlert"]):
    def of_address(self, email: str) -> JobAlertQuerySet:
        return self.filter(email=email.lower())

    def running(self) -> JobAlertQuerySet:
        """Confirmed or waiting for it: what counts against the limit of an address."""
        return self.filter(stopped_at__isnull=True)

    def due(self, *, at: datetime) -> JobAlertQuerySet:
        """To be looked at now, those that wait longest first."""
        return self.filter(due_at__lte=at).order_by("due_at", "pk")
