"""What the facts of a posting are called, from plain values: one wording for pages, cards, previews and mails.

``postings.presenters`` asks these for a ``Posting`` and ``postings.cards`` for a row of a result. Values repeat from
posting to posting (a start, a language, a week of shifts), so the words are kept per language, in bounded number. Where
they seldom do, as towns and amounts, what is kept are the words around them. Nothing here may depend on the clock or on
anything but its arguments and the active language; who knows that one says so, because asking takes longer than answering.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from babel.lists import format_list
from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from callcenter_jobs.lib import dates
from callcenter_jobs.lib.locale_names import country_name, language_name
from callcenter_jobs.lib.money import PLACE, money_range, number
from callcenter_jobs.ui.kept import per_language
from postings.enums import EmploymentType, PayBasis, Workplace
from postings.shifts import ShiftFit, ShiftGrid

COUNTRIES_NAMED = 3
WHOLE = Decimal(1)
# (language, level, is required)
Spoken = tuple[str, str, bool]


def _language() -> str:
    return get_language() or "en"


@per_language(64)
def labels(choices: type[TextChoices]) -> dict[str, str]:
    """The values of an enumeration, in its order, and what they are called."""
    return {str(value): str(label) for value, label in choices.choices}


# --- where ---------------------------------------------------------------------------------------


def place(workplace: str, city: str, country: str, remote_countries: tuple[str, ...], language: str = "") -> str:
    """``Oslo, Norway``; for remote work the countries where the person may live."""
    language = language or _language()
    if workplace == Workplace.REMOTE:
        countries = remote_countries or (country,)
        return _from_some(countries, language) if len(countries) <= COUNTRIES_NAMED else _from_many.at(language, len(countries))
    return _in_country.at(language, country).replace(PLACE, city) if city else country_name(country, language)


@per_language(512)
def _in_country(country: str) -> str:
    return _("%(city)s, %(country)s") % {"city": PLACE, "country": country_name(country, _language())}


def _from_some(codes: tuple[str, ...], language: str) -> str:
    before, *behind = _around_names.at(language, len(codes))
    return before + "".join([country_name(code, language) + text for code, text in zip(codes, behind, strict=True)])


@per_language(64)
def _around_names(count: int) -> tuple[str, ...]:
    """What stands before, between and after the names of so many countries: which ones they are seldom repeats."""
    names = format_list([PLACE] * count, style="or", locale=_language())
    return tuple((_("From %(countries)s") % {"countries": names}).split(PLACE))


@per_language(256)
def _from_many(count: int) -> str:
    return ngettext("From %(count)s country", "From %(count)s countries", count) % {"count": count}


@per_language(256)
def distance(km: int) -> str:
    return _("%(km)s km away") % {"km": number(km, _language())}


@per_language(16)
def workplace(value: str) -> str:
    return str(Workplace(value).label)


@per_language(16)
def employment(value: str) -> str:
    return str(EmploymentType(value).label)


# --- languages -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LanguageFact:
    code: str
    name: str
    level: str
    is_required: bool
    text: str


@per_language(512)
def language_fact(code: str, level: str, is_required: bool) -> LanguageFact:
    name = capfirst(language_name(code, _language()))
    text = _("%(language)s %(level)s") if is_required else _("%(language)s %(level)s is a plus")
    return LanguageFact(code, name, level, is_required, text % {"language": name, "level": level})


@per_language(1024)
def languages(spoken: tuple[Spoken, ...]) -> str:
    """``Norwegian Bokmål B2, English B1``: the required ones; all of them when none is required."""
    language = _language()
    facts = [language_fact.at(language, *one) for one in spoken]
    required = [fact for fact in facts if fact.is_required]
    # Only the first name opens with a capital where the language writes them small.
    words = [fact.text.replace(fact.name, language_name(fact.code, language), 1) for fact in required or facts]
    return capfirst(", ".join(words))


# --- pay -------------------------------------------------------------------------------------------


def pay(basis: str, low: Decimal | None, high: Decimal | None, currency: str, language: str = "") -> str:
    """``NOK 210–245 per hour``, on the basis that the employer chose."""
    language = language or _language()
    if low is None:
        return _not_stated.at(language)
    return _on_basis.at(language, basis).replace(PLACE, money_range(low, high, currency, language))


def pay_note(basis: str, low: Decimal | None, high: Decimal | None, currency: str, language: str = "") -> str:
    """What stands small beside the hourly figure: the employer's own figure when its basis is another one."""
    return "" if low is None or basis == PayBasis.HOUR else pay(basis, low, high, currency, language)


def pay_hourly(basis: str, low: Decimal | None, high: Decimal | None, currency: str, is_estimate: bool, language: str = "") -> str:
    """``NOK 210–245 per hour`` whatever the basis, with "about" where it had to be estimated."""
    language = language or _language()
    if low is None or high is None:
        return _not_stated.at(language)
    # A computed figure of 100 or more is shown without decimals: they would claim more than is known.
    if basis != PayBasis.HOUR and low >= 100:
        low, high = low.quantize(WHOLE, ROUND_HALF_UP), high.quantize(WHOLE, ROUND_HALF_UP)
    return _per_hour.at(language, is_estimate).replace(PLACE, money_range(low, high, currency, language))


@per_language(16)
def _not_stated() -> str:
    return _("Pay not stated")


@per_language(64)
def _on_basis(basis: str) -> str:
    return _("%(amount)s %(basis)s") % {"amount": PLACE, "basis": str(PayBasis(basis).label)}


@per_language(16)
def _per_hour(is_estimate: bool) -> str:
    return (_("about %(amount)s per hour") if is_estimate else _("%(amount)s per hour")) % {"amount": PLACE}


# --- when ------------------------------------------------------------------------------------------


@per_language(2048)
def shifts(mask: int) -> str:
    """``Mon–Fri day and evening, Sat early``."""
    return capfirst(ShiftGrid(mask).text())


@dataclass(frozen=True, slots=True)
class FitFact:
    """How a reader's week covers the posting's: the part of it, what is missing in words, and the week itself."""

    percent: int
    missing: str
    have: int

    @property
    def not_in_week(self) -> str:
        return _("Not in your week: %(shifts)s") % {"shifts": self.missing}


@per_language(2048)
def fit(mask: int, week: int) -> FitFact:
    """``week`` is the reader's mask, never empty."""
    found: ShiftFit = ShiftGrid(mask).fit(ShiftGrid(week))
    missing = capfirst(ShiftGrid(found.missing).text()) if found.missing else ""
    return FitFact(percent=found.percent, missing=missing, have=week)


@per_language(2048)
def start(starts_on: date | None, seats: int, today: date) -> str:
    """``Starts Mar 2, 12 seats``; without a date to come, by agreement."""
    if starts_on is None:
        return _("Start by agreement")
    words = {"date": dates.date_short(starts_on, _language(), today=today), "count": seats}
    return ngettext("Starts %(date)s, %(count)s seat", "Starts %(date)s, %(count)s seats", seats) % words


@per_language(1024)
def posted(days: int) -> str:
    """How long it has been open."""
    if days <= 0:
        return _("Posted today")
    if days >= 60:
        return ngettext("Posted %(count)s month ago", "Posted %(count)s months ago", days // 30) % {"count": days // 30}
    return ngettext("Posted %(count)s day ago", "Posted %(count)s days ago", days) % {"count": days}


@per_language(1024)
def hours(low: Decimal, high: Decimal) -> str:
    """``37.5 hours a week``, ``20–30 hours a week``."""
    # Which plural a broken number takes differs by language; the next whole number is right in all five.
    plural = int(high.to_integral_value(ROUND_CEILING))
    if low == high:
        return ngettext("%(hours)s hour a week", "%(hours)s hours a week", plural) % {"hours": _plain(low)}
    words = {"low": _plain(low), "high": _plain(high)}
    return ngettext("%(low)s–%(high)s hour a week", "%(low)s–%(high)s hours a week", plural) % words


@per_language(256)
def shift_hours(value: Decimal) -> str:
    plural = int(value.to_integral_value(ROUND_CEILING))
    return ngettext("%(hours)s hour a shift", "%(hours)s hours a shift", plural) % {"hours": _plain(value)}


def _plain(value: Decimal) -> str:
    """``37.5``, ``40``: as the language writes it."""
    return number(value.normalize() if value != value.to_integral_value() else value.quantize(WHOLE), _language())


# --- what is asked for ---------------------------------------------------------------------------------


@per_language(256)
def experience(months: int) -> str:
    if not months:
        return _("No experience needed")
    if months % 12:
        return ngettext("%(count)s month of experience", "%(count)s months of experience", months) % {"count": months}
    return ngettext("%(count)s year of experience", "%(count)s years of experience", months // 12) % {"count": months // 12}


@per_language(128)
def minimum_age(years: int) -> str:
    return ngettext("%(count)s year or older", "%(count)s years or older", years) % {"count": years}


# --- what is given -----------------------------------------------------------------------------------


@per_language(512)
def openings(count: int) -> str:
    return ngettext("%(count)s opening", "%(count)s openings", count) % {"count": count}


@per_language(8)
def preview_labels() -> dict[str, str]:
    """What the work is really like: the parts in the order to be read."""
    return {
        "contacts": _("Contacts in a shift"),
        "script": _("Script or own words"),
        "monitoring": _("Who listens in"),
        "hard": _("The hard part"),
        "good": _("The good part"),
    }


@per_language(512)
def training(weeks: int, is_paid: bool) -> str:
    if not weeks:
        return ""
    if is_paid:
        return ngettext("%(count)s week of paid training", "%(count)s weeks of paid training", weeks) % {"count": weeks}
    return ngettext("%(count)s week of unpaid training", "%(count)s weeks of unpaid training", weeks) % {"count": weeks}


@per_language(256)
def response(days: int) -> str:
    return ngettext("Answers within %(count)s working day", "Answers within %(count)s working days", days) % {"count": days}
