"""Interview plans of the library as lines, and which kit each of their stages uses."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import render_form
from postings import presenters_kit
from postings.access import LibraryRight
from postings.forms.library_banks import PlanKitsForm
from postings.models import InterviewPlan
from postings.services import library_kits, library_words
from postings.services.library import LibraryRefused
from postings.views.curate_common import actor, rights

WORDS = library_words.KINDS["plans"]


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    may = rights(request)
    language = get_language() or "en"
    rows = [
        {
            "plan": plan,
            "name": plan.names.get(language) or plan.names.get("en") or plan.key,
            "stops": presenters_kit.plan_stops(plan, language),
            "minutes": presenters_kit.minutes_of(plan),
            "states": library_words.states_of(WORDS, plan),
        }
        for plan in library_kits.library_plans()
    ]
    return render(request, "postings/curate/plan_list.html", {"rows": rows, "may": may})


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Which kit each stage uses. Postings work on plans of their own and keep theirs."""
    may = rights(request, LibraryRight.EDIT if request.method == "POST" else LibraryRight.VIEW)
    item = get_object_or_404(library_kits.library_plans(), key=key)
    form = _form(request, item)
    if request.method == "POST" and form.is_valid():
        try:
            seen = _seen(form.cleaned_data["seen"])
            library_kits.choose_kits(item, chosen=form.chosen(), seen=seen, by=actor(request))
        except library_kits.PlanChanged as clash:
            messages.warning(request, clash.message)
            return redirect("curate:plan", key)
        except LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved. New postings start with these kits."))
            return redirect("curate:plan", key)
    language = get_language() or "en"
    context = {
        "plan": item,
        "name": item.names.get(language) or item.names.get("en") or item.key,
        "stops": presenters_kit.plan_stops(item, language),
        "minutes": presenters_kit.minutes_of(item),
        "form": form,
        "may": may,
        "language": language,
    }
    return render_form(request, "postings/curate/plan.html", context)


def _form(request: HttpRequest, item: InterviewPlan) -> PlanKitsForm:
    language = get_language() or "en"
    now = library_kits.kits_of(item)
    stages = [(stage.position, stage.desk_name) for stage in item.stages.all() if not stage.is_terminal]
    kits = [(kit.key, kit.name_in(language)) for kit in library_kits.library_kits()]
    initial = {f"stage_{position}": key for position, key in now.items()} | {"seen": json.dumps(list(now.items()))}
    return PlanKitsForm(request.POST or None, stages=stages, kits=kits, initial=initial)


def _seen(text: str) -> dict[int, str] | None:
    """Which kits the form showed, or None where it does not say."""
    try:
        return {int(position): str(key) for position, key in json.loads(text)} if text else None
    except (TypeError, ValueError):
        return None
