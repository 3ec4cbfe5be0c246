"""Practice questions: by tier and category, as a list or one at a time. What interviewers score by never leaves the database."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import F, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from postings.enums import QuestionCategory, Tier, VersionState
from postings.models import Question, QuestionText, Role

MOST_QUESTIONS = 300


def practice_questions(*, tier: str = "", category: str = "", role: Role | None = None) -> QuerySet[Question]:
    """Public questions of published banks with their words. ``role`` adds the banks that belong to it alone, first."""
    words = QuestionText.objects.filter(language__in={get_language() or "en", "en"}).only("question_id", "language", "text", "tip")
    found = Question.objects.filter(is_public=True, version__state=VersionState.PUBLISHED).select_related("version__bank")
    order: list[Any] = ["version__bank__position", "version__bank__key", "position", "id"]
    if role is not None:
        found = found.filter(Q(version__bank__role=role) | Q(version__bank__role__isnull=True))
        order.insert(0, F("version__bank__role_id").desc(nulls_last=True))
    if tier:
        found = found.filter(version__bank__tier=tier)
    if category:
        found = found.filter(category=category)
    return found.prefetch_related(Prefetch("texts", words)).order_by(*order)


def shown_questions(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Questions with their words in the reader's language, else in English; those without words are left out."""
    language = get_language() or "en"
    pairs = [(question, question.text_in(language)) for question in questions]
    return [
        {"text": text, "lang": "" if text.language == language else text.language, "category": question.get_category_display()}
        for question, text in pairs
        if text and text.text
    ]


def _categories(tier: str, chosen: str) -> list[tuple[str, Any]]:
    """The categories that have a question for this level; the chosen one stays, so that it can be taken back."""
    there = set(practice_questions(tier=tier).order_by().values_list("category", flat=True).distinct())
    return [(value, label) for value, label in QuestionCategory.choices if value in there or value == chosen]


@login_not_required
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Questions by tier and category: a list that can be read and printed, or ``?one=<place>`` at a time."""
    tier, category = request.GET.get("tier", ""), request.GET.get("category", "")
    known_tier, known_category = tier if tier in Tier.values else "", category if category in QuestionCategory.values else ""
    asked = list(practice_questions(tier=known_tier, category=known_category)[:MOST_QUESTIONS])
    language = get_language() or "en"
    banks: list[dict[str, Any]] = []
    for bank, questions in groupby(asked, key=lambda question: question.version.bank):
        if shown := shown_questions(questions):
            banks.append({"bank": bank, "name": bank.name_in(language), "questions": shown})
    chosen = QueryDict(mutable=True)
    chosen.update({name: value for name, value in (("tier", known_tier), ("category", known_category)) if value})
    context = {
        "banks": banks,
        "total": sum(len(bank["questions"]) for bank in banks),
        "tier": known_tier,
        "category": known_category,
        "tiers": Tier.choices,
        "categories": _categories(known_tier, known_category),
        "is_unknown": (tier, category) != (known_tier, known_category),
        "chosen": chosen.urlencode(),
    }
    if "one" in request.GET:
        return _one(request, context)
    return render(request, "postings/public/practice.html", context)


def _one(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """One question; its tip opens when asked for. A place that does not exist is the nearest that does."""
    every = [{**question, "bank": bank["name"]} for bank in context["banks"] for question in bank["questions"]]
    typed = request.GET.get("one", "")
    place = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 4 else 1
    place = max(1, min(place, len(every)))
    context |= {
        "question": every[place - 1] if every else None,
        "place": place,
        "before": place - 1 if place > 1 else 0,
        "after": place + 1 if place < len(every) else 0,
    }
    return render(request, "postings/public/practice_one.html", context)
