"""The part of the index that grows: what changed since the base was built, taken up posting by posting.

Nothing here is made anew when one more posting comes: a board that publishes a hundred times a second changes before
every search, and what would be put together again each time grows with everything that came before.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, takewhile
from typing import Any, TypeVar

import numpy as np
from pyroaring import BitMap

from postings.search.document import Document, Words
from postings.search.segment import NOTHING, Ints, Segment, union

Key = TypeVar("Key")
FIRST_ROOM = 64
# So many new words are put into the order one by one; more are sorted in.
FEW_WORDS = 500


class Growing:
    """Rows of numbers with room for more: one more is not a copy of all. ``rows`` are views of what is there."""

    def __init__(self, count: int) -> None:
        self._room = np.empty((count, FIRST_ROOM), np.int64)
        self._size = 0

    def extend(self, new: Sequence[Sequence[int]] | Ints) -> None:
        """Further numbers at the end of each row."""
        more = np.asarray(new, np.int64)
        size = self._size + more.shape[1]
        if size > self._room.shape[1]:
            room = np.empty((len(self._room), max(size, 2 * self._room.shape[1])), np.int64)
            room[:, : self._size] = self._room[:, : self._size]
            self._room = room
        self._room[:, self._size : size] = more
        self._size = size

    @property
    def rows(self) -> list[Ints]:
        return [row[: self._size] for row in self._room]


class DeltaWords:
    """The words of a delta, in dictionaries by language."""

    def __init__(self) -> None:
        self._texts: dict[str, Vocabulary] = {}
        self._titles: dict[str, Vocabulary] = {}

    def add(self, number: int, texts: Iterable[Words]) -> None:
        for text in texts:
            for kind, words in ((self._texts, text.words), (self._titles, text.title)):
                if text.language not in kind:
                    kind[text.language] = Vocabulary()
                kind[text.language].add(number, words)

    def word(self, language: str, word: str, *, title: bool = False) -> BitMap:
        vocabulary = (self._titles if title else self._texts).get(language)
        return vocabulary.bits.get(word, NOTHING) if vocabulary else NOTHING

    def prefix(self, language: str, prefix: str, *, title: bool = False) -> BitMap:
        vocabulary = (self._titles if title else self._texts).get(language)
        return union(vocabulary.beginning(prefix)) if vocabulary else NOTHING


class Vocabulary:
    """Words and their numbers. Words only ever come."""

    def __init__(self) -> None:
        self.bits: dict[str, BitMap] = {}
        self._order: list[str] = []

    def add(self, number: int, words: Iterable[str]) -> None:
        for word in words:
            _add(self.bits, word, number)

    def beginning(self, prefix: str) -> Iterable[BitMap]:
        """The numbers of the words that begin with ``prefix``: in order they stand together."""
        order = self._ordered()
        ahead = (order[at] for at in range(bisect_left(order, prefix), len(order)))
        return [self.bits[word] for word in takewhile(lambda word: word.startswith(prefix), ahead)]

    def _ordered(self) -> list[str]:
        missing = len(self.bits) - len(self._order)
        if missing > FEW_WORDS:
            self._order = sorted(self.bits)
        elif missing:
            # A dictionary keeps the order in which words came.
            for word in islice(reversed(self.bits), missing):
                insort(self._order, word)
        return self._order


class Delta(Segment):
    """A segment that grows. Numbers are in order of arrival; a posting that changes again gets a new number."""

    def __init__(self) -> None:
        empty = np.empty(0, np.int64)
        super().__init__(empty, empty, empty, empty, empty, empty, words=DeltaWords(), is_sorted=False)
        self._columns = Growing(6)
        self._employers = Growing(1)
        self._employer_codes: dict[int, int] = {}
        self._city_codes: dict[str, int] = {}
        # The last number of each posting; earlier ones are not alive.
        self._numbers: dict[int, int] = {}
        self._by_facet: dict[str, list[tuple[str, BitMap]]] = {}
        self._translated: dict[str, tuple[Mapping[Any, int], Growing]] = {}

    def take_up(self, documents: Iterable[Document], words: Mapping[int, Iterable[Words]]) -> None:
        """Add postings; earlier numbers of theirs must have been struck."""
        assert isinstance(self.words, DeltaWords)
        rows: list[tuple[int, ...]] = []
        ends: list[tuple[float, int]] = []
        employers = len(self._employer_codes)
        for number, document in enumerate(documents, start=self.size):
            self._note(number, document)
            self.words.add(number, words.get(document.id, ()))
            if document.expires is not None:
                ends.append((document.expires, number))
            employer = self._employer_codes.setdefault(document.employer, len(self._employer_codes))
            rows.append((document.id, document.published, employer, self._city_of(document), document.hourly_min, document.hourly_max))
        if not rows:
            return
        self._columns.extend(np.array(rows, np.int64).T)
        self.ids, self.published, self.employers, self.cities, self.pay_min, self.pay_max = self._columns.rows
        if len(self._employer_codes) > employers:
            self._employers.extend([list(islice(self._employer_codes, employers, None))])
            (self.employer_ids,) = self._employers.rows
        self._end(ends)
        self.version += 1

    def _city_of(self, document: Document) -> int:
        if not document.city:
            return -1
        code = self._city_codes.setdefault(document.city, len(self._city_codes))
        if code == len(self.city_keys):
            self.city_keys.append(document.city)
        return code

    def _end(self, ends: list[tuple[float, int]]) -> None:
        if ends:
            ends.sort()
            times = np.array([time for time, _number in ends], np.float64)
            places = np.searchsorted(self.expiry_times, times, side="right")
            self.expiry_times = np.insert(self.expiry_times, places, times)
            self.expiry_numbers = np.insert(self.expiry_numbers, places, np.array([number for _time, number in ends], np.uint32))

    def _note(self, number: int, document: Document) -> None:
        self.live.add(number)
        self._numbers[document.id] = number
        for term in document.terms:
            if _add(self.bits, term, number):
                facet, _colon, value = term.partition(":")
                self._by_facet.setdefault(facet, []).append((value, self.bits[term]))
        for need in document.needs:
            _add(self.need, need, number)
        for language in document.written:
            _add(self.written, language, number)
        for day in document.starts:
            _add(self.dates, day.toordinal(), number)
        _add(self.masks, document.shift_mask, number)
        if document.place is not None:
            _add(self.places, document.place, number)
            self.place_at[document.place] = (document.latitude, document.longitude)

    def values(self, facet: str) -> list[tuple[str, BitMap]]:
        return self._by_facet.get(facet, [])

    def numbers_of(self, ids: Iterable[int]) -> BitMap:
        return BitMap([self._numbers[id] for id in ids if id in self._numbers])

    def translated(self, facet: str, codes: Mapping[Any, int]) -> Ints:
        """Only codes that came since the last time are looked up."""
        before = self._translated.get(facet)
        if before is None or before[0] is not codes:
            before = self._translated[facet] = (codes, Growing(1))
        found = before[1]
        names = self._employer_codes if facet == "employer" else self._city_codes
        (known,) = found.rows
        if len(known) < len(names):
            found.extend([[codes.get(name, -1) for name in islice(names, len(known), None)]])
            (known,) = found.rows
        return known


def _add(sets: dict[Key, BitMap], key: Key, number: int) -> bool:
    """Whether this is the first number of ``key``."""
    found = sets.get(key)
    if found is None:
        sets[key] = BitMap([number])
        return True
    found.add(number)
    return False
