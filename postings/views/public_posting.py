"""The page of one posting, while it is open, paused, and after it closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui import jinja
from callcenter_jobs.ui.frame import Look, Parts, framed, in_language
from callcenter_jobs.ui.line import Stop, StopState
from callcenter_jobs.ui.templatetags import ui_parts
from callcenter_jobs.ui.widgets import week_grid
from postings import presenters
from postings.cards import cards_of
from postings.enums import PostingState, StageKind
from postings.models import Posting
from postings.posting_page import public_posting
from postings.search.fit import WEEK, Offer, fit_lines, profile_of, remember_week, week_of
from postings.search.query import Profile
from postings.search.similar import similar_ids
from postings.structured_data import job_posting, script_text

LOOK = Look("posting", styles=("css/pages/public.css",))
DESCRIPTION = 155


def after_applying(posting: Posting) -> list[Stop]:
    """The posting's own stages as the line that an applicant travels; withdrawals and rejections are no stops."""
    stops = [Stop(_("You apply"), StopState.CURRENT, note=presenters.response_text(posting))]
    for stage in posting.plan.stages.all():
        kind = StageKind(stage.kind)
        if stage.is_visible and kind not in {StageKind.APPLIED, StageKind.REJECTED, StageKind.WITHDRAWN}:
            stops.append(Stop(stage.candidate_name))
    return stops


@login_not_required
@require_safe
def posting(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = public_posting(code)
    if found is None:
        raise Http404
    here = found.get_absolute_url()
    if request.path != here:
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{here}?{query}" if query else here, permanent=True)
    language = get_language() or "en"
    shown = presenters.shown_text(found)
    others = [(other, in_language(here, other, current=language)) for other in presenters.spoken_elsewhere(found)]
    week, profile = week_of(request), profile_of(request)
    wishes = replace(profile or Profile(), week=week) if week else profile
    context = {
        "posting": found,
        "text": shown.text,
        "also_in": [(other, href) for other, href in others if other != shown.language],
        "similar": cards_of(similar_ids(found), language=language, wishes=wishes),
    }
    if found.is_open():
        return _open(request, found, shown, context | {"fits": fit_lines(Offer.of(found), wishes) if wishes else []})
    is_paused = found.state == PostingState.PAUSED
    context |= {"shown": shown, "is_paused": is_paused}
    response = render(request, "postings/public/posting_shut.html", context, status=200 if is_paused else 410)
    patch_vary_headers(response, ("Cookie",))
    return response


def _open(request: HttpRequest, found: Posting, shown: presenters.ShownText, context: dict[str, Any]) -> HttpResponse:
    week = week_of(request)
    employer = {"employer": found.employer.name}
    body = jinja.draw(
        "postings/posting.html",
        **context,
        lang=shown.lang,
        language_note=_("The employer wrote this in %(language)s.") % {"language": language_name(shown.language, get_language() or "en")},
        apply_url=jinja.url("apply:start", found.code),
        path=request.path,
        fit=presenters.fit_fact(found, week),
        grid=week_grid(WEEK, week, "week"),
        line=after_applying(found),
        about=presenters.about_shown(found.employer),
        about_title=_("About %(employer)s") % employer,
        about_link=_("%(employer)s and its open jobs") % employer,
    )
    title = f"{shown.text.title} – {found.employer.name}"
    parts = Parts(
        title=title,
        og_title=title,
        og_type="article",
        description=Truncator(shown.text.summary).chars(DESCRIPTION),
        head=format_html('<script type="application/ld+json">{}</script>', script_text(job_posting(found, shown.text, url=request.path))),
        breadcrumbs=_way_here(found),
        main=body,
    )
    response = framed(request, LOOK, parts)
    if WEEK in request.GET and week:
        remember_week(request, response, week)
    return response


def _way_here(found: Posting) -> SafeString:
    return ui_parts.breadcrumbs(ui_parts.crumb(_("Jobs"), jinja.url("public:job_list")) + ui_parts.crumb(found.role.title_in()))
