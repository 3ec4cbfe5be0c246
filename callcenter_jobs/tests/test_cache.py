"""A lost cache costs a little time and nothing else."""

from __future__ import annotations

import socket
import time

import pytest
from django.core.cache import cache

from callcenter_jobs.cache import REST_SECONDS, ForgivingRedisCache, slowly_aging


@pytest.fixture(autouse=True)
def awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ForgivingRedisCache, "_rest_until", 0.0)


def broken(port: int) -> ForgivingRedisCache:
    return ForgivingRedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.3}})


def test_it_works_as_a_cache() -> None:
    cache.set("k", [1], 10)
    assert cache.get("k") == [1]
    assert cache.add("k", 2) is False
    assert cache.incr_version("k") == 2
    cache.delete("k", version=2)
    assert cache.get("k", "nothing") == "nothing"
    cache.set_many({"a": 1, "b": 2})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.incr("a") == 2


def test_it_counts_in_one_round_trip_and_forgets() -> None:
    assert [cache.count(["n"], 60) for _ in range(3)] == [[1], [2], [3]]  # type: ignore[attr-defined]
    assert cache.count(["m", "n"], 60) == [1, 4]  # type: ignore[attr-defined]
    assert 0 < cache._cache.get_client().ttl(cache.make_key("n")) <= 60  # type: ignore[attr-defined]


def test_only_the_first_waits_for_an_answer_that_takes_long() -> None:
    made = iter(range(9))
    cache.delete("slow")

    def ask(fresh: float) -> int:
        return slowly_aging("slow", lambda: next(made), fresh=fresh, kept=60)

    assert [ask(60), ask(60)] == [0, 0]
    assert ask(0.000_001) == 0, "an old answer is given at once"
    deadline = time.monotonic() + 5
    while ask(60) == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ask(60) == 1, "the new one was made beside"
    assert ask(0) == 2
    cache.delete("slow")


def test_a_server_that_is_down_looks_like_an_empty_cache() -> None:
    lost = broken(1)
    lost.set("k", 1)
    assert lost.get("k", "default") == "default"
    assert lost.add("k", 1) is True
    assert lost.delete("k") is False
    assert lost.get_many(["k"]) == {}
    assert lost.has_key("k") is False
    with pytest.raises(ValueError, match="reached"):
        lost.incr("k")
    with pytest.raises(ValueError, match="reached"):
        lost.count(["k"], 60)


def test_a_frozen_server_costs_one_timeout_and_not_one_per_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        lost = broken(frozen.getsockname()[1])
        started = time.monotonic()
        for number in range(20):
            lost.get(f"k{number}")
        assert time.monotonic() - started < 1.5


def test_after_a_rest_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(1).get("k")
    cache.set("k", 1)
    assert cache.get("k") is None, "all wait while one failure is fresh"
    monkeypatch.setattr(ForgivingRedisCache, "_rest_until", time.monotonic() - REST_SECONDS)
    cache.set("k", 1)
    assert cache.get("k") == 1
