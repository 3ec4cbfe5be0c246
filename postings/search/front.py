"""The figures of the front page. They may be a few seconds old: nobody decides by them, and everybody asks for them.

What is listed is asked again when it is drawn (``postings.cards``), so a closed posting is never among the newest,
however old the figures are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone

from postings.models import Employer, Posting
from postings.search.backend import get_backend
from postings.search.employers import hiring_now
from postings.search.query import Query, Sort

# More than are shown, so that some may be closed meanwhile.
NEWEST = 12
EMPLOYERS = 6
# Postings by the day they start, until there are enough employers among them.
LOOKED_THROUGH = (60, 600)


@dataclass(frozen=True, slots=True, eq=False)
class FrontFigures:
    """Of one moment, and like no others: what is drawn of them may be kept for as long as they are."""

    by_tier: Mapping[str, int]
    by_role: Mapping[str, int]
    newest: tuple[int, ...]
    # As ``hiring_now`` returns them.
    employers: tuple[Employer, ...]

    @property
    def total(self) -> int:
        return sum(self.by_tier.values())


class _Kept:
    figures: FrontFigures | None = None
    until = 0.0
    refreshing = threading.Lock()


def front_page_figures() -> FrontFigures:
    """At most ``FRONT_PAGE_SECONDS`` old; while one request asks anew, the others get the last ones."""
    found = _Kept.figures
    if found is not None and time.monotonic() < _Kept.until:
        return found
    if found is not None and settings.FRONT_PAGE_SECONDS:
        if not _Kept.refreshing.acquire(blocking=False):
            return found
        try:
            return _refreshed()
        finally:
            _Kept.refreshing.release()
    return _refreshed()


def _refreshed() -> FrontFigures:
    found = _counted()
    _Kept.figures, _Kept.until = found, time.monotonic() + settings.FRONT_PAGE_SECONDS
    return found


def _counted() -> FrontFigures:
    query = Query(language="en", now=timezone.now(), today=timezone.localdate())
    found = get_backend().search(query, limit=NEWEST)
    tiers, roles = (found.facets.get(facet, {}) for facet in ("tier", "role"))
    return FrontFigures(by_tier=tiers, by_role=roles, newest=found.ids, employers=_soonest(query))


def _soonest(query: Query) -> tuple[Employer, ...]:
    """Those of ``hiring_now`` who start people soonest. To count the seats of every employer there is takes seconds on
    a large board, so only those are counted whose classes come first; on a small one that is everybody."""
    employers: set[int] = set()
    for number in LOOKED_THROUGH:
        ids = get_backend().search(replace(query, sort=Sort.START), limit=number, facets=False, fresh=False).ids
        employers = set(Posting.objects.filter(pk__in=ids).order_by().values_list("employer_id", flat=True))
        if len(employers) >= EMPLOYERS or len(ids) < number:
            break
    return tuple(hiring_now().filter(pk__in=employers)[:EMPLOYERS])
