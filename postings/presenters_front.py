"""The figures of the front page and of lists of employers, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext

from callcenter_jobs.lib.dates import date_short
from callcenter_jobs.lib.money import number
from postings.enums import Industry, Tier
from postings.search.employers import HiringEmployer


def _language() -> str:
    return get_language() or "en"


def open_jobs_text(count: int) -> str:
    return ngettext("%(count)s open job", "%(count)s open jobs", count) % {"count": number(count, _language())}


def see_all_text(total: int) -> str:
    return ngettext("See the %(total)s open job", "See all %(total)s open jobs", total) % {"total": number(total, _language())}


def ladder(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The tiers from the first step up, with how many postings are open on each."""
    return [
        {"tier": tier.value, "label": tier.label, "count": counts.get(tier, 0), "count_text": open_jobs_text(counts.get(tier, 0))}
        for tier in Tier
    ]


@dataclass(frozen=True, slots=True)
class Hirer:
    """An employer in a list: ``seats`` says how many people it looks for and when they start."""

    slug: str
    name: str
    industry: str
    seats: str
    jobs: str


def hirers(employers: Iterable[Any], *, today: date | None = None) -> list[Hirer]:
    """``employers`` as ``hiring_now`` returns them."""
    day = today or timezone.localdate()
    return [
        Hirer(
            slug=employer.slug,
            name=employer.name,
            industry=str(Industry(employer.industry).label),
            seats=_seats(employer, day),
            jobs=open_jobs_text(employer.open_postings),
        )
        for employer in employers
    ]


def _seats(employer: HiringEmployer, today: date) -> str:
    language = _language()
    if employer.next_start:
        words = {
            "seats": number(employer.class_seats, language),
            "date": date_short(employer.next_start, language, today=today),
        }
        return ngettext("%(seats)s seat, next start %(date)s", "%(seats)s seats, next start %(date)s", employer.class_seats) % words
    places = {"places": number(employer.open_places, language)}
    return ngettext("%(places)s opening, start by agreement", "%(places)s openings, start by agreement", employer.open_places) % places
