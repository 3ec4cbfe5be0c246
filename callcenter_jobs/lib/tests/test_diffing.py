"""What changed, as people read it."""

from __future__ import annotations

import pytest

from callcenter_jobs.lib.diffing import MOST_WORDS, Fate, lines, words


def test_words_give_both_texts_back() -> None:
    old, new = "Answer calls, and be fast.\nWrite it down.", "Answer calls and chats.\nWrite everything down."
    pieces = words(old, new)
    assert "".join(piece.gone for piece in pieces) == old
    assert "".join(piece.come for piece in pieces) == new


def test_neighboring_changes_are_one() -> None:
    changed = [(piece.gone, piece.come) for piece in words("Be very fast now.", "Solve all calls now.") if not piece.is_same]
    assert changed == [("Be very fast", "Solve all calls")]


def test_the_same_text_is_one_unchanged_piece() -> None:
    assert [piece.is_same for piece in words("Mål: 70–75 %", "Mål: 70–75 %")] == [True]
    assert words("", "") == []


def test_a_very_long_text_is_compared_by_lines() -> None:
    old = "a b\n" * MOST_WORDS
    assert [piece.gone for piece in words(old, old + "c d\n") if not piece.is_same] == [""]


def fates(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    return [(line.fate.value, line.after or line.before) for line in lines(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a", "b"], ["a", "b"], [("same", "a"), ("same", "b")]),
        (["a", "c"], ["a", "b", "c"], [("same", "a"), ("added", "b"), ("same", "c")]),
        (["a", "b", "c"], ["a", "c"], [("same", "a"), ("removed", "b"), ("same", "c")]),
        ([], ["a"], [("added", "a")]),
        (["a"], [], [("removed", "a")]),
        (["a", "b", "c"], ["c", "a", "b"], [("moved", "c"), ("same", "a"), ("same", "b")]),
        (
            ["Answer customers by phone", "Learn"],
            ["Answer customers by phone and chat", "Learn"],
            [("changed", "Answer customers by phone and chat"), ("same", "Learn")],
        ),
        (["Answer calls"], ["Plan the shifts of a week"], [("added", "Plan the shifts of a week"), ("removed", "Answer calls")]),
    ],
)
def test_lines_are_matched(old: list[str], new: list[str], expected: list[tuple[str, str]]) -> None:
    assert fates(old, new) == expected


def test_every_line_of_both_sides_is_shown_once() -> None:
    old = ["one", "two words here", "three", "four", "same", "same"]
    new = ["four", "two words there", "same", "five", "one", "same"]
    found = lines(old, new)
    assert sorted(line.after for line in found if line.fate is not Fate.REMOVED) == sorted(new)
    assert sorted(line.before for line in found if line.fate is not Fate.ADDED) == sorted(old)
