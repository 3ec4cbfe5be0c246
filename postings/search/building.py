"""Building a base: every open posting as it is at one moment, numbered by date, with all that it can be found by.

Everything is read in one snapshot, whose horizon is kept with the base; whoever loads it takes up from the log of
changes what happened after that moment, and so it does not matter how long building took. A builder that dies leaves
a generation that is not ready, which nobody reads and the next builder deletes.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic, TypeVar

import numpy as np
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from pyroaring import BitMap

from postings.models import Posting, SearchGeneration
from postings.search import phrases
from postings.search.changes import POSTINGS_OF, Horizon, server
from postings.search.copying import Row, write_rows
from postings.search.document import FIELDS, OPEN, Document, chunks, document_of
from postings.search.pruning import delete_generations, prune
from postings.search.segment import true_at
from postings.search.stored import (
    CITY_KEYS,
    COLUMNS,
    NUMBERED_SETS,
    PLACE_AT,
    SETS,
    pack,
    parts_of,
)

# A base is worth having from so many open postings on, and built again when so many have changed since, or a share of
# all that is more; or after a day, if anything changed at all.
LEAST_POSTINGS = 2_000
MOST_WAITING = 5_000
SHARE_WAITING = 0.01
LONGEST_LIFE = timedelta(days=1)
WAITING = f"""
SELECT count(*) FROM (
    SELECT posting_id FROM postings_searchchange WHERE xid >= %(first)s::xid8 AND posting_id IS NOT NULL
    UNION {POSTINGS_OF.format(rows="xid >= %(first)s::xid8 AND posting_id IS NULL")}
) changed
"""  # noqa: S608
# The lock that one builder holds: any number that nothing else in this database uses.
LOCK = 7_310_466_001
PER_CHUNK = 2_000
# After so many postings what was collected is packed into bitmaps: bounds the memory.
PER_STRETCH = 65_536
# Shorter lists stay lists until the end: a bitmap of a few numbers is larger than they are.
LEAST_PACKED = 256
KEPT_GENERATIONS = 2
# Between the words that one text of a row holds: no word has it.
SEPARATOR = "\x1f"
POSITIONS = f"""
SELECT p.id FROM postings_posting p LEFT JOIN postings_site s ON s.id = p.site_id WHERE {OPEN} ORDER BY p.published_at, p.id
"""  # noqa: S608
# Joined by the server and split here: ten times faster than arrays of words.
JOINED_WORDS = f"""
SELECT t.posting_id, t.language, array_to_string(tsvector_to_array(t.search), E'{SEPARATOR}'),
    array_to_string(tsvector_to_array(ts_filter(t.search, '{{a}}')), E'{SEPARATOR}')
FROM postings_postingtext t WHERE t.posting_id = ANY(%s) AND t.search IS NOT NULL
"""  # noqa: S608
WORD_TABLE = "postings_searchword (generation_id, language, word, count, bits, title_bits)"

# How far it is: what is being done, how much is done, of how much.
Progress = Callable[[str, int, int], None]
K = TypeVar("K", bound=Hashable)


class AlreadyBuilding(RuntimeError):
    """Another process builds a base at this moment."""


class Collected(Generic[K]):
    """Positions by key, given in ascending order: lists at first, packed into bitmaps stretch by stretch."""

    def __init__(self) -> None:
        self.lists: defaultdict[K, array[int]] = defaultdict(lambda: array("I"))
        self.packed: dict[K, BitMap] = {}

    def pack(self) -> None:
        for key, positions in self.lists.items():
            if len(positions) >= LEAST_PACKED:
                bits = BitMap(positions)
                self.packed[key] = self.packed[key] | bits if key in self.packed else bits
                del positions[:]

    def take(self, key: K) -> BitMap:
        """The bitmap of ``key``, which is forgotten here."""
        bits = BitMap(self.lists.pop(key))
        if key in self.packed:
            bits |= self.packed.pop(key)
        bits.run_optimize()
        return bits

    def take_all(self) -> dict[K, BitMap]:
        return {key: self.take(key) for key in list(self.lists)}


class Base:
    """What is collected of all postings while they pass by."""

    def __init__(self) -> None:
        self.columns: dict[str, array[Any]] = {name: array("d" if kind == "<f8" else "q") for name, kind in COLUMNS.items()}
        self.sets: dict[str, Collected[str]] = {name: Collected() for name in SETS}
        self.numbered: dict[str, Collected[int]] = {name: Collected() for name in NUMBERED_SETS}
        self.words: dict[tuple[str, bool], Collected[str]] = defaultdict(Collected)
        self.place_at: dict[int, tuple[float, float]] = {}
        self.employer_codes: dict[int, int] = {}
        self.city_codes: dict[str, int] = {}
        self.size = 0

    def add(self, document: Document) -> None:
        position = self.size
        self.size += 1
        columns = self.columns
        columns["ids"].append(document.id)
        columns["published"].append(document.published)
        columns["employers"].append(self.employer_codes.setdefault(document.employer, len(self.employer_codes)))
        city = document.city
        columns["cities"].append(self.city_codes.setdefault(city, len(self.city_codes)) if city else -1)
        columns["pay_min"].append(document.hourly_min)
        columns["pay_max"].append(document.hourly_max)
        if document.expires is not None:
            columns["expiry_times"].append(document.expires)
            columns["expiry_numbers"].append(position)
        for name, keys in (("bits", document.terms), ("need", document.needs), ("written", document.written)):
            lists = self.sets[name].lists
            for key in keys:
                lists[key].append(position)
        self.numbered["masks"].lists[document.shift_mask].append(position)
        # A set: two classes may begin on the same day.
        for day in {start.toordinal() for start in document.starts}:
            self.numbered["dates"].lists[day].append(position)
        if document.place is not None:
            self.numbered["places"].lists[document.place].append(position)
            self.place_at[document.place] = (document.latitude, document.longitude)

    def add_words(self, position: int, language: str, words: str, title: str) -> None:
        """``words`` and ``title`` as in ``JOINED_WORDS``."""
        for is_title, joined in ((False, words), (True, title)):
            if joined:
                lists = self.words[language, is_title].lists
                for word in joined.split(SEPARATOR):
                    lists[word].append(position)

    def pack(self) -> None:
        for named in (*self.sets.values(), *self.words.values()):
            named.pack()
        for numbered in self.numbered.values():
            numbered.pack()

    def parts(self) -> Iterator[tuple[str, int, bytes]]:
        """All but the words, as rows of ``SearchPart``."""
        order = np.argsort(np.frombuffer(self.columns["expiry_times"], np.float64), kind="stable")
        self.columns["employer_ids"] = array("q", self.employer_codes)
        for name, kind in COLUMNS.items():
            column = np.array(self.columns[name])
            yield from parts_of(name, (column[order] if name.startswith("expiry") else column).astype(kind).tobytes())
        for name, named in self.sets.items():
            yield from parts_of(name, pack(named.take_all()))
        for name, numbered in self.numbered.items():
            yield from parts_of(name, pack(numbered.take_all()))
        yield from parts_of(CITY_KEYS, json.dumps(list(self.city_codes)).encode())
        yield from parts_of(PLACE_AT, json.dumps(self.place_at).encode())

    def word_rows(self) -> Iterator[tuple[str, str, BitMap, BitMap | None]]:
        """(language, word, positions, positions by title); every word of a title is a word of its text."""
        for language in sorted({language for language, _is_title in self.words}):
            words, titles = self.words[language, False], self.words[language, True]
            for word in sorted(words.lists):
                yield language, word, words.take(word), titles.take(word) if word in titles.lists else None


def build_generation(*, progress: Progress | None = None) -> SearchGeneration:
    """Build the next base from what is open now. Raises ``AlreadyBuilding`` when another process does."""
    tell = progress or (lambda what, done, total: None)
    with _snapshot() as (cursor, horizon):
        delete_generations(SearchGeneration.objects.filter(is_ready=False))
        generation = SearchGeneration.objects.create(horizon=horizon)
        base = _collect(cursor, tell)
        taken_over = _take_over_phrases(cursor, base, tell)
        _write_parts(generation, base)
        _write_words(generation, base, tell)
        write_rows(WORD_TABLE, (_word_row(generation, *row) for row in taken_over))
        with connection.cursor() as analyzing:
            analyzing.execute("ANALYZE postings_searchword")
        # Fails when the connection broke, and with it the lock: then another builder may be at it.
        cursor.execute("SELECT 1")
        with transaction.atomic():
            generation.postings, generation.is_ready, generation.ready_at = base.size, True, timezone.now()
            generation.save(update_fields=["postings", "is_ready", "ready_at"])
        old = SearchGeneration.objects.filter(is_ready=True).order_by("-pk")[KEPT_GENERATIONS:]
        delete_generations(SearchGeneration.objects.filter(pk__in=[kept.pk for kept in old]))
    prune()
    return generation


def is_due() -> bool:
    """Whether it is time for a new base. Builders use at most half of the time: the next one rests as long as the last took."""
    newest = SearchGeneration.objects.filter(is_ready=True, horizon__startswith=f"{server()}/").order_by("-pk").first()
    if newest is None:
        return Posting.objects.open()[:LEAST_POSTINGS].count() >= LEAST_POSTINGS
    now, ready_at = timezone.now(), newest.ready_at or newest.started_at
    if now < ready_at + (ready_at - newest.started_at):
        return False
    with connection.cursor() as cursor:
        # Free again when the statement ends.
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(WAITING, {"first": str(Horizon.read(newest.horizon).first)})
        waiting: int = cursor.fetchone()[0]
    if waiting > max(MOST_WAITING, newest.postings * SHARE_WAITING):
        return True
    return bool(waiting) and now - newest.started_at > LONGEST_LIFE


@contextmanager
def _snapshot() -> Iterator[tuple[CursorWrapper, str]]:
    """A cursor in one read-only snapshot of the database, on a connection of its own, and its horizon.

    Holds the lock of builders as long as it is open: with the transaction, not with the connection, so that it
    is also right behind a pooler.
    """
    own: BaseDatabaseWrapper = connection.copy()
    try:
        own.connect()
        own.set_autocommit(False)
        with own.cursor() as cursor:
            # In two steps: the first statement that looks at the database makes the snapshot.
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s), pg_current_snapshot()::text", [LOCK])
            is_free, snapshot = cursor.fetchone()
            if not is_free:
                raise AlreadyBuilding
            yield cursor, f"{server()}/{snapshot}"
    finally:
        own.close()


def _collect(cursor: CursorWrapper, tell: Progress) -> Base:
    cursor.execute(POSITIONS)
    ids = [row[0] for row in cursor.fetchall()]
    base = Base()
    for chunk in chunks(ids, PER_CHUNK):
        first = base.size
        cursor.execute(f"SELECT {FIELDS} AND p.id = ANY(%s)", [chunk])
        found = {row[0]: row for row in cursor.fetchall()}
        # The same snapshot: each of them is there.
        for posting in chunk:
            base.add(document_of(found[posting]))
        positions = {posting: position for position, posting in enumerate(chunk, start=first)}
        cursor.execute(JOINED_WORDS, [chunk])
        # By position, because a list must ascend.
        for posting, language, words, title in sorted(cursor.fetchall(), key=lambda row: positions[row[0]]):
            base.add_words(positions[posting], language, words, title)
        if base.size // PER_STRETCH > first // PER_STRETCH:
            base.pack()
        tell("postings", base.size, len(ids))
    return base


def _take_over_phrases(cursor: CursorWrapper, base: Base, tell: Progress) -> list[tuple[str, str, BitMap, BitMap]]:
    """Phrases that took long to find in the base before, found anew in the same snapshot as everything else. Like ``word_rows``."""
    ids, wanted = np.array(base.columns["ids"]), phrases.stored_phrases()
    rows = []
    for done, (language, source) in enumerate(wanted, start=1):
        found = np.array(phrases.find_texts(cursor, language, source), np.int64).reshape(-1, 2)
        in_text, in_title = (true_at(np.isin(ids, postings)) for postings in (found[:, 0], found[found[:, 1] == 1, 0]))
        rows.append((language, source, in_text, in_title))
        tell("phrases", done, len(wanted))
    return rows


def _write_parts(generation: SearchGeneration, base: Base) -> None:
    key = _int8(generation.pk)
    rows = ((key, name.encode(), number.to_bytes(2, "big"), data) for name, number, data in base.parts())
    write_rows("postings_searchpart (generation_id, name, number, data)", rows)


def _write_words(generation: SearchGeneration, base: Base, tell: Progress) -> None:
    total = sum(len(words.lists) for (_language, is_title), words in base.words.items() if not is_title)

    def rows() -> Iterator[Row]:
        for done, row in enumerate(base.word_rows(), start=1):
            yield _word_row(generation, *row)
            if not done % 5_000 or done == total:
                tell("words", done, total)

    write_rows(WORD_TABLE, rows())


def _word_row(generation: SearchGeneration, language: str, word: str, bits: BitMap, title: BitMap | None) -> Row:
    titles = title.serialize() if title else None
    return _int8(generation.pk), language.encode(), word.encode(), len(bits).to_bytes(4, "big"), bits.serialize(), titles


def _int8(number: int) -> bytes:
    return number.to_bytes(8, "big", signed=True)
