"""Searches answered from bitmaps in this process, kept right by the database's change log.

Each process has an index of its own. Before a search it reads what changed, unless it did so within the last
``SEARCH_LOOK_AGAIN_MS`` (a tenth of a second); large backlogs are left to the keeper (``postings.search.keeper``), which
takes them up in steps. What is closed is never shown all the same: whoever draws a row reads it from the live tables.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from django.conf import settings

from callcenter_jobs.database import unhurried
from postings.models import Posting
from postings.search import changes, keeper
from postings.search.backend import Answer
from postings.search.delta import Delta
from postings.search.document import Document, Words, chunks, documents, words_of
from postings.search.matching import Match
from postings.search.phrases import prepare
from postings.search.query import Query
from postings.search.ranking import Part, page_of
from postings.search.segment import Segment
from postings.search.stored import load_generation
from postings.search.tallying import prepare as prepare_counting
from postings.search.tallying import tally
from postings.search.wordbits import GenerationGone

# A request takes up so many changed postings itself; more are the keeper's.
AT_ONCE = 50
PER_CHUNK = 200
# And so many at a time, with a pause (seconds) in which requests come to their turn.
PER_STEP, BREATH = 100, 0.002
# How often a search is tried again when the base under it was replaced.
TRIES = 2
# A delta of more numbers than this, and so many times more than are alive, is made anew.
WORN_FROM, WORN_TIMES = 5_000, 4
# Seconds that a request waits for another thread that is catching up.
PATIENCE = 0.05
# And so many for the first search after a rest, which has much to take up: waiting and working together.
LONG_PATIENCE = 2.0
# How often a new base takes up what came meanwhile before the old one is held still for the last of it.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index that is whole by itself: everything up to its horizon."""

    generation: int
    base: Segment | None
    delta: Delta
    horizon: str
    seen: frozenset[int]


class MemoryBackend:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        # Held by who reads the log and takes up what it says.
        self._catching_up = threading.Lock()
        self._changing_over = threading.Lock()
        self._log = changes.ChangeLog()
        self._base: Segment | None = None
        self._delta = Delta()
        self._generation = 0
        self._horizon = ""
        self._seen: frozenset[int] = frozenset()
        # Noted as changed before the horizon, and not taken up yet: the newest last.
        self._owed: dict[int, None] = {}
        self._asked = time.monotonic()
        # When the log was last read by anybody in this process.
        self._looked = 0.0

    # --- answers ------------------------------------------------------------------------------------

    def search(self, query: Query, *, offset: int = 0, limit: int = 20, facets: bool = True, fresh: bool = True) -> Answer:
        keeper.ensure(self)
        if fresh or not self._horizon:
            now = time.monotonic()
            # Noted at once: one search takes up what a rest has left, and others need not wait for their turn at it.
            has_rested, self._asked = now - self._asked > keeper.REST_AFTER, now
            if has_rested or now - self._looked >= settings.SEARCH_LOOK_AGAIN_MS / 1000:
                if not settings.SEARCH_KEEPER:
                    self.catch_up()
                elif has_rested:
                    # While nobody searched the keeper rested as well: what it missed is not left to it this time.
                    self.catch_up(patience=LONG_PATIENCE)
                else:
                    self.catch_up(limit=AT_ONCE)
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
            # Between a base and the next change there is nothing in a delta to look through.
            segments = [segment for segment in (self._base, self._delta) if segment is not None and segment.live] or [self._delta]
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
        """Take up what changed. Returns how many postings were looked at again; with ``limit`` none when more came than that:
        they are noted, and left to whoever comes without one.

        One thread at a time. A request waits a moment for whoever is at it: that one may have read the log just before
        the commit that this visitor has seen. ``patience`` (seconds) is for another time than that, and what is not taken up
        by then is left as well; until there is an index at all everybody waits.

        A large backlog is taken up in steps, the newest first. Between two of them requests have their turn and the log is
        read again, so that what comes meanwhile waits for one step and not for all, also what a request only notes.

        Who comes with neither changes over to a newer base: the keeper, or where there is none every search.
        """
        patience = PATIENCE if patience is None and limit is not None else patience
        until = None if patience is None else time.monotonic() + patience
        waiting: list[int] | None = None
        done = 0
        while waiting is None or waiting:
            if not self._catching_up.acquire(timeout=-1 if until is None or not self._horizon else max(until - time.monotonic(), 0)):
                return done
            try:
                new, newest = self._read_log()
                if limit is not None:
                    return self._take_up(new) if len(new) <= limit else 0
                if waiting is None:
                    waiting = list(self._owed)
                # Some of both: what waits comes to an end, however much is new.
                done += self._take_up([*waiting[-PER_STEP:], *islice(reversed(self._owed), PER_STEP)])
                del waiting[-PER_STEP:]
            finally:
                self._catching_up.release()
            if waiting:
                if until is not None and time.monotonic() >= until:
                    return done
                time.sleep(BREATH)
        if until is None and (self._is_worn or newest not in {0, self._generation}):
            self._change_over(newest)
        return done

    def _read_log(self) -> tuple[list[int], int]:
        """Note what changed since the last reading. Returns that, and the newest base that is ready."""
        begun = time.monotonic()
        found = self._log.read(self._horizon, self._seen)
        if not self._horizon or found.is_lost:
            self._install(self._load(found.generation))
            return [], found.generation
        for posting in found.ids:
            self._owed.pop(posting, None)
            self._owed[posting] = None
        # Whatever happens from here on: what was read is owed until it is taken up.
        self._horizon, self._seen, self._looked = found.horizon, found.seen, begun
        return found.ids, found.generation

    def _take_up(self, ids: Iterable[int]) -> int:
        """Those of ``ids`` that are owed. Returns how many they were."""
        owed = [posting for posting in dict.fromkeys(ids) if posting in self._owed]
        for chunk in chunks(owed, PER_CHUNK):
            fresh, words = documents(chunk), words_of(chunk)
            with self._lock:
                _renew(self._base, self._delta, chunk, fresh, words)
            for posting in chunk:
                del self._owed[posting]
        return len(owed)

    @property
    def _is_worn(self) -> bool:
        """Without a base nothing else clears away what each change leaves behind."""
        return self._base is None and self._delta.size > WORN_FROM and self._delta.size > WORN_TIMES * len(self._delta.live)

    def _change_over(self, generation: int) -> None:
        """To a newer base. Until it is there, and has what changed since it was built, the old index is kept up and answers."""
        before = self._generation
        with self._changing_over:
            # Whoever waited here finds it done.
            if not self._is_worn and (self._generation == generation or self._generation != before):
                return
            loaded = self._load(generation)
            for _round in range(ROUNDS):
                loaded, came = self._brought_up(loaded)
                if came <= PER_STEP:
                    break
            with self._catching_up:
                # Requests have read the log since the new index did, and taken up what it said into the old one: without
                # this it would go back in time. Nobody reads the log meanwhile, so the new horizon is the latest of all:
                # what the old index took up or still owes was noted before it, and is in the base or was taken up since.
                begun = time.monotonic()
                loaded, _came = self._brought_up(loaded)
                self._install(loaded)
                self._looked = begun

    def _load(self, generation: int) -> Loaded:
        """From a base and what changed since, or, before there is one, from all open postings."""
        delta = Delta()
        with unhurried():
            if generation:
                stored = load_generation(generation)
                base = Segment.stored(stored)
                prepare_counting(base)
                return self._brought_up(Loaded(generation, base, delta, stored.horizon, frozenset()))[0]
            found = self._log.read("", frozenset())
            ids = Posting.objects.open().order_by("published_at", "pk").values_list("pk", flat=True).iterator()
            for chunk in chunks(ids, PER_CHUNK):
                delta.take_up(documents(chunk), words_of(chunk))
        return Loaded(generation, None, delta, found.horizon, found.seen)

    def _brought_up(self, loaded: Loaded) -> tuple[Loaded, int]:
        """With what changed since its horizon, and how many postings that were. Nobody else may know of it yet."""
        found = self._log.read(loaded.horizon, loaded.seen)
        if found.is_lost:
            raise GenerationGone(loaded.generation)
        for chunk in chunks(found.ids, PER_CHUNK):
            _renew(loaded.base, loaded.delta, chunk, documents(chunk), words_of(chunk))
        return replace(loaded, horizon=found.horizon, seen=found.seen), len(found.ids)

    def _install(self, loaded: Loaded) -> None:
        with self._lock:
            self._base, self._delta = loaded.base, loaded.delta
        self._generation, self._horizon, self._seen, self._owed = loaded.generation, loaded.horizon, loaded.seen, {}


def _renew(
    base: Segment | None, delta: Delta, chunk: Iterable[int], fresh: Iterable[Document], words: Mapping[int, Iterable[Words]]
) -> None:
    """Put postings as they are now in the place of what is known of them."""
    if base is not None:
        base.strike(chunk)
    delta.strike(chunk)
    delta.take_up(fresh, words)
