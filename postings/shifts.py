"""The week of shifts as one number: 7 days × 5 bands, and public holidays.

Bit ``day * 5 + band`` is set when that part of that day is worked (Monday is day 0, bands as in
``ShiftBand``); bit 35 stands for public holidays. One integer makes fit, overlap and filters a single
operation, in Python and in SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from callcenter_jobs.ui.kept import per_language
from postings.enums import ShiftBand

DAYS = 7
BANDS = len(ShiftBand)
ALL_BANDS = (1 << BANDS) - 1
HOLIDAY_BIT = DAYS * BANDS
FULL_MASK = (1 << (HOLIDAY_BIT + 1)) - 1

DAY_NAMES = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)
BAND_NAMES = {
    ShiftBand.EARLY: gettext_lazy("early"),
    ShiftBand.DAY: gettext_lazy("day"),
    ShiftBand.AFTERNOON: gettext_lazy("afternoon"),
    ShiftBand.EVENING: gettext_lazy("evening"),
    ShiftBand.NIGHT: gettext_lazy("night"),
}


def bit(day: int, band: int) -> int:
    return 1 << (day * BANDS + band)


def band_mask(band: int) -> int:
    """Every day of one band."""
    return sum(bit(day, band) for day in range(DAYS))


def days_mask(days: Iterable[int]) -> int:
    """Every band of some days."""
    return sum(bit(day, band) for day in days for band in range(BANDS))


WEEKEND_MASK = days_mask((5, 6))


@dataclass(frozen=True, slots=True)
class ShiftFit:
    """How an availability covers a need, counted in cells of the grid."""

    need: int
    have: int

    @property
    def covered(self) -> int:
        return self.need & self.have

    @property
    def missing(self) -> int:
        return self.need & ~self.have

    @property
    def extra(self) -> int:
        return self.have & ~self.need

    @property
    def share(self) -> float:
        """Covered part of the need, 0.0 to 1.0; a posting that needs nothing in particular fits everyone."""
        return self.covered.bit_count() / self.need.bit_count() if self.need else 1.0

    @property
    def percent(self) -> int:
        return int(self.share * 100)


@dataclass(frozen=True, slots=True)
class ShiftGrid:
    """A week of shifts; ``mask`` is what the database stores."""

    mask: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.mask <= FULL_MASK:
            raise ValueError("shift mask out of range")

    @classmethod
    def of(cls, cells: Iterable[tuple[int, int]], *, holidays: bool = False) -> ShiftGrid:
        mask = 0
        for day, band in cells:
            mask |= bit(day, band)
        return cls(mask | (1 << HOLIDAY_BIT if holidays else 0))

    def has(self, day: int, band: int) -> bool:
        return bool(self.mask & bit(day, band))

    @property
    def holidays(self) -> bool:
        return bool(self.mask >> HOLIDAY_BIT & 1)

    @property
    def bands(self) -> list[ShiftBand]:
        """The bands worked on any day."""
        return [band for band in ShiftBand if self.mask & band_mask(band)]

    def fit(self, have: ShiftGrid) -> ShiftFit:
        return ShiftFit(need=self.mask, have=have.mask)

    def text(self) -> str:
        """The week in words: ``Mon–Fri day and evening, Sat early``. Days with the same bands are joined."""
        return _in_words(self.mask)


@per_language(256)
def _in_words(mask: int) -> str:
    language = get_language() or ""
    # The bands of each day as a number, as in the mask.
    days = [mask >> day * BANDS & ALL_BANDS for day in range(DAYS)]
    parts: list[str] = []
    first = 0
    while first < DAYS:
        last = first
        while last + 1 < DAYS and days[last + 1] == days[first]:
            last += 1
        if days[first]:
            parts.append(f"{_days_text.at(language, first, last)} {_bands_text.at(language, days[first])}")
        first = last + 1
    if mask >> HOLIDAY_BIT & 1:
        parts.append(_("public holidays"))
    return ", ".join(parts) if parts else _("shifts by agreement")


@per_language(256)
def _days_text(first: int, last: int) -> str:
    return str(DAY_NAMES[first]) if first == last else f"{DAY_NAMES[first]}–{DAY_NAMES[last]}"


@per_language(256)
def _bands_text(bands: int) -> str:
    if bands == ALL_BANDS:
        return _("round the clock")
    names = [str(BAND_NAMES[band]) for band in ShiftBand if bands >> band & 1]
    if len(names) == 1:
        return names[0]
    return _("%(list)s and %(last)s") % {"list": ", ".join(names[:-1]), "last": names[-1]}
