"""What the coach says: a finding, where it is, and the mend that one click makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from postings.coach.kinds import Part, Severity


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding is. ``index`` counts the rows of a list from 0; ``end`` is 0 when the whole field is meant.

    Offsets are characters of the passage as it was given. ``field`` may also be a field of another step of the form.
    """

    field: str
    index: int = 0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Mend:
    """``new`` stands in place of the found words; with ``move_to``, the whole row goes to that list instead.

    Taking words out takes a blank along, or changes the letter that then begins the sentence: ``start`` and ``end`` are
    what is replaced when it is not just the words, and ``cuts`` says that the words go.
    """

    new: str = ""
    move_to: str = ""
    start: int = -1
    end: int = -1
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule`` names the reason (see ``reasons``) and ``facts`` fills it. ``instead`` is in the language of the text.

    ``rule_key`` is the entry of the language's file, for who maintains the rules. ``points`` is what it costs.
    """

    rule: str
    part: Part
    severity: Severity
    place: Place
    words: str = ""
    mend: Mend | None = None
    instead: str = ""
    rule_key: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    points: int = 0
