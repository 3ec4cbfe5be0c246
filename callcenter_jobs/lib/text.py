"""Text made fit for an address, for a comparison, for one line."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that decomposition leaves whole, then Russian as passports write it (ICAO Doc 9303, part 3).
LATIN = {"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "œ": "oe", "ı": "i"}
CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia".replace("_", "").split(" "),
        strict=True,
    )
)
# For comparing words: Latin letters as above; in Russian only ё is written without its dots, й stays itself.
BREVE = "\u0306"
# They hold a number and its unit together. ``str.split`` would take them for blanks like any other.
NO_BREAK = "\u00a0\u202f"
# Between the words of a name, and within them.
HYPHENS = re.compile(r"[-/_]+")
MARKS = re.compile(r"[^\w ]+")
BLANKS = re.compile(f"[^\\S{NO_BREAK}]+")
LOOSE = str.maketrans(dict.fromkeys(NO_BREAK, " "))
# Longer texts are no words of a line, and are not kept.
KEPT_LENGTH = 64
ACCENTED = str.maketrans({**LATIN, "ё": "е"})
LETTERS = str.maketrans({**LATIN, **CYRILLIC})
# What becomes of each ASCII character in an address: small letters, digits and ``_`` stay, blanks and hyphens part words.
IN_ADDRESS = {
    code: letter.lower() if letter.isalnum() or letter == "_" else " " if letter.isspace() or letter == "-" else None
    for code, letter in enumerate(map(chr, range(128)))
}


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; ``""`` when nothing of the text can be written that way.

    >>> slug_of("Fjordlinje Øst & Åre"), slug_of("Контакт-центр «Север»")
    ('fjordlinje-ost-are', 'kontakt-tsentr-sever')
    """
    if not text.isascii():
        composed = unicodedata.normalize("NFC", text).lower().translate(LETTERS)
        text = unicodedata.normalize("NFKD", composed).encode("ascii", "ignore").decode("ascii")
    return "-".join(text.translate(IN_ADDRESS).split()).strip("-_")


def search_key(text: str) -> str:
    """What two spellings of the same words share: lower case, no accents, single spaces.

    >>> search_key("  Kundtjänst–MEDARBETARE ")
    'kundtjanst-medarbetare'
    """
    return _kept_key(text) if len(text) <= KEPT_LENGTH else _search_key(text)


def _search_key(text: str) -> str:
    composed = unicodedata.normalize("NFKC", text).casefold().translate(ACCENTED)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", composed) if not unicodedata.combining(letter) or letter == BREVE)
    return " ".join(unicodedata.normalize("NFC", bare).replace("–", "-").replace("—", "-").split())


# One line that somebody typed is looked at from many sides, word by word.
_kept_key = lru_cache(maxsize=512)(_search_key)


def place_key(text: str) -> str:
    """What the spellings of a place's name share: as ``search_key``, without hyphens, dots and apostrophes.

    >>> place_key("Санкт-Петербург"), place_key("St. Pölten"), place_key("Ust’-Kut")
    ('санкт петербург', 'st polten', 'ust kut')
    """
    return " ".join(MARKS.sub("", HYPHENS.sub(" ", search_key(text))).split())


def one_line(text: str) -> str:
    """On one line, single blanks between words; no-break spaces stay, they are typography."""
    return BLANKS.sub(" ", text).strip()


def loose(text: str) -> str:
    """With ordinary blanks for no-break ones: what two texts share that say the same."""
    return text.translate(LOOSE)
