"""Patterns counted by column against the bitmaps that they were made of."""

from __future__ import annotations

from random import Random

import numpy as np
from pyroaring import BitMap

from postings.search.columns import MOST_VALUES, Column, columns


def test_a_column_counts_what_the_bitmaps_count() -> None:
    chance, size = Random(3), 500
    facets = {
        name: [(f"{name}{value}", BitMap(chance.sample(range(size), chance.randint(0, 200)))) for value in range(count)]
        for name, count in (("one", 3), ("many", 9), ("rare", 1))
    }
    made = columns(size, facets, (("one", "rare"), ("many",), ("unknown",)))
    assert len(made) == 2, "nothing is made of facets that have no values here"
    found = BitMap(chance.sample(range(size), 77))
    where = np.asarray(found.to_array()).astype(np.intp)
    counted = {facet: counts for column in made for facet, counts in column.counts(column.histogram(where)).items()}
    assert counted == {name: {value: len(found & numbers) for value, numbers in values} for name, values in facets.items()}


def test_what_has_too_many_values_or_patterns_is_left_to_its_bitmaps() -> None:
    chance = Random(4)
    assert Column.of(10, {"many": [(str(value), BitMap([1])) for value in range(MOST_VALUES + 1)]}) is None
    scattered = [(str(value), BitMap(chance.sample(range(15_000), 7_500))) for value in range(50)]
    assert Column.of(15_000, {"scattered": scattered}) is None
