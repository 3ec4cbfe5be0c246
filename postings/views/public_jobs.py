"""Home and results: how people come in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from callcenter_jobs.ui.widgets import ShiftGridWidget
from postings.enums import Tier
from postings.models import Posting
from postings.search import week as weeks
from postings.search.employers import hiring_now
from postings.services.missed_searches import count_missed
from postings.views.public_listing import Listing

NEWEST = 6
EMPLOYERS = 6


def ladder(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The tiers from the first step up, with how many postings are open on each."""
    return [{"tier": tier, "label": tier.label, "count": counts.get(tier, 0)} for tier in Tier]


def open_by_tier() -> dict[str, int]:
    return dict(Posting.objects.open().order_by().values_list("tier").annotate(Count("pk")))


@login_not_required
@require_safe
@vary_on_headers("Cookie")
def home(request: HttpRequest) -> HttpResponse:
    counts = open_by_tier()
    week = weeks.week_of(request)
    context = {
        "newest": Posting.objects.open().for_list()[:NEWEST],
        "ladder": ladder(counts),
        "total": sum(counts.values()),
        "employers": hiring_now()[:EMPLOYERS],
        "week": week,
        "grid": ShiftGridWidget().render(weeks.PARAM, week, attrs={"id": "week"}),
    }
    return render(request, "postings/public/home.html", context)


@login_not_required
@require_safe
@vary_on_headers("HX-Request")
def job_list(request: HttpRequest) -> HttpResponse:
    """The results: the whole page, or for htmx only what a filter changes."""
    listing = Listing(request)
    note_missed(listing)
    is_part = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "postings/public/_jobs_update.html" if is_part else "postings/public/jobs.html"
    response = render(request, template, {"listing": listing, "page": listing.page, "week": listing.week})
    if listing.week:
        weeks.remember(response, listing.week)
    return response


def note_missed(listing: Listing) -> None:
    """Words that found nothing by themselves are counted for the curators; with other filters it says little."""
    searched = listing.chosen.get("q", "")
    alone = not set(listing.chosen) - {"q", "sort", "week"}
    if searched and alone and not listing.total and not (listing.filter.words and listing.filter.words.roles):
        count_missed(searched, language=listing.language)
