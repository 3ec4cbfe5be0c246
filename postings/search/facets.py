"""The facets of a search: what they are called, which values a posting has in them, and which belong together.

A *group* is what a choice replaces as a whole: counts of its facets ignore every choice in the group. Most facets
are a group of their own; currency, pay band and the amounts are one (amounts mean nothing without a currency).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from callcenter_jobs.lib.text import slug_of
from postings.enums import ShiftBand, Workplace
from postings.shifts import HOLIDAY_BIT, WEEKEND_MASK, band_mask, days_mask

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BAND_MASKS: dict[str, int] = {
    **{band.name.lower(): band_mask(band) for band in ShiftBand},
    "weekend": WEEKEND_MASK,
    "holiday": 1 << HOLIDAY_BIT,
}
DAY_MASKS: dict[str, int] = {name: days_mask((day,)) for day, name in enumerate(DAYS)}
# Hours a week as half-open ranges; a posting is in every range that its own range touches.
HOURS: dict[str, tuple[Decimal, Decimal]] = {
    "to20": (Decimal(0), Decimal(20)),
    "20to30": (Decimal(20), Decimal(30)),
    "30to37": (Decimal(30), Decimal(37)),
    "37up": (Decimal(37), Decimal(100)),
}
# Months of experience asked for, both ends included.
EXPERIENCE: dict[str, tuple[int, int]] = {"none": (0, 0), "year": (1, 11), "three": (12, 35), "more": (36, 32_767)}
TRAINING = ("paid", "unpaid", "none")
POSTED_DAYS = ("1", "3", "7", "14", "30")
FIT_LEAST = ("whole", "half")
NO_START = "open"
# Amounts per hour that an address may name a band of. (Numbers of any size can be written, not all can be reckoned with.)
LEAST_PAY, MOST_PAY = Decimal("0.01"), Decimal(10) ** 9
# Steps of pay per hour within every power of ten; as fine as people compare pay.
STEPS = tuple(Decimal(step) for step in ("1", "1.2", "1.4", "1.6", "1.8", "2", "2.25", "2.5", "2.75", "3", "3.5", "4", "5", "6", "8"))


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    group: str
    # With many values only the largest are counted out.
    is_long: bool = False


FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("tier", "tier"),
        Facet("role", "role"),
        Facet("work", "work"),
        Facet("channel", "channel"),
        Facet("lang", "lang"),
        Facet("band", "band"),
        Facet("day", "day"),
        Facet("workplace", "workplace"),
        Facet("employment", "employment"),
        Facet("student", "student"),
        Facet("hours", "hours"),
        Facet("currency", "pay"),
        Facet("payband", "pay"),
        Facet("experience", "experience"),
        Facet("training", "training"),
        Facet("start", "start"),
        Facet("country", "country"),
        Facet("city", "city", is_long=True),
        Facet("industry", "industry"),
        # The value is the employer's primary key; addresses say the slug.
        Facet("employer", "employer", is_long=True),
        Facet("posted", "posted"),
        Facet("fit", "fit"),
    )
}
# Of a long facet this many values are answered, the largest first (equals by value, as text), and the chosen ones.
LONG = 20
# Groups beside those of the facets: words and place have choices but no values to count.
TEXT, AREA, PAY, START, FIT, POSTED = "q", "where", "pay", "start", "fit", "posted"


def city_key(country: str, city: str) -> str:
    """``NO-oslo``: a town as an address says it; empty without a town."""
    slug = slug_of(city) if city else ""
    return f"{country}-{slug}" if slug else ""


def pay_band(currency: str, amount: Decimal | None) -> str:
    """``NOK-200``: the step that ``amount`` per hour lies on, named by its lower end; empty without pay."""
    if not currency or amount is None or amount <= 0:
        return ""
    power = Decimal(1).scaleb(amount.adjusted())
    step = max(step for step in STEPS if step * power <= amount)
    return f"{currency}-{(step * power).normalize():f}"


def band_range(value: str) -> tuple[str, Decimal, Decimal] | None:
    """The currency and the half-open range of a pay band; nothing for what is no band."""
    currency, _dash, text = value.partition("-")
    try:
        low = Decimal(text)
    except ArithmeticError:
        return None
    if not (len(currency) == 3 and currency.isalpha() and currency.isupper() and low.is_finite() and LEAST_PAY <= low <= MOST_PAY):
        return None
    if pay_band(currency, low) != value:
        return None
    power = Decimal(1).scaleb(low.adjusted())
    higher = [step * power for step in (*STEPS, Decimal(10)) if step * power > low]
    return currency, low, higher[0]


def band_currencies(choices: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The currencies whose pay bands are counted: the chosen ones, and those of chosen bands."""
    return {*choices.get("currency", ()), *(band[:3] for band in choices.get("payband", ()))}


def bands_of(mask: int) -> list[str]:
    return [name for name, cells in BAND_MASKS.items() if mask & cells]


def days_of(mask: int) -> list[str]:
    return [name for name, cells in DAY_MASKS.items() if mask & cells]


def hours_of(low: Decimal, high: Decimal) -> list[str]:
    return [name for name, (start, end) in HOURS.items() if low < end and high >= start]


def experience_of(months: int) -> str:
    return next(name for name, (low, high) in EXPERIENCE.items() if low <= months <= high)


def training_of(weeks: int, *, is_paid: bool) -> str:
    return "none" if not weeks else "paid" if is_paid else "unpaid"


def hires_in(*, country: str, workplace: str, remote_countries: Iterable[str]) -> list[str]:
    """Where the person may live: the listed countries of a remote job, else the country of the job."""
    listed = list(dict.fromkeys(remote_countries)) if workplace == Workplace.REMOTE else []
    return listed or [country]
