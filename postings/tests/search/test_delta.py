"""A delta that grew one posting at a time against one that took up everything at once, and how both find their postings."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np
import pytest
from pyroaring import BitMap

from postings.search import delta
from postings.search.delta import Delta, DeltaWords
from postings.search.document import Document, Words
from postings.search.segment import FEW_IDS, Segment

WORDS = [f"{first}{second}{third}" for first in "abc" for second in "xyz" for third in "uvw"]


def document(number: int, chance: Random) -> Document:
    return Document(
        id=number,
        published=1_000 * number,
        expires=chance.choice([None, float(chance.randint(1, 50))]),
        terms=(f"tier:{chance.randint(1, 4)}", f"role:{chance.randint(1, 9)}"),
        employer=chance.randint(1, 40),
        city=chance.choice(["", "NO-oslo", "HR-zagreb", f"SE-{number % 7}"]),
        shift_mask=chance.randint(1, 5),
        currency="NOK",
        hourly_min=chance.randint(-1, 300),
        hourly_max=300,
        needs=("nb B2",),
        starts=(date(2026, 12, chance.randint(1, 28)),),
        place=chance.choice([None, 1, 2]),
        latitude=59.9,
        longitude=10.7,
        written=("nb",),
    )


def test_grown_one_by_one_it_is_as_if_taken_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delta, "FEW_WORDS", 12)
    chance = Random(5)
    # Some come twice: changed meanwhile.
    coming = [document(chance.randint(1, 150), chance) for _ in range(200)]
    words = [[Words("nb", frozenset(chance.sample(WORDS, 6)), frozenset(chance.sample(WORDS, 2)))] for _ in coming]
    grown, known = Delta(), {number: number * 10 for number in range(1, 40, 2)}
    for posting, texts in zip(coming, words, strict=True):
        grown.strike([posting.id])
        grown.take_up([posting], {posting.id: texts})
        # Asked between, so that what is kept has to grow as well.
        grown.words.prefix("nb", "ax")
        grown.translated("employer", known)
    last = {posting.id: place for place, posting in enumerate(coming)}
    kept = sorted(last.values())
    whole = Delta()
    whole.take_up([coming[place] for place in kept], {coming[place].id: words[place] for place in kept})

    def ids(segment: Delta, numbers: BitMap) -> set[int]:
        return {int(segment.ids[number]) for number in segment.live & numbers}

    assert ids(grown, grown.live) == ids(whole, whole.live) == set(last)
    for prefix in ("a", "bx", "czw", "d", ""):
        for is_title in (False, True):
            assert ids(grown, grown.words.prefix("nb", prefix, title=is_title)) == ids(
                whole, whole.words.prefix("nb", prefix, title=is_title)
            )
    assert not grown.words.prefix("sv", "a")
    assert not grown.words.word("sv", WORDS[0])
    for facet in ("tier", "role"):
        assert {value: ids(grown, numbers) for value, numbers in grown.values(facet)} == {
            value: ids(whole, numbers) for value, numbers in whole.values(facet)
        }
    for moment in (0.0, 10.5, 25.0, 60.0):
        assert ids(grown, grown.open_at(moment)) == ids(whole, whole.open_at(moment))
    assert np.all(np.diff(grown.expiry_times) >= 0)
    for facet in ("employer", "city"):
        assert len(grown.names(facet)) == len(set(grown.names(facet)))
        for number, posting in enumerate(coming):
            code = grown.codes(facet)[number]
            assert (posting.city if facet == "city" else posting.employer) == (grown.names(facet)[code] if code >= 0 else "")
    assert grown.translated("employer", known).tolist() == [known.get(int(name), -1) for name in grown.employer_ids]
    assert grown.translated("employer", {1: 7}).tolist() == [7 if name == 1 else -1 for name in grown.employer_ids], "of another base"


@pytest.mark.parametrize("count", [0, FEW_IDS - 3, FEW_IDS])
def test_postings_are_found_by_their_ids_whether_few_or_many(count: int) -> None:
    ids = np.array(Random(6).sample(range(1, 1_000), 400), np.int16)
    column = np.zeros(400, np.int64)
    base = Segment(ids, column, column, column, column, column, words=DeltaWords())
    # Some are not here, and one is larger than any number that its column could hold.
    wanted = [0, 1_000, 1 << 40, *ids[:count].tolist()]
    assert base.numbers_of(wanted) == BitMap(range(count))
    assert base.numbers_of([]) == BitMap()
