"""The posting form in steps. Every step saves; what is refused comes back beside the field, with nothing lost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callcenter_jobs.ui.pages import render_page, wants_fragment
from postings.access import Right, get_posting_for
from postings.coach.boxes import boxes_from, boxes_of
from postings.enums import PostingState, ScreeningKind
from postings.forms.posting_steps import STEP_BY_KEY, STEPS, Step, StepForms, own_text, with_one_more, words_step
from postings.models import Posting, TemplateText
from postings.presenters_revision import Change, changes_between
from postings.services import drafting, screening
from postings.services.editing import EditConflict, EditRefused, version_of
from postings.services.publishing import PublishRefused, problems_of
from postings.services.revisions import snapshot
from postings.views.coach_panel import Done, Panel, is_mend, mend_typed, panel_of
from postings.views.desk_coach import stored_panels
from postings.views.desk_common import actor, as_if, desk_url, may, page_context, plan_stops, problem_links, step_stops

TRIALS = frozenset({"preview", "figure"})


@require_http_methods(["GET", "HEAD", "POST"])
def posting_step(request: HttpRequest, employer_slug: str, code: str, step: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    spec = STEP_BY_KEY.get(step)
    if spec is None:
        raise Http404
    if request.method != "POST":
        return _step_page(request, posting, StepForms(spec, posting))
    do = request.POST.get("do", "")
    if do.startswith("add:"):
        return _step_page(request, posting, _with_row(request, spec, posting, do.removeprefix("add:")))
    if is_mend(do) and step == "work":
        forms, done = _mended(posting, spec, posting.language, request.POST)
        return _step_page(request, posting, forms, mended=done)
    forms = StepForms(spec, posting, request.POST)
    if do in TRIALS:
        return _trial(request, posting, forms, do)
    return _save(request, posting, forms, do)


def _with_row(request: HttpRequest, spec: Step, posting: Posting, key: str) -> StepForms:
    rows = spec.rows.get(key)
    data = with_one_more(request.POST, key, rows[0].max_num) if rows else request.POST
    forms = StepForms(spec, posting, data)
    forms.quiet()
    return forms


def _mended(posting: Posting, spec: Step, language: str, data: QueryDict) -> tuple[StepForms, Done]:
    """The form as it was typed, with one mend of the coach made or undone in it; nothing is saved or judged."""
    typed, done = mend_typed(posting, language, data)
    forms = StepForms(spec, posting, typed)
    forms.quiet()
    return forms, done


def _coach(posting: Posting, language: str, forms: StepForms, start: Any, done: Done | None) -> Panel:
    boxes = boxes_from(forms.form.data) if forms.form.is_bound else boxes_of(start) if start is not None else {}
    return panel_of(posting, boxes, language, done=done)


def _save(request: HttpRequest, posting: Posting, forms: StepForms, do: str) -> HttpResponse:
    seen = request.POST.get("version", "")
    if not forms.is_valid():
        return _step_page(request, posting, forms, status=422, seen=seen)
    user, key = actor(request), forms.step.key
    try:
        drafting.save_step(posting=posting, step=key, values=forms.values(), by=user, seen=seen)
        _add_ticked(request, posting)
        if do and do != "close":
            return _question_action(request, posting, do)
    except EditConflict as conflict:
        return _conflict(request, conflict.posting, forms)
    except PublishRefused as refusal:
        forms.add_problems(refusal.problems)
    except EditRefused as refusal:
        forms.add_problems([(refusal.field, refusal.message)])
    else:
        return _onward(request, posting, key, close=do == "close")
    # A step may be saved and what follows it refused, so the form carries the version that is stored now.
    return _step_page(request, posting, forms, status=422, seen=version_of(posting))


def _onward(request: HttpRequest, posting: Posting, key: str, *, close: bool) -> HttpResponse:
    if posting.state != PostingState.DRAFT:
        messages.success(request, _("Saved. What people see is up to date, and what they saw before stays on record."))
    if close:
        return redirect(desk_url("posting", posting))
    keys = [step.key for step in STEPS]
    place = keys.index(key) + 1
    return redirect(desk_url("posting_step", posting, keys[place]) if place < len(keys) else desk_url("posting_review", posting))


def _add_ticked(request: HttpRequest, posting: Posting) -> None:
    """Library questions that were ticked are added however the step was sent."""
    keys = [key for key in request.POST.getlist("library") if key]
    if keys:
        screening.add_library_questions(posting=posting, keys=keys, by=actor(request))


def _question_action(request: HttpRequest, posting: Posting, do: str) -> HttpResponse:
    """What a button beside a question asks for, after the step itself was saved."""
    verb, _colon, rest = do.partition(":")
    if verb == "own" and rest in ScreeningKind.values:
        return redirect(desk_url("question_new", posting, rest))
    place = int(rest) if rest.isascii() and rest.isdecimal() and len(rest) <= 3 else 0
    if verb == "change" and place:
        return redirect(desk_url("question", posting, place))
    if verb == "remove":
        screening.remove_question(posting=posting, place=place, by=actor(request))
    elif verb in {"up", "down"}:
        screening.move_question(posting=posting, place=place, up=verb == "up", by=actor(request))
    return redirect(f"{desk_url('posting_step', posting, 'hiring')}#questions")


def _conflict(request: HttpRequest, stored: Posting, forms: StepForms) -> HttpResponse:
    """Both texts are kept: the typed one in the form, the stored one beside it. Saving again is then a decision."""
    changes: list[Change] = []
    try:
        changes = changes_between(snapshot(stored), snapshot(_tried(request, stored, forms)))
    except PublishRefused as refusal:
        forms.add_problems(refusal.problems)
    return _step_page(request, stored, forms, status=409, conflict=changes, is_conflict=True)


def _tried(request: HttpRequest, posting: Posting, forms: StepForms) -> Posting:
    """The posting as the valid step would leave it."""
    step, values, user = forms.step.key, forms.values(), actor(request)
    return as_if(posting, lambda own: drafting.save_step(posting=own, step=step, values=values, by=user))


def _trial(request: HttpRequest, posting: Posting, forms: StepForms, do: str) -> HttpResponse:
    """The posting as it would look, without saving; for the script beside the form and for the button without one."""
    tried, problems = posting, 0
    if forms.is_valid():
        try:
            tried = _tried(request, posting, forms)
        except PublishRefused as refusal:
            problems = len(refusal.problems)
    else:
        problems = sum(len(part.errors) if hasattr(part, "fields") else part.total_error_count() for part in forms.all)
    if wants_fragment(request):
        name = "pay_figure" if do == "figure" else "preview"
        return render_page(request, "", page_context(tried, tried=tried, preview_problems=problems), fragment=f"postings/desk/_{name}.html")
    if not problems:
        forms.quiet()
    return _step_page(request, posting, forms, status=422 if problems else 200, tried=tried, problems=problems)


def _step_page(
    request: HttpRequest,
    posting: Posting,
    forms: StepForms,
    *,
    status: int = 200,
    seen: str = "",
    tried: Posting | None = None,
    problems: int = 0,
    conflict: list[Change] | None = None,
    is_conflict: bool = False,
    mended: Done | None = None,
) -> HttpResponse:
    fresh = is_conflict or request.method != "POST"
    version = version_of(posting) if fresh else seen or request.POST.get("version", "")
    context = page_context(
        posting,
        forms=forms,
        form=forms.form,
        rows=forms.rows,
        parts=forms.all,
        step=forms.step,
        stops=step_stops(posting, forms.step.key),
        version=version,
        tried=tried or posting,
        preview_problems=problems,
        conflict=conflict or [],
        is_conflict=is_conflict,
        panel=_coach(posting, posting.language, forms, own_text(posting), mended) if forms.step.key == "work" else None,
        **_step_extras(request, posting, forms.step.key),
    )
    return render(request, f"postings/desk/step_{forms.step.key}.html", context, status=status)


def _step_extras(request: HttpRequest, posting: Posting, key: str) -> dict[str, Any]:
    if key == "when":
        can_add = may(request, posting, Right.MANAGE_TEAM)
        return {"new_site": reverse("team:site_new", args=[posting.employer.slug]) if can_add else ""}
    if key == "hiring":
        return {
            "questions": [(question, question.text_in(posting.language)) for question in screening.active_questions(posting)],
            "library": [(question, question.text_in(posting.language)) for question in screening.unused_library_questions(posting)],
            "ticked": request.POST.getlist("library"),
            "kinds": ScreeningKind.choices,
            "most_questions": screening.MAX_QUESTIONS,
            "plan_stops": plan_stops(posting),
        }
    return {}


@require_http_methods(["GET", "HEAD", "POST"])
def posting_text(request: HttpRequest, employer_slug: str, code: str, language: str) -> HttpResponse:
    """The posting's words in one more language; starts from the template's words there."""
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if language == posting.language:
        return redirect(desk_url("posting_step", posting, "work"))
    stored = next((text for text in posting.texts.all() if text.language == language), None)
    start: Any = stored or _template_words(posting, language)
    spec = words_step(posting, start)
    do = request.POST.get("do", "")
    if do.startswith("add:"):
        return _text_page(request, posting, _with_row(request, spec, posting, do.removeprefix("add:")), language)
    if is_mend(do):
        forms, done = _mended(posting, spec, language, request.POST)
        return _text_page(request, posting, forms, language, mended=done)
    forms = StepForms(spec, posting, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _text_page(request, posting, forms, language, from_template=stored is None and start is not None)
    seen = request.POST.get("version", "")
    if forms.is_valid():
        try:
            drafting.replace_text(posting=posting, language=language, words=forms.values(), by=actor(request), seen=seen)
        except EditConflict as conflict:
            return _text_page(request, conflict.posting, forms, language, status=409, seen=version_of(conflict.posting))
        messages.success(request, _("The text is saved."))
        return redirect(desk_url("posting", posting))
    return _text_page(request, posting, forms, language, status=422, seen=seen)


def _template_words(posting: Posting, language: str) -> TemplateText | None:
    return drafting.template_text(posting.template_version, language) if posting.template_version else None


def _text_page(
    request: HttpRequest,
    posting: Posting,
    forms: StepForms,
    language: str,
    *,
    status: int = 200,
    seen: str = "",
    from_template: bool = False,
    mended: Done | None = None,
) -> HttpResponse:
    own = posting.text_in(posting.language)
    theirs = next((text for text in posting.texts.all() if text.language == language), None)
    context = page_context(
        posting,
        forms=forms,
        form=forms.form,
        rows=forms.rows,
        parts=forms.all,
        text_language=language,
        own=own,
        stored=theirs,
        from_template=from_template,
        panel=_coach(posting, language, forms, theirs or _template_words(posting, language), mended),
        is_conflict=status == 409,
        version=seen or request.POST.get("version", "") or version_of(posting),
    )
    return render(request, "postings/desk/text.html", context, status=status)


@require_POST
def posting_text_remove(request: HttpRequest, employer_slug: str, code: str, language: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    if language not in {text.language for text in posting.texts.all()}:
        raise Http404
    try:
        drafting.remove_text(posting=posting, language=language, by=actor(request))
    except EditRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The text is taken away; the other languages stay."))
    return redirect(desk_url("posting", posting))


@require_safe
def posting_review(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """What is missing, and how the page will look."""
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    return review_page(request, posting)


def review_page(request: HttpRequest, posting: Posting, *, status: int = 200) -> HttpResponse:
    context = page_context(
        posting,
        problems=problem_links(posting, problems_of(posting)),
        stops=step_stops(posting, "review"),
        plan_stops=plan_stops(posting),
        panels=stored_panels(request, posting),
    )
    return render(request, "postings/desk/review.html", context, status=status)


@require_safe
def posting_preview(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """The stored posting in the look of its public page."""
    posting = get_posting_for(request.user, employer_slug, code)
    return render(request, "postings/desk/preview.html", page_context(posting, tried=posting))
