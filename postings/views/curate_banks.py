"""Question banks: their questions, wording, guidance and anchors, per language and version."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from postings.access import LibraryRight
from postings.forms.library import NewQuestionForm, PublishForm, QuestionForm
from postings.models import BankVersion, Question, QuestionBank, QuestionText
from postings.services import completeness, library, library_banks
from postings.views.curate_common import actor, language_or_404, rights

V = TypeVar("V")
VERSIONS = BankVersion.objects.select_related("submitted_by").prefetch_related("questions__texts").order_by("-number")


def banks_with_versions() -> QuerySet[QuestionBank]:
    return QuestionBank.objects.prefetch_related(Prefetch("versions", queryset=VERSIONS))


def newest_first(versions: Iterable[V]) -> V | None:
    return next(iter(versions), None)


def _bank_of(request: HttpRequest, key: str, need: LibraryRight = LibraryRight.EDIT) -> QuestionBank:
    rights(request, need)
    return get_object_or_404(QuestionBank, key=key)


@require_safe
def bank_list(request: HttpRequest) -> HttpResponse:
    rights(request)
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
    return _bank_page(request, _bank_of(request, key, LibraryRight.VIEW))


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
        "may": rights(request),
    }
    return render_form(request, "postings/curate/bank.html", context, status=status)


@post_or_back("curate:bank", "key")
def start(request: HttpRequest, key: str) -> HttpResponse:
    item = _bank_of(request, key)
    draft = library_banks.start_bank_draft(item, by=actor(request))
    messages.success(request, _("Version %(number)d is open as a draft. Nobody sees it until you publish it.") % {"number": draft.number})
    return redirect("curate:bank", key)


@post_or_back("curate:bank", "key")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    item = _bank_of(request, key, LibraryRight.REVIEW)
    draft = library_banks.draft_bank(item)
    form = PublishForm(request.POST)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("curate:bank", key)
    if form.is_valid():
        try:
            library_banks.publish_bank(draft, by=actor(request), note=form.cleaned_data["note"])
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Version %(number)d is published. Kits keep the questions they have.") % {"number": draft.number})
            return redirect("curate:bank", key)
    return _bank_page(request, item, form=form, status=422)


@post_or_back("curate:bank", "key")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    draft = library_banks.draft_bank(_bank_of(request, key))
    if draft is not None:
        library_banks.drop_bank_draft(draft, by=actor(request))
        messages.success(request, _("The draft is gone. The published version stays as it was."))
    return redirect("curate:bank", key)


@post_or_back("curate:bank", "key")
def add(request: HttpRequest, key: str) -> HttpResponse:
    item = _bank_of(request, key)
    form = NewQuestionForm(request.POST)
    if form.is_valid():
        draft = library_banks.start_bank_draft(item, by=actor(request))
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


def _draft_question(request: HttpRequest, key: str, question_key: str, need: LibraryRight = LibraryRight.EDIT) -> Question:
    item = _bank_of(request, key, need)
    draft = library_banks.draft_bank(item)
    return get_object_or_404(Question.objects.prefetch_related("texts"), version=draft, key=question_key)


@post_or_back("curate:bank", "key")
def move(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    library_banks.move_question(_draft_question(request, key, question_key), up=request.POST.get("direction") == "up")
    return redirect("curate:bank", key)


@post_or_back("curate:bank", "key")
def remove(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    library_banks.remove_question(_draft_question(request, key, question_key))
    messages.success(request, _("The question is gone from the draft."))
    return redirect("curate:bank", key)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, key: str, question_key: str, language: str) -> HttpResponse:
    """A draft question in one language beside the English one."""
    may = rights(request)
    item = _bank_of(request, key, LibraryRight.TRANSLATE)
    rights(request, LibraryRight.TRANSLATE, language=language_or_404(language))
    if library_banks.draft_bank(item) is None:
        get_object_or_404(Question, version__bank=item, version__state="published", key=question_key)
        messages.info(request, _("A published version does not change. Start a new version to edit it."))
        return redirect("curate:bank", key)
    shown = _draft_question(request, key, question_key, LibraryRight.TRANSLATE)
    texts = {row.language: row for row in shown.texts.all()}
    marks = {"category": shown.category, "is_public": shown.is_public}
    form = QuestionForm(request.POST or None, initial={**marks, **QuestionForm.initial_of(texts.get(language))})
    current: QuestionText | None = None
    if request.method == "POST" and form.is_valid():
        # The marks are the same in every language: who only writes words leaves them as they are.
        data = form.cleaned_data if may.edit else {**form.cleaned_data, **marks}
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
        "languages": [state for state in completeness.of_question(shown) if state.language in may.languages],
        "may": may,
    }
    return render_form(request, "postings/curate/question.html", context)
