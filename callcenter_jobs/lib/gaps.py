"""Sentences with lines to fill in by hand, as pages and PDF files draw them."""

from __future__ import annotations


class Gap:
    """A line to fill in by hand. At the end of a passage it runs to the margin."""

    def __repr__(self) -> str:
        return "____"


GAP = Gap()
Part = str | Gap
