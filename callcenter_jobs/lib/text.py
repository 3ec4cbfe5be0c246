"""Text made fit for an address."""

from __future__ import annotations

import unicodedata

from django.utils.text import slugify

# Letters that decomposition leaves whole, then Russian as passports write it (ICAO Doc 9303, part 3).
LATIN = {"æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "œ": "oe", "ı": "i"}
CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e iu ia".replace("_", "").split(" "),
        strict=True,
    )
)
LETTERS = str.maketrans({**LATIN, **CYRILLIC})


def slug_of(text: str) -> str:
    """Lower-case ASCII words joined by hyphens; ``""`` when nothing of the text can be written that way.

    >>> slug_of("Fjordlinje Øst & Åre"), slug_of("Контакт-центр «Север»")
    ('fjordlinje-ost-are', 'kontakt-tsentr-sever')
    """
    composed = unicodedata.normalize("NFC", text).lower().translate(LETTERS)
    return slugify(composed)
