"""Answers kept for a short while in this process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from threading import Lock
from time import monotonic
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """At most ``size`` answers, each for ``seconds()`` at most; zero keeps nothing. Safe between threads.

    Two threads may work out the same answer at once: that costs less than waiting for each other.
    """

    def __init__(self, *, size: int, seconds: Callable[[], float]) -> None:
        self.size = size
        self.seconds = seconds
        self._answers: dict[Hashable, tuple[float, T]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        now = monotonic()
        found = self._answers.get(key)
        if found is not None and found[0] > now:
            return found[1]
        answer = make()
        seconds = self.seconds()
        if seconds > 0:
            with self._lock:
                self._answers.pop(key, None)
                while len(self._answers) >= self.size:
                    # The oldest: a dictionary remembers the order of its keys.
                    del self._answers[next(iter(self._answers))]
                self._answers[key] = (now + seconds, answer)
        return answer

    def get_many(self, keys: Iterable[Hashable], make: Callable[[list[Any]], Mapping[Any, T]]) -> dict[Any, T]:
        """Several answers by key, those that are not kept made at once; a key that nothing was made for is not in there."""
        now, known_of = monotonic(), self._answers.get
        wanted = list(dict.fromkeys(keys))
        kept = {key: known[1] for key in wanted if (known := known_of(key)) is not None and known[0] > now}
        if len(kept) == len(wanted):
            return kept
        made = make([key for key in wanted if key not in kept])
        for key, answer in made.items():
            self.get(key, lambda answer=answer: answer)  # type: ignore[misc]
        return {key: kept[key] if key in kept else made[key] for key in wanted if key in kept or key in made}

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()
