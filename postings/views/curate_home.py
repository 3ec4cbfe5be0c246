"""The workshop's front page: what is complete, what is behind, what lies open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from postings.services import completeness
from postings.services.library import OPEN_STATES
from postings.views.curate_banks import banks_with_versions, newest_first
from postings.views.curate_common import rights
from postings.views.curate_templates import roles_with_versions


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    rights(request)
    roles = list(roles_with_versions())
    banks = list(banks_with_versions())
    templates = [(role, newest_first(role.template.versions.all())) for role in roles]
    questions = [(bank, newest_first(bank.versions.all())) for bank in banks]
    context = {
        "template_states": completeness.together(completeness.of_template(version) for _role, version in templates),
        "bank_states": completeness.together(completeness.of_bank(version) for _bank, version in questions),
        "open_templates": [(role, version) for role, version in templates if version and version.state in OPEN_STATES],
        "open_banks": [(bank, version) for bank, version in questions if version and version.state in OPEN_STATES],
        "role_count": len(roles),
        "question_count": sum(len(version.questions.all()) for _bank, version in questions if version),
    }
    return render(request, "postings/curate/home.html", context)
