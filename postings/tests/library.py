"""A small published library for tests: one role's template and one bank, with words to look for."""

from __future__ import annotations

from django.utils import timezone

from postings.models import BankVersion, Question, QuestionBank, QuestionText, Role, RoleTemplate, TemplateText, TemplateVersion
from postings.tests.factories import RoleFactory, TitleAliasFactory

WORDS = {
    "summary": "You answer customers. You learn on the job.",
    "duties": [{"text": "Answer calls", "share": 80}],
    "must_haves": ["Clear speech"],
    "nice_to_haves": ["A second language"],
    "measures": [{"name": "First-contact resolution", "typical": "70–75%"}],
    "preview": {"contacts": "50–80 contacts a shift", "hard": "Some callers are angry."},
    "call_to_action": "Apply today.",
}


def publish_role(
    key: str = "agent-customer-service", *, languages: tuple[str, ...] = ("en",), state: str = "published", **kwargs: str
) -> Role:
    """A role with a published template; its title in each language is ``Agent (<language>)``."""
    role = RoleFactory.create(key=key, **kwargs)
    template = RoleTemplate.objects.create(role=role)
    version = TemplateVersion.objects.create(
        template=template, number=1, state=state, published_at=timezone.now() if state == "published" else None
    )
    for language in languages:
        TemplateText.objects.create(version=version, language=language, title=f"Agent ({language})", **WORDS)
        TitleAliasFactory.create(role=role, language=language, text=f"Agent ({language})", is_preferred=True)
    return role


def publish_questions(*, tier: str = "agent", key: str = "agent", count: int = 2, languages: tuple[str, ...] = ("en",)) -> QuestionBank:
    """A bank whose first question is for interviewers only; the others are public."""
    bank = QuestionBank.objects.create(key=key, tier=tier, names={"en": f"Bank {key}"})
    version = BankVersion.objects.create(bank=bank, number=1, state="published", published_at=timezone.now())
    for number in range(count + 1):
        question = Question.objects.create(
            version=version, key=f"{key}-{number}", category="people" if number % 2 else "motivation", is_public=number > 0, position=number
        )
        for language in languages:
            QuestionText.objects.create(
                question=question,
                language=language,
                text=f"Question {number} of {key} ({language})?",
                tip=f"Tip {number} ({language}).",
                probes="SECRET-PROBES",
                strong="SECRET-STRONG",
                weak="SECRET-WEAK",
                anchors={str(score): "SECRET-ANCHOR" for score in range(1, 6)},
            )
    return bank
