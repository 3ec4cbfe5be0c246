"""Counting many facets in one pass: postings that agree in several facets share a number, and the numbers are counted.

A bitmap per value is counted by looking through the whole bitmap, hundreds of times for a page. Where little is found, or
little is missing, it is quicker to look at that alone: a column says for each posting which *pattern* of values it has,
one pass counts the patterns, and a small table says which values each pattern stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from postings.search.segment import true_at

Valued = Sequence[tuple[str, BitMap]]
# Facets that are counted together: what hangs together stands together, so that few patterns occur. A role has its tier.
TOGETHER = (
    ("tier", "role", "work"),
    ("workplace", "employment", "student", "hours", "experience", "training"),
    ("currency", "industry"),
    ("channel", "band", "day"),
    ("country",),
    ("lang",),
)
# The values of a column are the bits of a number.
MOST_VALUES = 62
# Patterns times values, four bytes each. More would cost more than it saves; such facets are counted by their bitmaps.
LARGEST_TABLE = 600_000
# The table adds up in single precision, which is exact up to here.
MOST_POSTINGS = 1 << 24


@dataclass(frozen=True, slots=True)
class Column:
    """``codes``: the pattern of each posting; ``table``: value by pattern, 1.0 where the pattern has the value. The values
    stand there as in ``values``, one facet after the other. ``sets``: the postings of each pattern, where there are fewer
    patterns than values: every role has one tier and one kind of work, so who counts roles has counted those."""

    codes: npt.NDArray[np.integer[Any]]
    table: npt.NDArray[np.float32]
    values: Mapping[str, tuple[str, ...]]
    sets: Sequence[BitMap] = ()

    @classmethod
    def of(cls, size: int, facets: Mapping[str, Valued]) -> Column | None:
        """``None`` where a column would not pay."""
        sets = [numbers for values in facets.values() for _value, numbers in values]
        if len(sets) > MOST_VALUES or not sets or size > MOST_POSTINGS:
            return None
        patterns = np.zeros(size, np.int64)
        for bit, numbers in enumerate(sets):
            patterns[np.asarray(numbers.to_array(), np.intp)] |= 1 << bit
        known, codes = np.unique(patterns, return_inverse=True)
        if len(known) * len(sets) > LARGEST_TABLE:
            return None
        table = (known >> np.arange(len(sets))[:, None] & 1).astype(np.float32)
        small = next(kind for kind in (np.uint8, np.uint16, np.uint32) if len(known) <= np.iinfo(kind).max)
        names = {facet: tuple(value for value, _numbers in values) for facet, values in facets.items()}
        return cls(codes.astype(small), table, names, _sets_of(codes, len(known), sets) if len(known) < len(sets) else ())

    def histogram(self, where: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """How many of the postings at ``where`` have each pattern."""
        return np.bincount(self.codes.take(where), minlength=self.table.shape[1])

    def counts(self, histogram: npt.NDArray[np.integer[Any]]) -> dict[str, dict[str, int]]:
        """By facet and value."""
        # Each facet takes as many of them as it has values.
        sums = iter((self.table @ histogram.astype(np.float32)).astype(np.int64).tolist())
        return {facet: dict(zip(values, sums, strict=False)) for facet, values in self.values.items()}


def _sets_of(codes: npt.NDArray[np.integer[Any]], patterns: int, kept: Sequence[BitMap]) -> list[BitMap]:
    """The numbers of each pattern. Where the same are kept already they are not kept twice."""
    made = (true_at(codes == code) for code in range(patterns))
    return [next((numbers for numbers in kept if numbers == own), own) for own in made]


def columns(size: int, values: Mapping[str, Valued], together: Iterable[tuple[str, ...]] = TOGETHER) -> list[Column]:
    """The columns of a segment of ``size`` postings, from the bitmaps of its ``values`` by facet."""
    made = (Column.of(size, {facet: values[facet] for facet in facets if facet in values}) for facets in together)
    return [column for column in made if column is not None]
