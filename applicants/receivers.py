"""What applicants does when postings tells it something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from applicants import pipeline
from applicants.models import Application
from postings.signals import closing_asked, posting_closed

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User
    from postings.models import Posting


# More than this is ended by ``applicants.end_left_over``, a few seconds later: a request must not last a minute, and
# one that is cut off would close nothing.
ENDED_AT_ONCE = 100


@receiver(posting_closed)
def end_applications(*, posting: Posting, by: User | None, **_kwargs: Any) -> None:
    """Everyone still under way is told, in the same transaction that closes the posting; of very many, the first.

    Who withdrew or was decided about between the look and the lock has ended already, and that stands.
    """
    active = Application.objects.for_posting(posting).active().select_related("stage").waiting_longest_first()
    pipeline.move_many(active[:ENDED_AT_ONCE], one=lambda application: pipeline.end_with_posting(application, by=by))


@receiver(closing_asked)
def count_still_under_way(*, posting: Posting, **_kwargs: Any) -> int:
    """Whom closing would tell: said before it is done."""
    return Application.objects.for_posting(posting).active().count()
