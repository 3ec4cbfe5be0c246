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
from postings.models import PostingEvent

# Well inside the time limit of a task, whatever the lease of the outbox.
SECONDS = 5.0


def end_left_over(*, seconds: float = SECONDS) -> int:
    """End and tell, the longest waiting first, each in its own transaction, for at most ``seconds``. Returns how many."""
    until = time.monotonic() + seconds
    ended = 0
    while time.monotonic() < until and _end_next():
        ended += 1
    return ended


@transaction.atomic
def _end_next() -> bool:
    left = Application.objects.active().filter(posting__state=PostingState.CLOSED)
    # Locked before it is looked at, so that two workers never take the same one.
    application = left.select_related("stage", "posting").select_for_update(of=("self",), skip_locked=True).waiting_longest_first().first()
    if application is None:
        return False
    closed = PostingEvent.objects.filter(posting=application.posting, to_state=PostingState.CLOSED).order_by("-at", "-id").first()
    pipeline.end_with_posting(application, by=closed.by if closed else None)
    return True
