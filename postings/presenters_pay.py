"""Pay in words: the figure as the employer states it, the same per hour, a typical month, supplements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.money import money, money_range, percent
from postings import pay, wording
from postings.enums import PayBasis, PayFrequency, SupplementKind
from postings.models import Posting
from postings.presenters_time import hours_text


def _language() -> str:
    return get_language() or "en"


def _amount(posting: Posting, low: Decimal | None, high: Decimal | None) -> str:
    return money_range(low, high, posting.pay_currency, _language())


def pay_text(posting: Posting) -> str:
    """``NOK 210–245 per hour``, on the basis that the employer chose."""
    return wording.pay(posting.pay_basis, posting.pay_min, posting.pay_max, posting.pay_currency)


def pay_hourly_text(posting: Posting) -> str:
    """``NOK 210–245 per hour`` whatever the basis, with "about" where it had to be estimated."""
    return wording.pay_hourly(posting.pay_basis, posting.hourly_min, posting.hourly_max, posting.pay_currency, posting.hourly_is_estimate)


def pay_note(posting: Posting) -> str:
    """What stands small beside the hourly figure: the employer's own figure when its basis is another one."""
    return wording.pay_note(posting.pay_basis, posting.pay_min, posting.pay_max, posting.pay_currency)


@dataclass(frozen=True, slots=True)
class TypicalMonth:
    """Gross base pay of an ordinary month. ``amount`` is text; ``is_estimate`` as in ``postings.pay``."""

    low: Decimal
    high: Decimal
    amount: str
    hours: str
    is_estimate: bool

    @property
    def basis(self) -> str:
        """What the amount is worked out from."""
        return _("before tax, at %(hours)s, without supplements") % {"hours": self.hours}


def typical_month(posting: Posting) -> TypicalMonth | None:
    """From the fewest hours at the lowest pay to the most hours at the highest; monthly and yearly pay as stated."""
    if posting.pay_min is None or posting.pay_max is None or posting.hourly_min is None or posting.hourly_max is None:
        return None
    match PayBasis(posting.pay_basis):
        case PayBasis.MONTH:
            low, high = posting.pay_min, posting.pay_max
        case PayBasis.YEAR:
            low, high = (_whole(value / pay.MONTHS_PER_YEAR) for value in (posting.pay_min, posting.pay_max))
        case _:
            low = pay.typical_month(hourly_pay=posting.hourly_min, weekly_hours=posting.hours_min)
            high = pay.typical_month(hourly_pay=posting.hourly_max, weekly_hours=posting.hours_max)
    return TypicalMonth(low, high, _amount(posting, low, high), hours_text(posting), posting.hourly_is_estimate)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Supplement:
    label: str
    value: str


def supplements(posting: Posting) -> list[Supplement]:
    """``Evening: 25% on top``, ``Extra language: NOK 15 per hour on top``."""
    found = []
    for extra in posting.supplements.all():
        if extra.percent is not None:
            value = _("%(percent)s on top") % {"percent": percent(float(extra.percent) / 100, _language())}
        else:
            amount = money(extra.amount or Decimal(0), posting.pay_currency, _language())
            value = _("%(amount)s per hour on top") % {"amount": amount}
        found.append(Supplement(wording.labels(SupplementKind)[extra.kind], value))
    return found


def bonus_text(posting: Posting) -> str:
    if posting.has_bonus and posting.has_commission:
        return _("Bonus and commission")
    if posting.has_bonus:
        return _("Bonus")
    return _("Commission") if posting.has_commission else ""


def frequency_text(posting: Posting) -> str:
    return wording.labels(PayFrequency)[posting.pay_frequency] if posting.pay_frequency else ""
