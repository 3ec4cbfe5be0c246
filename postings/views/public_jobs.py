"""Home and results: how people come in."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from callcenter_jobs.ui import jinja
from callcenter_jobs.ui.frame import Look, Parts, framed
from callcenter_jobs.ui.kept import per_language
from callcenter_jobs.ui.widgets import week_grid
from postings import presenters_front
from postings.cards import cards_of
from postings.search.fit import WEEK, profile_of, remember_week, week_of
from postings.search.front import FrontFigures, front_page_figures
from postings.services.missed_searches import count_missed
from postings.views.public_listing import Listing
from postings.views.results_page import Shown

NEWEST = 6
LOOK = Look("home", styles=("css/pages/public.css",))
LOOK_JOBS = Look("jobs", styles=("css/pages/public.css", "css/pages/results.css"), extra="ui/htmx.html")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    figures = front_page_figures()
    week = week_of(request)
    cards = cards_of(figures.newest, language=get_language() or "en", wishes=profile_of(request))
    title = _("Call center jobs with the facts first")
    body = jinja.draw(
        "postings/home.html",
        newest=cards[:NEWEST],
        total_text=presenters_front.see_all_text(figures.total),
        figures=_drawn(figures, timezone.localdate()),
        grid=week_grid(WEEK, week, "week"),
    )
    return framed(request, LOOK, Parts(title=title, og_title=title, main=body))


@per_language(16)
def _drawn(figures: FrontFigures, today: date) -> SafeString:
    """The career ladder and who is hiring: the same for everybody, until there are other figures or it is another day."""
    return jinja.draw(
        "postings/_home_figures.html",
        ladder=presenters_front.ladder(figures.by_tier),
        employers=presenters_front.hirers(figures.employers, today=today),
    )


@login_not_required
@require_safe
@vary_on_headers("HX-Request", "Cookie")
def job_list(request: HttpRequest) -> HttpResponse:
    """The results: the whole page, or for htmx only what a filter changes."""
    listing = Listing(request)
    note_missed(listing)
    is_part = _is_part(request)
    show = Shown(request, listing, is_part=is_part)
    if is_part:
        response = HttpResponse(jinja.draw("postings/_jobs_update.html", listing=listing, page=listing.page, show=show))
    else:
        parts = Parts(
            title=show.title,
            og_title=show.title,
            main=jinja.draw("postings/jobs.html", listing=listing, page=listing.page, show=show),
            head=show.feed_link,
            robots=listing.robots,
            canonical=listing.canonical_path,
        )
        response = framed(request, LOOK_JOBS, parts)
    if listing.typed_week:
        remember_week(request, response, listing.typed_week)
    return response


def _is_part(request: HttpRequest) -> bool:
    # Looked for first where it stands: ``request.htmx`` puts all headers of every request into a form of their own.
    if "HTTP_HX_REQUEST" not in request.META:
        return False
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def note_missed(listing: Listing) -> None:
    """Words that found nothing by themselves are counted for the curators; with other filters it says little."""
    searched = listing.chosen.get("q", "")
    alone = not set(listing.chosen) - {"q", "sort", "week"}
    if searched and alone and not listing.total and not (listing.filter.text and listing.filter.text.roles):
        count_missed(searched, language=listing.language)
