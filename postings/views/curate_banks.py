"""Question banks: the list, the page of one, and the order of its questions. Writing a question: ``curate_question``;
versions and review: ``curate_bank_review``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.forms import clean_text
from callcenter_jobs.ui.pages import post_or_back, render_form, wants_fragment
from postings import presenters_bank
from postings.access import LibraryRight
from postings.enums import QuestionCategory, VersionState
from postings.forms.library import PublishForm
from postings.forms.library_banks import SHOWN, BankFilterForm, NewQuestionForm
from postings.models import BankVersion, Question, QuestionBank
from postings.services import completeness, library, library_banks, library_kits, library_likeness, library_questions, library_review
from postings.services.library_usage import of_questions
from postings.views.curate_common import actor, number_of, rights

V = TypeVar("V")
VERSIONS = BankVersion.objects.select_related("submitted_by").prefetch_related("questions__texts").order_by("-number")
LIST = "postings/curate/_bank_questions.html"


def banks_with_versions() -> QuerySet[QuestionBank]:
    return QuestionBank.objects.prefetch_related(Prefetch("versions", queryset=VERSIONS))


def working_version(versions: Iterable[BankVersion]) -> BankVersion | None:
    """What the workshop shows of a bank: the open draft, else what is published."""
    listed = list(versions)
    wanted = [*library.OPEN_STATES, VersionState.PUBLISHED]
    return next((version for state in wanted for version in listed if version.state == state), None)


def bank_of(request: HttpRequest, key: str, need: LibraryRight = LibraryRight.VIEW) -> QuestionBank:
    rights(request, need)
    return get_object_or_404(QuestionBank, key=key)


@require_safe
def bank_list(request: HttpRequest) -> HttpResponse:
    rights(request)
    rows = []
    for item in banks_with_versions():
        shown = working_version(item.versions.all())
        questions = list(shown.questions.all()) if shown else []
        rows.append(
            {
                "bank": item,
                "shown": shown,
                "states": completeness.of_bank(shown),
                "count": len(questions),
                "public_count": sum(1 for question in questions if question.is_public),
            }
        )
    return render(request, "postings/curate/bank_list.html", {"rows": rows})


@require_safe
def bank(request: HttpRequest, key: str) -> HttpResponse:
    return bank_page(request, bank_of(request, key))


def bank_page(
    request: HttpRequest,
    item: QuestionBank,
    *,
    form: PublishForm | None = None,
    new_form: NewQuestionForm | None = None,
    said: str = "",
    status: int | None = None,
) -> HttpResponse:
    """The whole page, or for htmx the list alone; ``said`` is read out when the order has changed."""
    draft, published = library_banks.draft_bank(item), library_banks.published_bank(item)
    shown = draft or published
    questions = list(shown.questions.all()) if shown else []
    context = _listing(request, shown, questions) | {
        "bank": item,
        "draft": draft,
        "published": published,
        "shown": shown,
        "said": said,
        "may": rights(request),
    }
    if not wants_fragment(request):
        people = ("created_by", "submitted_by", "published_by")
        context |= {
            "states": completeness.of_bank(shown),
            "form": form or PublishForm(initial={"note": draft.change_note if draft else ""}),
            "new_form": new_form or NewQuestionForm(auto_id="id_new_%s"),
            "versions": item.versions.select_related(*people).order_by("-number"),
            "losses": library_kits.losses(draft) if draft else [],
            "may_publish_at_once": library_review.may_publish_at_once(),
        }
    return render_form(request, "postings/curate/bank.html", context, fragment=LIST, status=status)


def _listing(request: HttpRequest, shown: BankVersion | None, questions: list[Question]) -> dict[str, Any]:
    """The questions by category as the address asks for them, with who uses them and what they are like."""
    language = request.GET.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else library.SOURCE
    present = {question.category for question in questions}
    categories = [(value, label) for value, label in QuestionCategory.choices if value in present]
    category, show = request.GET.get("category", ""), request.GET.get("show", "")
    category = category if category in present else ""
    show = show if show in dict(SHOWN) else ""
    likes = library_likeness.likes_in(shown, language) if shown else {}
    chosen = {"language": language if language != library.SOURCE else "", "category": category, "show": show}
    groups = presenters_bank.groups(questions, language, of_questions(questions), likes, category=category, show=show)
    return {
        "groups": groups,
        "found": sum(len(group.rows) for group in groups),
        "total": len(questions),
        "language": language,
        "is_partial": bool(show),
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "filters": BankFilterForm(initial=chosen | {"language": language}, categories=categories, auto_id="id_filter_%s"),
    }


@post_or_back("curate:bank", "key")
def add(request: HttpRequest, key: str) -> HttpResponse:
    item = bank_of(request, key, LibraryRight.EDIT)
    form = NewQuestionForm(request.POST, auto_id="id_new_%s")
    if form.is_valid():
        draft = library_banks.start_bank_draft(item, by=actor(request))
        data = form.cleaned_data
        try:
            added = library_questions.add_question(draft, category=data["category"], text=data["text"], by=actor(request))
        except library.LibraryRefused as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("Added. Now say what it probes and how to score it."))
            return redirect("curate:question", key, added.key, library.SOURCE)
    return bank_page(request, item, new_form=form, status=422)


def draft_question(request: HttpRequest, key: str, question_key: str) -> Question:
    draft = library_banks.draft_bank(bank_of(request, key, LibraryRight.EDIT))
    return get_object_or_404(Question.objects.select_related("version"), version=draft, key=question_key)


@post_or_back("curate:bank", "key")
def move(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    """One place up or down within its category, or to a place that was typed or dragged to."""
    question = draft_question(request, key, question_key)
    rows = [row.pk for row in question.version.questions.all() if row.category == question.category]
    place = wanted_place(request, rows.index(question.pk) + 1)
    try:
        now = library_questions.place_question(question, place=place, by=actor(request))
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("curate:bank", key)
    words = {"question": presenters_bank.wording(question, library.SOURCE), "place": now, "count": len(rows)}
    said = _("“%(question)s” is now number %(place)d of %(count)d.") % words
    if wants_fragment(request):
        return bank_page(request, question.version.bank, said=said)
    query = request.GET.urlencode()
    return redirect(f"{reverse('curate:bank', args=[key])}{'?' if query else ''}{query}#q-{question_key}")


def wanted_place(request: HttpRequest, now: int) -> int:
    step = {"up": -1, "down": 1}.get(request.POST.get("direction", ""))
    return now + step if step else number_of(request.POST.get("place", ""), now)


@post_or_back("curate:bank", "key")
def remove(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    question = draft_question(request, key, question_key)
    try:
        library_questions.remove_question(question, by=actor(request))
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The question is gone from the draft."))
    return redirect("curate:bank", key)


@require_safe
def like(request: HttpRequest, key: str) -> HttpResponse:
    """What a wording is like, while it is being typed: a part of a page."""
    bank_of(request, key, LibraryRight.TRANSLATE)
    language = request.GET.get("language", "")
    text = clean_text(request.GET.get("text", ""))[:500]
    known = language in dict(settings.LANGUAGES)
    likes = library_likeness.like(text, language, but=request.GET.get("question", "")[:80]) if known else []
    return render(request, "postings/curate/_like.html", {"likes": likes, "language": language})
