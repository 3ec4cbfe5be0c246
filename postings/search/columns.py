"""Counting many facets in one pass: postings that agree in several facets share a number, and the numbers are counted.

A bitmap per value is counted by looking through the whole bitmap, hundreds of times for a page. Where a few percent of
a board are found it is quicker to look at these alone: a column says for each posting which *pattern* of values it has,
one pass counts the patterns, and a small table says which values each pattern stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

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
# Patterns times values. More would cost more than it saves; such facets are counted by their bitmaps.
LARGEST_TABLE = 100_000
# The table adds up in single precision, which is exact up to here.
MOST_POSTINGS = 1 << 24


@dataclass(frozen=True, slots=True)
class Column:
    """``codes``: the pattern of each posting; ``table``: pattern by value, 1.0 where the pattern has the value."""

    codes: npt.NDArray[np.integer[Any]]
    table: npt.NDArray[np.float32]
    names: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, size: int, facets: Mapping[str, Valued]) -> Column | None:
        """``None`` where a column would not pay."""
        named = [(facet, value, numbers) for facet, values in facets.items() for value, numbers in values]
        if len(named) > MOST_VALUES or not named or size > MOST_POSTINGS:
            return None
        patterns = np.zeros(size, np.int64)
        for bit, (_facet, _value, numbers) in enumerate(named):
            patterns[np.asarray(numbers.to_array(), np.intp)] |= 1 << bit
        known, codes = np.unique(patterns, return_inverse=True)
        if len(known) * len(named) > LARGEST_TABLE:
            return None
        table = (known[:, None] >> np.arange(len(named)) & 1).astype(np.float32)
        small = next(kind for kind in (np.uint8, np.uint16, np.uint32) if len(known) <= np.iinfo(kind).max)
        return cls(codes.astype(small), table, tuple((facet, value) for facet, value, _numbers in named))

    def histogram(self, where: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """How many of the postings at ``where`` have each pattern."""
        return np.bincount(self.codes[where], minlength=len(self.table))

    def counts(self, histogram: npt.NDArray[np.intp]) -> dict[str, dict[str, int]]:
        """By facet and value."""
        found: dict[str, dict[str, int]] = {}
        sums = (histogram.astype(np.float32) @ self.table).astype(np.int64).tolist()
        for (facet, value), count in zip(self.names, sums, strict=True):
            found.setdefault(facet, {})[value] = count
        return found


def columns(size: int, values: Mapping[str, Valued], together: Iterable[tuple[str, ...]] = TOGETHER) -> list[Column]:
    """The columns of a segment of ``size`` postings, from the bitmaps of its ``values`` by facet."""
    made = (Column.of(size, {facet: values[facet] for facet in facets if facet in values}) for facets in together)
    return [column for column in made if column is not None]
