"""Templates drawn once, with marks where values will stand, and filled afterwards: a part that is drawn twenty times on a
page, with other words each time, then costs a join of strings.

A mark is a word of random letters made when the process starts, so nothing that people write can look like one, and a
drawn template is split at its marks before any value is there: values are never searched. Whoever fills a mould escapes.
"""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_WORD = secrets.token_hex(16)
_MARK = re.compile(rf"slot{_WORD}:([a-z_-]+):")


def mark(slot: str) -> SafeString:
    """Stands in a template where the value of ``slot`` (small letters, ``-`` and ``_``) will be."""
    return SafeString(f"slot{_WORD}:{slot}:")


def escaped(value: str) -> str:
    """Plain text as markup; what our own templates drew as it is."""
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is not str:
        return conditional_escape(value)
    # Most texts have nothing to escape, and are found to have none before anything is called.
    return html.escape(value) if "&" in value or "<" in value or ">" in value or '"' in value or "'" in value else value


class Mould:
    """The drawn template: texts and, between them, the names of slots. One slot may stand in several places, or in none."""

    __slots__ = ("pieces", "slots")

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = pieces
        self.slots = pieces[1::2]

    @classmethod
    def of(cls, drawn: str) -> Mould:
        return cls(_MARK.split(drawn))

    @property
    def texts(self) -> Sequence[str]:
        return self.pieces[::2]

    def filled(self, values: Mapping[str, str]) -> SafeString:
        """``values`` by slot, escaped."""
        return self.cast(map(values.__getitem__, self.slots))

    def cast(self, values: Iterable[str]) -> SafeString:
        """``values`` in the order of ``slots``, escaped."""
        pieces = [*self.pieces]
        pieces[1::2] = values
        return SafeString("".join(pieces))

    def parted(self, slot: str) -> tuple[Mould, Mould]:
        """What stands before a slot and what stands behind it."""
        place = 1 + 2 * self.slots.index(slot)
        return Mould(self.pieces[:place]), Mould(self.pieces[place + 1 :])
