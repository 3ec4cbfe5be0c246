from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from pyroaring import BitMap

from postings.search import tallying
from postings.search.delta import DeltaWords
from postings.search.facets import LONG
from postings.search.matching import Match
from postings.search.query import Query
from postings.search.segment import Segment
from postings.search.tallying import Counts, prepare, tally

QUERY = Query(language="en", now=datetime(2026, 11, 22, tzinfo=UTC), today=date(2026, 11, 22))


def segment(chance: Random, employers: list[int], size: int, *, is_sorted: bool, skew: float = 0) -> Segment:
    """Postings of some employers, a part of which are closed. With ``skew`` the first employers have most of them."""
    nothing = np.zeros(size, np.int64)
    weights = [(place + 1) ** -skew for place in range(len(employers))]
    codes: npt.NDArray[np.int64] = np.array(chance.choices(range(len(employers)), weights, k=size), np.int64)
    live = BitMap(number for number in range(size) if chance.random() < chance.choice([0.3, 0.95]))
    return Segment(
        ids=np.arange(size),
        published=nothing,
        employers=codes,
        cities=nothing - 1,
        pay_min=nothing,
        pay_max=nothing,
        words=DeltaWords(),
        is_sorted=is_sorted,
        employer_ids=np.array(employers),
        live=live,
    )


def test_of_a_long_facet_the_largest_are_counted_and_of_equal_ones_the_first_by_value(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(7)
    # Also some of the largest are not among the usual ones.
    monkeypatch.setattr(tallying, "USUAL", LONG + 5)
    for _round in range(50):
        known = chance.sample(range(1, 300), 60)
        base = segment(chance, known, 150, is_sorted=True)
        prepare(base)
        # What came since has employers of its own.
        later = segment(chance, [*chance.sample(known, 5), *range(300, 310)], 20, is_sorted=False)
        wanted: Counter[str] = Counter()
        for part in (base, later):
            wanted.update(str(part.employer_ids[part.employers[number]]) for number in part.live)
        largest = sorted(wanted.items(), key=lambda pair: (-pair[1], pair[0]))[:LONG]
        found = tally(QUERY, [Match.of(QUERY, part) for part in (base, later)])["employer"]
        assert list(found.items()) == largest


def test_of_much_the_largest_are_found_among_the_usual_values_or_everything_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(9)
    monkeypatch.setattr(tallying, "USUAL", 60)
    # Tried also where it cannot be expected to succeed.
    monkeypatch.setattr(tallying, "LIKELY", 0.2)
    tried: list[bool] = []
    by_usual_code = tallying._by_usual_code

    def noted(*args: Any) -> Counts | None:
        found = by_usual_code(*args)
        tried.append(found is not None)
        return found

    monkeypatch.setattr(tallying, "_by_usual_code", noted)
    for _round in range(30):
        known = chance.sample(range(1, 1000), 400)
        base = segment(chance, known, 6000, is_sorted=True, skew=chance.choice([0.5, 0.6]))
        prepare(base)
        # Whoever was not usual may have become so since.
        later = segment(chance, [*known[-2:], 1000, *known[:-2]], chance.choice([1, 60]), is_sorted=False, skew=2)
        parts = (base, later) if chance.random() < 0.7 else (base,)
        wanted: Counter[str] = Counter()
        for part in parts:
            wanted.update(str(part.employer_ids[part.employers[number]]) for number in part.live)
        largest = sorted(wanted.items(), key=lambda pair: (-pair[1], pair[0]))[:LONG]
        chosen = (str(known[-1]),) if chance.random() < 0.2 and wanted[str(known[-1])] else ()
        query = replace(QUERY, choices={"employer": chosen} if chosen else {})
        found = tally(query, [Match.of(query, part) for part in parts])["employer"]
        assert list(found.items()) == list(dict([*largest, *((value, wanted[value]) for value in chosen)]).items())
    assert tried.count(True) > 10
    assert tried.count(False) > 10


def test_counted_by_column_or_by_bitmap_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(8)
    values = {
        "tier": ("agent", "manager"), "workplace": ("remote", "office"), "employment": ("full", "part"), "currency": ("NOK", "EUR"),
        "payband": ("NOK-200", "NOK-225", "EUR-10"), "industry": ("energy", "telecom"), "country": ("NO", "SE", "HR"),
        "lang": ("nb B1", "nb C1", "en B2"), "channel": ("phone",),
    }  # fmt: skip
    for _round in range(20):
        base = segment(chance, [1, 2, 3], 300, is_sorted=True)
        for facet, names in values.items():
            base.bits |= {f"{facet}:{name}": BitMap(chance.sample(range(300), chance.randrange(1, 300))) for name in names}
        # A role has one tier and one kind of work: fewer patterns than values.
        roles = [BitMap(range(first, 300, 3)) for first in range(3)]
        base.bits |= {f"{facet}:{place}": numbers for facet in ("role", "work") for place, numbers in enumerate(roles)}
        base.bits |= {"tier:agent": roles[0], "tier:manager": roles[1] | roles[2]}
        chosen = {facet: (names[0].partition(" ")[0],) for facet, names in values.items() if chance.random() < 0.3}
        query = replace(QUERY, choices=chosen, level=chance.choice(["", "B2"]))
        found = []
        for bits in (0, 1_000_000):
            monkeypatch.setattr(tallying, "BITS_LIKE_A_POSTING", bits)
            base.version += 1
            found.append(tally(query, [Match.of(query, base)]))
        assert found[0] == found[1], query
        match = Match.of(query, base)
        for facet in ("role", "work", "tier"):
            counts = {value: len(match.universe(facet) & numbers) for value, numbers in base.values(facet)}
            assert found[0][facet] == {value: count for value, count in counts.items() if count}, query
