"""Moving or rejecting the selected: the preview says what will happen, the confirmation does exactly that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from applicants.access import open_board
from applicants.forms.desk import BulkForm, BulkRejectForm
from applicants.services import bulk
from applicants.services.clock import moment
from applicants.services.moves import delay_until
from applicants.stages import find_stage, movable, rejected_stage
from applicants.views.desk_common import actor, desk_view, rights_of, way_back
from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.pages import post_or_back, render_page
from callcenter_jobs.ui.templatetags.ui_formats import and_list
from postings.access import Right
from postings.models import Membership, Posting, Stage

REASONS_SHOWN = 5


class _Refused(Exception):
    """The request cannot be previewed; ``message`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@post_or_back("hiring:board", "employer_slug", "code")
@desk_view("POST")
def preview(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """Without ``confirm`` a dry run, with it the real one. The selection travels in the form, card by card."""
    membership, posting = open_board(request.user, employer_slug, code, need=Right.MOVE)
    back = way_back(request, reverse("hiring:board", args=[employer_slug, code]))
    try:
        to = _target(request, posting)
        picks = bulk.read_selection(posting, request.POST.getlist("card"))
    except bulk.UnknownCard:
        raise Http404 from None
    except (_Refused, bulk.BadSelection) as refused:
        context = {"employer": membership.employer, "posting": posting, "problem": refused.message, "back": back}
        return render_page(request, "applicants/desk/bulk_refused.html", context, status=422)
    form_class = BulkRejectForm if to == rejected_stage(posting.plan) else BulkForm
    form = form_class(request.POST if request.POST.get("confirm") else None)
    if form.is_bound and form.is_valid():
        return _run(request, membership, posting, to, picks, form, back)
    return _show(request, membership, posting, to, picks, form, back)


def _target(request: HttpRequest, posting: Posting) -> Stage:
    if request.POST.get("action") == "reject":
        return rejected_stage(posting.plan)
    found = find_stage(posting.plan, request.POST.get("stage", ""))
    if found is None or found not in movable(posting.plan):
        raise _Refused(_("Choose one of the stages in the list."))
    return found


def _show(
    request: HttpRequest, membership: Membership, posting: Posting, to: Stage, picks: list[bulk.Pick], form: BulkForm, back: str
) -> HttpResponse:
    planned = bulk.plan(picks, to=to)
    active = get_language() or "en"
    context: dict[str, Any] = {
        "employer": membership.employer,
        "posting": posting,
        "plan": planned,
        "form": form,
        "samples": bulk.samples(planned),
        "languages": and_list(
            _("%(number)s in %(language)s") % {"number": number, "language": language_name(code, active)}
            for code, number in planned.mails.most_common()
        ),
        "told_at": delay_until(membership.employer) if planned.is_rejection else None,
        "stage_value": request.POST.get("stage", ""),
        "back": back,
        **rights_of(membership),
    }
    return render_page(request, "applicants/desk/bulk.html", context, status=422 if form.is_bound else 200)


def _run(
    request: HttpRequest, membership: Membership, posting: Posting, to: Stage, picks: list[bulk.Pick], form: BulkForm, back: str
) -> HttpResponse:
    """Works for some seconds; what is left goes on from a page that continues by itself or by its button."""
    values = form.cleaned_data
    outcome = bulk.run(picks, to=to, by=actor(request), disposition=values.get("disposition", ""), note=values["note"])
    done = _number(request.POST.get("done")) + outcome.moved
    skipped = _number(request.POST.get("skipped")) + len(outcome.skipped)
    if outcome.rest:
        context = {"employer": membership.employer, "posting": posting, "rest": outcome.rest, "to": to, "values": values, "back": back}
        rest = {"done": done, "skipped": skipped, "total": done + skipped + len(outcome.rest), "action": request.POST.get("action", "")}
        return render_page(request, "applicants/desk/bulk_progress.html", {**context, **rest, "stage_value": request.POST.get("stage", "")})
    _report(request, membership, to, done, skipped, outcome)
    return redirect(back)


def _number(text: str | None) -> int:
    """A count that an earlier part of the same run put into the form; shown and nothing else."""
    return min(int(text), bulk.LIMIT) if text and text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _report(request: HttpRequest, membership: Membership, to: Stage, done: int, skipped: int, outcome: bulk.Outcome) -> None:
    names = {"number": done, "stage": to.desk_name}
    if done and to.kind == "rejected":
        sentence = ngettext("%(number)d person rejected.", "%(number)d people rejected.", done) % names
        told = _("They will be told %(when)s unless you undo.") % {"when": moment(delay_until(membership.employer))}
        messages.success(request, f"{sentence} {told}")
    elif done:
        messages.success(
            request, ngettext("%(number)d person is now in “%(stage)s”.", "%(number)d people are now in “%(stage)s”.", done) % names
        )
    if skipped:
        text = ngettext("%(number)d was skipped.", "%(number)d were skipped.", skipped) % {"number": skipped}
        reasons = " ".join(refusal.message for _application, refusal in outcome.skipped[:REASONS_SHOWN])
        messages.warning(request, f"{text} {reasons}")
