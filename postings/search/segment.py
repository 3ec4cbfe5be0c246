"""A part of the index: postings numbered from 0, and for every fact the set of numbers that share it.

A set of numbers is a compressed bitmap; "open agents' jobs in Norway" is the intersection of three of them, and
counting it looks at a few kilobytes. There are two kinds of segment: the *base*, built once in a while and never
changed except that numbers are struck out, and the *delta*, which takes up what changed since.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.search.facets import NO_START
from postings.search.packed import Amounts, Ascending, Moments, Ranked, narrow

if TYPE_CHECKING:
    from postings.search.stored import StoredBase

Ints = npt.NDArray[np.int64]
Sets = dict[str, BitMap]
NOTHING = BitMap()
# What is kept until a change is dropped before it gets much: wishes differ from visitor to visitor.
MOST_KEPT = 60
# Each is some megabytes at half a million postings, and everybody may wish for something else.
MOST_WISHES = 2
# So many postings are looked for one by one: numpy would first bring all ids into another type, and their order as well.
FEW_IDS = 100
LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


class WordSource(Protocol):
    """Which numbers have a word in their text, or in their title."""

    def word(self, language: str, word: str, *, title: bool = False) -> BitMap: ...

    def prefix(self, language: str, prefix: str, *, title: bool = False) -> BitMap: ...


@dataclass(slots=True)
class Segment:
    """Arrays are by number: ``ids`` (posting), ``published`` (microseconds since 1970), ``employers`` and ``cities``
    (places in ``employer_ids`` and ``city_keys``; -1 for no city), ``pay_min`` and ``pay_max`` (hundredths, -1 for
    none). ``bits`` maps ``facet:value`` to numbers, ``masks`` shift masks, ``dates`` start days (ordinals),
    ``places`` ids of places. In a sorted segment a higher number was published later.
    """

    ids: npt.NDArray[np.integer[Any]]
    published: Moments
    employers: npt.NDArray[np.integer[Any]]
    cities: npt.NDArray[np.integer[Any]]
    pay_min: Amounts
    pay_max: Amounts
    words: WordSource
    is_sorted: bool = True
    employer_ids: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    city_keys: list[str] = field(default_factory=list)
    live: BitMap = field(default_factory=BitMap)
    bits: Sets = field(default_factory=dict)
    need: Sets = field(default_factory=dict)
    written: Sets = field(default_factory=dict)
    masks: dict[int, BitMap] = field(default_factory=dict)
    dates: dict[int, BitMap] = field(default_factory=dict)
    places: dict[int, BitMap] = field(default_factory=dict)
    place_at: dict[int, tuple[float, float]] = field(default_factory=dict)
    # When postings end by themselves: seconds since 1970, ascending, and their numbers. Where many end at one moment the
    # times are named once, and ``expiry_ends`` tells how many have ended with each.
    expiry_times: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))
    expiry_numbers: npt.NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    expiry_ends: Ints | None = None
    version: int = 0
    _kept: dict[Any, Any] = field(default_factory=dict)
    _kept_version: int = -1
    _wishes: dict[Any, Any] = field(default_factory=dict)
    _constant: dict[Any, Any] = field(default_factory=dict)
    _by_id: npt.NDArray[np.uint32] | None = None

    @classmethod
    def stored(cls, base: StoredBase) -> Segment:
        """A base as it was read from the database, its columns in as few bytes as they need."""
        expiry_times, firsts = np.unique(base.expiry_times, return_index=True)
        return cls(
            ids=narrow(base.ids),
            published=Ascending.of(base.published),
            employers=narrow(base.employers),
            cities=narrow(base.cities),
            pay_min=Ranked.of(base.pay_min),
            pay_max=Ranked.of(base.pay_max),
            words=base.words,
            employer_ids=base.employer_ids,
            city_keys=base.city_keys,
            live=base.live,
            bits=base.bits,
            need=base.need,
            written=base.written,
            masks=base.masks,
            dates=base.dates,
            places=base.places,
            place_at=base.place_at,
            expiry_times=expiry_times,
            expiry_numbers=base.expiry_numbers,
            expiry_ends=np.append(firsts, len(base.expiry_times)),
        )

    @property
    def size(self) -> int:
        return len(self.ids)

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """A value worth keeping until the segment changes."""
        if self._kept_version != self.version or len(self._kept) > MOST_KEPT:
            self._kept.clear()
            self._kept_version = self.version
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def constant(self, key: Any, make: Callable[[], Any]) -> Any:
        """A value that hangs on the columns alone, which never change in a sorted segment; in others it is kept for a while."""
        if not self.is_sorted:
            return self.kept(key, make)
        if key not in self._constant:
            self._constant[key] = make()
        return self._constant[key]

    def wishes(self, key: Any, make: Callable[[], Any]) -> Any:
        """How everything here meets somebody's wishes: asked for several times by one page, and by the next page of the same list."""
        if not self.is_sorted:
            return self.kept(("wishes", key), make)
        if key not in self._wishes:
            while len(self._wishes) >= MOST_WISHES:
                del self._wishes[next(iter(self._wishes))]
            self._wishes[key] = make()
        return self._wishes[key]

    def open_at(self, moment: float) -> BitMap:
        """The numbers still open at ``moment`` (seconds since 1970)."""
        ended = int(self.expiry_times.searchsorted(moment, side="right"))
        if self.expiry_ends is not None:
            ended = int(self.expiry_ends[ended])
        return self.kept(("open", ended), lambda: self.live - numbers(self.expiry_numbers[:ended]) if ended else self.live)  # type: ignore[no-any-return]

    # --- sets by fact -------------------------------------------------------------------------------

    def of(self, facet: str, value: str) -> BitMap:
        return self.bits.get(f"{facet}:{value}", NOTHING)

    def union(self, facet: str, values: Iterable[str]) -> BitMap:
        return union(self.of(facet, value) for value in values)

    def values(self, facet: str) -> list[tuple[str, BitMap]]:
        """The values of a facet that occur, with their numbers."""
        grouped: dict[str, list[tuple[str, BitMap]]] = self.constant("values", self._grouped)
        return grouped.get(facet, [])

    def _grouped(self) -> dict[str, list[tuple[str, BitMap]]]:
        found: dict[str, list[tuple[str, BitMap]]] = {}
        for term, numbers in self.bits.items():
            facet, _colon, value = term.partition(":")
            found.setdefault(facet, []).append((value, numbers))
        return found

    def paid_between(self, low: int | None, high: int | None) -> BitMap:
        """Lowest pay between two amounts (hundredths), both included; what states no pay is in no range."""
        inside = self.pay_min >= max(0, low or 0)
        if high is not None:
            inside &= self.pay_min <= high
        return true_at(inside)

    def published_since(self, moment: int) -> BitMap:
        """Published at ``moment`` (microseconds) or later."""
        if self.is_sorted:
            return full(int(self.published.searchsorted(moment)), self.size)
        return true_at(self.published >= moment)

    def published_of(self, numbers: BitMap, moment: int) -> int:
        """How many of ``numbers`` were published at ``moment`` (microseconds) or later."""
        if not self.is_sorted:
            return numbers.intersection_cardinality(self.published_since(moment))
        first = int(self.published.searchsorted(moment))
        return len(numbers) - numbers.rank(first - 1) if first else len(numbers)

    def starting(self, first: date, last: date) -> BitMap:
        low, high = first.toordinal(), last.toordinal()
        return union(numbers for day, numbers in self.dates.items() if low <= day <= high)

    def months(self, today: date) -> list[tuple[str, BitMap]]:
        """Start classes from ``today`` on, by month (``2026-12``), and postings without a date (``open``)."""
        found: list[tuple[str, BitMap]] = self.kept(("months", today), lambda: self._months(today))
        return found

    def _months(self, today: date) -> list[tuple[str, BitMap]]:
        by_month: dict[str, list[BitMap]] = {}
        for ordinal, numbers in self.dates.items():
            if ordinal >= today.toordinal():
                by_month.setdefault(date.fromordinal(ordinal).strftime("%Y-%m"), []).append(numbers)
        return [*((month, union(sets)) for month, sets in by_month.items()), (NO_START, self.of("start", NO_START))]

    # --- facets with very many values: by column ----------------------------------------------------------

    def codes(self, facet: str) -> npt.NDArray[np.integer[Any]]:
        return self.employers if facet == "employer" else self.cities

    def names(self, facet: str) -> Sequence[Any]:
        """The values by code: employers' ids, keys of cities."""
        return self.employer_ids if facet == "employer" else self.city_keys  # type: ignore[return-value]

    def translated(self, facet: str, codes: Mapping[Any, int]) -> Ints:
        """For each code of ``facet`` here the code of the same value in ``codes``; -1 where it does not occur."""
        return np.array([codes.get(name, -1) for name in np.asarray(self.names(facet), object)], np.int64)

    def places_of(self, facet: str, values: Iterable[str]) -> list[int]:
        """The codes of those of ``values`` that occur."""
        wanted = set(values)
        if facet == "employer":
            ids = np.fromiter((int(value) for value in wanted), np.int64)
            return [int(code) for code in np.flatnonzero(np.isin(self.employer_ids, ids))] if wanted else []
        return [code for code, key in enumerate(self.city_keys) if key in wanted] if wanted else []

    def with_values(self, facet: str, values: Iterable[str]) -> BitMap:
        codes = self.codes(facet)
        return union(true_at(codes == code) for code in self.places_of(facet, values))

    # --- numbers of postings ------------------------------------------------------------------------------

    def numbers_of(self, ids: Iterable[int]) -> BitMap:
        """The numbers of those postings of ``ids`` that are here. Each must be here no more than once."""
        wanted = np.fromiter(ids, np.int64)
        if not self.size or not len(wanted):
            return BitMap()
        order = self._by_id
        if order is None or len(order) != self.size:
            order = self._by_id = np.argsort(self.ids, kind="stable").astype(np.uint32)
        if len(wanted) <= FEW_IDS:
            places = np.array([bisect_left(order, posting, key=self.ids.__getitem__) for posting in wanted.tolist()])
        else:
            places = np.searchsorted(self.ids, wanted, sorter=order)
        found = order[np.minimum(places, self.size - 1)]
        return numbers(found[self.ids[found] == wanted])

    def strike(self, ids: Iterable[int]) -> None:
        """Take postings out: closed, deleted, or changed and taken up again elsewhere."""
        gone = self.numbers_of(ids) & self.live
        if gone:
            self.live -= gone
            self.version += 1


def union(sets: Iterable[BitMap]) -> BitMap:
    found = list(sets)
    if not found:
        return BitMap()
    return found[0] if len(found) == 1 else BitMap.union(*found)


def numbers(places: npt.NDArray[np.integer[Any]]) -> BitMap:
    """A set of an array of numbers. ``array`` is what pyroaring reads fast; an array of numpy takes it ten times longer."""
    return BitMap(array("I", places.astype(np.uint32, copy=False).tobytes()))


def true_at(mask: npt.NDArray[np.bool_]) -> BitMap:
    return numbers(np.flatnonzero(mask))


def full(first: int, end: int) -> BitMap:
    return BitMap(range(first, end)) if end > first else BitMap()
