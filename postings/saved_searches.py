"""A search as one line of text, asked again later: what alerts keep, and what feeds and pages link to.

Everything goes through ``PostingFilter``, the one door: what a visitor sees on the results page, an alert finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from postings.filter_words import said
from postings.filters import PostingFilter
from postings.models import Posting
from postings.search.facets import NO_START

# What says how to show a list, not what is in it; the newest of an alert are chosen by its watermark.
NOT_KEPT = frozenset({"sort", "page", "posted"})


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` new postings; the primary keys of the newest of them, newest first."""

    total: int
    ids: tuple[int, ...]


class Unusable(Exception):
    """Part of a kept search can no longer be asked, such as a day that has passed: without it the search would be another."""


def canonical_query(data: QueryDict, *, language: str) -> str:
    """The usable part of an address as text: the same for every order of the same choices.

    >>> canonical_query(QueryDict("page=2&tier=team_lead&tier=agent&sort=pay"), language="en")
    'tier=agent&tier=team_lead'
    """
    kept = PostingFilter(data, language=language).canonical
    for name in NOT_KEPT & set(kept):
        del kept[name]
    return kept.urlencode()


def alert_query(data: QueryDict, *, language: str) -> str:
    """The same for an alert: hours without "fits me" only put a list in order."""
    kept = QueryDict(canonical_query(data, language=language), mutable=True)
    if "fit" not in kept:
        kept.pop("week", None)
    return kept.urlencode()


def found_by(query: str, *, language: str, since: datetime, until: datetime, limit: int) -> Found:
    """The open postings of a kept search that were first published from ``since`` on and before ``until``.

    By the tables and not by the index: an index that has rested may be behind, and what it had not read when the
    watermark moved would never be told. Between two moments there is little to look through. Raises ``Unusable``.
    """
    door = PostingFilter(QueryDict(query), language=language)
    if door.ignored or _is_past(door):
        raise Unusable(query)
    new = door.qs.filter(published_at__gte=since, published_at__lt=until).order_by("-published_at", "-pk")
    return Found(new.count(), tuple(new.values_list("pk", flat=True)[:limit]))


def _is_past(door: PostingFilter) -> bool:
    """Whether all months that somebody wants to start in are over."""
    months = door.chosen.get("start", [])
    return bool(months) and all(month != NO_START and month < f"{door.query.today:%Y-%m}" for month in months)


def words_of(query: str, *, language: str) -> list[str]:
    """What a kept search asks for, in words, in the active language; empty when it asks for everything."""
    return [one.text for one in said(PostingFilter(QueryDict(query), language=language))]


def newest(query: str, *, language: str, limit: int) -> list[Posting]:
    """The newest open postings of a kept search, loaded for a list."""
    door = PostingFilter(QueryDict(query), language=language)
    return in_order(door.newest(limit=limit))


def in_order(ids: Sequence[int]) -> list[Posting]:
    """Postings by primary key, in this order, loaded for a list; those that have closed meanwhile are left out."""
    found = {posting.pk: posting for posting in Posting.objects.open().for_list().filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]
