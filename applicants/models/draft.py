"""An application being filled in: what was typed is kept on the server, so nothing is lost on a poor line."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from applicants.enums import Source
from applicants.models.application import Application
from applicants.models.document import DocumentBlob
from callcenter_jobs.lib.codes import long_code
from postings.models import Posting
from postings.models.choices import a_language, only


class ApplicationDraft(models.Model):
    """``key`` stands in the URL of the apply pages and becomes the application's idempotency key, so sending
    twice makes one application. ``data`` holds per screen what was typed, valid or not: the forms judge it again
    when it is sent. Once sent it holds only the receipt. Deleted after ``expires_at``."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=64, unique=True, default=long_code, editable=False)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    source = models.CharField(max_length=16, choices=Source.choices, default=Source.PORTAL)
    data = models.JSONField(default=dict)
    blob = models.OneToOneField(DocumentBlob, on_delete=models.SET_NULL, null=True, blank=True, related_name="draft")
    file_name = models.CharField(max_length=80, blank=True)
    file_type = models.CharField(max_length=100, blank=True)
    application = models.OneToOneField(Application, on_delete=models.CASCADE, null=True, blank=True, related_name="draft")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            a_language("language", name="draft_language_known"),
            only("source", Source, name="draft_source_known"),
        ]

    def __str__(self) -> str:
        return self.key
