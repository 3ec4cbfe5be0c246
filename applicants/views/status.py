"""Where an application stands, by private link. The link is the permission; a wrong one is 404 like an unknown one.

These pages keep the site's ``same-origin`` referrer policy: no other site ever sees the link, and a stricter
one would make browsers send ``Origin: null`` with the forms, which the CSRF check must refuse.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applicants import pipeline
from applicants.access import get_application_by_token
from applicants.forms.screens import question_key
from applicants.forms.status import CorrectionForms, WithdrawForm
from applicants.models import Answer, Application
from applicants.services import candidate_words
from applicants.services.candidate_view import CandidateView, view_of
from applicants.services.correcting import CorrectionRefused, correct_application
from callcenter_jobs.accounts.limits import limited
from postings.enums import ScreeningKind


@login_not_required
@require_safe
def detail(request: HttpRequest, token: str) -> HttpResponse:
    application = get_application_by_token(token)
    view = view_of(application)
    context = page_context(view, token) | {
        "answers": [words_of(answer, application.posting.language) for answer in application.answers.select_related("question")],
        "languages": application.languages.all(),
        "documents": application.documents.defer("text"),
        "site": application.posting.site,
    }
    return render(request, "applicants/status/detail.html", context)


@login_not_required
@limited("status-withdraw", amount=60, seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """A page of its own asks once more; a link in a mail that something fetches changes nothing."""
    application = get_application_by_token(token)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            pipeline.withdraw(application, disposition=form.cleaned_data["reason"])
        except pipeline.MoveRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, _("Your application is withdrawn. We have sent you a confirmation."))
        return redirect("status:detail", token)
    view = view_of(application)
    if not view.can_withdraw:
        return redirect("status:detail", token)
    return render(
        request, "applicants/status/withdraw.html", page_context(view, token) | {"form": form}, status=422 if form.errors else 200
    )


@login_not_required
@limited("status-correct", amount=120, seconds=3600)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, token: str) -> HttpResponse:
    """Change what was sent, as long as nobody has begun to work on it."""
    application = get_application_by_token(token)
    view = view_of(application)
    if not view.can_correct:
        messages.warning(request, _("Your application is being worked on, so it can no longer be changed here."))
        return redirect("status:detail", token)
    forms = CorrectionForms(application, request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid():
        try:
            noted = correct_application(application, corrected=forms.corrected)
        except CorrectionRefused as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, correction_words(len(noted)))
        return redirect("status:detail", token)
    has_errors = any(form.errors for form in forms.all)
    return render(
        request, "applicants/status/correct.html", page_context(view, token) | {"forms": forms}, status=422 if has_errors else 200
    )


def correction_words(count: int) -> str:
    if not count:
        return _("Nothing was different, so nothing was changed.")
    return ngettext("%(count)d change is saved.", "%(count)d changes are saved.", count) % {"count": count}


def page_context(view: CandidateView, token: str) -> dict[str, Any]:
    application: Application = view.application
    return {
        "view": view,
        "application": application,
        "posting": application.posting,
        "employer": application.employer,
        "headline": candidate_words.headline(view),
        "next_step": candidate_words.next_step(view),
        "token": token,
    }


def words_of(answer: Answer, fallback: str) -> dict[str, str]:
    """The question and its answer as the candidate read and gave them."""
    question = answer.question
    words = question.text_in(get_language() or "en", fallback)
    options: Any = words.get("options") or {}
    value = answer.value
    if question.kind == ScreeningKind.YES_NO and value:
        value = _("Yes") if value == "yes" else _("No")
    elif question.kind == ScreeningKind.CHOICE:
        value = str(options.get(value) or value)
    return {"key": question_key(question), "question": str(words.get("question") or ""), "value": value}
