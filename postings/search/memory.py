"""Searches answered from bitmaps in this process, kept right by the database's change log.

Each process has an index of its own. Before a search it reads what changed since the last one; large backlogs are
left to the keeper (``postings.search.keeper``). What is closed is never shown all the same: whoever draws a row
reads it from the live tables.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from django.conf import settings

from postings.models import Posting
from postings.search import changes, keeper
from postings.search.backend import Answer
from postings.search.delta import Delta
from postings.search.document import chunks, documents, words_of
from postings.search.matching import Match
from postings.search.phrases import prepare
from postings.search.query import Query
from postings.search.ranking import Part, page_of
from postings.search.segment import Segment
from postings.search.stored import load_generation
from postings.search.tallying import tally
from postings.search.wordbits import GenerationGone

# A request takes up so many changed postings itself; more are the keeper's.
AT_ONCE = 50
PER_CHUNK = 200
# How often a search is tried again when the base under it was replaced.
TRIES = 2
# A delta of more numbers than this, and so many times more than are alive, is made anew.
WORN_FROM, WORN_TIMES = 5_000, 4
# Seconds that a request waits for another thread that is catching up.
PATIENCE = 0.05
# And so many for the first search after a rest, which has much to take up.
LONG_PATIENCE = 2.0


class MemoryBackend:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._catching_up = threading.Lock()
        self._log = changes.ChangeLog()
        self._base: Segment | None = None
        self._delta = Delta()
        self._generation = 0
        self._horizon = ""
        self._seen: frozenset[int] = frozenset()
        self._asked = time.monotonic()

    # --- answers ------------------------------------------------------------------------------------

    def search(self, query: Query, *, offset: int = 0, limit: int = 20, facets: bool = True, fresh: bool = True) -> Answer:
        keeper.ensure(self)
        if fresh or not self._horizon:
            # While nobody searched the keeper rested as well: what it missed is not left to it this time.
            has_rested = time.monotonic() - self._asked > keeper.REST_AFTER
            self.catch_up(
                limit=None if has_rested or not settings.SEARCH_KEEPER else AT_ONCE, patience=LONG_PATIENCE if has_rested else None
            )
            self._asked = time.monotonic()
        for _again in range(TRIES):
            try:
                return self._answer(query, offset=offset, limit=limit, facets=facets)
            except GenerationGone:
                # Replaced and deleted while this process slept: the newest one is read, and that is in the database.
                self.catch_up()
        return self._answer(query, offset=offset, limit=limit, facets=facets)

    def _answer(self, query: Query, *, offset: int, limit: int, facets: bool) -> Answer:
        base = self._base
        if query.text and base is not None:
            # Outside the lock, because both may ask the database: a frequent phrase takes it long.
            prepare(query.text, base)
        with self._lock:
            segments = [segment for segment in (self._base, self._delta) if segment is not None]
            parts = [Part(match, match.found) for match in (Match.of(query, segment) for segment in segments)]
            total = sum(len(part.found) for part in parts)
            matches = [part.match for part in parts]
            return Answer(
                total=total,
                ids=tuple(page_of(query, parts, offset=offset, limit=limit)) if total and limit else (),
                facets=tally(query, matches) if facets else {},
                without={group: sum(len(match.without(group)) for match in matches) for group in matches[0].groups} if facets else {},
            )

    # --- keeping up ----------------------------------------------------------------------------------

    def catch_up(self, *, limit: int | None = None, patience: float | None = None) -> int:
        """Take up what changed. Returns how many postings were looked at again; with ``limit`` none when more wait.

        One thread at a time. A request waits a moment for whoever is at it: that one may have read the log just before
        the commit that this visitor has seen. For a large backlog or a new base it does not wait. ``patience`` (seconds)
        is for another time than that; until there is an index at all everybody waits.
        """
        wait = patience if patience is not None else PATIENCE if limit is not None else -1
        if not self._catching_up.acquire(timeout=wait if self._horizon else -1):
            return 0
        try:
            found = self._log.read(self._horizon, self._seen)
            is_new = found.generation != self._generation and (limit is None or not self._generation)
            if not self._horizon or found.is_lost or (is_new and found.generation):
                self._start(found.generation, found.horizon)
                found = self._log.read(self._horizon, self._seen)
            if limit is not None and len(found.ids) > limit:
                return 0
            self._take_up(found.ids)
            self._horizon, self._seen = found.horizon, found.seen
            if self._is_worn:
                self._start(0, found.horizon)
                self._seen = found.seen
            return len(found.ids)
        finally:
            self._catching_up.release()

    @property
    def _is_worn(self) -> bool:
        """Without a base nothing else clears away what each change leaves behind."""
        return self._base is None and self._delta.size > WORN_FROM and self._delta.size > WORN_TIMES * len(self._delta.live)

    def _start(self, generation: int, horizon: str) -> None:
        """From the newest base or, before there is one, from all open postings. Searches go on with what was there."""
        fresh = Delta()
        base = None
        if generation:
            stored = load_generation(generation)
            base, horizon = Segment.stored(stored), stored.horizon
        else:
            everything = Posting.objects.open().order_by("published_at", "pk").values_list("pk", flat=True)
            for chunk in chunks(everything.iterator(), PER_CHUNK):
                fresh.take_up(documents(chunk), words_of(chunk))
        with self._lock:
            self._base, self._delta = base, fresh
        self._generation, self._horizon, self._seen = generation, horizon, frozenset()

    def _take_up(self, ids: Iterable[int]) -> None:
        for chunk in chunks(ids, PER_CHUNK):
            fresh, words = documents(chunk), words_of(chunk)
            with self._lock:
                if self._base is not None:
                    self._base.strike(chunk)
                self._delta.strike(chunk)
                self._delta.take_up(fresh, words)
