"""Charts as data: horizontal bars and dot plots. Drawn on the server as SVG with the numbers as text beside them.

Bars start at zero. A chart has one color; a bar that matters can be marked. The same numbers follow as a table.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal


def as_percent(share: float) -> str:
    """``37.5``: a text, because templates would write a number with the comma of the reader's language."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Bar:
    """``shown`` is the number as text with its unit; ``note`` a short remark behind it ("62% of applied")."""

    label: str
    value: Number
    shown: str = ""
    note: str = ""
    href: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """``top`` fixes the end of the axis (seats of a class); without it the longest bar fills the width."""

    title: str
    bars: Sequence[Bar]
    label_head: str
    value_head: str
    top: Number | None = None

    def __post_init__(self) -> None:
        if any(bar.value < 0 for bar in self.bars):
            raise ValueError("bars start at zero; a negative value has no length")

    def rows(self) -> list[dict[str, object]]:
        end = float(self.top if self.top is not None else max((bar.value for bar in self.bars), default=0)) or 1.0
        return [
            {"bar": bar, "shown": bar.shown or str(bar.value), "width": as_percent(min(float(bar.value) / end, 1.0))} for bar in self.bars
        ]


@dataclass(frozen=True, slots=True)
class Dot:
    """A range with a middle: low and high pay and the median. Without a range, only the dot; without a middle
    (a source that quotes a range only), only the range, or a dot at the one end that is known. Neighbors with the
    same ``group`` stand under it as their heading: what would else be repeated beside each of them."""

    label: str
    value: Number | None
    low: Number | None = None
    high: Number | None = None
    shown: str = ""
    note: str = ""
    href: str = ""
    group: str = ""


def round_ends(low: float, high: float) -> tuple[float, float]:
    """The axis from one round number to another that are no further apart than needed.

    >>> round_ends(17_468, 104_672), round_ends(6.94, 8.12)
    ((15000.0, 105000.0), (6.5, 8.5))
    """
    step = 10 ** math.floor(math.log10(high - low)) / 2
    return math.floor(low / step) * step, math.ceil(high / step) * step


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Dots compare places, so the axis need not start at zero; ``tick`` writes a number of the axis."""

    title: str
    dots: Sequence[Dot]
    label_head: str
    value_head: str
    range_head: str = ""
    tick: Callable[[float], str] = str
    from_zero: bool = False

    def bounds(self) -> tuple[float, float]:
        numbers = [float(number) for dot in self.dots for number in (dot.value, dot.low, dot.high) if number is not None]
        if not numbers:
            return 0.0, 1.0
        low, high = min(numbers), max(numbers)
        margin = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
        start = 0.0 if self.from_zero else max(0.0, low - margin) if low >= 0 else low - margin
        return round_ends(start, high + margin)

    def rows(self) -> list[dict[str, object]]:
        start, end = self.bounds()

        def place(number: Number | None) -> str | None:
            return None if number is None else as_percent((float(number) - start) / (end - start))

        groups = [dot.group for dot in self.dots]
        return [
            {
                "dot": dot,
                "heading": dot.group if dot.group != before else "",
                "shown": dot.shown or str(dot.value),
                "x": place(dot.value if dot.value is not None or (dot.low is not None and dot.high is not None) else dot.low or dot.high),
                "x1": place(dot.low),
                "x2": place(dot.high),
            }
            for dot, before in zip(self.dots, ["", *groups], strict=False)
        ]

    def ticks(self) -> tuple[str, str]:
        start, end = self.bounds()
        return self.tick(start), self.tick(end)
