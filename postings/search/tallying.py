"""How many postings each choice of each facet would show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.search.columns import Column, Valued, columns
from postings.search.facets import FACETS, FIT_LEAST, LONG, POSTED_DAYS, band_currencies
from postings.search.matching import MICRO, Match, least_fit, levels_up_to
from postings.search.query import Query
from postings.search.segment import Segment, full, true_at, union

Tally = dict[str, dict[str, int]]
Counts = npt.NDArray[np.integer[Any]]
Places = npt.NDArray[np.intp]
# Facets whose values are terms of the index as they stand.
PLAIN = (
    "tier", "role", "work", "channel", "band", "day", "workplace", "employment", "student", "hours", "currency", "payband",
    "experience", "training", "country", "industry",
)  # fmt: skip
# Looking at one posting in a column takes as long as looking through so many bits of a bitmap.
BITS_LIKE_A_POSTING = 250
# Of a long facet so many values are looked at first, those that most postings have: among them are most of any search's largest.
USUAL = 200
# That many times more of the last of the largest values is expected to be found than there is of any that is not usual.
LIKELY = 1.5


@dataclass(slots=True)
class Counting:
    """A match whose numbers are wanted as arrays; each array is made once."""

    match: Match
    _places: dict[str, Places] = field(default_factory=dict)
    _missing: dict[str, Places] = field(default_factory=dict)

    def few(self, group: str) -> int:
        """How many postings have to be looked at for ``histogram``."""
        found = len(self.match.universe(group))
        return min(found, self.match.segment.size - found)

    def histogram(self, group: str, count: Callable[[Places], Counts], every: Callable[[], Counts]) -> Counts:
        """``count`` of what the choices of a group would choose from. Of much, it is quicker to count what is missing:
        also what is closed by now, so ``every`` stays true when something closes or is changed."""
        key = group if group in self.match.groups else ""
        others, size = self.match.universe(group), self.match.segment.size
        if len(others) * 2 <= size:
            if key not in self._places:
                self._places[key] = _array(others)
            return count(self._places[key])
        if key not in self._missing:
            self._missing[key] = _array(full(0, size) - others)
        return every() - count(self._missing[key])


def _array(numbers: BitMap) -> Places:
    # The type that numpy looks places up by: any other would be changed into it each time.
    return np.asarray(numbers.to_array()).astype(np.intp)


def prepare(segment: Segment) -> None:
    """Make what counting needs of a segment that never changes, before anybody waits for it."""
    for place in range(len(_columns(segment))):
        _every_pattern(segment, place)
    for name, facet in FACETS.items():
        if facet.is_long:
            _usual(segment, name)
            _of_usual(segment, name)
            _orders(segment, name)


def _columns(segment: Segment) -> list[Column]:
    def made() -> list[Column]:
        values: dict[str, Valued] = {name: segment.values(name) for name in PLAIN}
        return columns(segment.size, values | {"lang": _spoken(segment, "")})

    return segment.constant("columns", made) if segment.is_sorted else []


def tally(query: Query, matches: Sequence[Match]) -> Tally:
    """Exact counts over all segments; no zeros. Of long facets the largest values and the chosen ones."""
    countings = [Counting(match) for match in matches]
    parts = [_values(query, counting) for counting in countings if counting.match.segment.live]
    return {
        name: _long(query, countings, name) if facet.is_long else _sums([part.get(name, {}) for part in parts])
        for name, facet in FACETS.items()
    }


def _sums(parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The counts of a facet in several segments together."""
    first, *others = parts or [{}]
    found = dict(first)
    for part in others:
        for value, count in part.items():
            found[value] = found.get(value, 0) + count
    return {value: count for value, count in found.items() if count}


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
    found: dict[str, Mapping[str, int]] = dict(_by_column(counting))
    for name in PLAIN:
        if name not in found:
            others = match.universe(FACETS[name].group)
            values = segment.values(name) if name != "payband" else _bands(query, segment)
            found[name] = _sizes(values, others) if others else {}
    if "lang" not in found or query.level:
        # A column knows nothing of levels.
        found["lang"] = _languages(query, segment, match.universe("lang"))
    found["start"] = _sizes(segment.months(query.today), match.universe("start"))
    found["posted"] = _posted(query, segment, match.universe("posted"))
    if query.fit:
        others = match.universe("fit")
        found["fit"] = {least: others.intersection_cardinality(least_fit(match.fit_classes, least)) for least in FIT_LEAST}
    return found


def _by_column(counting: Counting) -> dict[str, dict[str, int]]:
    """The facets that are counted quicker by a column, or by the bitmaps of its patterns, than by their own bitmaps."""
    match = counting.match
    segment = match.segment
    counts: dict[str, dict[str, int]] = {}
    for place, column in enumerate(_columns(segment)):
        # Facets without a choice of their own are counted together.
        together: dict[str, list[str]] = {}
        for facet in column.values:
            group = FACETS[facet].group
            together.setdefault(group if group in match.groups else "", []).append(facet)
        for group, facets in together.items():
            bitmaps = sum(len(column.values[facet]) for facet in facets)
            by_set = 0 < len(column.sets) < bitmaps
            if counting.few(group) * BITS_LIKE_A_POSTING <= segment.size * (len(column.sets) if by_set else bitmaps):
                histogram = counting.histogram(group, column.histogram, partial(_every_pattern, segment, place))
            elif by_set:
                others = match.universe(group)
                histogram = np.array([others.intersection_cardinality(numbers) for numbers in column.sets])
            else:
                continue
            known = column.counts(histogram)
            counts |= {facet: known[facet] for facet in facets}
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
    moments = {days: int((query.now - timedelta(days=int(days))).timestamp() * MICRO) for days in POSTED_DAYS}
    return {days: segment.published_of(others, moment) for days, moment in moments.items()}


# --- facets with very many values ---------------------------------------------------------------------------


def _long(query: Query, matches: Sequence[Counting], name: str) -> dict[str, int]:
    """The ``LONG`` largest, equals by value, and what is chosen.

    Counted by column and added up by code: only the values that may be among the largest get a name.
    """
    group, chosen = FACETS[name].group, query.choices.get(name, ())
    first, *others = (counting.match for counting in matches)
    names = first.segment.names(name)
    added: Counts | None = None
    late: dict[str, int] = {}
    for match, counting in zip(others, matches[1:], strict=True):
        more = _by_code(counting, name, group)
        if not more.any():
            continue
        codes = match.segment.translated(name, first.segment.constant(("codes", name), partial(_codes_of, first.segment, name)))
        known = codes >= 0
        added = np.zeros(len(names), np.int64) if added is None else added
        added[codes[known]] += more[known]
        theirs = match.segment.names(name)
        late |= {str(theirs[code]): int(more[code]) for code in np.flatnonzero((more > 0) & ~known).tolist()}
    counts = None if chosen else _by_usual_code(matches[0], name, group, added)
    if counts is None:
        counts = _by_code(matches[0], name, group)
        counts = counts if added is None else counts + added
    # The ``LONG`` largest of all are no smaller than those of the usual ones, and only few others are as large.
    usual = np.sort(counts[_usual(first.segment, name).codes])
    best = np.flatnonzero(counts >= (max(1, usual[-LONG]) if len(usual) > LONG else 1))
    if len(best) > LONG:
        # Larger counts first; of equal ones, what stands first in the order of values.
        best = best[np.argpartition(counts[best] * len(names) - _orders(first.segment, name)[best], -LONG)[-LONG:]]
    found = dict(zip(_named(names, best), counts[best].tolist(), strict=True))
    found |= late
    found |= {str(names[code]): int(counts[code]) for code in first.segment.places_of(name, chosen) if counts[code]}
    largest = sorted(found, key=lambda value: (-found[value], value))[:LONG]
    return {value: found[value] for value in dict.fromkeys((*largest, *(value for value in chosen if value in found)))}


class Usual(NamedTuple):
    """The codes of the ``USUAL`` values that most of all postings have; how many have the last of the ``LONG`` largest, and how
    many at most have any other value than these."""

    codes: Places
    large: int
    other: int


def _usual(segment: Segment, name: str) -> Usual:
    def made() -> Usual:
        every = _every_code(segment, name)
        codes = np.argsort(every)
        largest = every[codes]
        return Usual(codes[-USUAL:], *(int(largest[-place]) if len(codes) >= place else 0 for place in (LONG, USUAL + 1)))

    return segment.constant(("usual", name), made)  # type: ignore[no-any-return]


def _of_usual(segment: Segment, name: str) -> BitMap:
    """The postings that have one of the usual values."""
    return segment.constant(("of usual", name), lambda: true_at(np.isin(segment.codes(name), _usual(segment, name).codes)))  # type: ignore[no-any-return]


def _by_usual_code(counting: Counting, name: str, group: str, added: Counts | None) -> Counts | None:
    """The same as ``_by_code`` for the usual values, together with ``added``, and for others only that: of much, no more than
    this has to be looked through for the largest. ``None`` where it has, because another value might be among them."""
    segment, others = counting.match.segment, counting.match.universe(group)
    usual = _usual(segment, name)
    # Where what is found is like the whole, there is no doubt; it is only tried where this can be expected.
    if not segment.is_sorted or not usual.other or len(others) * usual.large <= segment.size * usual.other * LIKELY:
        return None
    # Nor where less is missing.
    if len(others) * len(_of_usual(segment, name)) >= counting.few(group) * segment.size:
        return None
    counts = _counted(segment, name, _array(others & _of_usual(segment, name)))
    counts = counts if added is None else counts + added
    possible = usual.other + (0 if added is None else int(added.max()))
    return counts if np.sort(counts[usual.codes])[-LONG] > possible else None


def _codes_of(segment: Segment, name: str) -> dict[Any, int]:
    names = segment.names(name)
    return {value: code for code, value in enumerate(names.tolist() if isinstance(names, np.ndarray) else names)}


def _orders(segment: Segment, name: str) -> npt.NDArray[np.int64]:
    """For each code the place of its value in the order of values, as text."""

    def made() -> npt.NDArray[np.int64]:
        codes = np.arange(len(segment.names(name)))
        found = np.empty(len(codes), np.int64)
        found[sorted(codes.tolist(), key=_named(segment.names(name), codes).__getitem__)] = codes
        return found

    return segment.constant(("order", name), made)  # type: ignore[no-any-return]


def _named(names: Sequence[Any], codes: npt.NDArray[np.intp]) -> list[str]:
    """The values of some codes, as addresses have them."""
    found = names[codes].tolist() if isinstance(names, np.ndarray) else [names[code] for code in codes.tolist()]
    return [str(value) for value in found]


def _by_code(counting: Counting, name: str, group: str) -> Counts:
    """How many of what a group would choose from have each value."""
    segment = counting.match.segment
    return counting.histogram(group, partial(_counted, segment, name), partial(_every_code, segment, name))


def _every_code(segment: Segment, name: str) -> Counts:
    return segment.constant(("every", name), lambda: _counted(segment, name, np.arange(segment.size)))  # type: ignore[no-any-return]


def _counted(segment: Segment, name: str, places: Places) -> Counts:
    # One more, because a posting without a value has the code -1.
    return np.bincount(segment.codes(name).take(places) + 1, minlength=len(segment.names(name)) + 1)[1:]
