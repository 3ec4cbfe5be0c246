"""The one pay normalizer: every basis to a comparable figure per hour.

Source of the factors: a full-time year is 52 weeks; a month is a twelfth of a year; weekly hours are the
posting's own, or 40 where it states none (the full-time week that the trade quotes). Pay per minute on the
phone counts 60 paid minutes times ``OCCUPANCY``, the share of a shift that an agent usually talks; pay per
call uses the contacts per eight-hour shift of the trade (50–80, middle 65). Both are estimates and are
marked as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from postings.enums import PayBasis

WEEKS_PER_YEAR = Decimal(52)
MONTHS_PER_YEAR = Decimal(12)
DEFAULT_WEEKLY_HOURS = Decimal(40)
OCCUPANCY = Decimal("0.75")
CONTACTS_PER_HOUR = Decimal(65) / Decimal(8)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class HourlyPay:
    """Comparable pay per hour, in the posting's currency. ``is_estimate`` when work rate had to be assumed."""

    low: Decimal
    high: Decimal
    is_estimate: bool


def _factor(basis: str, weekly_hours: Decimal) -> Decimal:
    """What to multiply an amount on ``basis`` with to get an hourly one."""
    match PayBasis(basis):
        case PayBasis.HOUR:
            return Decimal(1)
        case PayBasis.MONTH:
            return MONTHS_PER_YEAR / (WEEKS_PER_YEAR * weekly_hours)
        case PayBasis.YEAR:
            return Decimal(1) / (WEEKS_PER_YEAR * weekly_hours)
        case PayBasis.MINUTE:
            return Decimal(60) * OCCUPANCY
        case PayBasis.CALL:
            return CONTACTS_PER_HOUR


def hourly(*, basis: str, low: Decimal, high: Decimal, weekly_hours: Decimal | None = None) -> HourlyPay:
    """Normalize ``low``–``high`` on ``basis`` to pay per hour, rounded to cents.

    Raises ``ValueError`` for an unknown basis, a reversed range or hours that are not positive.
    """
    hours = weekly_hours if weekly_hours is not None else DEFAULT_WEEKLY_HOURS
    if hours <= 0:
        raise ValueError("weekly hours must be positive")
    if low > high:
        raise ValueError("the range is reversed")
    factor = _factor(basis, hours)
    return HourlyPay(
        low=(low * factor).quantize(CENT, ROUND_HALF_UP),
        high=(high * factor).quantize(CENT, ROUND_HALF_UP),
        is_estimate=PayBasis(basis) in {PayBasis.MINUTE, PayBasis.CALL} or (weekly_hours is None and basis != PayBasis.HOUR),
    )


def typical_month(*, hourly_pay: Decimal, weekly_hours: Decimal) -> Decimal:
    """Gross pay of an ordinary month at ``weekly_hours``, rounded to whole units."""
    return (hourly_pay * weekly_hours * WEEKS_PER_YEAR / MONTHS_PER_YEAR).quantize(Decimal(1), ROUND_HALF_UP)
