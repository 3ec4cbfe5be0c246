"""The library as job seekers see it: the ladder and the role guides."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from postings import presenters, presenters_career, presenters_figures
from postings.cards import cards_of
from postings.enums import PayPeriod, VersionState
from postings.models import PayFigure, Posting, Role, TemplateText, TemplateVersion
from postings.presenters_front import ladder
from postings.search.front import front_page_figures
from postings.services.own_pay import kept_medians
from postings.structured_data import occupation, script_text
from postings.views.public_practice import practice_questions, shown_questions

POSTINGS_SHOWN = 5
QUESTIONS_SHOWN = 5


def _published(language: str) -> Prefetch[Any]:
    """Published templates with only the words that a reader of ``language`` may see."""
    texts = Prefetch("texts", TemplateText.objects.filter(language__in={language, "en"}))
    return Prefetch("template__versions", TemplateVersion.objects.filter(state=VersionState.PUBLISHED).prefetch_related(texts))


def _roles() -> QuerySet[Role]:
    return (
        Role.objects.filter(is_active=True, template__versions__state=VersionState.PUBLISHED)
        .select_related("template")
        .prefetch_related("titles", _published(get_language() or "en"))
    )


def _guide(role: Role) -> presenters.ShownText | None:
    version = next(iter(role.template.versions.all()), None)
    return presenters.template_shown(version.texts.all()) if version else None


@login_not_required
@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    """The ladder with its steps, then every tier with its roles."""
    by_tier: dict[str, list[dict[str, object]]] = {}
    figures = front_page_figures()
    for role in _roles():
        line: dict[str, object] = {"role": role, "shown": _guide(role), "open_postings": figures.by_role.get(role.key, 0)}
        by_tier.setdefault(role.tier, []).append(line)
    tiers = [{**step, "roles": by_tier.get(step["tier"], [])} for step in ladder(figures.by_tier)]
    return render(request, "postings/public/roles.html", {"tiers": tiers, "steps": presenters_career.steps()})


@login_not_required
@require_safe
def role(request: HttpRequest, key: str) -> HttpResponse:
    """A role guide: the work, a day in numbers, what it takes and pays, where it leads, practice and open jobs."""
    found = _roles().prefetch_related("certificates").filter(key=key).first()
    shown = _guide(found) if found else None
    if found is None or shown is None:
        raise Http404
    language = get_language() or "en"
    version = next(iter(found.template.versions.all()))
    figures = _figures_of(found)
    moves = presenters_career.moves_of(found)
    context = {
        "role": found,
        "open_postings": front_page_figures().by_role.get(found.key, 0),
        "shown": shown,
        "text": shown.text,
        "version": version,
        "preview": presenters.preview_parts(shown.text.preview),
        "aliases": [alias.text for alias in found.titles.all() if alias.language == language and not alias.is_preferred][:8],
        "postings": cards_of(_newest_of(found), language=language),
        "more": f"{reverse('public:job_list')}?tier={found.tier}&work={found.work_type}",
        "questions": shown_questions(practice_questions(tier=found.tier, role=found)[:QUESTIONS_SHOWN]),
        "pay_groups": presenters_figures.groups(figure for figure in figures if figure.period == PayPeriod.YEAR),
        "own_pay": presenters_figures.own_plots(kept_medians(role=found.key)),
        "moves": moves,
        "certificates": presenters_career.certificates_of(found),
        "occupation": script_text(occupation(found, shown.text, figures, url=request.path)),
    }
    return render(request, "postings/public/role.html", context)


def _newest_of(role: Role) -> list[int]:
    return list(Posting.objects.open().filter(role=role).values_list("pk", flat=True)[:POSTINGS_SHOWN])


def _figures_of(role: Role) -> list[PayFigure]:
    """Published figures about the role itself; for a role without any, those about its whole tier."""
    found = list(
        PayFigure.objects.filter(Q(role=role) | Q(role__isnull=True, tier=role.tier), is_active=True)
        .select_related("role")
        .prefetch_related("role__titles")
    )
    own = [figure for figure in found if figure.role_id == role.pk]
    return own or found
