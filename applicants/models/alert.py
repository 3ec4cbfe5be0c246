"""A search that somebody wants to be told about by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants.enums import AlertFrequency
from applicants.querysets import JobAlertQuerySet
from callcenter_jobs.lib.codes import long_code
from postings.models.choices import a_language, only

# An index row of PostgreSQL holds 2700 bytes: address and query stand in one.
QUERY_LENGTH = 2000


class JobAlert(models.Model):
    """New postings of one search, told to one address. Nothing is sent before the address has confirmed it.

    ``query`` is the canonical address line of the search (``postings.saved_searches``), so that two ways to write one
    search are one alert. ``told_until`` is the watermark: every posting published before it has been told or was not
    asked for; it moves in the transaction that writes the mail. ``due_at`` is when the alert is looked at next.
    The private links are derived (``applicants.access.alert_token``), nothing of them is stored.
    """

    code = models.CharField(max_length=26, unique=True, default=long_code, editable=False)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    query = models.CharField(max_length=QUERY_LENGTH, blank=True)
    frequency = models.CharField(_("how often"), max_length=6, choices=AlertFrequency.choices, default=AlertFrequency.DAILY)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    told_until = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    objects = JobAlertQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            a_language("language", name="alert_language_known"),
            only("frequency", AlertFrequency, name="alert_frequency_known"),
            models.UniqueConstraint(fields=["email", "query"], name="alert_once_per_address_and_search"),
            models.CheckConstraint(condition=Q(email=models.functions.Lower("email")), name="alert_email_lower_case"),
            # Due is what is confirmed and not stopped, and nothing else.
            models.CheckConstraint(
                condition=Q(due_at__isnull=False, confirmed_at__isnull=False, stopped_at__isnull=True)
                | (Q(due_at__isnull=True) & (Q(confirmed_at__isnull=True) | Q(stopped_at__isnull=False))),
                name="alert_due_while_active",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="alert_due"),
            models.Index(fields=["created_at"], condition=Q(confirmed_at__isnull=True), name="alert_unconfirmed"),
            models.Index(fields=["stopped_at"], condition=Q(stopped_at__isnull=False), name="alert_stopped"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def about(self) -> str:
        """What its mails are about, for the outbox."""
        return f"alert:{self.code}"

    @property
    def is_active(self) -> bool:
        return self.confirmed_at is not None and self.stopped_at is None

    @property
    def is_pending(self) -> bool:
        return self.confirmed_at is None and self.stopped_at is None
