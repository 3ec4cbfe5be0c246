"""The library as job seekers see it: role guides and practice questions."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from postings import presenters
from postings.enums import QuestionCategory, Tier, VersionState
from postings.models import Posting, Question, QuestionText, Role, TemplateText, TemplateVersion
from postings.views.public_jobs import ladder, open_by_tier

POSTINGS_SHOWN = 5
QUESTIONS_SHOWN = 5
MOST_QUESTIONS = 300


def _published(language: str) -> Prefetch[Any]:
    """Published templates with only the words that a reader of ``language`` may see."""
    texts = Prefetch("texts", TemplateText.objects.filter(language__in={language, "en"}))
    return Prefetch("template__versions", TemplateVersion.objects.filter(state=VersionState.PUBLISHED).prefetch_related(texts))


def _roles() -> QuerySet[Role]:
    openings = Posting.objects.open().filter(role=OuterRef("pk")).order_by().values("role").annotate(number=Count("pk")).values("number")
    return (
        Role.objects.filter(is_active=True, template__versions__state=VersionState.PUBLISHED)
        .annotate(open_postings=Coalesce(Subquery(openings, output_field=IntegerField()), 0))
        .select_related("template")
        .prefetch_related("titles", _published(get_language() or "en"))
    )


def _guide(role: Role) -> presenters.ShownText | None:
    version = next(iter(role.template.versions.all()), None)
    return presenters.template_shown(version.texts.all()) if version else None


@login_not_required
@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    """The ladder: every tier with its roles."""
    by_tier: dict[str, list[dict[str, object]]] = {}
    for role in _roles():
        by_tier.setdefault(role.tier, []).append({"role": role, "shown": _guide(role)})
    steps = [{**step, "roles": by_tier.get(step["tier"], [])} for step in ladder(open_by_tier())]
    return render(request, "postings/public/roles.html", {"steps": steps})


@login_not_required
@require_safe
def role(request: HttpRequest, key: str) -> HttpResponse:
    found = _roles().filter(key=key).first()
    shown = _guide(found) if found else None
    if found is None or shown is None:
        raise Http404
    language = get_language() or "en"
    more = f"{reverse('public:job_list')}?tier={found.tier}&work={found.work_type}"
    context = {
        "role": found,
        "shown": shown,
        "text": shown.text,
        "preview": presenters.preview_parts(shown.text.preview),
        "aliases": [alias.text for alias in found.titles.all() if alias.language == language and not alias.is_preferred][:8],
        "postings": Posting.objects.open().filter(role=found).for_list()[:POSTINGS_SHOWN],
        "more": more,
        "questions": _shown_questions(_practice(tier=found.tier)[:QUESTIONS_SHOWN]),
    }
    return render(request, "postings/public/role.html", context)


def _practice(*, tier: str = "", category: str = "") -> QuerySet[Question]:
    """Public questions of published banks with their words. What interviewers score by is never even loaded."""
    words = QuestionText.objects.filter(language__in={get_language() or "en", "en"}).only("question_id", "language", "text", "tip")
    found = Question.objects.filter(is_public=True, version__state=VersionState.PUBLISHED).select_related("version__bank")
    if tier:
        found = found.filter(version__bank__tier=tier)
    if category:
        found = found.filter(category=category)
    return found.prefetch_related(Prefetch("texts", words)).order_by("version__bank__position", "version__bank__key", "position", "id")


def _shown_questions(questions: Iterable[Question]) -> list[dict[str, Any]]:
    """Questions with their words in the reader's language, else in English; those without words are left out."""
    language = get_language() or "en"
    texts = [question.text_in(language) for question in questions]
    return [{"text": text, "lang": "" if text.language == language else text.language} for text in texts if text and text.text]


@login_not_required
@require_safe
def practice(request: HttpRequest) -> HttpResponse:
    """Questions by tier and category, as a list that can be read, worked through and printed."""
    tier, category = request.GET.get("tier", ""), request.GET.get("category", "")
    known_tier, known_category = tier if tier in Tier.values else "", category if category in QuestionCategory.values else ""
    asked = list(_practice(tier=known_tier, category=known_category)[:MOST_QUESTIONS])
    language = get_language() or "en"
    banks: list[dict[str, Any]] = []
    for bank, questions in groupby(asked, key=lambda question: question.version.bank):
        if shown := _shown_questions(questions):
            banks.append({"bank": bank, "name": bank.name_in(language), "questions": shown})
    context = {
        "banks": banks,
        "total": sum(len(bank["questions"]) for bank in banks),
        "tier": known_tier,
        "category": known_category,
        "tiers": Tier.choices,
        "categories": QuestionCategory.choices,
        "is_unknown": (tier, category) != (known_tier, known_category),
    }
    return render(request, "postings/public/practice.html", context)
