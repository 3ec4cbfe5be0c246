"""Drawings and words that only the desk needs."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from applicants.services import clock
from applicants.stages import stage_key as key_of
from postings.models import Stage

register = template.Library()

BANDS, TOP, PITCH, STEP, CELL, WEEKEND_X = 5, 3, 7, 12, 10, 62
HOLIDAY_BIT = 35


def _runs(mask: int, band: int) -> list[tuple[int, int]]:
    """Neighboring days of one band as (start, length) in pixels; a run ends before the weekend, which stands apart."""
    runs: list[tuple[int, int]] = []
    for first, last, offset in ((0, 4, 0), (5, 6, WEEKEND_X - 5 * STEP)):
        day = first
        while day <= last:
            if not mask >> (day * BANDS + band) & 1:
                day += 1
                continue
            end = day
            while end < last and mask >> ((end + 1) * BANDS + band) & 1:
                end += 1
            runs.append((day * STEP + offset, (end - day) * STEP + CELL))
            day = end + 1
    return runs


@lru_cache(maxsize=4096)
def week_path(mask: int) -> str:
    """The cells of ``mask`` as strokes: a dash pattern cuts each run into cells, so a path stays short.

    300 cards of a board carry one drawing each; as boxes these alone would be 200 kB.
    """
    parts = [f"M{x} {TOP + band * PITCH}h{length}" for band in range(BANDS) for x, length in _runs(mask, band)]
    if mask >> HOLIDAY_BIT & 1:
        parts.append(f"M0 {TOP + BANDS * PITCH}h58m4 0h22")
    return "".join(parts)


FULL = (1 << (HOLIDAY_BIT + 1)) - 1
# Sized by the style sheet, one unit a pixel: three hundred of these must stay small.
SVG = '<svg class="fit" aria-hidden="true"><use href="#{}"/>{}</svg>'


def _paths(*drawn: tuple[str, int]) -> SafeString:
    return format_html_join("", '<path class="{}" d="{}"/>', [(name, week_path(mask)) for name, mask in drawn if mask])


@register.simple_tag
def fit_strip_base(need: int = 0) -> SafeString:
    """What the small weeks of a page share: the empty week, and with ``need`` the posting's week as missing."""
    return format_html('<svg class="fit-base" aria-hidden="true"><g id="week">{}</g></svg>', _paths(("o", FULL), ("m", need)))


@register.simple_tag
def card_strip(need: int, have: int) -> SafeString:
    """The small week of a card, over a base with the same ``need``: what is covered is drawn over what would be missing.
    The percentage stands beside it in words, so the drawing is hidden from screen readers."""
    return format_html(SVG, "week", _paths(("c", need & have), ("x", have & ~need)))


@register.simple_tag
def fit_strip(need: int, have: int) -> SafeString:
    """The same where every row has a need of its own, over a base without one."""
    return format_html(SVG, "week", _paths(("m", need & ~have), ("c", need & have), ("x", have & ~need)))


@register.filter
def moment(value: datetime | None) -> str:
    """``tomorrow at 14:05``, on the reader's clock."""
    return clock.moment(value) if value else ""


@register.filter
def stage_key(stage: Stage) -> str:
    return key_of(stage)
