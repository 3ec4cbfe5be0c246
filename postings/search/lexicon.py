"""Words and titles by their keys, and which of them are nearly written like something: thousands of them in every web
process, so they are kept as a few arrays and not as objects."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

LATIN, CYRILLIC = "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"
BIT = {letter: 1 << place for place, letter in enumerate(LATIN + CYRILLIC + "012345")}


@dataclass(frozen=True, slots=True)
class Known:
    """A word or a title: how it is written, in which languages, and how much it weighs."""

    text: str
    languages: frozenset[str]
    weight: int


# A key, how it is written, in which languages, and how much it weighs.
Entry = tuple[str, str, frozenset[str], int]


class Lines:
    """Many short texts as one: each by itself would take three times as much, and they would lie all over the heap."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = "\n".join(("", *lines, ""))
        self.starts = array("I", accumulate((len(line) + 1 for line in lines), initial=1))

    def __getitem__(self, at: int) -> str:
        return self.text[self.starts[at] : self.starts[at + 1] - 1]


class Lexicon:
    """Keys (``search_key`` of a word, or the letters of a title) and what they stand for, in the order of the keys' hashes:
    so a key is found as fast as in a dictionary. A bit for each letter of a key tells at once which ones cannot be near."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        rows = sorted(entries, key=lambda entry: hash(entry[0]))
        keys = [key for key, *_what in rows]
        self.keys = Lines(keys)
        # Most words are written as their keys.
        self.texts = Lines(["" if text == key else text for key, text, *_more in rows])
        self.hashes = array("q", map(hash, keys))
        self.lengths = np.array([len(key) for key in keys], np.int16)
        self.masks = np.array([_mask(key) for key in keys], np.uint64)
        self.weights = array("I", [weight for *_what, weight in rows])
        spoken = {languages: at for at, languages in enumerate(dict.fromkeys(languages for *_what, languages, _weight in rows))}
        self.spoken = tuple(spoken)
        self.languages = array("H", [spoken[languages] for *_what, languages, _weight in rows])

    def __len__(self) -> int:
        return len(self.hashes)

    def __getitem__(self, at: int) -> Known:
        return Known(self.texts[at] or self.keys[at], self.spoken[self.languages[at]], self.weights[at])

    def __contains__(self, key: str) -> bool:
        return any(True for _known in self.of(key))

    def of(self, key: str) -> Iterator[Known]:
        """What has exactly this key."""
        number = hash(key)
        at = bisect_left(self.hashes, number)
        while at < len(self) and self.hashes[at] == number:
            if self.keys[at] == key:
                yield self[at]
            at += 1

    def near(self, key: str, limit: int) -> Iterator[tuple[int, Known]]:
        """What is at most ``limit`` wrong letters away, with how many."""
        if limit < 1:
            return
        # Each wrong letter takes one of the key's letters away, or brings one that it has not, or both; what makes it longer
        # takes none away, and what makes it shorter brings none.
        mask, longer = np.uint64(_mask(key)), self.lengths - len(key)
        close = np.bitwise_count(mask & ~self.masks) <= limit - np.maximum(longer, 0)
        close &= np.bitwise_count(self.masks & ~mask) <= limit + np.minimum(longer, 0)
        for at in np.flatnonzero(close).tolist():
            distance = wrong_letters(key, self.keys[at], limit)
            if 0 < distance <= limit:
                yield distance, self[at]

    def begins(self, start: str) -> bool:
        return f"\n{start}" in self.keys.text

    def holding(self, parts: Sequence[str]) -> Iterator[Known]:
        """What has all of ``parts`` in its key."""
        for key, at in zip(self.keys.text[1:-1].split("\n"), range(len(self)), strict=False):
            if all(part in key for part in parts):
                yield self[at]


def _mask(key: str) -> int:
    mask = 0
    for letter in key:
        mask |= BIT.get(letter, 0)
    return mask


def wrong_letters(a: str, b: str, limit: int) -> int:
    """How many letters are missing, too many, wrong or changed over with the next (Damerau and Levenshtein, each
    letter touched once); ``limit`` + 1 for more than ``limit``.

    >>> wrong_letters("custmer", "customer", 2), wrong_letters("zagerb", "zagreb", 2), wrong_letters("agent", "chat", 2)
    (1, 1, 3)
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    # What both begin and end with is right.
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        older, before, row = before, row, [i, *[limit + 1] * len(b)]
        for j in range(max(1, i - limit), min(len(b), i + limit) + 1):
            other = b[j - 1]
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and other == a[i - 2]:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
