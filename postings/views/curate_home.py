"""The workshop's front page: what waits for the one who looks, then how far the library is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from postings.enums import VersionState
from postings.models import BankVersion, QuestionBank, Role, TemplateVersion
from postings.services import completeness
from postings.services.completeness import LanguageState
from postings.services.library import OPEN_STATES
from postings.views.curate_banks import banks_with_versions
from postings.views.curate_common import Rights, actor, rights
from postings.views.curate_templates import roles_with_versions, working_version

GAPS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Work:
    """A template or bank as the front page lists it."""

    title: str
    href: str
    version: TemplateVersion | BankVersion | None
    states: list[LanguageState]
    editor: Callable[[str], str]

    @property
    def is_draft(self) -> bool:
        return self.version is not None and self.version.state == VersionState.DRAFT

    @property
    def in_review(self) -> bool:
        return self.version is not None and self.version.state == VersionState.IN_REVIEW


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    may = rights(request)
    roles, banks = list(roles_with_versions()), list(banks_with_versions())
    templates, questions = [_of_role(role) for role in roles], [_of_bank(bank) for bank in banks]
    everything = templates + questions
    me = actor(request).pk
    context = {
        "may": may,
        "reviews": [work for work in everything if work.in_review] if may.review else [],
        "sent_back": [work for work in everything if work.is_draft and _note(work) and _sender(work) == me],
        "drafts": [work for work in everything if work.is_draft and not (_note(work) and _sender(work) == me)],
        "waiting": [] if may.review else [work for work in everything if work.in_review],
        "gaps": _gaps(may, everything),
        "template_states": completeness.together(work.states for work in templates),
        "bank_states": completeness.together(work.states for work in questions),
        "role_count": len(roles),
        "question_count": sum(len(work.version.questions.all()) for work in questions if isinstance(work.version, BankVersion)),
        "two_people": settings.LIBRARY_TWO_PEOPLE,
        "me": me,
    }
    return render(request, "postings/curate/home.html", context)


def _of_role(role: Role) -> Work:
    versions = list(role.template.versions.all())
    shown = working_version(versions)
    draft = shown is not None and shown.state == VersionState.DRAFT
    page = reverse("curate:template", args=[role.key])

    def editor(language: str) -> str:
        return reverse("curate:template_text", args=[role.key, language]) if draft else page

    href = reverse("curate:template_review", args=[role.key]) if shown is not None and shown.state == VersionState.IN_REVIEW else page
    # A retired role asks nothing of anybody.
    states = completeness.of_template(shown, versions) if role.is_active else []
    return Work(role.title_in(), href, shown, states, editor)


def _of_bank(bank: QuestionBank) -> Work:
    versions = list(bank.versions.all())
    wanted = (*OPEN_STATES, VersionState.PUBLISHED)
    shown = next((version for state in wanted for version in versions if version.state == state), None)
    page = reverse("curate:bank", args=[bank.key])
    href = reverse("curate:bank_review", args=[bank.key]) if shown is not None and shown.state == VersionState.IN_REVIEW else page

    def editor(language: str) -> str:
        state = next((state for state in states if state.language == language), None)
        show = "behind" if state is not None and state.is_complete else "incomplete"
        return f"{page}?language={language}&show={show}"

    title = _("Questions: %(bank)s") % {"bank": bank.shown_name}
    states = completeness.of_bank(shown)
    return Work(title, href, shown, states, editor)


def _gaps(may: Rights, works: list[Work]) -> list[dict[str, Any]]:
    """Per language that this member writes: what is unfinished or behind English, what can be worked on first."""
    found = []
    for language in may.languages:
        rows: list[dict[str, Any]] = []
        for work in works:
            state = next((state for state in work.states if state.language == language), None)
            if state is not None and state.total and not work.in_review and (state.behind or not state.is_complete):
                rows.append({"work": work, "state": state, "href": work.editor(language)})
        rows.sort(key=lambda row: not row["work"].is_draft)
        if rows:
            found.append({"language": language, "rows": rows[:GAPS_SHOWN], "more": len(rows) - len(rows[:GAPS_SHOWN]), "count": len(rows)})
    return found


def _note(work: Work) -> str:
    return work.version.review_note if work.version else ""


def _sender(work: Work) -> int | None:
    return work.version.submitted_by_id if work.version else None
