"""Packed columns answer as the arrays that they were made of."""

from __future__ import annotations

import numpy as np
import pytest

from postings.search.packed import Ascending, Ranked, narrow


@pytest.mark.parametrize("span", [10, 10**10, 10**14], ids=["one stretch", "few stretches", "a stretch for nearly every row"])
def test_moments(span: int) -> None:
    dice = np.random.default_rng(7)
    moments = np.sort(dice.integers(0, span, 300))
    moments[100:150] = moments[100]
    packed = Ascending.of(moments)
    places = dice.integers(0, 300, 50)
    assert packed[places].tolist() == moments[places].tolist()
    asked = [-1, 0, span + 1, *(int(moment) + more for moment in moments for more in (-1, 0, 1))]
    for moment in asked:
        assert packed.searchsorted(moment) == moments.searchsorted(moment), moment
        assert packed.searchsorted(moment, side="right") == moments.searchsorted(moment, side="right"), moment
    assert (packed >= int(moments[120])).tolist() == (moments >= moments[120]).tolist()


def test_no_moments() -> None:
    assert Ascending.of(np.empty(0, np.int64)).searchsorted(5) == 0


@pytest.mark.parametrize(("highest", "width"), [(0, 2), (2**15 - 2, 2), (2**15 - 1, 4), (2**31 - 2, 4), (2**31 - 1, 8)])
def test_narrow_numbers_leave_room_for_one_more(highest: int, width: int) -> None:
    codes = narrow(np.array([-1, highest], np.int64))
    assert codes.itemsize == width
    assert (codes + 1).tolist() == [0, highest + 1]


@pytest.mark.parametrize("different", [40, 70_000], ids=["ranked", "too many to rank"])
def test_amounts(different: int) -> None:
    dice = np.random.default_rng(7)
    column = np.concatenate([np.arange(-1, different), dice.integers(-1, different, 100)])
    packed = Ranked.of(column)
    assert isinstance(packed, Ranked) is (different == 40)
    places = dice.integers(0, len(column), 50)
    assert packed[places].tolist() == column[places].tolist()
    for amount in (-2, -1, 0, 17, different - 1, different, 10**9):
        assert ((packed >= amount) == (column >= amount)).all(), amount
        assert ((packed <= amount) == (column <= amount)).all(), amount
