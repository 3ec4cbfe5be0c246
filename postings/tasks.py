"""Periodic work on postings."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import DatabaseError, transaction

from postings.models import Posting
from postings.search.building import is_due
from postings.search.pruning import prune
from postings.search.spawning import spawn_builder
from postings.services.missed_searches import forget_old
from postings.services.publishing import PublishRefused, close_posting

logger = logging.getLogger(__name__)


@shared_task(name="postings.close_overdue")
def close_overdue() -> int:
    """Close every posting whose last day has passed, also when the task did not run for days. Returns how many.

    Each in its own transaction: one that cannot be closed is logged and tried again at the next run, and keeps
    none of the others open.
    """
    closed = 0
    for pk, code in Posting.objects.overdue().values_list("pk", "code"):
        try:
            closed += _close(pk)
        except (PublishRefused, DatabaseError):
            logger.exception("Posting %s could not be closed on its last day", code)
    return closed


@shared_task(name="postings.forget_missed_searches")
def forget_missed_searches() -> int:
    """Delete counts of missed searches that are older than curators look back. Returns how many."""
    return forget_old()


@shared_task(name="postings.refresh_search")
def refresh_search() -> bool:
    """Keep the search index young: cut off what everybody has read of its log, and start a builder when a new base is due.

    Returns whether it started one; that works on by itself, see ``postings.search.spawning``.
    """
    prune()
    return is_due() and spawn_builder()


@transaction.atomic
def _close(pk: int) -> bool:
    """Looked at again under the lock: its last day may have been moved, or somebody closed it in the same moment."""
    posting = Posting.objects.overdue().select_for_update(of=("self",)).filter(pk=pk).first()
    if posting is None:
        return False
    close_posting(posting, by=None)
    return True
