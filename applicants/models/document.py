"""Files of candidates. The bytes live in PostgreSQL, in a table of their own: one commit, one backup, no orphans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from applicants.enums import DocumentKind, DocumentState
from applicants.models.application import Application
from callcenter_jobs.lib.codes import long_code
from postings.models import Employer
from postings.models.choices import only

MAX_BYTES = 5 * 1024 * 1024


class DocumentBlob(models.Model):
    """Bytes, by themselves: reading a document's row never drags its content along."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.sha256[:12]


class Document(models.Model):
    """``original_name`` is data for display only and never part of a path or a header without encoding."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="+", editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    blob = models.OneToOneField(DocumentBlob, on_delete=models.PROTECT, related_name="document")
    code = models.CharField(max_length=26, unique=True, default=long_code, editable=False)
    kind = models.CharField(max_length=10, choices=DocumentKind.choices, default=DocumentKind.RESUME)
    original_name = models.CharField(max_length=80)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.RECEIVED)
    text = models.TextField(blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("uploaded_at", "id")
        constraints = [
            only("kind", DocumentKind, name="document_kind_known"),
            only("state", DocumentState, name="document_state_known"),
            models.CheckConstraint(condition=Q(size__range=(1, MAX_BYTES)), name="document_size_within_limit"),
        ]

    def __str__(self) -> str:
        return self.code
