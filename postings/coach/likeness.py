"""How much two requirements say the same, in any of the languages: by letters and by the stems of their words."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from postings.coach.patterns import fold

_WORD = re.compile(r"\w+")
STEM = 5
SHORTEST = 4


def stems(text: str) -> frozenset[str]:
    """The first letters of the longer words, so that endings do not count; short words in capitals (CRM) stay."""
    found = _WORD.findall(text)
    return frozenset(fold(word)[:STEM] for word in found if len(word) >= SHORTEST or (len(word) > 1 and word.isupper()))


def alike(one: str, other: str) -> float:
    """0 to 1. The shorter one's words in the longer one, when there are at least two of them; else how alike the letters are."""
    mine, theirs = stems(one), stems(other)
    fewer = min(len(mine), len(theirs))
    shared = len(mine & theirs) / fewer if fewer >= 2 else 0.0
    if shared >= 1 or not (mine & theirs):
        return shared
    return max(shared, SequenceMatcher(None, fold(one), fold(other), autojunk=False).ratio())
