"""Moving one application: to a stage, to rejected, and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants import emails, pipeline
from applicants.access import open_application
from applicants.forms.desk import MoveForm, RejectForm
from applicants.models import Application, StageChange
from applicants.services.clock import moment
from applicants.services.moves import consequences, is_done, told_at
from applicants.stages import movable, rejected_stage, targets
from applicants.views.desk_common import actor, desk_view, linked, rights_of, way_back
from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.pages import render_page
from postings.access import Right
from postings.enums import StageKind
from postings.models import Membership, Stage


def board_of(application: Application) -> str:
    return reverse("hiring:board", args=[application.employer.slug, application.posting.code])


@desk_view("GET", "HEAD", "POST")
def move(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """Where may this person go? A page of its own, so that it works without a script; a fragment for the dialog."""
    membership, application = open_application(request.user, employer_slug, code, need=Right.MOVE)
    if request.method != "POST":
        return _choices(request, membership, application)
    # Any stage of the plan is a sensible answer; whether it may follow is for the gate to say.
    form = MoveForm(request.POST, stages=movable(application.posting.plan))
    if not form.is_valid():
        return _choices(request, membership, application, form=form)
    version = form.cleaned_data["version"]
    try:
        pipeline.move(application, to=form.target, by=actor(request), note=form.cleaned_data["note"], expected_version=version)
    except pipeline.MoveRefused as refusal:
        # A double click: what this person asks for has just been done for them.
        if not is_done(application, to=form.target, by=actor(request), version=version):
            return _choices(request, membership, _as_it_is(application), form=form, refusal=refusal)
    messages.success(request, _moved(application, form.target))
    return redirect(way_back(request, board_of(application)))


def _as_it_is(application: Application) -> Application:
    """The row as the database has it now, after a refusal."""
    application.refresh_from_db(fields=["stage", "version", "stage_entered_at", "ended_at", "disposition"])
    return application


def _moved(application: Application, stage: Stage) -> str:
    names = {"name": application.name, "stage": stage.desk_name, "language": language_name(application.language, get_language() or "en")}
    if emails.kind_for(stage) is None:
        return _("%(name)s is now in “%(stage)s”. Nobody was told: candidates do not see this stage.") % names
    return _("%(name)s is now in “%(stage)s”. The e-mail in %(language)s is on its way.") % names


def _choices(
    request: HttpRequest,
    membership: Membership,
    application: Application,
    *,
    form: MoveForm | None = None,
    reject_form: RejectForm | None = None,
    refusal: pipeline.MoveRefused | None = None,
) -> HttpResponse:
    """The page with both forms. After a refusal it keeps what was typed and carries the version of now: 409."""
    fresh = {"version": application.version}
    plan = application.posting.plan
    stages = [] if reject_form else targets(application.stage, plan)
    if refusal and form is not None:
        form = MoveForm(initial={**fresh, "note": form.data.get("note", "")[:500]}, stages=movable(plan))
    if refusal and reject_form is not None:
        kept = {name: reject_form.data.get(name, "")[:500] for name in ("note", "disposition")}
        reject_form = RejectForm(initial={**fresh, **kept})
    context: dict[str, Any] = {
        "employer": membership.employer,
        "application": application,
        "posting": application.posting,
        "form": form or MoveForm(initial=fresh, stages=movable(plan)),
        "reject_form": reject_form or RejectForm(initial=fresh),
        "only_reject": reject_form is not None,
        "consequences": consequences(application, stages),
        "told_at": told_at(application),
        "refusal": refusal,
        "last": application.stage_changes.select_related("by").order_by("-seq").first() if refusal else None,
        "next": way_back(request, ""),
        "back": way_back(request, board_of(application)),
        "may_reject": application.ended_at is None,
        **rights_of(membership),
    }
    is_bad = any(item is not None and item.is_bound for item in (form, reject_form))
    status = 409 if refusal else (422 if is_bad else 200)
    return render_page(request, "applicants/desk/move.html", context, fragment="applicants/desk/_move.html", status=status)


@desk_view("GET", "HEAD", "POST")
def reject(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """Rejecting asks for a reason. The candidate is told after the employer's undo window."""
    membership, application = open_application(request.user, employer_slug, code, need=Right.MOVE)
    if request.method != "POST":
        return _choices(request, membership, application, reject_form=RejectForm(initial={"version": application.version}))
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _choices(request, membership, application, reject_form=form)
    values = form.cleaned_data
    try:
        change = pipeline.reject(
            application, disposition=values["disposition"], by=actor(request), note=values["note"], expected_version=values["version"]
        )
    except pipeline.MoveRefused as refusal:
        if not is_done(application, to=rejected_stage(application.posting.plan), by=actor(request), version=values["version"]):
            return _choices(request, membership, _as_it_is(application), reject_form=form, refusal=refusal)
        change = application.stage_changes.order_by("-seq")[0]
    _say_rejected(request, application, change)
    return redirect(way_back(request, board_of(application)))


def _say_rejected(request: HttpRequest, application: Application, change: StageChange) -> None:
    if not application.employer.rejection_undo_hours:
        messages.success(request, _("Rejected. %(name)s is being told now.") % {"name": application.name})
        return
    sentence = _("Rejected. %(name)s will be told %(when)s unless you undo.") % {
        "name": application.name,
        "when": moment(told_at(application, decided_at=change.at)),
    }
    undo = reverse("hiring:undo", args=[application.employer.slug, application.code])
    messages.success(request, linked(sentence, undo, _("Undo the rejection")))


@desk_view("GET", "HEAD", "POST")
def undo(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """Takes a rejection back before anybody was told. GET asks, only POST acts."""
    membership, application = open_application(request.user, employer_slug, code, need=Right.MOVE)
    waiting = application.stage.kind == StageKind.REJECTED
    if request.method != "POST":
        context = {"employer": membership.employer, "application": application, "posting": application.posting, "is_rejected": waiting}
        return render_page(request, "applicants/desk/undo.html", {**context, "back": way_back(request, board_of(application))})
    return _undo(request, application)


def _undo(request: HttpRequest, application: Application) -> HttpResponseRedirect:
    try:
        change = pipeline.undo_rejection(application, by=actor(request))
    except pipeline.MoveRefused as refusal:
        messages.error(request, refusal.message)
        return redirect(application.get_absolute_url())
    names = {"name": application.name, "stage": change.to_stage.desk_name}
    messages.success(request, _("Undone. %(name)s is back in “%(stage)s” and was told nothing.") % names)
    return redirect(way_back(request, application.get_absolute_url()))
