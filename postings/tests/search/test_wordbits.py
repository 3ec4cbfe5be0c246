"""Where the words that begin alike end."""

from __future__ import annotations

import pytest

from postings.search.wordbits import behind


@pytest.mark.parametrize(
    ("prefix", "end"), [("cust", "cusu"), ("\ud7ff", "\ue000"), ("a\U0010ffff", "b"), ("\U0010ffff", "\U0010ffff\U0010ffff"), ("я", "ѐ")]
)
def test_the_words_that_begin_alike_end_before_the_next_letter(prefix: str, end: str) -> None:
    assert behind(prefix) == end
