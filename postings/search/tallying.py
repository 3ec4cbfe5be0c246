"""How many postings each choice of each facet would show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from heapq import nsmallest
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.search.columns import Column, Valued, columns
from postings.search.facets import FACETS, FIT_LEAST, LONG, POSTED_DAYS, band_currencies
from postings.search.matching import MICRO, Match, least_fit, levels_up_to
from postings.search.query import Query
from postings.search.segment import Segment, union

Tally = dict[str, dict[str, int]]
Counts = npt.NDArray[np.integer[Any]]
# Facets whose values are terms of the index as they stand.
PLAIN = (
    "tier", "role", "work", "channel", "band", "day", "workplace", "employment", "student", "hours", "currency", "payband",
    "experience", "training", "country", "industry",
)  # fmt: skip
# Of at most such a share of all postings it pays to look at each one instead of at every bitmap.
FEW = 0.25


@dataclass(slots=True)
class Counting:
    """A match whose numbers are wanted as arrays; each array is made once."""

    match: Match
    _places: dict[str, npt.NDArray[np.intp]] = field(default_factory=dict)

    def places(self, group: str) -> npt.NDArray[np.intp]:
        """The numbers that the choices of a group would choose from."""
        key = group if group in self.match.groups else ""
        if key not in self._places:
            self._places[key] = _array(self.match.universe(key))
        return self._places[key]

    @property
    def missing(self) -> npt.NDArray[np.intp]:
        """What is open and was not found."""
        if "missing" not in self._places:
            self._places["missing"] = _array(self.match.open - self.match.found)
        return self._places["missing"]


def _array(numbers: BitMap) -> npt.NDArray[np.intp]:
    # The type that numpy looks places up by: any other would be changed into it each time.
    return np.asarray(numbers.to_array()).astype(np.intp)


def prepare(segment: Segment) -> None:
    """Make what counting needs of a segment that never changes, before anybody waits for it."""
    _columns(segment)


def _columns(segment: Segment) -> list[Column]:
    def made() -> list[Column]:
        values: dict[str, Valued] = {name: segment.values(name) for name in PLAIN}
        return columns(segment.size, values | {"lang": _spoken(segment, "")})

    return segment.constant("columns", made) if segment.is_sorted else []


def tally(query: Query, matches: Sequence[Match]) -> Tally:
    """Exact counts over all segments; no zeros. Of long facets the largest values and the chosen ones."""
    total: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    countings = [Counting(match) for match in matches]
    for counting in countings:
        if counting.match.segment.live:
            for name, counts in _values(query, counting).items():
                total[name].update(counts)
    found = {name: {value: count for value, count in counts.items() if count} for name, counts in total.items()}
    return found | {name: _long(query, countings, name) for name, facet in FACETS.items() if facet.is_long}


def _values(query: Query, counting: Counting) -> Mapping[str, Mapping[str, int]]:
    """The facets with few values."""
    match = counting.match
    if match.groups:
        return _count(query, counting)
    # Nothing chosen: what everybody sees first. Only what hangs on the minute is counted again.
    key = ("tally", len(match.open), query.today, query.level, query.fit)
    kept: Mapping[str, Mapping[str, int]] = match.segment.kept(key, lambda: _count(query, counting))
    return {**kept, "posted": _posted(query, match.segment, match.open)}


def _count(query: Query, counting: Counting) -> dict[str, Mapping[str, int]]:
    match = counting.match
    segment = match.segment
    # A column knows nothing of the choices made in a facet's own group, and nothing of levels.
    unknown = {"lang"} if query.level else set()
    found: dict[str, Mapping[str, int]] = {
        name: counts for name, counts in _by_column(counting).items() if name not in unknown and FACETS[name].group not in match.groups
    }
    for name in PLAIN:
        if name not in found:
            others = match.universe(FACETS[name].group)
            values = segment.values(name) if name != "payband" else _bands(query, segment)
            found[name] = _sizes(values, others) if others else {}
    if "lang" not in found:
        found["lang"] = _languages(query, segment, match.universe("lang"))
    found["start"] = _sizes(segment.months(query.today), match.universe("start"))
    found["posted"] = _posted(query, segment, match.universe("posted"))
    if query.fit:
        others = match.universe("fit")
        found["fit"] = {least: others.intersection_cardinality(least_fit(query, segment, least)) for least in FIT_LEAST}
    return found


def _by_column(counting: Counting) -> dict[str, dict[str, int]]:
    """The facets that columns know, of what was found; none where their bitmaps are quicker. Of much, what is missing is counted."""
    match = counting.match
    segment, found = match.segment, len(match.found)
    missing = len(match.open) - found
    if min(found, missing) > segment.size * FEW:
        return {}
    counts: dict[str, dict[str, int]] = {}
    for place, column in enumerate(_columns(segment)):
        if found <= missing:
            histogram = column.histogram(counting.places(""))
        else:
            every = segment.kept(("patterns", place, len(match.open)), partial(column.histogram, _array(match.open)))
            histogram = every - column.histogram(counting.missing) if missing else every
        counts |= column.counts(histogram)
    return counts


def _bands(query: Query, segment: Segment) -> list[tuple[str, BitMap]]:
    """The pay bands of the chosen currencies: those of others compare with nothing."""
    currencies = band_currencies(query.choices)
    return [(value, numbers) for value, numbers in segment.values("payband") if value[:3] in currencies] if currencies else []


def _sizes(values: Iterable[tuple[str, BitMap]], others: BitMap) -> dict[str, int]:
    return {value: others.intersection_cardinality(numbers) for value, numbers in values}


def _languages(query: Query, segment: Segment, others: BitMap) -> dict[str, int]:
    sets: list[tuple[str, BitMap]] = segment.constant(("languages", query.level), lambda: _spoken(segment, query.level))
    return _sizes(sets, others)


def _spoken(segment: Segment, level: str) -> list[tuple[str, BitMap]]:
    """Languages and the numbers that ask for them, at a level up to ``level``."""
    levels = set(levels_up_to(level))
    found: dict[str, list[BitMap]] = {}
    for value, numbers in segment.values("lang"):
        language, _space, asked = value.partition(" ")
        if asked in levels:
            found.setdefault(language, []).append(numbers)
    return [(language, union(sets)) for language, sets in found.items()]


def _posted(query: Query, segment: Segment, others: BitMap) -> dict[str, int]:
    def since(days: str) -> BitMap:
        return segment.published_since(int((query.now - timedelta(days=int(days))).timestamp() * MICRO))

    return {days: others.intersection_cardinality(since(days)) for days in POSTED_DAYS}


# --- facets with very many values ---------------------------------------------------------------------------


def _long(query: Query, matches: Sequence[Counting], name: str) -> dict[str, int]:
    """The ``LONG`` largest, equals by value, and what is chosen.

    Counted by column and added up by code: only the values that may be among the largest get a name.
    """
    group = FACETS[name].group
    first, *others = (counting.match for counting in matches)
    names, counts = _plain(first.segment, name), _by_code(matches[0], name, group)
    late: dict[str, int] = {}
    for match, counting in zip(others, matches[1:], strict=True):
        more = _by_code(counting, name, group)
        if not more.any():
            continue
        codes = match.segment.translated(name, first.segment.constant(("codes", name), partial(_codes_of, first.segment, name)))
        known = codes >= 0
        counts = counts.copy()
        counts[codes[known]] += more[known]
        theirs = match.segment.names(name)
        late |= {str(theirs[code]): int(more[code]) for code in np.flatnonzero((more > 0) & ~known).tolist()}
    some = counts[counts > 0]
    bar = int(np.partition(some, -LONG)[-LONG]) if len(some) > LONG else 1
    found = {str(names[code]): int(counts[code]) for code in np.flatnonzero(counts > bar).tolist()}
    found |= dict.fromkeys(nsmallest(LONG, (str(names[code]) for code in np.flatnonzero(counts == bar).tolist())), bar)
    found |= late
    chosen = query.choices.get(name, ())
    found |= {str(names[code]): int(counts[code]) for code in first.segment.places_of(name, chosen) if counts[code]}
    best = sorted(found, key=lambda value: (-found[value], value))[:LONG]
    return {value: found[value] for value in dict.fromkeys((*best, *(value for value in chosen if value in found)))}


def _codes_of(segment: Segment, name: str) -> dict[Any, int]:
    return {value: code for code, value in enumerate(_plain(segment, name))}


def _plain(segment: Segment, name: str) -> Sequence[Any]:
    """Values as plain Python objects: numbers of numpy are slow keys."""
    names = segment.names(name)
    return segment.kept(("names", name), names.tolist) if isinstance(names, np.ndarray) else names


def _by_code(counting: Counting, name: str, group: str) -> Counts:
    """How many of what a group would choose from have each value. Of much, it is quicker to count what is missing."""
    match = counting.match
    segment, others = match.segment, match.universe(group)
    codes, size = segment.codes(name), len(segment.names(name))
    if len(others) * 2 <= len(match.open):
        return _counted(codes, counting.places(group), size)
    every: Counts = segment.kept(("every", name, len(match.open)), lambda: _counted(codes, _array(match.open), size))
    missing = counting.missing if group not in match.groups else _array(match.open - others)
    return every - _counted(codes, missing, size) if len(missing) else every


def _counted(codes: Counts, places: npt.NDArray[np.intp], size: int) -> Counts:
    # One more, because a posting without a value has the code -1.
    return np.bincount(codes[places] + 1, minlength=size + 1)[1:]
