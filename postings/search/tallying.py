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
from postings.search.matching import FEW, MICRO, Match, least_fit, levels_up_to
from postings.search.query import Query
from postings.search.segment import Segment, full, union

Tally = dict[str, dict[str, int]]
Counts = npt.NDArray[np.integer[Any]]
# Facets whose values are terms of the index as they stand.
PLAIN = (
    "tier", "role", "work", "channel", "band", "day", "workplace", "employment", "student", "hours", "currency", "payband",
    "experience", "training", "country", "industry",
)  # fmt: skip


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
        """What the segment has and was not found, also what is closed by now: so what is counted of everything stays true
        when something closes or is changed."""
        if "missing" not in self._places:
            self._places["missing"] = _array(full(0, self.match.segment.size) - self.match.found)
        return self._places["missing"]


def _array(numbers: BitMap) -> npt.NDArray[np.intp]:
    # The type that numpy looks places up by: any other would be changed into it each time.
    return np.asarray(numbers.to_array()).astype(np.intp)


def prepare(segment: Segment) -> None:
    """Make what counting needs of a segment that never changes, before anybody waits for it."""
    for place in range(len(_columns(segment))):
        _every_pattern(segment, place)
    for name, facet in FACETS.items():
        if facet.is_long:
            _every_code(segment, name)


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
        found["fit"] = {least: others.intersection_cardinality(least_fit(match.fit_classes, least)) for least in FIT_LEAST}
    return found


def _by_column(counting: Counting) -> dict[str, dict[str, int]]:
    """The facets that columns know, of what was found; none where their bitmaps are quicker. Of much, what is missing is counted."""
    match = counting.match
    segment, found = match.segment, len(match.found)
    missing = segment.size - found
    if min(found, missing) > segment.size * FEW:
        return {}
    counts: dict[str, dict[str, int]] = {}
    for place, column in enumerate(_columns(segment)):
        if found <= missing:
            histogram = column.histogram(counting.places(""))
        else:
            histogram = _every_pattern(segment, place) - column.histogram(counting.missing)
        counts |= column.counts(histogram)
    return counts


def _every_pattern(segment: Segment, place: int) -> Counts:
    return segment.constant(("patterns", place), lambda: _columns(segment)[place].histogram(np.arange(segment.size)))  # type: ignore[no-any-return]


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
    names, counts = first.segment.names(name), _by_code(matches[0], name, group)
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
    more_than_bar = np.flatnonzero(counts > bar)
    found = dict(zip(_named(names, more_than_bar), counts[more_than_bar].tolist(), strict=True))
    found |= dict.fromkeys(nsmallest(LONG, _named(names, np.flatnonzero(counts == bar))), bar)
    found |= late
    chosen = query.choices.get(name, ())
    found |= {str(names[code]): int(counts[code]) for code in first.segment.places_of(name, chosen) if counts[code]}
    best = sorted(found, key=lambda value: (-found[value], value))[:LONG]
    return {value: found[value] for value in dict.fromkeys((*best, *(value for value in chosen if value in found)))}


def _codes_of(segment: Segment, name: str) -> dict[Any, int]:
    names = segment.names(name)
    return {value: code for code, value in enumerate(names.tolist() if isinstance(names, np.ndarray) else names)}


def _named(names: Sequence[Any], codes: npt.NDArray[np.intp]) -> list[str]:
    """The values of some codes, as addresses have them."""
    found = names[codes].tolist() if isinstance(names, np.ndarray) else [names[code] for code in codes.tolist()]
    return [str(value) for value in found]


def _by_code(counting: Counting, name: str, group: str) -> Counts:
    """How many of what a group would choose from have each value. Of much, it is quicker to count what is missing."""
    match = counting.match
    segment, others = match.segment, match.universe(group)
    if len(others) * 2 <= segment.size:
        return _counted(segment, name, counting.places(group))
    missing = counting.missing if group not in match.groups else _array(full(0, segment.size) - others)
    return _every_code(segment, name) - _counted(segment, name, missing)


def _every_code(segment: Segment, name: str) -> Counts:
    return segment.constant(("every", name), lambda: _counted(segment, name, np.arange(segment.size)))  # type: ignore[no-any-return]


def _counted(segment: Segment, name: str, places: npt.NDArray[np.intp]) -> Counts:
    # One more, because a posting without a value has the code -1.
    return np.bincount(segment.codes(name)[places] + 1, minlength=len(segment.names(name)) + 1)[1:]
