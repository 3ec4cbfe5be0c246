"""The page of one posting, while it is open, paused, and after it closed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from callcenter_jobs.ui.line import Stop, StopState
from callcenter_jobs.ui.widgets import ShiftGridWidget
from postings import presenters
from postings.enums import PostingState, StageKind
from postings.models import Posting
from postings.search import week as weeks
from postings.search.similar import similar_to
from postings.structured_data import job_posting, script_text


def _public_posting(code: str) -> Posting:
    """The posting with what its page shows; a draft does not exist for the public."""
    found = Posting.objects.select_related("employer", "site", "role", "plan").prefetch_related(
        "texts", "languages", "start_classes", "supplements", "plan__stages", "role__titles"
    )
    posting = found.filter(code=code).exclude(state=PostingState.DRAFT).first()
    if posting is None:
        raise Http404
    return posting


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
@vary_on_headers("Cookie")
def posting(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    found = _public_posting(code)
    if request.path != found.get_absolute_url():
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{found.get_absolute_url()}?{query}" if query else found.get_absolute_url(), permanent=True)
    shown = presenters.shown_text(found)
    week = weeks.week_of(request)
    context = {
        "posting": found,
        "shown": shown,
        "text": shown.text,
        "similar": similar_to(found),
        "also_in": [(code, translate_url(request.path, code)) for code in presenters.spoken_elsewhere(found) if code != shown.language],
    }
    if not found.is_open():
        is_paused = found.state == PostingState.PAUSED
        return render(request, "postings/public/posting_shut.html", {**context, "is_paused": is_paused}, status=200 if is_paused else 410)
    context |= {
        "week": week,
        "fit": presenters.fit_fact(found, week),
        "grid": ShiftGridWidget().render(weeks.PARAM, week, attrs={"id": "week"}),
        "line": after_applying(found),
        "about": presenters.about_shown(found.employer),
        "json_ld": script_text(job_posting(found, shown.text, url=request.path)),
    }
    response = render(request, "postings/public/posting.html", context)
    if weeks.PARAM in request.GET and week:
        weeks.remember(response, week)
    return response
