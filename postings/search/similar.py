"""Open postings like another one: for its page, and for who comes too late."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from postings.models import Posting
from postings.search.backend import get_backend
from postings.search.query import Query


def similar_ids(posting: Posting, *, limit: int = 4) -> list[int]:
    """Here the same role first, then the same kind of work, then the same tier; then elsewhere. The newest first in each."""
    now = timezone.now()
    found: dict[int, None] = {}
    for step, choices in enumerate(_closer_first(posting)):
        query = Query(language=posting.language, now=now, today=timezone.localdate(now), choices=choices)
        # One more than is missing for each that may be known: this posting and what was closer.
        ids = get_backend().search(query, limit=limit + len(found) + 1, facets=False, fresh=not step).ids
        found |= dict.fromkeys(pk for pk in ids if pk != posting.pk)
        if len(found) >= limit:
            break
    return list(found)[:limit]


def _closer_first(posting: Posting) -> Iterator[dict[str, tuple[str, ...]]]:
    here = {"country": (posting.country,)}
    yield {**here, "role": (posting.role.key,)}
    yield {**here, "work": (posting.work_type,)}
    yield {**here, "tier": (posting.tier,)}
    yield {"role": (posting.role.key,)}
    yield {"tier": (posting.tier,)}
