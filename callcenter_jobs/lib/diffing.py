"""What changed from one text, or one list of texts, to the next; for showing, not for patching."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Two lines that share at least this part of their words are the same line, reworded.
ALIKE = 0.5
# Longer texts are compared by lines: the comparison of words grows with the square of their number.
MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: gone, come, or (both alike) as it was."""

    gone: str
    come: str

    @property
    def is_same(self) -> bool:
        return self.gone == self.come


class Fate(Enum):
    """What became of a line of a list."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Line:
    fate: Fate
    before: str
    after: str


def words(old: str, new: str) -> list[Piece]:
    """Word by word. A change, a blank and a change are one change, which is how people read them."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    # A blank is the same only beside a word that is: else each blank of two texts without a common word is a match of its
    # own, which takes seconds and reads badly.
    for kind, first, last, start, end in difflib.SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[first:last]), "".join(after[start:end])
        joins = len(pieces) > 1 and kind != "equal" and pieces[-1].is_same and pieces[-1].gone.isspace()
        if joins:
            space, earlier = pieces.pop(), pieces.pop()
            gone, come = earlier.gone + space.gone + gone, earlier.come + space.come + come
        pieces.append(Piece(gone, come))
    return pieces


def lines(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """The lines of ``new`` in their order, each with what it was; removed ones stand where they stood."""
    partner, fates = _partners(old, new)
    kept = {place: at for at, place in partner.items()}
    found: list[Line] = []
    written = 0
    for at, line in enumerate(new):
        place = partner.get(at)
        # What was removed just before a line that stayed in order is shown before it.
        if place is not None and fates[at] is not Fate.MOVED:
            found += [Line(Fate.REMOVED, old[i], "") for i in range(written, place) if i not in kept]
            written = max(written, place)
        found.append(Line(Fate.ADDED, "", line) if place is None else Line(fates[at], old[place], line))
    found += [Line(Fate.REMOVED, old[i], "") for i in range(written, len(old)) if i not in kept]
    return found


def _partners(old: Sequence[str], new: Sequence[str]) -> tuple[dict[int, int], dict[int, Fate]]:
    """Which line of ``old`` each line of ``new`` was, by place: equal in order, then reworded, then moved."""
    partner: dict[int, int] = {}
    fates: dict[int, Fate] = {}
    for block in difflib.SequenceMatcher(None, list(old), list(new), autojunk=False).get_matching_blocks():
        for step in range(block.size):
            partner[block.b + step], fates[block.b + step] = block.a + step, Fate.SAME
    free = [place for place in range(len(old)) if place not in partner.values()]
    for at, line in enumerate(new):
        if at not in partner:
            place = next((i for i in free if old[i] == line), None)
            if place is not None:
                partner[at], fates[at] = place, Fate.MOVED
                free.remove(place)
    alike = sorted(((_likeness(old[i], new[at]), i, at) for i in free for at in range(len(new)) if at not in partner), reverse=True)
    for score, place, at in alike:
        if score >= ALIKE and place in free and at not in partner:
            partner[at], fates[at] = place, Fate.CHANGED
            free.remove(place)
    return partner, fates


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, WORDS.findall(one), WORDS.findall(other), autojunk=False).ratio()
