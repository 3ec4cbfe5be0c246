"""A small library for tests of postings: one role with a published template in English and Norwegian."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from postings.enums import ScreeningKind, StageKind, VersionState
from postings.models import (
    InterviewPlan,
    LibraryScreeningQuestion,
    Role,
    RoleTemplate,
    Stage,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.tests.factories import RoleFactory

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Customer service agent",
        "summary": "You help customers by phone and e-mail. Training comes first.",
        "duties": [{"text": "Answer customers", "share": 70}, {"text": "Log every contact", "share": 30}],
        "must_haves": ["Clear speech and writing", "Calm with angry customers"],
        "nice_to_haves": ["Experience from a store"],
        "measures": [{"name": "First-contact resolution", "typical": "70–75%"}],
        "preview": {"contacts": "50–80 contacts a shift", "hard": "Some callers are angry.", "good": "You help people."},
        "reports_to": "Team lead",
        "call_to_action": "Apply in five minutes.",
    },
    "nb": {
        "title": "Kundeservicemedarbeider",
        "summary": "Du hjelper kunder på telefon og e-post. Opplæring kommer først.",
        "duties": [{"text": "Svare kunder", "share": 70}, {"text": "Loggføre hver henvendelse", "share": 30}],
        "must_haves": ["Tydelig tale og skrift"],
        "nice_to_haves": [],
        "measures": [{"name": "Løst ved første kontakt", "typical": "70–75 %"}],
        "preview": {"contacts": "50–80 henvendelser per vakt"},
        "reports_to": "Teamleder",
        "call_to_action": "Søk på fem minutter.",
    },
}


def make_question(key: str, **facts: Any) -> LibraryScreeningQuestion:
    return LibraryScreeningQuestion.objects.create(
        key=key,
        **{
            "kind": ScreeningKind.YES_NO,
            "texts": {"en": {"question": f"Question {key}?", "help": ""}},
            "accepted": ["yes"],
            "is_knockout": True,
            **facts,
        },
    )


def make_version(
    key: str = "agent-customer-service", *, languages: tuple[str, ...] = ("en", "nb"), state: str = VersionState.PUBLISHED, number: int = 1
) -> TemplateVersion:
    """A published version with words in ``languages``, two screening questions and a plan of three stages."""
    role: Role = RoleFactory.create(key=key)
    title = {"text": WORDS["en"]["title"], "is_preferred": True}
    TitleAlias.objects.get_or_create(role=role, language="en", normalized=key, defaults=title)
    template, _created = RoleTemplate.objects.get_or_create(role=role)
    for question in ("right-to-work", "evenings"):
        if not LibraryScreeningQuestion.objects.filter(key=question).exists():
            make_question(question)
    plan, is_new = InterviewPlan.objects.get_or_create(key="agent-short", defaults={"names": {"en": "Short"}})
    if is_new:
        for position, kind in enumerate((StageKind.APPLIED, StageKind.INTERVIEW, StageKind.OFFER)):
            Stage.objects.create(plan=plan, kind=kind, position=position, names={"en": {"desk": f"Desk {kind}"}})
    version = TemplateVersion.objects.create(
        template=template,
        number=number,
        state=state,
        channels=["voice", "email"],
        experience_months=3,
        training_weeks=4,
        response_promise_days=7,
        screening_keys=["right-to-work", "evenings", "gone-from-library"],
        plan_key="agent-short",
        published_at=timezone.now() if state == VersionState.PUBLISHED else None,
    )
    for language in languages:
        TemplateText.objects.create(version=version, language=language, **WORDS[language])
    return version
