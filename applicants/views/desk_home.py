"""The first page of the desk, and the list of all applications."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.enums import Status
from applicants.forms.desk import ListFilterForm
from applicants.models import Application
from applicants.querysets import ApplicationQuerySet
from applicants.services import desk_home
from applicants.views.desk_common import READ, desk_view, rights_of
from callcenter_jobs.ui.pages import render_form, render_page
from callcenter_jobs.ui.pagination import paginate
from postings.access import get_membership_for
from postings.enums import PostingState, StageKind
from postings.models import Posting

POSTINGS_SHOWN = 12
MOST_POSTINGS = 300
ENDS = {Status.HIRED: StageKind.HIRED, Status.REJECTED: StageKind.REJECTED, Status.WITHDRAWN: StageKind.WITHDRAWN}


@desk_view(*READ)
def home(request: HttpRequest, employer_slug: str) -> HttpResponse:
    """What needs the team today, in order of who waits longest."""
    membership = get_membership_for(request.user, employer_slug)
    employer = membership.employer
    running = (
        Posting.objects.of(employer).filter(state__in=[PostingState.OPEN, PostingState.PAUSED]).prefetch_related("texts")
        .order_by("closes_on", "-published_at", "-pk")
    )  # fmt: skip
    page = paginate(request, running, per_page=POSTINGS_SHOWN)
    context = {
        "employer": employer,
        "membership": membership,
        "home": desk_home.build(employer),
        "funnels": desk_home.funnels(list(page)),
        "funnel_kinds": [StageKind(kind) for kind in desk_home.FUNNEL],
        "page": page,
        **rights_of(membership),
    }
    return render_page(request, "applicants/desk/home.html", context)


@desk_view(*READ)
def applications(request: HttpRequest, employer_slug: str) -> HttpResponse:
    """Everyone who applied to this employer, across postings, with filters that make a shareable address."""
    membership = get_membership_for(request.user, employer_slug)
    rights = rights_of(membership)
    postings = (
        Posting.objects.of(membership.employer).exclude(state=PostingState.DRAFT).prefetch_related("texts").order_by("-published_at", "-pk")
    )
    choices = [(posting.code, posting.title) for posting in postings[:MOST_POSTINGS]]
    form = ListFilterForm(request.GET, postings=choices, see_contact=rights["see_contact"])
    found = Application.objects.of(membership.employer)
    if form.is_valid():
        found = _filtered(found, form, by_email=rights["see_contact"])
    rows = found.select_related("posting", "stage").prefetch_related("posting__texts", "languages")
    order = form.order if form.is_valid() else ListFilterForm.SORTS["newest"][1]
    chosen = [name for name in form.fields if name != "sort" and form.is_valid() and form.cleaned_data.get(name)]
    context = {
        "employer": membership.employer,
        "membership": membership,
        "form": form,
        "page": paginate(request, rows.order_by(*order), per_page=40),
        "chosen": chosen,
        "list_label": _("Applications"),
        "today": timezone.localdate(),
        **rights,
    }
    return render_form(request, "applicants/desk/applications.html", context)


def _filtered(found: ApplicationQuerySet, form: ListFilterForm, *, by_email: bool) -> ApplicationQuerySet:
    asked = form.cleaned_data
    if asked["q"]:
        found = found.search(asked["q"]) if by_email else found.named(asked["q"])
    if asked["posting"]:
        found = found.filter(posting__code=asked["posting"])
    if asked["stage"]:
        found = found.filter(stage__kind=asked["stage"])
    if asked["status"] == Status.ACTIVE:
        found = found.active()
    elif asked["status"]:
        found = found.filter(stage__kind=ENDS[Status(asked["status"])])
    if asked["flagged"]:
        found = found.flagged()
    return found.overdue() if asked["overdue"] else found
