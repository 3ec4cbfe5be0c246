"""When one works and when one starts, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from callcenter_jobs.lib.dates import date_long
from postings import wording
from postings.models import Posting
from postings.wording import FitFact

__all__ = ["FitFact", "StartFact", "fit_fact", "hours_text", "shift_notes", "shifts_text", "start_classes", "start_text"]


def _language() -> str:
    return get_language() or "en"


def hours_text(posting: Posting) -> str:
    """``37.5 hours a week``, ``20–30 hours a week``."""
    return wording.hours(posting.hours_min, posting.hours_max)


def shifts_text(posting: Posting) -> str:
    """``Mon–Fri day and evening, Sat early``."""
    return wording.shifts(posting.shift_mask)


def shift_notes(posting: Posting) -> list[str]:
    """How the shifts are planned."""
    notes = []
    if posting.is_rotating:
        notes.append(_("Rotating shifts"))
    if posting.shift_hours:
        notes.append(wording.shift_hours(posting.shift_hours))
    if posting.rota_notice_weeks:
        weeks = posting.rota_notice_weeks
        notes.append(ngettext("Shift plan known %(count)s week ahead", "Shift plan known %(count)s weeks ahead", weeks) % {"count": weeks})
    if posting.can_choose_days_off:
        notes.append(_("You can choose preferred days off"))
    return notes


# --- how a week fits ---------------------------------------------------------------------------------


def fit_fact(posting: Posting, week: int | None) -> FitFact | None:
    """``week`` is the reader's mask; without one there is nothing to say."""
    return wording.fit(posting.shift_mask, week) if week else None


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
    first = next(iter(sorted((start.starts_on, start.seats) for start in posting.start_classes.all() if start.starts_on >= now)), None)
    return wording.start(first[0], first[1], now) if first else wording.start(None, 0, now)
