"""An application while it is being filled in: every screen and the chosen file are kept on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from applicants.enums import Source
from applicants.models import ApplicationDraft, DocumentBlob
from postings.models import Posting

LIFETIME = timedelta(days=7)


def start_draft(*, posting: Posting, language: str, source: str = Source.PORTAL, data: dict[str, Any] | None = None) -> ApplicationDraft:
    """A new draft; ``data`` maps a screen to what was typed on it."""
    return ApplicationDraft.objects.create(
        posting=posting,
        language=language,
        source=source if source in Source.values else Source.PORTAL,
        data=data or {},
        expires_at=timezone.now() + LIFETIME,
    )


@transaction.atomic
def save_screen(draft: ApplicationDraft, *, screen: str, typed: dict[str, Any]) -> ApplicationDraft:
    """Keep what was typed on one screen, valid or not. A draft that was sent stays as it is."""
    locked = lock_draft(draft)
    if not was_sent(locked):
        locked.data = {**locked.data, screen: typed}
        locked.expires_at = timezone.now() + LIFETIME
        locked.save(update_fields=["data", "expires_at", "updated_at"])
    return locked


@transaction.atomic
def attach_file(draft: ApplicationDraft, *, name: str, content_type: str, content: bytes) -> ApplicationDraft:
    """Keep the chosen file, in place of an earlier one. The caller has checked it."""
    locked = lock_draft(draft)
    if was_sent(locked):
        return locked
    before = locked.blob_id
    locked.blob = DocumentBlob.objects.create(content=content, sha256=hashlib.sha256(content).hexdigest())
    locked.file_name, locked.file_type = name, content_type
    locked.save(update_fields=["blob", "file_name", "file_type", "updated_at"])
    delete_blobs([before])
    return locked


@transaction.atomic
def remove_file(draft: ApplicationDraft) -> ApplicationDraft:
    locked = lock_draft(draft)
    before = locked.blob_id
    if before and not was_sent(locked):
        locked.blob, locked.file_name, locked.file_type = None, "", ""
        locked.save(update_fields=["blob", "file_name", "file_type", "updated_at"])
        delete_blobs([before])
    return locked


def lock_draft(draft: ApplicationDraft) -> ApplicationDraft:
    return ApplicationDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


def was_sent(draft: ApplicationDraft) -> bool:
    return "sent" in draft.data


def delete_blobs(pks: Iterable[int | None]) -> None:
    """Delete those of the files that no document and no draft holds, without loading them."""
    DocumentBlob.objects.filter(pk__in=[pk for pk in pks if pk], document=None, draft=None).only("pk").delete()


def delete_expired(*, at: datetime | None = None) -> int:
    """Delete drafts past their day with their files, and files that nothing points to. Returns how many drafts.

    A file younger than a day is left alone: its draft or document may be on its way in another transaction.
    """
    now = at or timezone.now()
    expired = ApplicationDraft.objects.filter(expires_at__lt=now)
    blobs = list(expired.exclude(blob=None).values_list("blob_id", flat=True))
    with transaction.atomic():
        _count, by_model = expired.delete()
        delete_blobs(blobs)
    orphans = DocumentBlob.objects.filter(draft=None, created_at__lt=now - timedelta(days=1))
    delete_blobs(orphans.filter(document=None).values_list("pk", flat=True))
    return by_model.get("applicants.ApplicationDraft", 0)
