"""The curators' own records: who changed what, imports with their dry run, and searches that found nothing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.codes import short_code
from postings.enums import ImportKind, ImportState, LibraryAction, LibraryArea, TermDecision
from postings.models.choices import a_language, only


class LibraryEvent(models.Model):
    """One change of the library; lines are added, and carried on only within one person's sitting. ``detail`` is
    ``{"before": …, "after": …}``, as far as it fits."""

    at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    area = models.CharField(_("part of the library"), max_length=12, choices=LibraryArea.choices)
    key = models.CharField(max_length=120)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, blank=True)
    action = models.CharField(_("what happened"), max_length=12, choices=LibraryAction.choices)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            only("area", LibraryArea, name="library_event_area_known"),
            only("action", LibraryAction, name="library_event_action_known"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="library_event_newest"),
            models.Index(fields=["area", "key", "-at"], name="library_event_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.key} {self.action}"


class LibraryImport(models.Model):
    """Files somebody wants in the library, read and compared, not yet applied.

    ``payload`` is the checked content, ``changes`` what applying it would do (a list of
    ``{"area", "key", "language", "action", "fields": [{"name", "before", "after"}]}``), ``problems`` what could not
    be taken (``{"where", "line", "message"}``). ``base_hash`` is the hash of what the changes would replace: when
    the library has moved on meanwhile, they are worked out anew before anything is applied.
    """

    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind.choices)
    file_name = models.CharField(_("file"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ImportState.choices, default=ImportState.PROPOSED)
    payload = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    rows = models.PositiveIntegerField(default=0)
    base_hash = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = [
            only("kind", ImportKind, name="library_import_kind_known"),
            only("state", ImportState, name="library_import_state_known"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def had_nothing(self) -> bool:
        """Whether it was filed away unread, because the library said all of it already."""
        return self.state == ImportState.DROPPED and not self.base_hash

    @property
    def state_label(self) -> str:
        return str(_("Nothing to change")) if self.had_nothing else self.get_state_display()


class MissedSearch(models.Model):
    """How often a search found nothing, per day: the words and a number, nothing of who searched."""

    term = models.CharField(max_length=60)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    day = models.DateField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            a_language("language", name="missed_search_language_known"),
            models.UniqueConstraint(fields=["term", "language", "day"], name="missed_search_once_per_day"),
        ]
        indexes = [models.Index(fields=["day"], name="missed_search_by_day")]

    def __str__(self) -> str:
        return self.term


class MissedTerm(models.Model):
    """A missed search that a curator has dealt with: made a title, or set aside."""

    term = models.CharField(max_length=60)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    decision = models.CharField(max_length=8, choices=TermDecision.choices)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            only("decision", TermDecision, name="missed_term_decision_known"),
            models.UniqueConstraint(fields=["term", "language"], name="missed_term_once"),
        ]

    def __str__(self) -> str:
        return self.term
