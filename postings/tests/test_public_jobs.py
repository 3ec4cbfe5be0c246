"""Home and results as pages: what they say, how much they ask the database, what they do with a bad address."""

from __future__ import annotations

import gzip
import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from postings.models import Posting
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, TitleAliasFactory
from postings.tests.library import publish_role

pytestmark = pytest.mark.django_db
FULL = "/jobs/?q=customer&where=Oslo&tier=agent&lang=en&level=B2&band=day&pay=100&currency=NOK&experience=none&week=1&sort=fit"


def text_of(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def title_of(page: str) -> str:
    found = re.search(r'id="results-title"[^>]*>([^<]+)<', page)
    assert found
    return found[1].strip()


@pytest.mark.parametrize("path", ["/", "/jobs/", FULL, "/nb/jobs/", "/employers/"])
def test_a_list_asks_the_same_few_questions_for_one_row_and_for_three(client: Client, path: str) -> None:
    PostingFactory.create(start_in_days=9)
    client.get(path)
    one = queries(client, path)
    for _number in range(2):
        PostingFactory.create(start_in_days=9)
    assert queries(client, path) == one
    assert one <= 12


def test_a_row_says_its_eight_facts(client: Client) -> None:
    posting = PostingFactory.create(start_in_days=20, pay_basis="month", pay_min=34000, pay_max=38000)
    page = text_of(client, "/jobs/").replace("\u00a0", " ")
    for fact in (
        posting.title, posting.employer.name, "Oslo, Norway", "On site", "NOK 209–234 per hour", "NOK 34,000–38,000 per month",
        "English B2", "12 seats", "4 weeks of paid training", "Posted today", "Answers within 5 working days",
        'aria-label="Mon–Fri early, day and afternoon"',
    ):  # fmt: skip
        assert fact in page, fact


def test_an_order_by_pay_says_which_currency_comes_first(client: Client) -> None:
    PostingFactory.create(pay_currency="NOK", pay_min=200, pay_max=220)
    PostingFactory.create(pay_currency="EUR", pay_min=12, pay_max=14)
    line = "Amounts in different currencies are not compared: {} first."
    assert line.format("EUR") in text_of(client, "/jobs/?sort=pay")
    assert line.format("NOK") in text_of(client, "/jobs/?sort=pay&country=NO")
    for path in ("/jobs/", "/jobs/?sort=pay&currency=NOK"):
        assert "not compared" not in text_of(client, path)


def test_total_is_there_for_none_one_and_many(client: Client) -> None:
    assert title_of(text_of(client, "/jobs/")) == "0 open jobs"
    PostingFactory.create()
    assert title_of(text_of(client, "/jobs/")) == "1 open job"
    PostingFactory.create()
    assert title_of(text_of(client, "/jobs/")) == "2 open jobs"


def test_chosen_filters_are_words_that_take_only_themselves_away(client: Client) -> None:
    PostingFactory.create(spoken=[("nb", "B1")])
    page = client.get("/jobs/?q=customer&tier=agent&tier=manager&lang=nb&level=B2&sort=pay").content.decode()
    hrefs = [html.unescape(href) for href in re.findall(r'class="chip"[^>]*href="([^"]+)"', page)]
    assert hrefs == [
        "/jobs/?tier=agent&tier=manager&lang=nb&level=B2&sort=pay",
        "/jobs/?q=customer&tier=manager&lang=nb&level=B2&sort=pay",
        "/jobs/?q=customer&tier=agent&lang=nb&level=B2&sort=pay",
        "/jobs/?q=customer&tier=agent&tier=manager&sort=pay",
    ]


def test_an_empty_result_says_what_to_loosen_and_how_much_it_opens(client: Client) -> None:
    PostingFactory.create()
    PostingFactory.create()
    page = text_of(client, "/jobs/?q=customer&tier=director")
    assert "No job matches all of this" in page
    loosen = page[page.index('class="loosen"') :]
    assert 'href="/jobs/?q=customer"' in loosen
    assert "2 jobs" in loosen
    assert "tier=director" not in loosen[: loosen.index("</ul>")]


def test_a_misspelt_title_gets_a_suggestion(client: Client) -> None:
    role = RoleFactory.create()
    TitleAliasFactory.create(role=role, text="Telephone operator", normalized="telephone operator")
    PostingFactory.create(role=role)
    assert 'href="/jobs/?q=telephone+operator"' in text_of(client, "/jobs/?q=telefone+operator")


@pytest.mark.parametrize(
    "query",
    [
        "tier=boss", "tier=%00", "q=%00%00", "q=" + "x" * 10_000, "lang=" + "y" * 10_000, "page=-3", "page=99999999999999999999",
        "page=abc", "page=%D9%A3", "pay=1e400&currency=NOK", "pay=Infinity&currency=NOK",
        "starts=0000-00-00", "starts=99999-01-01", "week=36",
        "week=%00", "country=XX", "where=%00", "where='%3B--", "sort=%22", "&".join(f"tier=t{number}" for number in range(300)),
        "q[]=1&q[$ne]=2", "%FF=%FE",
    ],
)  # fmt: skip
def test_a_hostile_address_is_a_page_all_the_same(client: Client, query: str) -> None:
    PostingFactory.create()
    for headers in ({}, {"HX-Request": "true"}):
        assert client.get(f"/jobs/?{query}", headers=headers).status_code == 200


@pytest.mark.parametrize("query", ["tier=boss", "lang=zzz", "page=-3", "week=99", "sort=upside-down"])
def test_what_was_left_out_is_said_on_the_page(client: Client, query: str) -> None:
    PostingFactory.create()
    page = text_of(client, f"/jobs/?{query}")
    assert "Part of this address was left out" in page
    assert f"“{query.split('&')[0].partition('=')[2]}”" in page
    assert title_of(page) == "1 open job"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("page=7", "There is no page 7: this is the last one."), ("pay=abc&currency=NOK", "Pay per hour, at least: Enter a number."),
        ("pay=200", "Pay per hour, at least: Choose one currency for it."), ("fit=whole", "Fits me: Say first what fits you."),
    ],
)  # fmt: skip
def test_what_was_left_out_for_a_reason_is_said_with_the_reason_alone(client: Client, query: str, reason: str) -> None:
    PostingFactory.create()
    page = text_of(client, f"/jobs/?{query}")
    assert reason in page
    assert "is not something we can search for" not in page


def test_a_country_has_no_circle_around_it(client: Client) -> None:
    PostingFactory.create()
    page = text_of(client, "/jobs/?where=Norway&radius=50")
    assert "Within 50 km" not in page
    assert 'data-search="where=Norway"' in page
    assert "Part of this address was left out" not in page


def test_where_nothing_fits_the_filter_stays(client: Client) -> None:
    PostingFactory.create()
    page = text_of(client, "/jobs/?week=20")
    assert page.count('name="fit"') == 3
    assert page.count("choice--none") == 2


def test_where_no_single_thing_helps_two_are_offered(client: Client) -> None:
    PostingFactory.create(tier="agent")
    page = text_of(client, "/jobs/?tier=director&lang=et&country=NO")
    assert "Take these two away and jobs open:" in page
    assert "Nearest matches" in page


def test_words_that_find_nothing_alone_are_said_to_be_the_reason(client: Client) -> None:
    PostingFactory.create()
    page = text_of(client, "/jobs/?q=zeppelin")
    assert "No job matches these words" in page
    assert "data-words" not in page


def test_the_filters_of_an_empty_result_can_be_taken_away_where_they_are(client: Client) -> None:
    def panel(address: str) -> str:
        page = text_of(client, address)
        return page[page.index('id="filters"') : page.index('id="results"')]

    assert "There is nothing to filter" in panel("/jobs/")
    PostingFactory.create()
    typed = panel("/jobs/?q=zeppelin&where=NO")
    assert "No filter would help here" in typed
    assert 'href="/jobs/?where=NO"' in typed
    assert 'href="/jobs/?q=zeppelin"' in typed
    chosen = panel("/jobs/?q=zeppelin&tier=agent&currency=NOK&pay=100")
    assert "No filter would help here" not in chosen
    assert re.search(r'value="agent"[^>]*checked', chosen)
    assert re.search(r'name="pay"[^>]*value="100"', chosen)
    # A value of a facet that would find something in place of the chosen one.
    assert 'value="agent"' in panel("/jobs/?tier=director")


def test_what_was_typed_never_becomes_markup(client: Client) -> None:
    attack = "%3Cscript%3Ealert(1)%3C/script%3E"
    page = client.get(f"/jobs/?q={attack}&tier={attack}&where=%22onfocus%3D%22x").content.decode()
    assert "<script>alert" not in page
    assert '"onfocus=' not in page


def test_htmx_gets_only_what_changes_and_caches_know(client: Client) -> None:
    PostingFactory.create()
    part = client.get("/jobs/?tier=agent", headers={"HX-Request": "true"})
    whole = client.get("/jobs/?tier=agent")
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert b'id="results"' in part.content
    assert b'id="filters" hx-swap-oob="true"' in part.content
    assert re.search(rb'role="status" id="results-status" hx-swap-oob="innerHTML">\s*1 open job', part.content)
    assert "HX-Request" in whole["Vary"]
    restored = client.get("/jobs/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content


def test_pages_of_twenty(client: Client) -> None:
    employer = EmployerFactory.create()
    for _number in range(21):
        PostingFactory.create(employer=employer, revision=False)
    assert text_of(client, "/jobs/").count('class="row row--link job"') == 20
    second = text_of(client, "/jobs/?page=2&sort=newest")
    assert second.count('class="row row--link job"') == 1
    assert title_of(second) == "21 open jobs"


def test_a_typed_week_is_remembered_for_the_next_page(client: Client) -> None:
    posting = PostingFactory.create()
    response = client.get("/jobs/?week=0&week=1&sort=fit")
    assert response.cookies["fit"].value == "1~3~~~"
    assert response.cookies["fit"]["samesite"] == "Lax"
    assert "Covers 2 of 15 shifts" in text_of(client, posting.get_absolute_url())
    assert "fit" not in client.get("/jobs/").cookies


@pytest.mark.parametrize("cookie", ["", "-1", "x", "9" * 30, "68719476736", "%D9%A3"])
def test_a_strange_cookie_is_no_week(client: Client, cookie: str) -> None:
    posting = PostingFactory.create()
    client.cookies["week"] = cookie
    assert "fit your week" not in text_of(client, posting.get_absolute_url())


def test_filtered_results_are_not_for_search_engines(client: Client) -> None:
    assert "noindex" not in text_of(client, "/jobs/")
    assert 'content="noindex, follow"' in text_of(client, "/jobs/?tier=agent")


def test_home_offers_both_ways_in_and_who_is_hiring(client: Client) -> None:
    posting = PostingFactory.create(start_in_days=30)
    page = text_of(client, "/")
    assert 'name="q"' in page
    assert page.count('name="week"') == 36
    assert '<input type="hidden" name="sort" value="fit">' in page
    assert posting.title in page
    assert f'href="/employers/{posting.employer.slug}/"' in page
    assert "12 seats, next start" in page
    assert 'href="/jobs/?tier=director"' in page


def test_home_is_drawn_anew_with_new_figures(client: Client) -> None:
    PostingFactory.create(employer=EmployerFactory.create(name="First Desk"), start_in_days=9)
    assert "Second Desk" not in text_of(client, "/")
    PostingFactory.create(employer=EmployerFactory.create(name="Second Desk"), start_in_days=9)
    page = text_of(client, "/")
    assert "Second Desk" in page
    assert "2 open jobs" in page


def test_home_of_an_empty_portal_says_where_to_go(client: Client) -> None:
    page = text_of(client, "/")
    assert "No job is open right now" in page
    assert 'href="/roles/"' in page


def test_home_is_small(client: Client) -> None:
    """Below 60 kB as it travels: the page as it is, style sheets and scripts as WhiteNoise compresses them."""
    publish_role()
    for _number in range(8):
        PostingFactory.create(start_in_days=12)
    page = client.get("/").content.decode()
    names = set(re.findall(r'"/static/((?:css|js|icons)/[^"]+)"', page))
    assert {"css/site.css", "css/pages/public.css", "js/site.js"} <= names
    files = [Path(str(finders.find(name))).read_bytes() for name in names]
    total = len(page.encode()) + sum(len(gzip.compress(content)) for content in files)
    assert total < 60_000
    assert "https://" not in re.sub(r'href="https?://[^"]+"', "", page).replace(settings.BASE_URL, "")


def test_language_switch_keeps_the_search(client: Client) -> None:
    assert '/nb/jobs/?tier=agent"' in text_of(client, "/jobs/?tier=agent")


def test_only_open_postings_are_listed_anywhere(client: Client) -> None:
    for state in ("draft", "paused", "closed"):
        PostingFactory.create(state=state, text__title=f"Hidden {state}")
    for path in ("/", "/jobs/", "/employers/"):
        assert "Hidden" not in text_of(client, path)
    assert Posting.objects.open().count() == 0
