"""Interview kits of the library: the list, the page of one with its questions, and how the interviewer gets it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.forms import clean_text
from callcenter_jobs.ui.pages import post_or_back, render_form, wants_fragment
from postings import presenters_bank, presenters_kit
from postings.access import LibraryRight
from postings.enums import QuestionCategory
from postings.forms.library_banks import NewKitForm
from postings.models import InterviewKit
from postings.services import library, library_kits, library_usage, library_words
from postings.views.curate_banks import wanted_place
from postings.views.curate_common import actor, language_or_404, rights, tried

WORDS = library_words.KINDS["kits"]
OFFERED = 40
LONGEST_SEARCH = 80


def kit_of(request: HttpRequest, key: str, need: LibraryRight = LibraryRight.VIEW) -> InterviewKit:
    rights(request, need)
    kits = library_kits.library_kits().prefetch_related("kit_questions__question__texts", "kit_questions__question__version__bank")
    return get_object_or_404(kits, key=key)


@require_safe
def kit_list(request: HttpRequest) -> HttpResponse:
    rights(request)
    return _list_page(request, NewKitForm())


def _list_page(request: HttpRequest, form: NewKitForm) -> HttpResponse:
    language = get_language() or "en"
    kits = list(library_kits.library_kits().prefetch_related("kit_questions"))
    uses = library_usage.of_kits(kits)
    rows = [
        {
            "kit": kit,
            "name": kit.name_in(language),
            "count": len(kit.kit_questions.all()),
            "use": uses[kit.pk],
            "states": library_words.states_of(WORDS, kit),
        }
        for kit in kits
    ]
    context = {"rows": rows, "form": form, "may": rights(request)}
    return render_form(request, "postings/curate/kit_list.html", context)


@post_or_back("curate:kit_list")
def new(request: HttpRequest) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    form = NewKitForm(request.POST)
    if not form.is_valid():
        return _list_page(request, form)
    kit = library_kits.create_kit(name=form.cleaned_data["name"], minutes=form.cleaned_data["minutes"], by=actor(request))
    messages.success(request, _("The kit is there. Choose its questions, then name it in a plan."))
    return redirect("curate:kit", kit.key)


@require_safe
def kit(request: HttpRequest, key: str) -> HttpResponse:
    """One kit. ``?q=`` and ``?category=`` narrow the questions that are offered; htmx gets those, or after a move the list."""
    return _kit_page(request, kit_of(request, key), fragment="postings/curate/_kit_choices.html")


def _kit_page(request: HttpRequest, item: InterviewKit, *, fragment: str, said: str = "") -> HttpResponse:
    language = get_language() or "en"
    asked = [row.question for row in item.kit_questions.all()]
    needed = library_kits.minutes_needed(len(asked))
    context = {
        "kit": item,
        "name": item.name_in(language),
        "intro": item.intro_in(language),
        "bank": library_kits.bank_of(item),
        "rows": [
            {"question": question, "text": question.text_in(language), "place": place, "first": place == 1, "last": place == len(asked)}
            for place, question in enumerate(asked, 1)
        ],
        "total": len(asked),
        "needed": needed,
        "is_tight": needed > item.minutes,
        "use": library_usage.of_kits([item])[item.pk],
        "states": library_words.states_of(WORDS, item),
        "language": language,
        "said": said,
        "may": rights(request),
        **_choices(request, item, language),
    }
    return render_form(request, "postings/curate/kit.html", context, fragment=fragment)


def _choices(request: HttpRequest, item: InterviewKit, language: str) -> dict[str, Any]:
    """Published questions to add, by words in their wording (in this language or English) and by category."""
    query = clean_text(request.GET.get("q", ""))[:LONGEST_SEARCH].strip()
    category = request.GET.get("category", "")
    category = category if category in QuestionCategory.values else ""
    found = library_kits.choosable(item)
    if category:
        found = found.filter(category=category)
    for word in query.split():
        found = found.filter(texts__language__in={language, library.SOURCE}, texts__text__unaccent__icontains=word)
    listed = list(found.distinct().prefetch_related("texts")[: OFFERED + 1])
    return {
        "query": query,
        "choice_query": urlencode({name: value for name, value in (("q", query), ("category", category)) if value}),
        "category": category,
        "categories": QuestionCategory.choices,
        "choices": [(question, question.text_in(language)) for question in listed[:OFFERED]],
        "has_more": len(listed) > OFFERED,
    }


@post_or_back("curate:kit", "key")
def add(request: HttpRequest, key: str) -> HttpResponse:
    item = kit_of(request, key, LibraryRight.EDIT)
    wanted = request.POST.get("question", "")[:80]
    tried(request, lambda: library_kits.add_question(item, key=wanted, by=actor(request)), _("Added at the end."))
    query = request.GET.urlencode()
    return redirect(f"{reverse('curate:kit', args=[key])}{'?' if query else ''}{query}#q-{wanted}")


@post_or_back("curate:kit", "key")
def move(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    """One place up or down, or to a place that was typed or dragged to."""
    item = kit_of(request, key, LibraryRight.EDIT)
    asked = [row.question for row in item.kit_questions.all()]
    now = next((place for place, question in enumerate(asked, 1) if question.key == question_key), 0)
    try:
        place = library_kits.place_question(item, key=question_key, place=wanted_place(request, now), by=actor(request))
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("curate:kit", key)
    question = presenters_bank.wording(asked[now - 1], get_language() or "en")
    said = _("“%(question)s” is now number %(place)d of %(count)d.") % {"question": question, "place": place, "count": len(asked)}
    if wants_fragment(request):
        return _kit_page(request, kit_of(request, key), fragment="postings/curate/_kit_order.html", said=said)
    return redirect(f"{reverse('curate:kit', args=[key])}#q-{question_key}")


@post_or_back("curate:kit", "key")
def question_remove(request: HttpRequest, key: str, question_key: str) -> HttpResponse:
    item = kit_of(request, key, LibraryRight.EDIT)
    done = _("The question is gone from the kit.")
    tried(request, lambda: library_kits.remove_question(item, key=question_key, by=actor(request)), done)
    return redirect("curate:kit", key)


@post_or_back("curate:kit", "key")
def remove(request: HttpRequest, key: str) -> HttpResponse:
    item = kit_of(request, key, LibraryRight.EDIT)
    if tried(request, lambda: library_kits.remove_kit(item, by=actor(request)), _("The kit is gone.")):
        return redirect("curate:kit_list")
    return redirect("curate:kit", key)


@require_safe
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The kit as an interviewer gets it, in ``?language=`` throughout."""
    item = kit_of(request, key)
    wanted = request.GET.get("language", "")
    language = language_or_404(wanted) if wanted else get_language() or "en"
    with translation.override(language):
        words = {"kit": item, "name": item.name_in(language), "intro": item.intro_in(language)}
        article = render_to_string(
            "postings/curate/_kit_article.html", words | {"questions": presenters_kit.asked(item, language), "LANGUAGE_CODE": language}
        )
    name = item.name_in(get_language() or "en")
    return render(request, "postings/curate/kit_preview.html", {"kit": item, "name": name, "language": language, "article": article})
