"""Which postings of a base have a word, or a phrase that took long to find: read from the database when asked for, the recent
ones kept.

A base of 600,000 postings has hundreds of thousands of words and most are never searched, so a process keeps only
those that were, up to a number of bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from pyroaring import BitMap

from postings.search.copying import read_rows
from postings.search.query import Phrase

# One statement, and so one snapshot: no row at all means that the base itself is gone. The words are looked up one by
# one (LIMIT keeps PostgreSQL from reading the whole table instead, whatever it believes about its size).
READ = """
SELECT 0, '', '', NULL::bytea, NULL::bytea FROM postings_searchgeneration WHERE id = %(generation)s AND is_ready
UNION ALL
SELECT asked.kind, asked.language, asked.word, found.bits, found.title_bits
FROM unnest(%(kinds)s::int[], %(languages)s::text[], %(words)s::text[]) AS asked(kind, language, word)
CROSS JOIN LATERAL (
    SELECT w.bits, w.title_bits FROM postings_searchword w
    WHERE w.generation_id = %(generation)s AND w.language = asked.language AND w.word = asked.word LIMIT 1
) found
"""
READ_PREFIXES = """
UNION ALL
SELECT 2, asked.language, asked.first, found.bits, found.title_bits
FROM unnest(%(prefix_languages)s::text[], %(firsts)s::text[], %(ends)s::text[]) AS asked(language, first, behind)
CROSS JOIN LATERAL (
    SELECT w.bits, w.title_bits FROM postings_searchword w
    WHERE w.generation_id = %(generation)s AND w.language = asked.language
      AND w.word >= asked.first AND w.word < asked.behind LIMIT 1000000
) found
"""
WORD, PREFIX, PHRASE = 1, 2, 3
# What a kept word costs beside its bits: key, list entry, the objects.
OVERHEAD = 400
NOTHING = BitMap()
LAST_CHARACTER = 0x10FFFF
SURROGATES = (0xD800, 0xDFFF)

Pair = tuple[str, str]
Key = tuple[int, str, str]
Bits = tuple[bytes, bytes]
# What has it in the text, and in the title.
Found = tuple[BitMap, BitMap]


class GenerationGone(LookupError):
    """The base was replaced and deleted: its words cannot be read any more. Load the newest one and ask again."""


class BaseWords:
    """The words of one generation. Bitmaps that it hands out are shared: never change one in place."""

    def __init__(self, generation: int, *, capacity: int | None = None) -> None:
        self.generation = generation
        self.capacity = settings.SEARCH_WORD_CACHE_MB * 1_000_000 if capacity is None else capacity
        self.bytes = 0
        self._kept: OrderedDict[Key, tuple[BitMap, BitMap, int]] = OrderedDict()
        self._lock = threading.Lock()
        # Held by whoever has the database look through very many texts, so that one thread at a time does.
        self.searching = threading.Lock()

    def word(self, language: str, word: str, *, title: bool = False) -> BitMap:
        """The positions with this word; none if no posting has it."""
        return self._one((WORD, language, word), title=title)

    def prefix(self, language: str, prefix: str, *, title: bool = False) -> BitMap:
        """The positions with any word that begins so."""
        return self._one((PREFIX, language, prefix), title=title)

    def phrase(self, language: str, source: str) -> Found | None:
        """The positions with the phrase that PostgreSQL writes so, in the text and in the title; nothing if nobody knows them."""
        key = (PHRASE, language, source)
        return self._get([key]).get(key)

    def keep_phrase(self, language: str, source: str, found: Found) -> None:
        """What was found by looking through the texts."""
        self._keep((PHRASE, language, source), *found, OVERHEAD + sum(_size(bits) for bits in found))

    def preload(
        self, words: Iterable[Pair], prefixes: Iterable[Pair] = (), phrases: Sequence[tuple[str, Phrase]] = ()
    ) -> list[tuple[str, Phrase]]:
        """Read what is not kept yet of these (language, word) pairs, in one statement. Returns the phrases that nobody
        knows; the words of those are read, too."""
        keys = [*((WORD, *pair) for pair in words), *((PREFIX, *pair) for pair in prefixes)]
        for language, phrase in phrases:
            key = (PHRASE, language, phrase.source)
            keys.append(key)
            if key not in self._kept:
                keys += [(PREFIX if word.is_prefix else WORD, language, word.text) for word in phrase.words]
        found = self._get(keys)
        return [(language, phrase) for language, phrase in phrases if (PHRASE, language, phrase.source) not in found]

    def _one(self, key: Key, *, title: bool) -> BitMap:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                bits, title_bits, _size = self._kept[key]
                return title_bits if title else bits
        return self._get([key])[key][title]

    def _get(self, keys: list[Key]) -> dict[Key, Found]:
        """Of each key what is known: of a word always something, of a phrase only if it was looked for."""
        found: dict[Key, Found] = {}
        with self._lock:
            for key in keys:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key][:2]
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if missing:
            # Outside the lock: two threads may read the same word, none waits for another's words.
            fresh = _read(self.generation, missing)
            for key, (bits, title_bits, size) in fresh.items():
                found[key] = (bits, title_bits)
                self._keep(key, bits, title_bits, size)
        return found

    def _keep(self, key: Key, bits: BitMap, title_bits: BitMap, size: int) -> None:
        with self._lock:
            if key not in self._kept:
                self.bytes += size
            self._kept[key] = (bits, title_bits, size)
            while self.bytes > self.capacity and self._kept:
                _oldest, (_bits, _title, freed) = self._kept.popitem(last=False)
                self.bytes -= freed


def _read(generation: int, keys: list[Key]) -> dict[Key, tuple[BitMap, BitMap, int]]:
    words = [key for key in keys if key[0] != PREFIX]
    prefixes = [key for key in keys if key[0] == PREFIX]
    arguments: dict[str, Any] = {
        "generation": generation,
        "kinds": [kind for kind, _language, _word in words],
        "languages": [language for _kind, language, _word in words],
        "words": [word for _kind, _language, word in words],
        "prefix_languages": [language for _kind, language, _word in prefixes],
        "firsts": [word for _kind, _language, word in prefixes],
        "ends": [behind(word) for _kind, _language, word in prefixes],
    }
    rows = list(read_rows(READ + READ_PREFIXES if prefixes else READ, arguments))
    if not rows:
        raise GenerationGone(generation)
    parts: dict[Key, list[Bits]] = {key: [] for key in keys}
    for kind, language, word, bits, title_bits in rows:
        if kind and language and word and bits is not None:
            parts[int.from_bytes(kind, "big"), language.decode(), word.decode()].append((bits, title_bits or b""))
    return {key: _united(found) for key, found in parts.items() if found or key[0] != PHRASE}


def _united(found: list[Bits]) -> tuple[BitMap, BitMap, int]:
    if len(found) == 1:
        (bits, title_bits) = found[0]
        return unpacked(bits), unpacked(title_bits), OVERHEAD + len(bits) + len(title_bits)
    texts = [unpacked(bits) for bits, _title in found]
    titles = [unpacked(title) for _bits, title in found if title]
    both = (BitMap.union(*texts) if texts else NOTHING, BitMap.union(*titles) if titles else NOTHING)
    return *both, OVERHEAD + sum(_size(bits) for bits in both)


def _size(bits: BitMap) -> int:
    found = bits.get_statistics()
    return int(found["n_bytes_array_containers"] + found["n_bytes_bitset_containers"] + found["n_bytes_run_containers"])


def unpacked(data: bytes) -> BitMap:
    return BitMap.deserialize(data) if data else NOTHING


def behind(prefix: str) -> str:
    """A text, byte by byte, after all that begin with ``prefix``. Never empty: with "or there is no end" in its condition
    PostgreSQL would read the index to the end of the language."""
    whole = prefix
    while prefix:
        following = ord(prefix[-1]) + 1
        if following <= LAST_CHARACTER:
            return prefix[:-1] + chr(SURROGATES[1] + 1 if SURROGATES[0] <= following <= SURROGATES[1] else following)
        prefix = prefix[:-1]
    return whole + chr(LAST_CHARACTER)
