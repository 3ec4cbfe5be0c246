"""Postings as JSON. Every field is documented in docs/api.md and stays as it is for all of version 1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from postings import presenters
from postings.enums import ShiftBand
from postings.models import Posting
from postings.search.facets import DAYS
from postings.shifts import HOLIDAY_BIT, bit


def absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def in_short(posting: Posting) -> dict[str, Any]:
    """One posting of a list; needs what ``for_list`` loads."""
    shown = presenters.shown_text(posting)
    return {
        "code": posting.code,
        "url": absolute(posting.get_absolute_url()),
        "api_url": absolute(reverse("api:posting", args=[posting.code])),
        "title": shown.text.title,
        "language": shown.language,
        "employer": {"name": posting.employer.name, "url": absolute(reverse("public:employer", args=[posting.employer.slug]))},
        "role": posting.role.key,
        "tier": posting.tier,
        "work": posting.work_type,
        "direction": posting.direction,
        "channels": posting.channels,
        "city": posting.city,
        "country": posting.country,
        "workplace": posting.workplace,
        "remote_countries": posting.remote_countries,
        "employment": posting.employment_type,
        "student": posting.is_student_friendly,
        "hours_per_week": {"min": _number(posting.hours_min), "max": _number(posting.hours_max)},
        "shifts": _shifts(posting),
        "pay": _pay(posting),
        "languages": [{"language": item.language, "level": item.level, "required": item.is_required} for item in posting.languages.all()],
        "training": {"weeks": posting.training_weeks, "paid": posting.is_training_paid},
        "experience_months": posting.experience_months,
        "starts": [{"on": _day(item.starts_on), "seats": item.seats} for item in posting.start_classes.all()],
        "openings": posting.openings,
        "response_promise_days": posting.response_promise_days,
        "published_at": _moment(posting.published_at),
        "updated_at": _moment(posting.updated_at),
        "closes_on": _day(posting.closes_on),
    }


def in_full(posting: Posting) -> dict[str, Any]:
    """One posting with its words; needs what ``for_page`` loads."""
    text = presenters.shown_text(posting).text
    return {
        **in_short(posting),
        "apply_url": absolute(reverse("apply:start", args=[posting.code])),
        "written_in": presenters.spoken_elsewhere(posting),
        "summary": text.summary,
        "duties": [{"text": item.get("text", ""), "share": item.get("share")} for item in text.duties],
        "must_haves": text.must_haves,
        "nice_to_haves": text.nice_to_haves,
        "benefits": posting.benefits,
        "education": posting.education,
        "minimum_age": posting.minimum_age,
        "licence": posting.licence,
    }


def in_language(path: str) -> str:
    """A path of the API with the language that was asked for."""
    language = get_language() or settings.LANGUAGE_CODE
    return absolute(path if language == settings.LANGUAGE_CODE else f"{path}?language={language}")


def _shifts(posting: Posting) -> dict[str, Any]:
    mask = posting.shift_mask
    week = {day: list(_bands(mask, number)) for number, day in enumerate(DAYS)}
    return {"week": week, "public_holidays": bool(mask >> HOLIDAY_BIT & 1), "rotating": posting.is_rotating}


def _bands(mask: int, day: int) -> Iterable[str]:
    return (band.name.lower() for band in ShiftBand if mask & bit(day, band))


def _pay(posting: Posting) -> dict[str, Any] | None:
    """Amounts are text, so that nobody's floating point changes them; nothing when no pay is stated."""
    if posting.pay_min is None:
        return None
    return {
        "currency": posting.pay_currency,
        "basis": posting.pay_basis,
        "min": _amount(posting.pay_min),
        "max": _amount(posting.pay_max),
        "hourly_min": _amount(posting.hourly_min),
        "hourly_max": _amount(posting.hourly_max),
        "hourly_is_estimate": posting.hourly_is_estimate,
        "bonus": posting.has_bonus,
        "commission": posting.has_commission,
    }


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _number(value: Decimal) -> float:
    return float(value)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None
