"""How many postings each choice of each facet would show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from heapq import nsmallest
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.search.facets import FACETS, FIT_LEAST, LONG, POSTED_DAYS, band_currencies
from postings.search.matching import MICRO, Match, least_fit, levels_up_to
from postings.search.query import Query
from postings.search.segment import Segment, true_at

Tally = dict[str, dict[str, int]]
Counts = npt.NDArray[np.integer[Any]]
# Facets whose values are terms of the index as they stand.
PLAIN = (
    "tier", "role", "work", "channel", "band", "day", "workplace", "employment", "student", "hours", "currency", "payband",
    "experience", "training", "country", "industry",
)  # fmt: skip
# Where more is found, only the most frequent values of a long facet are counted, if they decide.
DENSE = 20_000
# Beyond so many values that must be counted in any case, all are.
MOST_KEPT = 50


def tally(query: Query, matches: Sequence[Match]) -> Tally:
    """Exact counts over all segments; no zeros. Of long facets the largest values and the chosen ones."""
    total: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for match in matches:
        if match.segment.live:
            for name, counts in _values(query, match).items():
                total[name].update(counts)
    found = {name: {value: count for value, count in counts.items() if count} for name, counts in total.items()}
    return found | {name: _long(query, matches, name) for name, facet in FACETS.items() if facet.is_long}


def _values(query: Query, match: Match) -> Mapping[str, Mapping[str, int]]:
    """The facets with few values."""
    if match.groups:
        return _count(query, match)
    # Nothing chosen: what everybody sees first. Only what hangs on the minute is counted again.
    key = ("tally", len(match.open), query.today, query.level, query.fit)
    kept: Mapping[str, Mapping[str, int]] = match.segment.kept(key, lambda: _count(query, match))
    return {**kept, "posted": _posted(query, match.segment, match.open)}


def _count(query: Query, match: Match) -> dict[str, Mapping[str, int]]:
    segment = match.segment
    found: dict[str, Mapping[str, int]] = {}
    for name in PLAIN:
        others = match.universe(FACETS[name].group)
        values = segment.values(name) if name != "payband" else _bands(query, segment)
        found[name] = _sizes(values, others) if others else {}
    found["lang"] = _languages(query, segment, match.universe("lang"))
    found["start"] = _sizes(segment.months(query.today), match.universe("start"))
    found["posted"] = _posted(query, segment, match.universe("posted"))
    if query.fit:
        others = match.universe("fit")
        found["fit"] = {least: others.intersection_cardinality(least_fit(query, segment, least)) for least in FIT_LEAST}
    return found


def _bands(query: Query, segment: Segment) -> list[tuple[str, BitMap]]:
    """The pay bands of the chosen currencies: those of others compare with nothing."""
    currencies = band_currencies(query.choices)
    return [(value, numbers) for value, numbers in segment.values("payband") if value[:3] in currencies] if currencies else []


def _sizes(values: Iterable[tuple[str, BitMap]], others: BitMap) -> dict[str, int]:
    return {value: others.intersection_cardinality(numbers) for value, numbers in values}


def _languages(query: Query, segment: Segment, others: BitMap) -> Counter[str]:
    """A posting names a language once, so the levels of one add up."""
    levels = set(levels_up_to(query.level))
    counts: Counter[str] = Counter()
    for value, numbers in segment.values("lang"):
        language, _space, level = value.partition(" ")
        if level in levels:
            counts[language] += others.intersection_cardinality(numbers)
    return counts


def _posted(query: Query, segment: Segment, others: BitMap) -> dict[str, int]:
    def since(days: str) -> BitMap:
        return segment.published_since(int((query.now - timedelta(days=int(days))).timestamp() * MICRO))

    return {days: others.intersection_cardinality(since(days)) for days in POSTED_DAYS}


# --- facets with very many values ---------------------------------------------------------------------------


def _long(query: Query, matches: Sequence[Match], name: str) -> dict[str, int]:
    """The ``LONG`` largest, equals by value, and what is chosen. Small segments are counted out, value by value; in
    a large one only those values get a name that may be among the largest."""
    group = FACETS[name].group
    chosen = query.choices.get(name, ())
    counts: Counter[str] = Counter()
    for match in matches:
        if not match.segment.is_sorted:
            counts.update(_all_of(match.segment, name, match.universe(group)))
    for match in matches:
        if match.segment.is_sorted:
            counts.update(_contenders(match.segment, name, match.universe(group), {*counts, *chosen}))
    best = nsmallest(LONG, ((-count, value) for value, count in counts.items() if count))
    names = dict.fromkeys((*(value for _count, value in best), *(value for value in chosen if counts[value])))
    return {value: counts[value] for value in names}


def _all_of(segment: Segment, name: str, others: BitMap) -> dict[str, int]:
    names = segment.names(name)
    counts = _by_code(segment.codes(name), others, len(names))
    return {str(names[code]): int(counts[code]) for code in np.flatnonzero(counts).tolist()}


def _contenders(segment: Segment, name: str, others: BitMap, kept: set[str]) -> dict[str, int]:
    """The counts of ``kept`` and of every value that may be one of the ``LONG`` largest."""
    if not others:
        return {}
    names = segment.names(name)
    wanted = segment.places_of(name, kept)
    few = _frequent(segment, name, others, wanted)
    if few is not None:
        return {str(names[code]): count for code, count in few.items()}
    counts = _by_code(segment.codes(name), others, len(names))
    bar = max(1, int(np.partition(counts, -LONG)[-LONG])) if len(counts) > LONG else 1
    larger = {str(names[code]): int(counts[code]) for code in (*np.flatnonzero(counts > bar).tolist(), *wanted)}
    equal = nsmallest(LONG, (str(names[code]) for code in np.flatnonzero(counts == bar).tolist()))
    return {**dict.fromkeys(equal, bar), **larger}


def _frequent(segment: Segment, name: str, others: BitMap, wanted: Sequence[int]) -> dict[int, int] | None:
    """Counts by code of the most frequent values alone, where they decide: when the last of the ``LONG`` largest among
    them has more than any other value has at all."""
    if len(others) < DENSE or len(wanted) > MOST_KEPT:
        return None
    top = segment.top(name)
    counts = {code: others.intersection_cardinality(numbers) for code, numbers in zip(top.codes, top.sets, strict=True)}
    if len(counts) < LONG or sorted(counts.values(), reverse=True)[LONG - 1] <= top.rest_at_most:
        return None
    codes = segment.codes(name)
    return counts | {code: others.intersection_cardinality(true_at(codes == code)) for code in wanted if code not in counts}


def _by_code(codes: Counts, others: BitMap, size: int) -> Counts:
    mine = codes[np.asarray(others.to_array())] if others else codes[:0]
    return np.bincount(mine[mine >= 0], minlength=size)
