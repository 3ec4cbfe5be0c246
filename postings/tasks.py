"""Periodic work on postings."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction

from postings.models import Posting
from postings.services.publishing import close_posting


@shared_task(name="postings.close_overdue")
def close_overdue() -> int:
    """Close every posting whose last day has passed, also when the task did not run for days. Each in its own transaction."""
    return sum(_close(pk) for pk in Posting.objects.overdue().values_list("pk", flat=True))


@transaction.atomic
def _close(pk: int) -> bool:
    """Looked at again under the lock: its last day may have been moved, or somebody closed it in the same moment."""
    posting = Posting.objects.overdue().select_for_update(of=("self",)).filter(pk=pk).first()
    if posting is None:
        return False
    close_posting(posting, by=None)
    return True
