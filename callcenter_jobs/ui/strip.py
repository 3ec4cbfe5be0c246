"""The shift strip: a week as 7 columns and 5 bands, with a bar under them for public holidays.

``mask`` has the bit ``day * 5 + band`` for each part of the week (Monday is 0) and bit 35 for public holidays.
Only numbers come in here, so that the drawing knows nothing of postings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.dates import day_names, day_names_long

DAYS, BANDS = 7, 5
HOLIDAY_BIT = DAYS * BANDS
FULL_MASK = (1 << (HOLIDAY_BIT + 1)) - 1
BAND_LABELS = (_("Early"), _("Day"), _("Afternoon"), _("Evening"), _("Night"))
BAND_HOURS = ("06–10", "10–14", "14–18", "18–22", "22–06")

# The small drawing, in pixels: 7 cells of 10, 6 gaps of 2 and 2 more before the weekend make 84.
WIDTH, CELL_W, CELL_H, GAP, WEEKEND_GAP = 84, 10, 5, 2, 2
ROW = CELL_H + 2
HOLIDAY_Y, HOLIDAY_H = BANDS * ROW + 1, 3
HEIGHT = HOLIDAY_Y + HOLIDAY_H


def box(x: int, y: int, width: int, height: int, state: str) -> str:
    if state in {"missing", "extra"}:
        outline = f"M{x + 0.5} {y + 0.5}h{width - 1}v{height - 1}h{1 - width}z"
        return outline + (f"m0 {height - 1}l{width - 1} {1 - height}" if state == "missing" else "")
    return f"M{x} {y}h{width}v{height}h{-width}z"


@dataclass(frozen=True, slots=True)
class Cell:
    """One part of the week. state: on, off; laid over each other: covered, missing, extra, off."""

    day: int
    band: int
    state: str

    @property
    def path(self) -> str:
        """A filled box; an outlined one lies half a pixel inside, and a missing one is also struck through."""
        return box(self.x, self.y, CELL_W, CELL_H, self.state)

    @property
    def x(self) -> int:
        return self.day * (CELL_W + GAP) + (WEEKEND_GAP if self.day >= 5 else 0)

    @property
    def y(self) -> int:
        return self.band * ROW


@cache
def _boxes(state: str) -> tuple[str, ...]:
    """The box of every bit in one state."""
    cells = [Cell(day=bit // BANDS, band=bit % BANDS, state=state).path for bit in range(HOLIDAY_BIT)]
    return (*cells, box(0, HOLIDAY_Y, WIDTH, HOLIDAY_H, state))


@dataclass(frozen=True, slots=True)
class Strip:
    """What is drawn: one mask, or ``need`` against ``have``."""

    need: int
    have: int | None = None

    def state(self, bit: int) -> str:
        needed = bool(self.need >> bit & 1)
        if self.have is None:
            return "on" if needed else "off"
        held = bool(self.have >> bit & 1)
        return ("covered" if held else "missing") if needed else "extra" if held else "off"

    def cells(self) -> Iterator[Cell]:
        for day in range(DAYS):
            for band in range(BANDS):
                yield Cell(day=day, band=band, state=self.state(day * BANDS + band))

    @property
    def holiday(self) -> str:
        return self.state(HOLIDAY_BIT)

    def paths(self) -> list[tuple[str, str]]:
        """One SVG path per state that occurs; the holiday bar is the last box under all days."""
        drawn: dict[str, list[str]] = {"off": []}
        for bit in range(HOLIDAY_BIT + 1):
            state = self.state(bit)
            drawn.setdefault(state, []).append(_boxes(state)[bit])
        return [(state, "".join(boxes)) for state, boxes in drawn.items() if boxes]

    @property
    def states(self) -> set[str]:
        return {self.state(bit) for bit in range(HOLIDAY_BIT + 1)}


# Each has two kilobytes. A few weeks are on most pages; what is compared with somebody's own week seldom comes again.
@lru_cache(maxsize=128, typed=True)
def svg(need: int, have: int | None, label: str, size: str) -> SafeString:
    """The small drawing. Results repeat the same few weeks, so drawings are kept."""
    said = f'role="img" aria-label="{conditional_escape(label)}"' if label else 'aria-hidden="true"'
    paths = "".join([f'<path class="strip__{state}" d="{path}"/>' for state, path in Strip(need=need, have=have).paths()])
    frame = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return SafeString(f'<svg class="strip strip--{conditional_escape(size)}" {frame} {said} focusable="false">{paths}</svg>')


def band_rows(language: str, strip: Strip) -> list[dict[str, object]]:
    """The large drawing, band by band: a label and seven cells with the long name of their day."""
    days = day_names_long(language)
    return [
        {
            "label": BAND_LABELS[band],
            "hours": BAND_HOURS[band],
            "cells": [{"state": strip.state(day * BANDS + band), "day": days[day], "is_weekend": day >= 5} for day in range(DAYS)],
        }
        for band in range(BANDS)
    ]


def heads(language: str) -> list[str]:
    return day_names(language)
