"""What a visitor can and wants, and what is offered while typing: the pages behind them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from postings.search import titles
from postings.search.fit import COOKIE, read
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, TitleAliasFactory

pytestmark = pytest.mark.django_db
PAGE = "/jobs/my-week/"
GOOD = {"week": ["0", "35"], "language_0": "nb", "level_0": "B2", "language_1": "", "level_1": "", "place": "norway", "km": "50"}


def test_wishes_are_kept_on_the_device_and_lead_back_to_the_search() -> None:
    client = Client()
    response = client.post(PAGE, {**GOOD, "pay": "210,50", "currency": "NOK", "search": "tier=agent&q=chat&page=4&sort=pay"})
    assert response["Location"] == "/jobs/?q=chat&tier=agent&sort=fit"
    kept = read(client.cookies[COOKIE].value)
    assert (kept.week, kept.languages, kept.place, kept.km, str(kept.pay), kept.currency) == (
        1 | 1 << 35, (("nb", "B2"),), "norway", 50, "210.50", "NOK",
    )  # fmt: skip
    shown = client.get(PAGE).content.decode()
    assert 'value="norway"' in shown
    assert 'value="210.5"' in shown
    results = client.get("/jobs/")
    assert "Norwegian Bokmål B2" in results.content.decode()
    assert "Cookie" in results["Vary"]


@pytest.mark.parametrize("search", ["//evil.example", "https://evil.example/?q=1", "q=%0d%0aSet-Cookie:x", "tier=boss"])
def test_the_way_back_is_always_our_own_results(search: str) -> None:
    found = Client().post(PAGE, {**GOOD, "search": search})["Location"]
    assert found.startswith("/jobs/?")
    assert "\r" not in found
    assert "evil" not in found or found.startswith("/jobs/?q=")


def test_what_is_wrong_is_said_and_nothing_is_kept_or_lost() -> None:
    client = Client()
    wrong = {**GOOD, "level_0": "", "place": "qqqqqq zz", "pay": "abc", "currency": "XXX", "km": "7", "week": ["1", "99"]}
    response = client.post(PAGE, wrong)
    page = response.content.decode()
    assert response.status_code == 200
    assert COOKIE not in response.cookies
    for text in ("Choose how well you speak it.", "We do not know this place.", "Enter a number", "Choose parts of the week"):
        assert text in page
    for value in ('value="qqqqqq zz"', 'value="abc"', '<option value="nb" selected>'):
        assert value in page


def test_a_row_is_added_without_a_check_and_at_most_eight() -> None:
    client = Client()
    page = client.post(PAGE, {**GOOD, "place": "qqqqqq zz", "add": "1"}).content.decode()
    assert page.count('name="language_') == 3
    assert "We do not know" not in page
    assert 'value="qqqqqq zz"' in page
    many = {f"language_{row}": "" for row in range(40)}
    assert client.post(PAGE, {**many, "add": "1"}).content.decode().count('name="language_') == 8


def test_forgetting_needs_a_token_and_leaves_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[COOKIE] = "1~1~~~"
    assert client.post(PAGE, {"forget": "1"}).status_code == 403
    token = client.get(PAGE).cookies["csrftoken"].value
    response = client.post(PAGE, {"forget": "1", "csrfmiddlewaretoken": token})
    assert response.status_code == 302
    assert response.cookies[COOKIE].value == ""


def test_titles_and_employers_are_offered_while_typing(client: Client) -> None:
    role = RoleFactory.create()
    for language, text in (("en", "Customer service agent"), ("en", "Agent for customers"), ("nb", "Customer care")):
        TitleAliasFactory.create(role=role, language=language, text=text, normalized=text.lower())
    other = RoleFactory.create(key="other")
    TitleAliasFactory.create(role=other, language="nb", text="Customer coach", normalized="customer coach")
    PostingFactory.create(role=role, employer=EmployerFactory.create(name="Customer Co", slug="customer-co"))
    EmployerFactory.create(name="Customer Ltd", slug="hires-nobody")
    found = client.get("/jobs/suggest/titles/?q=custo").json()["suggestions"]
    assert [(one["label"], one["language"], one["name"], one["value"]) for one in found] == [
        ("Customer service agent", "", "", ""),
        ("Agent for customers", "", "", ""),
        ("Customer coach", "nb", "", ""),
        ("Customer Co", "", "employer", "customer-co"),
    ]
    assert client.get("/jobs/suggest/titles/?q=c").json() == {"suggestions": []}
    assert client.get("/jobs/suggest/titles/?q=%25%00_").status_code == 200


def test_employers_are_found_by_how_they_begin_without_reading_all() -> None:
    with CaptureQueriesContext(connection) as asked:
        titles.suggest("custo", language="en")
    with connection.cursor() as cursor:
        # Of a handful of rows PostgreSQL reads all.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        assert "employer_name_begins" in str(cursor.fetchall())


def test_the_whole_country_around_a_town(client: Client) -> None:
    page = client.get("/jobs/?where=norway&radius=country").content.decode()
    assert '<option value="country" selected>Whole country</option>' in page
    assert "Part of this address" not in page
