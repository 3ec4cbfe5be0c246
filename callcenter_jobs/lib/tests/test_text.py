from __future__ import annotations

import unicodedata

import pytest
from django.utils.text import slugify

from callcenter_jobs.lib.text import LETTERS, slug_of


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Agent (m/f), 37.5 h – night_shift",
        " -_a - b_- ",
        "Šef smjene\u00a0№ 2",
        "Åre",
        "A\u030are",
        "ﬁve ⅷ ①",
        "оператор й ё",
        "a\tb\x1fc\x7f",
    ],
)
def test_addresses_are_written_as_django_writes_them_once_letters_are_latin(text: str) -> None:
    composed = unicodedata.normalize("NFC", text).lower().translate(LETTERS)
    assert slug_of(text) == slugify(composed)
