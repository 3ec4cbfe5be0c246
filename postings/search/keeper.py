"""A thread of each web process that keeps its index up to date, also between searches and after large changes.

Started by the first search, because threads do not survive a fork. It rests while nobody searches, so that a quiet
process holds no connection; the next search wakes it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.db import connection

from callcenter_jobs.database import lift_limit
from callcenter_jobs.lean import give_back
from postings.search import place_names, title_names
from postings.search.backend import get_backend

logger = logging.getLogger(__name__)

PAUSE = 0.5
# How often it gives back what was freed.
TIDY_EVERY = 10.0
# After an error it waits twice as long each time, up to this.
LONGEST_PAUSE = 30.0
# Without a search for so long it rests.
REST_AFTER = 300.0


@runtime_checkable
class Index(Protocol):
    def catch_up(self, *, limit: int | None = None) -> int: ...


class Keeper:
    """``touch`` tells of a search, and starts the thread if this process has none."""

    def __init__(self, index: Index, *, pause: float = PAUSE, rest_after: float = REST_AFTER) -> None:
        self.index = index
        self.pause = pause
        self.rest_after = rest_after
        self._touched = 0.0
        self._awake = threading.Event()
        self._stopped = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def touch(self) -> None:
        self._touched = time.monotonic()
        if not self._awake.is_set():
            self._awake.set()
        if self._thread is None or not self._thread.is_alive():
            self._start()

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread and its connection."""
        self._stopped.set()
        self._awake.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _start(self) -> None:
        with self._starting:
            if not self._stopped.is_set() and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="search-keeper", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = self.pause
        tidied = 0.0
        lift_limit()
        try:
            while not self._stopped.is_set():
                try:
                    self.index.catch_up()
                    place_names.learn()
                    title_names.learn()
                    pause = self.pause
                # Whatever it is, the next round may go well, and without a next round the index grows old in silence.
                except Exception:
                    logger.exception("The search index could not catch up; next try in %.1f s", pause)
                    connection.close()
                    pause = min(pause * 2, LONGEST_PAUSE)
                if time.monotonic() - tidied > TIDY_EVERY:
                    give_back()
                    tidied = time.monotonic()
                self._stopped.wait(pause)
                if time.monotonic() - self._touched > self.rest_after:
                    connection.close()
                    self._awake.clear()
                    # A search may have come between the look and the clearing.
                    if time.monotonic() - self._touched > self.rest_after:
                        self._awake.wait()
        finally:
            connection.close()


_keepers: dict[int, Keeper] = {}
_lock = threading.Lock()


def is_on() -> bool:
    return bool(settings.SEARCH_KEEPER)


def begin() -> None:
    """Have the index loaded before the first search: called when a web process has started."""
    index = get_backend()
    # An engine elsewhere, or plain queries, have nothing to keep.
    if isinstance(index, Index):
        ensure(index)


def ensure(index: Index) -> None:
    """Have the keeper of this process look after ``index`` from now on. Costs nothing when it does already."""
    if not is_on():
        return
    keeper = _keepers.get(os.getpid())
    if keeper is None or keeper.index is not index:
        with _lock:
            keeper = _keepers.get(os.getpid())
            if keeper is None or keeper.index is not index:
                # What a parent process had is not running here.
                _keepers.clear()
                keeper = _keepers[os.getpid()] = Keeper(index)
    keeper.touch()
