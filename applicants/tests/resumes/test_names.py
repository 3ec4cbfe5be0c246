from __future__ import annotations

import re

import pytest

from applicants.resumes.names import clean_name

NAMES = {
    "cv.pdf": "cv.pdf",
    "C:\\fakepath\\My CV (final).pdf": "My CV final.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    "Резюме Анны.docx": "Резюме Анны.docx",
    "cv\u202efdp.pdf": "cvfdp.pdf",
    "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie x1.pdf",
    "quo\"te's;.pdf": "quotes.pdf",
    "\x00.pdf": "pdf",
    "🙂.pdf": "pdf",
    "": "resume",
    ".htaccess": "htaccess",
}


@pytest.mark.parametrize("typed", NAMES)
def test_a_name_becomes_harmless_and_stays_readable(typed: str) -> None:
    assert clean_name(typed) == NAMES[typed]


def test_a_long_name_keeps_its_ending() -> None:
    cleaned = clean_name("x" * 300 + ".pdf")
    assert len(cleaned) == 80
    assert cleaned.endswith("x.pdf")


@pytest.mark.parametrize("typed", [*NAMES, "a" * 500, "x." * 100, "\n\n\n", "<script>.pdf"])
def test_only_letters_digits_and_few_signs_remain(typed: str) -> None:
    assert re.fullmatch(r"[\w .-]{1,80}", clean_name(typed))
