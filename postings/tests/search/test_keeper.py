"""The thread that keeps an index up to date goes on whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable

from postings.search.keeper import Keeper


class Index:
    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.rounds = 0

    def catch_up(self, *, limit: int | None = None) -> int:
        self.rounds += 1
        if self.rounds <= self.failures:
            raise RuntimeError("no database")
        return 0


def wait_for(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


def test_it_tries_again_after_errors() -> None:
    index = Index(failures=2)
    keeper = Keeper(index, pause=0.01)
    keeper.touch()
    assert wait_for(lambda: index.rounds > 4)
    keeper.stop()
    rounds = index.rounds
    time.sleep(0.05)
    assert index.rounds == rounds


def test_it_rests_while_nobody_searches_and_wakes_with_the_next_search() -> None:
    index = Index()
    keeper = Keeper(index, pause=0.01, rest_after=0.05)
    keeper.touch()
    assert wait_for(lambda: not keeper._awake.is_set())
    rounds = index.rounds
    time.sleep(0.06)
    assert index.rounds == rounds
    keeper.touch()
    assert wait_for(lambda: index.rounds > rounds)
    keeper.stop()
