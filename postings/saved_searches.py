"""A search as one line of text, asked again later: what alerts keep, and what feeds and pages link to.

Everything goes through ``PostingFilter``, the one door: what a visitor sees on the results page, an alert finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from callcenter_jobs.lib.dates import date_long
from callcenter_jobs.lib.locale_names import country_name, currency_name, language_name
from callcenter_jobs.lib.money import money
from postings.enums import EmploymentType, ShiftBand, Tier, Workplace, WorkType
from postings.filters import PostingFilter
from postings.models import Posting
from postings.search.week import mask_of
from postings.shifts import ShiftGrid

# What says how to show a list, not what is in it; the newest of an alert are chosen by its watermark.
NOT_KEPT = frozenset({"sort", "page", "posted"})


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` new postings; the primary keys of the newest of them, newest first."""

    total: int
    ids: tuple[int, ...]


class Unusable(Exception):
    """Part of a kept search can no longer be asked, such as a day that has passed: without it the search would be another."""


def canonical_query(data: QueryDict, *, language: str) -> str:
    """The usable part of an address as text: the same for every order of the same choices.

    >>> canonical_query(QueryDict("page=2&tier=team_lead&tier=agent&sort=pay"), language="en")
    'tier=agent&tier=team_lead'
    """
    chosen = PostingFilter(data, Posting.objects.open())
    return _kept(chosen).urlencode()


def _kept(door: PostingFilter) -> QueryDict:
    kept = QueryDict(mutable=True)
    for name in sorted(set(door.filters) - NOT_KEPT):
        value = door.chosen.get(name)
        if value is not None:
            kept.setlist(name, sorted(value) if isinstance(value, list) else [str(value)])
    return kept


def found_by(query: str, *, language: str, since: datetime, until: datetime, limit: int) -> Found:
    """The open postings of a kept search that were first published from ``since`` on and before ``until``.

    Raises ``Unusable``.
    """
    door = PostingFilter(QueryDict(query), Posting.objects.open())
    if door.ignored:
        raise Unusable(query)
    new = door.qs.filter(published_at__gte=since, published_at__lt=until).order_by("-published_at", "-pk")
    return Found(new.count(), tuple(new.values_list("pk", flat=True)[:limit]))


def words_of(query: str, *, language: str) -> list[str]:
    """What a kept search asks for, in words, in the active language; empty when it asks for everything."""
    chosen = PostingFilter(QueryDict(query), Posting.objects.open()).chosen
    return [word for name in ORDER if name in chosen for word in _said(name, chosen[name], chosen, language)]


ORDER = (
    "q", "where", "tier", "work", "band", "lang", "workplace", "country", "employment", "experience", "student", "pay", "currency",
    "starts", "week",
)  # fmt: skip


def _said(name: str, value: Any, chosen: dict[str, Any], language: str) -> list[str]:
    match name:
        case "q":
            return [_("“%(words)s”") % {"words": value}]
        case "where":
            return [str(value)]
        case "lang":
            return [capfirst(language_name(code, language)) for code in value]
        case "country":
            return [country_name(code, language) for code in value]
        case "pay":
            return [_("At least %(amount)s per hour") % {"amount": money(value, chosen["currency"][0], language)}]
        case "currency":
            return [] if "pay" in chosen else [_("Paid in %(currency)s") % {"currency": currency_name(code, language)} for code in value]
        case "starts":
            return [_("Starts by %(date)s") % {"date": date_long(value, language)}]
        case "week":
            return [_("My week: %(week)s") % {"week": ShiftGrid(mask_of(value)[0]).text()}]
    labels = _labels().get(name, {})
    return [str(labels.get(item, item)) for item in value]


def _labels() -> dict[str, dict[str, Any]]:
    """Value → label, for the facets whose values are closed lists."""
    bands = {band.name.lower(): band.label for band in ShiftBand}
    return {
        "tier": dict(Tier.choices),
        "work": dict(WorkType.choices),
        "workplace": dict(Workplace.choices),
        "employment": dict(EmploymentType.choices),
        "band": {**bands, "weekend": _("Weekend"), "holiday": _("Public holidays")},
        "experience": {"none": _("No experience needed")},
        "student": {"1": _("Suits students")},
    }


def newest(query: str, *, language: str, limit: int) -> list[Posting]:
    """The newest open postings of a kept search, loaded for a list."""
    door = PostingFilter(QueryDict(query), Posting.objects.open())
    ids = list(door.qs.order_by("-published_at", "-pk").values_list("pk", flat=True)[:limit])
    return in_order(ids)


def in_order(ids: Sequence[int]) -> list[Posting]:
    """Postings by primary key, in this order, loaded for a list; those that have closed meanwhile are left out."""
    found = {posting.pk: posting for posting in Posting.objects.open().for_list().filter(pk__in=ids)}
    return [found[pk] for pk in ids if pk in found]
