"""In which order: every order is a row of *tiers*, sets of postings that rank alike, the newest first within each.

So a page, however deep, is found by counting tiers off and looking into one or two of them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from pyroaring import BitMap

from callcenter_jobs.lib.geo import distance_km
from postings.search.currencies import in_order
from postings.search.matching import Match, called_bits, role_bits, text_bits
from postings.search.query import Query, Sort
from postings.search.segment import Segment, union

Key = tuple[Any, ...]
# A tier of one segment: its key (smaller comes first), the segment's place, and its numbers.
Tier = tuple[Key, int, BitMap]
LAST = (float("inf"),)
# Kilometers, ascending, and the place at each.
Rings = tuple["array[float]", "array[int]"]


@dataclass(slots=True)
class Part:
    """What a segment found."""

    match: Match
    found: BitMap

    @property
    def segment(self) -> Segment:
        return self.match.segment


def page_of(query: Query, parts: Sequence[Part], *, offset: int, limit: int) -> list[int]:
    """The ids of postings from ``offset`` on, at most ``limit``."""
    rows: list[int] = []
    skip = offset
    for numbers in _tiers(query, parts):
        size = sum(map(len, numbers))
        if skip >= size:
            skip -= size
            continue
        slice_of = _by_pay if query.sort is Sort.PAY else _newest
        rows += slice_of(parts, numbers, skip, limit - len(rows))
        skip = 0
        if len(rows) >= limit:
            break
    return rows


def _tiers(query: Query, parts: Sequence[Part]) -> Iterator[list[BitMap]]:
    """The tiers of all segments together, in order; for each the numbers by segment."""
    keyed = _KEYED[query.sort](query, parts)
    streams = [iter(tiers) for tiers in keyed]
    for _key, group in groupby(merge(*streams, key=lambda tier: tier[0]), key=lambda tier: tier[0]):
        numbers = [BitMap() for _part in parts]
        for _same, place, found in group:
            numbers[place] = found
        yield numbers


# --- the orders -------------------------------------------------------------------------------------------


def _by_age(query: Query, parts: Sequence[Part]) -> list[Iterator[Tier]]:
    return [iter([((), place, part.found)]) for place, part in enumerate(parts)]


def _by_match(query: Query, parts: Sequence[Part]) -> list[Iterator[Tier]]:
    """The role, then the title, then the tier, before text; the reader's language before others; then the fit, if wishes are
    known."""

    def tiers(place: int, part: Part) -> Iterator[Tier]:
        own = part.segment.written.get(query.language, BitMap())

        def tier(rank: int, numbers: BitMap) -> Iterator[Tier]:
            return _refined(query, part, (rank,), numbers, place)

        # Each is made when a page gets as far.
        roles = part.found & role_bits(query, part.segment)
        yield from tier(0, roles & own)
        titled = part.found & (text_bits(query, part.segment, title=True) or BitMap()) - roles
        yield from tier(1, titled & own)
        yield from tier(2, roles - own)
        yield from tier(3, titled - own)
        rest = part.found - roles - titled
        if called := rest & called_bits(query, part.segment):
            rest = rest - called
            yield from tier(4, called & own)
            yield from tier(5, called - own)
        yield from tier(6, rest & own)
        yield from tier(7, rest - own)

    return [tiers(place, part) for place, part in enumerate(parts)]


def _by_fit(query: Query, parts: Sequence[Part]) -> list[Iterator[Tier]]:
    return [_refined(query, part, (), part.found, place) for place, part in enumerate(parts)]


def _refined(query: Query, part: Part, key: Key, numbers: BitMap, place: int) -> Iterator[Tier]:
    """``numbers`` split by fit, best first; whole without wishes."""
    if not query.fit:
        yield key, place, numbers
        return
    for fit_key, fitting in part.match.fit_classes:
        yield (*key, *fit_key), place, numbers & fitting


def _by_pay(parts: Sequence[Part], numbers: Sequence[BitMap], start: int, count: int) -> list[int]:
    """Within a tier of one currency: the highest pay first, then the newest."""
    columns = []
    for part, found in zip(parts, numbers, strict=True):
        segment, where = part.segment, np.asarray(found.to_array(), np.int64)
        pay = segment.pay_max[where].astype(np.int64)
        wanted = start + count
        if len(where) > wanted * 4:
            bar = np.partition(pay, len(pay) - wanted)[len(pay) - wanted]
            where, pay = where[pay >= bar], pay[pay >= bar]
        columns.append(np.stack([pay, segment.published[where], segment.ids[where]]))
    pay, published, ids = np.concatenate(columns, axis=1)
    order = np.lexsort((ids, published, pay))[::-1]
    return [int(value) for value in ids[order[start : start + count]]]


def _by_currency(query: Query, parts: Sequence[Part]) -> list[Iterator[Tier]]:
    """Amounts of different currencies do not compare: one after the other, the wanted one first, no pay last."""
    counts: dict[str, int] = {}
    for part in parts:
        for currency, numbers in part.segment.values("currency"):
            counts[currency] = counts.get(currency, 0) + part.found.intersection_cardinality(numbers)
    order = in_order(counts, query.pay_first)

    def tiers(place: int, part: Part) -> Iterator[Tier]:
        for rank, currency in enumerate(order):
            yield (rank,), place, part.found & part.segment.of("currency", currency)

    return [tiers(place, part) for place, part in enumerate(parts)]


def _by_start(query: Query, parts: Sequence[Part]) -> list[Iterator[Tier]]:
    """The earliest class from today on; without one last."""

    def tiers(place: int, part: Part) -> Iterator[Tier]:
        left = part.found
        for day in sorted(day for day in part.segment.dates if day >= query.today.toordinal()):
            first = left & part.segment.dates[day]
            if first:
                left = left - first
                yield (day,), place, first
        yield LAST, place, left

    return [tiers(place, part) for place, part in enumerate(parts)]


def _by_distance(query: Query, parts: Sequence[Part]) -> list[Iterator[Tier]]:
    """Kilometers from the middle of the area, to a tenth; then remote jobs, then what has no known place."""
    area = query.area
    if area is None or area.latitude is None or area.longitude is None:
        return _by_age(query, parts)
    middle = (area.latitude, area.longitude)

    def tiers(place: int, part: Part) -> Iterator[Tier]:
        left = part.found
        rings: Rings = part.segment.kept(("distance", middle), lambda: _rings(part.segment, middle))
        for kilometers, ring in groupby(zip(*rings, strict=True), key=itemgetter(0)):
            near = part.found & union(part.segment.places[key] for _kilometers, key in ring)
            if near:
                left = left - near
                yield (0, kilometers), place, near
        remote = left & part.segment.of("workplace", "remote")
        yield (1, 0.0), place, remote
        yield (2, 0.0), place, left - remote

    return [tiers(place, part) for place, part in enumerate(parts)]


def _rings(segment: Segment, middle: tuple[float, float]) -> Rings:
    """How far the places are from ``middle`` (kilometers, to a tenth), and which they are, the nearest first. Their
    numbers are joined as far as a page needs them: kept for every middle, they would be a second index."""
    found = sorted((round(distance_km(*middle, *point), 1), key) for key, point in segment.place_at.items())
    return array("d", [kilometers for kilometers, _key in found]), array("q", [key for _kilometers, key in found])


_KEYED: dict[Sort, Callable[[Query, Sequence[Part]], list[Iterator[Tier]]]] = {
    Sort.NEWEST: _by_age,
    Sort.MATCH: _by_match,
    Sort.FIT: _by_fit,
    Sort.PAY: _by_currency,
    Sort.START: _by_start,
    Sort.DISTANCE: _by_distance,
}


# --- the newest of a tier ------------------------------------------------------------------------------------


def _newest(parts: Sequence[Part], numbers: Sequence[BitMap], start: int, count: int) -> list[int]:
    """Rows ``start`` to ``start + count`` of a tier, the newest first.

    In a sorted segment the newest are the highest numbers, so a deep page costs no more than the first. The others
    are small: their rows are sorted, and each is placed by how many of the sorted segment are newer.
    """
    base = next(((part.segment, found) for part, found in zip(parts, numbers, strict=True) if part.segment.is_sorted), None)
    late: list[tuple[int, int]] = []
    for part, found in zip(parts, numbers, strict=True):
        if not part.segment.is_sorted and found:
            where = np.asarray(found.to_array(), np.int64)
            late += zip(part.segment.published[where].tolist(), part.segment.ids[where].tolist(), strict=True)
    late.sort(reverse=True)
    if base is None:
        return [posting for _published, posting in late[start : start + count]]
    segment, found = base

    def row_of(place: int) -> int:
        """In which row of the tier ``late[place]`` stands: rows grow with places."""
        return place + _newer(segment, found, late[place])

    end = min(start + count, len(found) + len(late))
    # What is late and comes before this page, then what is on it.
    before = bisect_left(range(len(late)), start, key=row_of)
    placed: dict[int, int] = {}
    for place in range(before, min(len(late), before + count)):
        row = row_of(place)
        if row >= end:
            break
        placed[row] = late[place][1]
    rows: list[int] = []
    at = start - before
    for row in range(start, end):
        if row in placed:
            rows.append(placed[row])
        else:
            rows.append(int(segment.ids[found[len(found) - 1 - at]]))
            at += 1
    return rows


def _newer(segment: Segment, found: BitMap, key: tuple[int, int]) -> int:
    """How many of ``found`` were published after ``key`` (published, id)."""
    published, posting = key
    first = int(segment.published.searchsorted(published, side="left"))
    last = int(segment.published.searchsorted(published, side="right"))
    # Of one moment the ids ascend; what was imported at once may have thousands of it.
    first += int(np.searchsorted(segment.ids[first:last], posting))
    return len(found) - found.rank(first - 1) if first else len(found)
