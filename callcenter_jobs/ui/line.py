"""The line: a way with stops, as a transit map draws it. An application's stages, a career ladder, an interview plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext, pgettext

from callcenter_jobs.ui.kept import per_language


class StopState(StrEnum):
    PASSED = "passed"
    CURRENT = "current"
    FUTURE = "future"
    # The line ends here before its last stop: withdrawn, not chosen.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. ``note`` is a sentence under it ("We answer by Friday, March 6"), ``at`` when it was reached or is due."""

    label: str
    state: StopState | str = StopState.FUTURE
    note: str = ""
    at: date | datetime | None = None
    href: str = ""

    @property
    def said(self) -> str:
        """The state in a word, for those who do not see the drawing."""
        return _said(str(self.state))


@per_language(16)
def _said(state: str) -> str:
    words = {
        StopState.PASSED: pgettext("stop on the line", "done"),
        StopState.CURRENT: pgettext("stop on the line", "now"),
        StopState.FUTURE: pgettext("stop on the line", "to come"),
        StopState.ENDED: pgettext("stop on the line", "ended here"),
    }
    return words[StopState(state)]


SIGNS = {StopState.PASSED: "●", StopState.CURRENT: "◉", StopState.FUTURE: "○", StopState.ENDED: "■"}


def as_stops(items: Iterable[Stop | Mapping[str, Any]]) -> list[Stop]:
    """Stops, also from plain mappings with the same names."""
    return [item if isinstance(item, Stop) else Stop(**item) for item in items]


def stops_at(labels: Iterable[str], current: int) -> list[Stop]:
    """The usual case: the stops before ``current`` (from 0) are passed, those after it are to come."""
    state = {-1: StopState.PASSED, 0: StopState.CURRENT, 1: StopState.FUTURE}
    return [Stop(label=label, state=state[(place > current) - (place < current)]) for place, label in enumerate(labels)]


def line_text(items: Iterable[Stop | Mapping[str, Any]]) -> str:
    """The line for the text part of an e-mail: one stop a line, the state as a sign and in words."""
    rows = []
    for stop in as_stops(items):
        row = gettext("%(stop)s (%(state)s)") % {"stop": stop.label, "state": stop.said}
        rows.append(f"{SIGNS[StopState(stop.state)]} {row}")
        if stop.note:
            rows.append(f"│ {stop.note}")
    return "\n".join(rows)


def line_summary(items: Iterable[Stop | Mapping[str, Any]]) -> str:
    """Where it stands, in one phrase: the text of the small horizontal drawing."""
    stops = as_stops(items)
    place = next((number for number, stop in enumerate(stops, 1) if stop.state in {StopState.CURRENT, StopState.ENDED}), 0)
    if not place:
        done = sum(stop.state == StopState.PASSED for stop in stops)
        return gettext("%(done)s of %(all)s steps done") % {"done": done, "all": len(stops)}
    return gettext("Step %(place)s of %(all)s: %(stop)s") % {"place": place, "all": len(stops), "stop": stops[place - 1].label}
