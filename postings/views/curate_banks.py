"""Question banks: their questions, wording, guidance and anchors, per language and version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callcenter_jobs.accounts.models import User
from callcenter_jobs.ui.pages import render_form
from postings.access import get_library_member
from postings.forms.library import NewQuestionForm, PublishForm, QuestionForm
from postings.models import BankVersion, Question, QuestionBank, QuestionText
from postings.services import completeness, library, library_banks

V = TypeVar("V")
VERSIONS = BankVersion.objects.prefetch_related("questions__texts").order_by("-number")


def banks_with_versions() -> QuerySet[QuestionBank]:
    return QuestionBank.objects.prefetch_related(Prefetch("versions", queryset=VERSIONS))


def newest_first(versions: Iterable[V]) -> V | None:
    return next(iter(versions), None)


def _bank_of(request: HttpRequest, key: str) -> QuestionBank:
    get_library_member(request.user)
    return get_object_or_404(QuestionBank, key=key)


@require_safe
def bank_list(request: HttpRequest) -> HttpResponse:
    get_library_member(request.user)
    rows = []
    for item in banks_with_versions():
        newest = newest_first(item.versions.all())
        rows.append(
            {
                "bank": item,
                "newest": newest,
                "states": completeness.of_bank(newest),
                "is_draft": bool(newest and newest.state in library.OPEN_STATES),
                "public_count": sum(1 for question in newest.questions.all() if question.is_public) if newest else 0,
            }
        )
    return render(request, "postings/curate/bank_list.html", {"rows": rows})


@require_safe
def bank(request: HttpRequest, key: str) -> HttpResponse:
    return _bank_page(request, _bank_of(request, key))


def _bank_page(
    request: HttpRequest,
    item: QuestionBank,
    *,
    form: PublishForm | None = None,
    new_form: NewQuestionForm | None = None,
    status: int | None = None,
) -> HttpResponse:
    draft, published = library_banks.draft_bank(item), library_banks.published_bank(item)
    shown = draft or published
    questions = list(shown.questions.all()) if shown else []
    context = {
        "bank": item,
        "draft": draft,
        "published": published,
        "shown": shown,
        "rows": [(question, completeness.of_question(question)) for question in questions],
        "states": completeness.of_bank(shown),
        "form": form or PublishForm(),
        "new_form": new_form or NewQuestionForm(),
        "versions": item.versions.select_related("published_by"),
    }
    return render_form(request, "postings/curate/bank.html", context, status=status)


@require_POST
def start(request: HttpRequest, key: str) -> HttpResponse:
    item = _bank_of(request, key)
    draft = library_banks.start_bank_draft(item, by=cast(User, request.user))
    messages.success(request, _("Version %(number)d is open as a draft. Nobody sees it until you publish it.") % {"number": draft.number})
    return redirect("curate:bank", key)


@require_POST
def publish(request: HttpRequest, key: str) -> HttpResponse:
    item = _bank_of(request, key)
    draft = library_banks.draft_bank(item)
    form = PublishForm(request.POST)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("curate:bank", key)
    if form.is_valid():
        try:
            library_banks.publish_bank(draft, by=cast(User, request.user), note=form.cleaned_data["note"])
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Version %(number)d is published. Kits keep the questions they have.") % {"number": draft.number})
            return redirect("curate:bank", key)
    return _bank_page(request, item, form=form, status=422)


@require_POST
def drop(request: HttpRequest, key: str) -> HttpResponse:
    draft = library_banks.draft_bank(_bank_of(request, key))
    if draft is not None:
        library_banks.drop_bank_draft(draft)
        messages.success(request, _("The draft is gone. The published version stays as it was."))
    return redirect("curate:bank", key)


@require_POST
def add(request: HttpRequest, key: str) -> HttpResponse:
    item = _bank_of(request, key)
    form = NewQuestionForm(request.POST)
    if form.is_valid():
        draft = library_banks.start_bank_draft(item, by=cast(User, request.user))
        try:
            added = library_banks.add_question(
                draft, category=form.cleaned_data["category"], is_public=False, text=form.cleaned_data["text"]
            )
        except library.LibraryRefused as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("Added. Now say what it probes and how to score it."))
            return redirect("curate:question", key, added.key, library.SOURCE)
    return _bank_page(request, item, new_form=form, status=422)


def _draft_question(request: HttpRequest, key: str, question_key: str) -> Question:
    item = _bank_of(request, key)
    draft = library_banks.draft_bank(item)
    return get_object_or_404(Question.objects.prefetch_related("texts"), version=draft, key=question_key)


@require_POST
def move(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    library_banks.move_question(_draft_question(request, key, question_key), up=request.POST.get("direction") == "up")
    return redirect("curate:bank", key)


@require_POST
def remove(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    library_banks.remove_question(_draft_question(request, key, question_key))
    messages.success(request, _("The question is gone from the draft."))
    return redirect("curate:bank", key)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, key: str, question_key: str, language: str) -> HttpResponse:
    """A draft question in one language beside the English one."""
    item = _bank_of(request, key)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    if library_banks.draft_bank(item) is None:
        get_object_or_404(Question, version__bank=item, version__state="published", key=question_key)
        messages.info(request, _("A published version does not change. Start a new version to edit it."))
        return redirect("curate:bank", key)
    shown = _draft_question(request, key, question_key)
    texts = {row.language: row for row in shown.texts.all()}
    marks = {"category": shown.category, "is_public": shown.is_public}
    form = QuestionForm(request.POST or None, initial={**marks, **QuestionForm.initial_of(texts.get(language))})
    current: QuestionText | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            library_banks.save_question(
                shown, language=language, content=form.content(), category=data["category"], is_public=data["is_public"], seen=data["seen"]
            )
        except library.ChangedMeanwhile as clash:
            form.add_error(None, clash.message)
            current = cast(QuestionText, clash.current)
            form.data = {**request.POST.dict(), "seen": current.updated_at.isoformat()}
        else:
            messages.success(request, _("Saved."))
            return redirect("curate:question", key, question_key, language)
    context = {
        "bank": item,
        "question": shown,
        "language": language,
        "form": form,
        "source": texts.get(library.SOURCE) if language != library.SOURCE else None,
        "current": current,
        "languages": completeness.of_question(shown),
    }
    return render_form(request, "postings/curate/question.html", context)
