"""What call-center work pays: published figures, and the medians of our own open postings, kept apart."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from callcenter_jobs.lib.collation import sort_key
from callcenter_jobs.lib.locale_names import country_name
from postings import presenters_figures
from postings.enums import Industry, PayPeriod, Tier
from postings.models import PayFigure, Role
from postings.services.own_pay import FEWEST, kept_countries, kept_medians

MOST_FIGURES = 400


@login_not_required
@require_safe
def salaries(request: HttpRequest) -> HttpResponse:
    """By tier, role, country and industry; per year or per hour. Every choice is part of the address."""
    language = get_language() or "en"
    roles = Role.objects.filter(is_active=True).prefetch_related("titles")
    choices: dict[str, list[tuple[str, str]]] = {
        "tier": [(value, str(label)) for value, label in Tier.choices],
        "role": [(role.key, role.title_in(language)) for role in roles],
        "country": _countries(language),
        "industry": sorted(((value, str(label)) for value, label in Industry.choices), key=lambda choice: sort_key(choice[1], language)),
    }
    typed = {name: request.GET.get(name, "") for name in choices}
    chosen = {name: value if value in dict(choices[name]) else "" for name, value in typed.items()}
    period = request.GET.get("per", "")
    period = period if period in PayPeriod.values else PayPeriod.YEAR
    found = list(_published(chosen)[:MOST_FIGURES])
    periods = [value for value in PayPeriod if value in {figure.period for figure in found}]
    if periods and period not in periods:
        period = periods[-1]
    context = {
        "choices": choices,
        "chosen": chosen,
        "period": period,
        "periods": [(value.value, value.label) for value in periods],
        "groups": presenters_figures.groups(figure for figure in found if figure.period == period),
        "own": presenters_figures.own_plots(kept_medians(**chosen)),
        "fewest": FEWEST,
        "is_narrowed": any(chosen.values()),
        "is_unknown": typed != chosen,
    }
    return render(request, "postings/public/salaries.html", context)


def _published(chosen: dict[str, str]) -> QuerySet[PayFigure]:
    found = PayFigure.objects.filter(is_active=True).select_related("role").prefetch_related("role__titles")
    for name, value in (("tier", chosen["tier"]), ("country", chosen["country"]), ("industry", chosen["industry"])):
        if value:
            found = found.filter(**{name: value})
    if chosen["role"]:
        role = Role.objects.filter(key=chosen["role"]).first()
        own = found.filter(role=role)
        # A role without figures of its own is told what its tier earns.
        found = own if own.exists() else found.filter(role__isnull=True, tier=role.tier if role else "")
    return found


def _countries(language: str) -> list[tuple[str, str]]:
    codes = {*PayFigure.objects.filter(is_active=True).order_by().values_list("country", flat=True).distinct(), *kept_countries()}
    return sorted(((code, country_name(code, language)) for code in codes), key=lambda pair: sort_key(pair[1], language))
