"""Writing and changing one screening question."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from postings.access import Right, get_posting_for
from postings.enums import ScreeningKind
from postings.forms.posting_questions import QuestionForms
from postings.forms.posting_steps import with_one_more
from postings.models import Posting
from postings.services import screening
from postings.services.editing import EditConflict, EditRefused, version_of
from postings.services.publishing import PublishRefused
from postings.views.desk_common import actor, desk_url, page_context


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest, employer_slug: str, code: str, kind: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    if kind not in ScreeningKind.values:
        raise Http404
    return _question(request, posting, kind, 0)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, employer_slug: str, code: str, place: int) -> HttpResponse:
    """``place`` counts from 1; the version that the form carries makes sure that it is still the same question."""
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    asked = screening.active_questions(posting)
    if not 1 <= place <= len(asked):
        raise Http404
    return _question(request, posting, asked[place - 1].kind, place)


def _question(request: HttpRequest, posting: Posting, kind: str, place: int) -> HttpResponse:
    stored = screening.active_questions(posting)[place - 1] if place else None
    if request.method != "POST":
        return _page(request, posting, QuestionForms(posting, kind, question=stored), place)
    if request.POST.get("do") == "add:options":
        forms = QuestionForms(posting, kind, question=stored, data=with_one_more(request.POST, "options", 10))
        forms.quiet()
        return _page(request, posting, forms, place)
    forms = QuestionForms(posting, kind, question=stored, data=request.POST)
    seen = request.POST.get("version", "")
    status = 422
    if forms.is_valid():
        try:
            if place:
                screening.change_question(posting=posting, place=place, content=forms.content(), by=actor(request), seen=seen)
            else:
                screening.add_own_question(posting=posting, content=forms.content(), by=actor(request), seen=seen)
        except EditConflict:
            status = 409
        except EditRefused as refusal:
            forms.form.add_error(None, refusal.message)
        except PublishRefused as refusal:
            for _field, message in refusal.problems:
                forms.form.add_error(None, message)
        else:
            return redirect(f"{desk_url('posting_step', posting, 'hiring')}#questions")
    return _page(request, posting, forms, place, status=status)


def _page(request: HttpRequest, posting: Posting, forms: QuestionForms, place: int, *, status: int = 200) -> HttpResponse:
    context = page_context(
        posting,
        forms=forms,
        form=forms.form,
        options=forms.rows,
        parts=forms.all,
        place=place,
        text=forms.text,
        kind=forms.kind,
        kind_label=ScreeningKind(forms.kind).label,
        is_conflict=status == 409,
        version=version_of(posting) if request.method != "POST" or status == 409 else request.POST.get("version", ""),
        most_questions=screening.MAX_QUESTIONS,
    )
    return render(request, "postings/desk/question.html", context, status=status)
