"""When one works and when one starts, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from callcenter_jobs.lib.dates import date_long, date_short
from callcenter_jobs.lib.money import number
from postings.models import Posting
from postings.shifts import ShiftFit, ShiftGrid


def _language() -> str:
    return get_language() or "en"


def _plain(value: Decimal) -> str:
    """``37.5``, ``40``: as the language writes it."""
    return number(value.normalize() if value != value.to_integral_value() else value.quantize(Decimal(1)), _language())


def hours_text(posting: Posting) -> str:
    """``37.5 hours a week``, ``20–30 hours a week``."""
    low, high = posting.hours_min, posting.hours_max
    # Which plural a broken number takes differs by language; the next whole number is right in all five.
    plural = int(high.to_integral_value(ROUND_CEILING))
    if low == high:
        return ngettext("%(hours)s hour a week", "%(hours)s hours a week", plural) % {"hours": _plain(low)}
    words = {"low": _plain(low), "high": _plain(high)}
    return ngettext("%(low)s–%(high)s hour a week", "%(low)s–%(high)s hours a week", plural) % words


def shifts_text(posting: Posting) -> str:
    """``Mon–Fri day and evening, Sat early``."""
    return capfirst(posting.shifts.text())


def shift_notes(posting: Posting) -> list[str]:
    """How the shifts are planned."""
    notes = []
    if posting.is_rotating:
        notes.append(_("Rotating shifts"))
    if posting.shift_hours:
        hours = int(posting.shift_hours.to_integral_value(ROUND_CEILING))
        notes.append(ngettext("%(hours)s hour a shift", "%(hours)s hours a shift", hours) % {"hours": _plain(posting.shift_hours)})
    if posting.rota_notice_weeks:
        weeks = posting.rota_notice_weeks
        notes.append(ngettext("Shift plan known %(count)s week ahead", "Shift plan known %(count)s weeks ahead", weeks) % {"count": weeks})
    if posting.can_choose_days_off:
        notes.append(_("You can choose preferred days off"))
    return notes


# --- how a week fits ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FitFact:
    """How a reader's week covers the posting's: in figures, in words (``short`` fits under a strip), and what is missing."""

    percent: int
    text: str
    short: str
    missing: str
    have: int


def fit_fact(posting: Posting, week: int | None) -> FitFact | None:
    """``week`` is the reader's mask; without one there is nothing to say."""
    if not week:
        return None
    fit: ShiftFit = posting.shifts.fit(ShiftGrid(week))
    missing = capfirst(ShiftGrid(fit.missing).text()) if fit.missing else ""
    short = _("%(percent)s%% fit") % {"percent": fit.percent}
    return FitFact(percent=fit.percent, text=fit_text(fit), short=short, missing=missing, have=week)


def fit_text(fit: ShiftFit) -> str:
    if not fit.missing:
        return _("Fits your week")
    if not fit.covered:
        return _("Does not fit your week")
    return _("%(percent)s%% of the shifts fit your week") % {"percent": fit.percent}


# --- when it starts ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartFact:
    """One start class that is still to come."""

    code: str
    starts_on: date
    date: str
    seats: int
    seats_text: str


def start_classes(posting: Posting, *, today: date | None = None) -> list[StartFact]:
    """The start classes from today on, soonest first."""
    now = today or timezone.localdate()
    return [
        StartFact(
            code=start.code,
            starts_on=start.starts_on,
            date=date_long(start.starts_on, _language()),
            seats=start.seats,
            seats_text=ngettext("%(count)s seat", "%(count)s seats", start.seats) % {"count": start.seats},
        )
        for start in sorted(posting.start_classes.all(), key=lambda start: start.starts_on)
        if start.starts_on >= now
    ]


def start_text(posting: Posting, *, today: date | None = None) -> str:
    """``Starts Mar 2, 12 seats``; without a date to come, by agreement."""
    now = today or timezone.localdate()
    coming = start_classes(posting, today=now)
    if not coming:
        return _("Start by agreement")
    first = coming[0]
    words = {"date": date_short(first.starts_on, _language(), today=now), "count": first.seats}
    return ngettext("Starts %(date)s, %(count)s seat", "Starts %(date)s, %(count)s seats", first.seats) % words
