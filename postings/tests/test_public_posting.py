"""The page of a posting: open, paused, closed, foreign and in several languages."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from postings.models import PaySupplement, Posting, PostingText, StartClass
from postings.tests.factories import PostingFactory

pytestmark = pytest.mark.django_db


def address(posting: Posting) -> str:
    """The English address, whatever language the page before left active in this thread."""
    with translation.override("en"):
        return posting.get_absolute_url()


def page_of(client: Client, posting: Posting, *, prefix: str = "", query: str = "", status: int = 200) -> str:
    response = client.get(f"{prefix}{address(posting)}{query}")
    assert response.status_code == status
    return html.unescape(response.content.decode()).replace("\u00a0", " ")


def json_ld(page: str) -> str | None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return found[1] if found else None


def test_the_page_states_what_a_seeker_asks_first(client: Client) -> None:
    last_day = timezone.localdate() + timedelta(days=9)
    posting = PostingFactory.create(start_in_days=30, benefits=["meals"], closes_on=last_day, text__reports_to="Team lead")
    PaySupplement.objects.create(posting=posting, kind="evening", percent=25)
    page = page_of(client, posting)
    for fact in (
        "NOK 210–245 per hour", "A typical month", "NOK 34,125–39,813", "25% on top", "Every month",
        "Mon–Fri early, day and afternoon", "37.5 hours a week", "English B2", "12 seats", "4 weeks of paid training",
        "No experience needed", "Meals", "Answers within 5 working days", "Apply by",
        "What you do", "70%", "What you need", "What it is really like", "Some callers are angry.", "After you apply", "Team lead",
    ):  # fmt: skip
        assert fact in page, fact


def test_apply_is_linked_by_the_postings_code(client: Client) -> None:
    posting = PostingFactory.create()
    try:
        address = reverse("apply:start", args=[posting.code])
    except NoReverseMatch:
        pytest.skip("applying is not part of this portal yet")
    assert page_of(client, posting).count(f'href="{address}"') >= 2


@pytest.mark.parametrize("wrong", ["something-else", "x", "Customer-Service", "работа", "a" * 200])
def test_a_wrong_slug_leads_to_the_right_address(client: Client, wrong: str) -> None:
    posting = PostingFactory.create()
    response = client.get(f"/nb/jobs/{wrong}-{posting.code}/?week=1")
    assert response.status_code == 301
    assert response["Location"] == f"/nb{address(posting)}?week=1"


@pytest.mark.parametrize("path", ["/jobs/agent-ZZZZZZZZZZ/", "/jobs/agent-12/", "/jobs/-/", "/jobs/agent/", "/jobs/agent-%00%00/"])
def test_an_unknown_code_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_draft_does_not_exist_for_the_public(client: Client) -> None:
    posting = PostingFactory.create(state="draft")
    assert client.get(posting.get_absolute_url()).status_code == 404


def test_a_closed_posting_is_gone_and_offers_similar_ones(client: Client) -> None:
    closed, similar = PostingFactory.create(state="closed"), PostingFactory.create()
    page = page_of(client, closed, status=410)
    assert "This job is closed" in page
    assert similar.get_absolute_url() in page
    assert json_ld(page) is None
    assert f"/apply/{closed.code}" not in page
    assert "noindex" in page


def test_a_posting_past_its_last_day_is_closed_even_when_nobody_closed_it(client: Client) -> None:
    overdue = PostingFactory.create(closes_on=timezone.localdate() - timedelta(days=3))
    assert json_ld(page_of(client, overdue, status=410)) is None


def test_a_paused_posting_is_there_without_a_way_to_apply(client: Client) -> None:
    posting = PostingFactory.create(state="paused")
    page = page_of(client, posting)
    assert "This job is paused" in page
    assert f"/apply/{posting.code}" not in page
    assert json_ld(page) is None


def test_structured_data_survives_a_closing_script_tag_in_the_title(client: Client) -> None:
    title = "Agent </script><script>alert(1)</script>"
    posting = PostingFactory.create(text__title=title)
    raw = client.get(posting.get_absolute_url()).content.decode()
    written = json_ld(raw)
    assert written is not None
    assert json.loads(written)["title"] == title
    assert "<script>alert" not in raw


def test_texts_in_another_language_are_marked_as_such(client: Client) -> None:
    posting = PostingFactory.create(language="nb", text__title="Kundeserviceagent", text__summary="Du svarer kundene.")
    page = page_of(client, posting)
    assert '<h1 lang="nb">Kundeserviceagent</h1>' in page
    assert "The employer wrote this in Norwegian Bokmål." in page
    assert "<h1>Kundeserviceagent</h1>" in page_of(client, posting, prefix="/nb")


def test_a_posting_in_two_languages_shows_the_readers_and_links_the_other(client: Client) -> None:
    posting = PostingFactory.create(language="nb", text__title="Kundeserviceagent")
    PostingText.objects.create(posting=posting, language="en", title="Customer service agent", summary="Help.")
    page = page_of(client, posting)
    assert "<h1>Customer service agent</h1>" in page
    assert f'href="/nb{address(posting)}" hreflang="nb" lang="nb"' in page
    assert "<h1>Kundeserviceagent</h1>" in page_of(client, posting, prefix="/nb")
    assert '<h1 lang="nb">Kundeserviceagent</h1>' in page_of(client, posting, prefix="/hr")


def test_every_language_has_its_own_address_in_the_head(client: Client) -> None:
    page = page_of(client, PostingFactory.create())
    assert set(re.findall(r'hreflang="([a-z-]+)" href="http', page)) == {"en", "nb", "sv", "hr", "ru", "x-default"}


def test_the_week_in_the_address_is_laid_over_the_shifts(client: Client) -> None:
    posting = PostingFactory.create()
    page = page_of(client, posting, query="?week=0&week=1&week=2")
    assert "Covers 3 of 15 shifts" in page
    assert "Not in your week: Tue–Fri early, day and afternoon" in page
    assert "Covers 3" not in page_of(Client(), posting)


def test_a_posting_page_asks_at_most_twelve_questions_whatever_hangs_on_it(client: Client) -> None:
    posting = PostingFactory.create(start_in_days=20)
    PostingFactory.create()
    client.get(posting.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        page_of(client, posting)
    for days in (40, 60):
        StartClass.objects.create(posting=posting, starts_on=timezone.localdate() + timedelta(days=days), seats=9)
        PostingFactory.create()
    PaySupplement.objects.create(posting=posting, kind="night", percent=40)
    with CaptureQueriesContext(connection) as more:
        page_of(client, posting)
    assert len(few) == len(more) <= 12


def test_similar_postings_are_open_near_and_never_the_posting_itself(client: Client) -> None:
    posting = PostingFactory.create()
    far = PostingFactory.create(country="HR", text__title="Far away")
    near = PostingFactory.create(text__title="Near by")
    PostingFactory.create(state="closed", text__title="Too late")
    page = page_of(client, posting)
    similar = page[page.index("Similar open jobs") :]
    assert similar.index(near.title) < similar.index(far.title)
    assert "Too late" not in similar
    assert posting.get_absolute_url() not in similar.split("site-footer")[0]
