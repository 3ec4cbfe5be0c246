from __future__ import annotations

import pytest

from callcenter_jobs.lib.collation import sorted_by

WORDS = "zebra öl øl ås ære äpple åre Zorro apple čaj ćup dan džep đak lan ljeto noć njega šuma zid žaba"


def order(words: str, language: str) -> list[str]:
    return sorted_by(words.split(), language, str)


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("nb", "ås øl ære zebra apple", "apple zebra ære øl ås"),
        ("sv", "öl äpple åre zebra apple", "apple zebra åre äpple öl"),
        ("hr", "džep đak dan ćup čaj cesta", "cesta čaj ćup dan džep đak"),
        ("hr", "ljeto lopta lan njega nož noć", "lan lopta ljeto noć nož njega"),
        ("ru", "ёлка ель жук еда", "еда ель ёлка жук"),
        ("en", "öl apple zebra Ähre", "Ähre apple öl zebra"),
    ],
)
def test_alphabet_of_each_language(language: str, words: str, expected: str) -> None:
    assert order(words, language) == expected.split()


def test_neighbors_share_the_last_letters() -> None:
    assert order("å ö ä z", "nb") == ["z", "ä", "ö", "å"]
    assert order("ø æ å z", "sv") == ["z", "å", "æ", "ø"]


def test_case_and_accents_only_break_ties() -> None:
    assert order("resumes resume Résumé", "en") == ["Résumé", "resume", "resumes"]


def test_own_script_comes_first() -> None:
    assert order("Zorro яблоко", "ru") == ["яблоко", "Zorro"]
    assert order("яблоко Zorro", "nb") == ["Zorro", "яблоко"]


def test_every_word_is_kept_and_the_order_is_total() -> None:
    for language in ("en", "nb", "sv", "hr", "ru"):
        once = order(WORDS, language)
        assert sorted(once) == sorted(WORDS.split())
        assert order(" ".join(reversed(once)), language) == once


def test_digits_and_signs_come_before_letters() -> None:
    assert order("b2 b10 a -a", "en") == ["-a", "a", "b10", "b2"]
