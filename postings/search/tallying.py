"""How many postings each choice of each facet would show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.search.facets import FACETS, FIT_LEAST, LONG, POSTED_DAYS
from postings.search.matching import MICRO, Match, least_fit, levels_up_to
from postings.search.query import Query
from postings.search.segment import Segment

Tally = dict[str, dict[str, int]]
# Facets whose values are terms of the index as they stand.
PLAIN = (
    "tier", "role", "work", "channel", "band", "day", "workplace", "employment", "student", "hours", "currency", "payband",
    "experience", "training", "country", "industry",
)  # fmt: skip


def tally(query: Query, matches: Sequence[Match]) -> Tally:
    """Exact counts over all segments; no zeros. Of long facets the largest values and the chosen ones."""
    total: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for match in matches:
        for name, counts in _of_segment(query, match).items():
            total[name].update(counts)
    long = {name for name, facet in FACETS.items() if facet.is_long}
    return {
        name: _largest(counts, query.choices.get(name, ())) if name in long else {value: count for value, count in counts.items() if count}
        for name, counts in total.items()
    }


def _largest(counts: Mapping[str, int], chosen: Iterable[str]) -> dict[str, int]:
    """The ``LONG`` largest, equals by value, and what is chosen."""
    present = {value: count for value, count in counts.items() if count}
    if len(present) > LONG:
        bar = sorted(present.values(), reverse=True)[LONG - 1]
        first = sorted((value for value, count in present.items() if count >= bar), key=lambda value: (-present[value], value))[:LONG]
    else:
        first = list(present)
    return {value: present[value] for value in dict.fromkeys((*first, *(value for value in chosen if value in present)))}


def _of_segment(query: Query, match: Match) -> Mapping[str, Mapping[str, int]]:
    if not match.segment.live:
        return {}
    if not match.groups:
        # Nothing chosen: what everybody sees first, and the dearest to count.
        key = ("tally", len(match.open), query.today, query.level, query.fit)
        by_day = match.segment.kept(key, lambda: _counts(query, match, {"posted"}))
        return {**by_day, "posted": _posted(query, match.segment, match.open)}
    return _counts(query, match, set())


def _counts(query: Query, match: Match, leave_out: set[str]) -> dict[str, Mapping[str, int]]:
    segment, everything = match.segment, match.found
    within: dict[str, BitMap] = {}

    def universe(facet: str) -> BitMap:
        group = FACETS[facet].group
        if group not in match.groups:
            return everything
        if group not in within:
            within[group] = match.without(group)
        return within[group]

    found: dict[str, Mapping[str, int]] = {}
    for name in PLAIN:
        others = universe(name)
        found[name] = {value: others.intersection_cardinality(numbers) for value, numbers in segment.values(name)} if others else {}
    found["lang"] = _languages(query, segment, universe("lang"))
    found["start"] = _sizes(segment.months(query.today), universe("start"))
    found["city"] = _by_code(universe("city"), segment.cities, segment.city_keys)
    found["employer"] = _by_code(universe("employer"), segment.employers, [str(pk) for pk in segment.employer_ids.tolist()])
    if "posted" not in leave_out:
        found["posted"] = _posted(query, segment, universe("posted"))
    if query.fit:
        others = universe("fit")
        found["fit"] = {least: others.intersection_cardinality(least_fit(query, segment, least)) for least in FIT_LEAST}
    return found


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


def _by_code(others: BitMap, codes: npt.NDArray[np.integer[Any]], names: Sequence[str]) -> dict[str, int]:
    """Counts by a column instead of by sets: there are too many values for one set each."""
    if not others or not names:
        return {}
    mine = codes[np.asarray(others.to_array())]
    counts = np.bincount(mine[mine >= 0], minlength=len(names))
    return {names[code]: int(counts[code]) for code in np.flatnonzero(counts).tolist()}
