"""Ending what is still under way in postings that were closed: what closing itself left over.

The rows are the truth: an application that is active in a closed posting is still to be ended, however often this
was interrupted. Whoever reopens the posting before that keeps them.
"""

from __future__ import annotations

import time

from django.db import transaction

from applicants import pipeline
from applicants.models import Application
from postings.enums import PostingState
from postings.models import Posting, PostingEvent

# Well inside the time limit of a task, whatever the lease of the outbox.
SECONDS = 5.0


def end_left_over(*, seconds: float = SECONDS) -> int:
    """End and tell, the longest waiting first, each in its own transaction, for at most ``seconds``. Returns how many."""
    until = time.monotonic() + seconds
    ended = 0
    while time.monotonic() < until and (done := _end_next()) is not None:
        ended += done
    return ended


@transaction.atomic
def _end_next() -> int | None:
    """How many ended, one or none; ``None`` when nothing is left."""
    left = Application.objects.active().filter(posting__state=PostingState.CLOSED)
    found = left.waiting_longest_first().first()
    if found is None:
        return None
    # The posting first, as closing does: a reopening under way is waited for, and then everybody in it stays.
    posting = Posting.objects.select_for_update(of=("self",), no_key=True).get(pk=found.posting_id)
    still = Application.objects.active().filter(pk=found.pk).select_for_update(of=("self",))
    application = still.first() if posting.state == PostingState.CLOSED else None
    if application is None:
        # Another worker was faster, or the posting was reopened: there may be more.
        return 0
    closed = PostingEvent.objects.filter(posting=posting, to_state=PostingState.CLOSED).order_by("-at", "-id").first()
    pipeline.end_with_posting(application, by=closed.by if closed else None)
    return 1
