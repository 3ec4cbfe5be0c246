"""A cache that may be lost at any time without anybody noticing more than a slower page.

Nothing that must be kept is kept in the cache, so a broken or frozen server is treated as an empty one:
reads miss, writes are dropped, and a line is logged. After a failure the server is left alone for a few
seconds, so that a frozen one costs one timeout and not one per call.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from django.db import connections
from django.utils.functional import cached_property
from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
T = TypeVar("T")

REST_SECONDS = 5.0
# After so long somebody else may try to make an answer that is still missing.
AT_MOST_SECONDS = 60
# One command, where two for each key would take twice as long to put together and to read.
COUNT = """
local counts = {}
for place, key in ipairs(KEYS) do
    redis.call('SET', key, 0, 'EX', ARGV[1], 'NX')
    counts[place] = redis.call('INCR', key)
end
return counts
"""


class ForgivingRedisCache(RedisCache):
    """``RedisCache`` that answers as an empty cache while its server can't be reached.

    ``incr`` raises ``ValueError``, as for a key that doesn't exist: a caller that counts can tell from a
    successful ``add`` before it that there is nobody to count with.
    """

    _rest_until: float = 0.0

    @cached_property
    def _counter(self) -> Script:
        client: Redis = self._cache.get_client(None, write=True)
        return client.register_script(COUNT)

    def _try(self, call: Callable[[], T], otherwise: T) -> T:
        if time.monotonic() < ForgivingRedisCache._rest_until:
            return otherwise
        try:
            return call()
        except (RedisError, OSError) as error:
            ForgivingRedisCache._rest_until = time.monotonic() + REST_SECONDS
            logger.warning("cache unavailable, resting for %.0f s: %s", REST_SECONDS, type(error).__name__)
            return otherwise

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).add(*args, **kwargs), True)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).set(*args, **kwargs), None)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).touch(*args, **kwargs), False)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).delete(*args, **kwargs), False)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).get_many(*args, **kwargs), {})

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).has_key(*args, **kwargs), False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        counted = self._try(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), None)
        if counted is None:
            raise ValueError("The cache can't be reached.")
        return counted

    def count(self, keys: Sequence[str], timeout: int) -> list[int]:
        """One more for each of ``keys``, which begin at 0 and are forgotten ``timeout`` seconds later, in one round trip.

        Raises ``ValueError`` as ``incr`` does.
        """

        def counted() -> list[int]:
            return cast("list[int]", self._counter(keys=[self.make_and_validate_key(key) for key in keys], args=[timeout]))

        nothing: list[int] = []
        counts = self._try(counted, nothing)
        if not counts:
            raise ValueError("The cache can't be reached.")
        return counts

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).set_many(*args, **kwargs), [])

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._try(lambda: bool(super(ForgivingRedisCache, self).delete_many(*args, **kwargs)), False)

    def clear(self) -> Any:
        # The stubs say that it returns nothing.
        call: Callable[[], Any] = super().clear
        return self._try(call, False)


def slowly_aging(name: str, make: Callable[[], T], *, fresh: float, kept: float) -> T:
    """An answer that takes long to make, shared by all processes: nobody waits for it but the first who asks.

    Once it is older than ``fresh`` seconds, it is made anew beside the request, which gets the old one; after
    ``kept`` seconds without anybody asking it is gone. With ``fresh`` at zero it is made every time.
    """
    if not fresh:
        return make()
    found: tuple[float, T] | None = cache.get(name)
    if found is None:
        return _make_and_keep(name, make, kept)
    made_at, answer = found
    if time.time() - made_at > fresh and cache.add(f"{name}:being-made", True, AT_MOST_SECONDS):
        Thread(target=_make_beside, args=(name, make, kept), daemon=True).start()
    return answer


def _make_and_keep(name: str, make: Callable[[], T], kept: float) -> T:
    answer = make()
    cache.set(name, (time.time(), answer), kept)
    return answer


def _make_beside(name: str, make: Callable[[], T], kept: float) -> None:
    try:
        _make_and_keep(name, make, kept)
    finally:
        cache.delete(f"{name}:being-made")
        connections.close_all()
