"""Alphabetical order per language.

The database sorts by code point (its locale is C.UTF-8), which puts ``å`` after ``ø`` and ``ć`` after ``z``. Short
lists (countries, places, languages) are therefore sorted in Python with the key made here.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
LATIN = "a b c d e f g h i j k l m n o p q r s t u v w x y z"
CYRILLIC = "а б в г д е ё ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
# Two characters are one letter where the alphabet says so (Croatian dž, lj, nj).
ALPHABETS = {
    "en": f"{LATIN} {CYRILLIC}",
    "nb": f"{LATIN} æ ø å {CYRILLIC}",
    "sv": f"{LATIN} å ä ö {CYRILLIC}",
    "hr": f"a b c č ć d dž đ e f g h i j k l lj m n nj o p q r s š t u v w x y z ž {CYRILLIC}",
    "ru": f"{CYRILLIC} {LATIN}",
}
# Letters that other languages place inside theirs; NFKD leaves these whole.
FOREIGN = {"ø": "o", "æ": "ae", "å": "a", "ä": "a", "ö": "o", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "œ": "oe", "þ": "th"}
# Neighbors use each other's last letters as variants of their own.
NEIGHBORS = {"nb": {"ä": "æ", "ö": "ø"}, "sv": {"æ": "ä", "ø": "ö"}}
UNKNOWN = 10_000


@lru_cache(maxsize=8)
def _ranks(language: str) -> dict[str, int]:
    letters = ALPHABETS.get(language, ALPHABETS["en"]).split()
    return {letter: 100 + rank for rank, letter in enumerate(letters)}


@lru_cache(maxsize=4096)
def sort_key(text: str, language: str) -> tuple[str, str]:
    """A key for ``sorted``: letters of the language first, accents and case only to break ties."""
    ranks = _ranks(language)
    word = unicodedata.normalize("NFC", text).casefold()
    key: list[int] = []
    position = 0
    while position < len(word):
        pair = word[position : position + 2]
        if len(pair) == 2 and pair in ranks:
            key.append(ranks[pair])
            position += 2
            continue
        key.extend(_letter(word[position], ranks, language))
        position += 1
    # A character for each rank: they compare as the numbers would, in an eighth of the memory.
    return "".join(map(chr, key)), text


def _letter(letter: str, ranks: dict[str, int], language: str) -> list[int]:
    letter = NEIGHBORS.get(language, {}).get(letter, letter)
    if letter in ranks:
        return [ranks[letter]]
    if letter.isdigit():
        return [50 + unicodedata.digit(letter, 0)]
    if letter.isspace() or not letter.isalnum():
        return [0]
    base = FOREIGN.get(letter) or unicodedata.normalize("NFKD", letter)
    found = [ranks[part] for part in base if part in ranks]
    return found or [min(UNKNOWN + ord(letter), sys.maxunicode)]


def sorted_by(items: Iterable[T], language: str, key: Callable[[T], str]) -> list[T]:
    return sorted(items, key=lambda item: sort_key(key(item), language))
