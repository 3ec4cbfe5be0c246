"""What the pages of drafts say and ask: states told apart, parts and languages that are missing, a second click for what
takes away."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from callcenter_jobs.accounts.models import User
from postings.models import BankVersion, Question, QuestionText, TemplateVersion
from postings.services import library_banks, library_templates
from postings.tests.library import publish_questions, publish_role

TEMPLATE, BANK = "/curate/templates/agent-customer-service/", "/curate/questions/agent/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def template_draft(ada: User) -> TemplateVersion:
    return library_templates.start_template_draft(publish_role(languages=("en", "nb")).template, by=ada)


@pytest.fixture
def bank_draft(ada: User) -> BankVersion:
    return library_banks.start_bank_draft(publish_questions(languages=("en", "nb")), by=ada)


@pytest.fixture
def desk(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def sent(client: Client, path: str) -> dict[str, Any]:
    """What the editor's form would send, unchanged."""
    form = client.get(path).context["form"]
    values = {name: field.prepare_value(form.initial.get(name, "")) or "" for name, field in form.fields.items()}
    return {name: value for name, value in values.items() if value is not False}


def shown(response: Any) -> str:
    return str(response.content.decode())


def test_what_takes_away_lies_behind_a_question(desk: Client, template_draft: TemplateVersion) -> None:
    """The button is inside a closed disclosure: one click shows it, a second one acts, also without a script."""
    page = desk.get(TEMPLATE).content.decode()
    for label, action in (("Drop the draft", "drop"), ("Retire this template", "retire")):
        opened = page.partition(f'action="{TEMPLATE}{action}/"')[0].rpartition("<details")[2]
        assert opened.partition(">")[0] == ' class="disclosure"', label
        assert label in opened, label
        assert "</details>" not in opened, label


def test_states_are_told_apart_and_kinds_said_once(desk: Client, template_draft: TemplateVersion, ada: User) -> None:
    page = desk.get(TEMPLATE).content.decode()
    assert page.count("Customer service ·") + page.count("· Customer service") == 1
    assert '<span class="badge badge--neutral">Draft</span>' in page
    library_templates.publish_template(template_draft, by=ada, note="Second")
    assert "Replaced" in desk.get(TEMPLATE).content.decode()


def test_the_editor_names_what_is_missing_and_counts_nothing_that_is_complete(desk: Client, template_draft: TemplateVersion) -> None:
    assert "parts written" not in desk.get(f"{TEMPLATE}nb/").content.decode()
    desk.post(f"{TEMPLATE}nb/", sent(desk, f"{TEMPLATE}nb/") | {"must_haves": "", "call_to_action": ""})
    page = desk.get(f"{TEMPLATE}nb/").content.decode()
    assert "6 of 8 parts written" in page
    assert "To write: Must-haves, Call to action" in page


def test_a_review_names_the_languages_that_public_questions_lack(desk: Client, bank_draft: BankVersion) -> None:
    question = Question.objects.get(version=bank_draft, key="agent-1")
    QuestionText.objects.filter(question=question, language="nb").delete()
    gaps = dict(desk.get(f"{BANK}review/").context["gaps"])
    assert "nb" in gaps["Question 1 of agent (en)?"]
    assert "Question 0 of agent (en)?" not in gaps, "nobody outside reads that one"


def test_a_question_is_removed_with_a_second_click(desk: Client, bank_draft: BankVersion) -> None:
    page = shown(desk.get(BANK))
    before = page.partition(f'action="{BANK}agent-0/remove/"')[0].rpartition("<details")[2]
    assert before.startswith(' class="disclosure">')
    assert "</details>" not in before


def test_the_editor_names_the_parts_of_a_question_that_are_missing(desk: Client, bank_draft: BankVersion) -> None:
    assert "parts written" not in shown(desk.get(f"{BANK}agent-1/en/"))
    words = sent(desk, f"{BANK}agent-1/nb/") | {"weak": "", "anchor_3": ""}
    assert desk.post(f"{BANK}agent-1/nb/", words).status_code == 302
    assert "To write: What a weak answer shows, Anchor 3" in shown(desk.get(f"{BANK}agent-1/nb/"))
