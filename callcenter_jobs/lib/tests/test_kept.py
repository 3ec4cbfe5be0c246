"""Answers kept for a while: no older than said, no more than said, and several asked for at once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from callcenter_jobs.lib import kept
from callcenter_jobs.lib.kept import Kept


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(kept, "monotonic", lambda: now[0])
    return now


def test_an_answer_is_kept_for_its_seconds(clock: list[float]) -> None:
    answers: Kept[float] = Kept(size=2, seconds=lambda: 10)
    assert answers.get("a", lambda: clock[0]) == 0
    clock[0] = 9.9
    assert answers.get("a", lambda: clock[0]) == 0
    clock[0] = 10
    assert answers.get("a", lambda: clock[0]) == 10


def test_the_oldest_goes_when_there_are_too_many(clock: list[float]) -> None:
    answers: Kept[str] = Kept(size=2, seconds=lambda: 10)
    for key in "abc":
        answers.get(key, lambda: "first")
    assert [answers.get(key, lambda: "again") for key in "cba"] == ["first", "first", "again"]


def test_only_what_is_missing_is_made_and_in_one_go(clock: list[float]) -> None:
    asked: list[list[str]] = []

    def make(missing: Iterable[str]) -> dict[str, str]:
        asked.append(list(missing))
        return {key: key.upper() for key in asked[-1] if key != "nobody"}

    answers: Kept[str] = Kept(size=10, seconds=lambda: 10)
    assert answers.get_many(["b", "nobody", "a", "b"], make) == {"b": "B", "a": "A"}
    assert list(answers.get_many(["a", "c", "b"], make)) == ["a", "c", "b"]
    assert answers.get_many([], make) == {}
    assert asked == [["b", "nobody", "a"], ["c"]]


def test_zero_seconds_keep_nothing() -> None:
    answers: Kept[int] = Kept(size=10, seconds=lambda: 0)
    assert [answers.get("a", lambda number=number: number) for number in (1, 2)] == [1, 2]  # type: ignore[misc]
