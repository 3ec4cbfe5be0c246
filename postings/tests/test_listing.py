"""What the results page offers: addresses that take one thing away, and which of them are for search engines."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from postings.models import Employer, Posting
from postings.search.fit import Wishes, written
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory
from postings.views.listing_form import panel
from postings.views.public_listing import PER_PAGE, Listing
from postings.views.results_page import Shown

pytestmark = pytest.mark.django_db


def listing(query: str = "", **cookies: str) -> Listing:
    request = RequestFactory().get(f"/jobs/?{query}")
    request.COOKIES.update(cookies)
    return Listing(request)


def orders(query: str) -> dict[str, str]:
    """The address of each order that the page offers."""
    found = listing(query)
    links = re.findall(r'href="([^"]+)" hx-get', Shown(RequestFactory().get("/jobs/"), found, is_part=False).sortings)
    return {href.partition("sort=")[2]: unescape(href) for href in links}


@pytest.fixture
def three() -> list[Posting]:
    employer = EmployerFactory.create(slug="acme", name="Acme")
    return [PostingFactory.create(employer=employer, site__employer=employer, revision=False) for _number in range(3)]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "is_indexable"),
    [
        ("", True), ("tier=agent", True), ("city=NO-oslo", True), ("lang=en", True), ("role=agent-customer-service", True),
        ("tier=director", False), ("tier=agent&tier=manager", False), ("tier=agent&lang=en", False), ("q=agent", False),
        ("employer=acme", False), ("tier=agent&sort=pay", False), ("sort=newest", False), ("tier=agent&page=2", False),
        ("tier=boss", False),         ("lang=en&level=B2", False), ("week=3", False),
    ],
)  # fmt: skip
def test_only_lists_with_one_value_and_enough_jobs_are_for_search_engines(query: str, is_indexable: bool) -> None:
    # A page that does not exist is the first one, but not by its own address.
    found = listing(query)
    assert found.is_indexable is (is_indexable or query.endswith("page=2"))
    assert found.robots == ("" if found.is_indexable else "noindex, follow")


def test_two_jobs_are_too_few_for_a_page_of_their_own(three: list[Posting]) -> None:
    Posting.objects.filter(pk=three[0].pk).update(state="paused")
    assert listing("tier=agent").robots == "noindex, follow"
    assert listing("").robots == ""


def test_the_canonical_address_forgets_what_is_no_part_of_the_search() -> None:
    employer = EmployerFactory.create()
    for _number in range(PER_PAGE + 1):
        PostingFactory.create(employer=employer, site__employer=employer, revision=False)
    path = "/jobs/?tier=agent&workplace=on_site"
    assert listing("workplace=on_site&utm_source=x&tier=agent&tier=boss&page=1").canonical_path == path
    second = listing("workplace=on_site&tier=agent&page=2")
    assert second.canonical_path == f"{path}&page=2"
    assert second.robots == "noindex, follow"
    assert [len(second.page), second.page.number] == [1, 2]


@pytest.mark.usefixtures("three")
def test_taking_one_thing_away_takes_what_depends_on_it() -> None:
    words = listing("q=agent&words=1&where=norway&lang=en&level=B2&currency=NOK&pay=100&employer=acme").chosen_words
    assert [word.label for word in words] == [
        "Only the words “agent”",
        "Norway",
        "English, I speak it at B2",
        "At least NOK\u00a0100 per hour",
        "Acme",
    ]
    rest = "where=norway&lang=en&level=B2&currency=NOK&pay=100&employer=acme"
    assert words[0].href == f"/jobs/?{rest}"
    assert words[2].href == "/jobs/?q=agent&words=1&where=norway&currency=NOK&pay=100&employer=acme"
    assert words[3].href == "/jobs/?q=agent&words=1&where=norway&lang=en&level=B2&currency=NOK&employer=acme"


@pytest.mark.usefixtures("three")
def test_a_currency_has_a_capital_in_the_list_and_none_within_a_sentence() -> None:
    with translation.override("sv"):
        found = listing("currency=NOK")
        assert [word.label for word in found.chosen_words] == ["Lön i norsk krona"]
        assert [label for _value, label in found.facets.whole("currency").shown][:1] == ["Norsk krona"]


@pytest.mark.usefixtures("three")
def test_the_order_stands_last_in_an_address_of_what_is_of_use() -> None:
    assert list(orders("q=!!!&words=1").items())[:2] == [("newest", "/jobs/?sort=newest"), ("pay", "/jobs/?sort=pay")]
    asked = "sort=pay&currency=NOK&pay=100&week=3&q=agent&words=1"
    for value, href in orders(asked).items():
        assert href == listing(asked).words.addresses.with_values("sort", value)


@pytest.mark.usefixtures("three")
def test_loosening_takes_a_whole_group_away() -> None:
    empty = listing("tier=agent&currency=NOK&pay=900&payband=NOK-500")
    assert empty.total == 0
    assert [(word.href, word.count) for word in empty.loosen] == [("/jobs/?tier=agent", 3)]


@pytest.mark.usefixtures("three")
def test_choices_say_their_names_and_what_they_would_show() -> None:
    RoleFactory.create(key="unused")
    page = listing("employer=acme")
    choices = {facet.name: [(value, label, facet.jobs[value]) for value, label in facet.shown] for facet in page.facets.panel}
    assert choices["employer"] == [("acme", "Acme", 3)]
    assert choices["city"] == [("NO-oslo", "Oslo", 3)]
    assert choices["lang"] == [("en", "English", 3)]
    assert choices["training"] == [("paid", "Paid training", 3)]
    assert choices["start"] == [("open", "By agreement", 3)]
    assert choices["posted"][0] == ("1", "Last 24 hours", 3)
    assert "fit" not in choices


def test_the_panel_is_filled_anew_for_each_page(three: list[Posting]) -> None:
    typed = "currency=NOK&pay=100.50&lang=en&level=C2&posted=7"
    html = panel(listing(typed).facets)
    assert '<option value="NOK" selected>NOK (3)</option>' in html
    assert 'name="pay" id="f-pay" maxlength="10" value="100.5"' in html
    assert html.count('<path d="M0 0h100v4H0z"/>') == 1
    assert "<option selected>C2</option>" in html
    assert 'value="7" id="f-posted-7" checked' in html
    Employer.objects.update(name="<b>Acme & O'Neill")
    Posting.objects.filter(pk=three[0].pk).update(state="paused")
    html = panel(listing("employer=acme").facets)
    assert 'id="f-employer-acme" checked><span>&lt;b&gt;Acme &amp; O&#39;Neill</span><small>2</small>' in html
    for left in ("<option selected>", "100.5", "M0 0h100", '"NOK" selected', 'id="f-posted-7" checked'):
        assert left not in html
    assert 'id="f-starts" value="2099-01-01"' in panel(listing("starts=2099-01-01").facets)


@pytest.mark.usefixtures("three")
def test_remembered_wishes_offer_fit_as_filter_and_order_but_do_not_impose_it() -> None:
    page = listing("", fit=written(Wishes(week=1 << 34)))
    assert page.order == "newest"
    assert "fit" in page.filter.sorts
    assert listing("fit=whole", fit=written(Wishes(week=1 << 34))).total == 0
    assert "fit" not in listing().filter.sorts


@pytest.mark.usefixtures("three")
def test_only_what_stands_in_the_sheet_of_a_phone_is_counted_on_its_button() -> None:
    assert listing("q=agent&words=1&where=oslo&radius=50&sort=pay").words.in_sheet == 0
    assert listing("q=agent&where=oslo&tier=agent&tier=manager&lang=en&level=B2").words.in_sheet == 3


@pytest.mark.usefixtures("three")
def test_where_no_filter_is_chosen_none_is_to_be_taken_away(client: Client) -> None:
    advice = "Take away a filter or two"
    assert advice not in client.get("/jobs/?q=xyzzy").content.decode()
    assert advice in client.get("/jobs/?workplace=remote").content.decode()


@pytest.mark.usefixtures("three")
def test_words_that_are_nowhere_side_by_side_are_offered_without_their_quotes(client: Client) -> None:
    page = client.get('/jobs/?q="agent service"').content.decode()
    assert '<a href="/jobs/?q=agent+service"><b>agent service</b></a> <span class="num">3 jobs</span>' in page
    assert listing('q="agent xyzzy"').total == 0
    assert [word.label for word in listing('q=-"customer agent" xyzzy').suggestions] == []
