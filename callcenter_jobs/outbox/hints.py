"""Hints given beside the request that caused them: a visitor does not wait for the broker, be it well, gone or frozen.

Only in web processes, which live on. A command that ends, or a task, hands its hint over before it goes on. One that is
lost with its process costs a few seconds, as any other: the sweep finds the mail.

A thread that talks to the broker takes time from the request beside it. So it waits for a moment, in which the answer
leaves, and gives one hint for all that came meanwhile: whoever takes it goes on with whatever else is due.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread

logger = logging.getLogger(__name__)
Give = Callable[[int], None]
GATHERING_SECONDS = 0.02


class HintGiver:
    """Gives hints on the spot until ``go_beside`` is called, from then on in a thread that the first hint begins."""

    def __init__(self) -> None:
        self._is_beside = False
        self._waiting: SimpleQueue[tuple[Give, int]] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None

    def go_beside(self) -> None:
        """Called by the WSGI entry point, before its processes part: the thread begins in each of them."""
        self._is_beside = True

    def give(self, give: Give, pk: int) -> None:
        if not self._is_beside:
            give(pk)
            return
        self._waiting.put((give, pk))
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="outbox-hints", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            give, pk = self._waiting.get()
            time.sleep(GATHERING_SECONDS)
            while not self._waiting.empty():
                self._waiting.get()
            try:
                give(pk)
            except Exception:
                # As Django does with what fails after a commit. Those who come after it get theirs.
                logger.exception("outbox: no hint given; the sweep will find the mail")


hint_giver = HintGiver()
