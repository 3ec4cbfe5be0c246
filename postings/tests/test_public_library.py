"""Employers, role guides and practice questions as the public sees them."""

from __future__ import annotations

import html

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from postings.models import QuestionText
from postings.tests.factories import EmployerFactory, PostingFactory, SiteFactory
from postings.tests.library import publish_questions, publish_role

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def queries(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_employer_page_shows_about_sites_and_only_open_jobs(client: Client) -> None:
    employer = EmployerFactory.create(slug="northline", name="Northline", language="nb", about={"nb": "Vi svarer.", "sv": "Vi svarar."})
    SiteFactory.create(employer=employer, name="Tromsø sentrum", city="Tromsø")
    SiteFactory.create(employer=employer, name="Old site", is_active=False)
    PostingFactory.create(employer=employer, text__title="Open one")
    PostingFactory.create(employer=employer, state="closed", text__title="Closed one")
    PostingFactory.create(text__title="Somebody else")
    page = text_of(client, "/employers/northline/")
    assert 'lang="nb"><p>Vi svarer.</p>' in page
    assert "Tromsø sentrum" in page
    assert "Open one" in page
    for hidden in ("Old site", "Closed one", "Somebody else"):
        assert hidden not in page
    assert "<p>Vi svarar.</p>" in text_of(client, "/sv/employers/northline/")
    assert queries(client, "/employers/northline/") <= 12


@pytest.mark.parametrize("path", ["/employers/nobody/", "/roles/nothing/", "/roles/%00/"])
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_ladder_lists_every_tier_with_its_roles_and_open_jobs(client: Client) -> None:
    role = publish_role()
    publish_role("lead", tier="team_lead", work_type="leadership")
    PostingFactory.create(role=role)
    page = text_of(client, "/roles/")
    places = [page.index(f'<h3 class="tiers__name">{tier}</h3>') for tier in ("Agent", "Team lead", "Manager", "Director")]
    assert places == sorted(places)
    assert places[0] < page.index("/roles/agent-customer-service/") < places[1] < page.index("/roles/lead/") < places[2]
    assert "You answer customers." in page
    assert queries(client, "/roles/") <= 12


def test_role_guides_cost_the_same_for_one_role_and_for_three(client: Client) -> None:
    publish_role()
    one = queries(client, "/roles/")
    publish_role("b")
    publish_role("c")
    assert queries(client, "/roles/") == one


def test_a_role_whose_template_is_not_published_has_no_guide(client: Client) -> None:
    publish_role("secret", state="draft")
    assert client.get("/roles/secret/").status_code == 404
    assert "/roles/secret/" not in text_of(client, "/roles/")


def test_a_role_guide_reads_in_the_readers_language_and_falls_back_to_english(client: Client) -> None:
    publish_role(languages=("en", "nb"))
    assert "<h1>Agent (nb)</h1>" in text_of(client, "/nb/roles/agent-customer-service/")
    swedish = text_of(client, "/sv/roles/agent-customer-service/")
    assert "<h1>Agent (en)</h1>" in swedish
    assert 'lang="en"><p>You answer customers.' in swedish


def test_a_role_guide_has_all_its_parts(client: Client) -> None:
    role = publish_role()
    publish_questions()
    posting = PostingFactory.create(role=role)
    page = text_of(client, "/roles/agent-customer-service/")
    for part in (
        "Answer calls", "80%", "Clear speech", "A second language", "First-contact resolution", "50–80 contacts a shift",
        "Question 1 of agent", "1 open job",
    ):  # fmt: skip
        assert part in page, part
    assert posting.get_absolute_url() in page
    assert "/jobs/?tier=agent&work=customer_service" in page
    assert "SECRET" not in page
    assert queries(client, "/roles/agent-customer-service/") <= 16


def test_practice_shows_questions_and_tips_and_nothing_that_interviewers_score_by(client: Client) -> None:
    publish_questions(count=3)
    for path in ("/interview-questions/", "/interview-questions/?tier=agent", "/ru/interview-questions/"):
        page = text_of(client, path)
        assert "Question 1 of agent (en)?" in page
        assert "Tip 1 (en)." in page
        assert "Question 0 of agent" not in page, "not public"
        assert "SECRET" not in page


def test_practice_never_even_loads_what_interviewers_score_by(client: Client) -> None:
    publish_questions()
    client.get("/interview-questions/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/interview-questions/")
    loaded = " ".join(query["sql"].split(" FROM ")[0] for query in captured.captured_queries)
    for column in ("anchors", "strong", "weak", "probes"):
        assert column not in loaded
    assert len(captured) <= 12


def test_practice_narrows_by_tier_and_category(client: Client) -> None:
    publish_questions(count=4)
    publish_questions(tier="manager", key="manager", count=4)
    page = text_of(client, "/interview-questions/?tier=manager&category=people")
    assert "Question 1 of manager" in page
    assert "Question 2 of manager" not in page
    assert "of agent" not in page


@pytest.mark.parametrize("query", ["tier=boss", "category=%00", "tier=" + "x" * 10_000])
def test_an_unknown_tier_is_left_out_and_said(client: Client, query: str) -> None:
    publish_questions()
    page = text_of(client, f"/interview-questions/?{query}")
    assert "Part of this address was left out" in page
    assert "Question 1 of agent" in page


def test_practice_speaks_the_readers_language_where_it_can(client: Client) -> None:
    publish_questions(languages=("en", "hr"))
    assert "Question 1 of agent (hr)?" in text_of(client, "/hr/interview-questions/")
    assert 'lang="en">Question 1 of agent (en)?' in text_of(client, "/nb/interview-questions/")


def test_a_question_in_english_says_so_among_others(client: Client) -> None:
    bank = publish_questions(languages=("en", "nb"))
    QuestionText.objects.filter(question__version__bank=bank, question__key="agent-2", language="nb").delete()
    page = client.get("/nb/interview-questions/").content.decode()
    assert page.count("asked__language") == 1
    assert "asked__language" in page.partition("Question 2 of agent (en)?")[2]
    assert "asked__language" not in client.get("/interview-questions/").content.decode()
