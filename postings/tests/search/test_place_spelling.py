"""Places as people mistype them, in all five languages: what is offered, what is not, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from postings.models import Place
from postings.search import place_spelling, spelling
from postings.search.place_spelling import suggest
from postings.search.places import resolve
from postings.tests.factories import EmployerFactory, PostingFactory, SiteFactory, TitleAliasFactory
from postings.tests.places import load_places

pytestmark = pytest.mark.django_db


MISSPELT = (
    ("en", "Zagerb", "Zagreb, Croatia"),
    ("ru", "Zagerb", "Загреб, Хорватия"),
    ("hr", "u Zagerbu", "Zagreb, Hrvatska"),
    ("nb", "Olso", "Oslo, Norge"),
    ("sv", "Stokolm", "Stockholm, Sverige"),
    ("ru", "Сплитт", "Сплит, Хорватия"),
    ("ru", "в Мосвке", "Москва, Россия"),
    ("hr", "Slavonski Bord", "Slavonski Brod, Hrvatska"),
    # Two wrong letters, of a town where somebody hires.
    ("nb", "Stcokhlom", "Stockholm, Sverige"),
    # Countries.
    ("en", "Norwgay", "Norway"),
    ("hr", "Hrvtska", "Hrvatska"),
    ("en", "Phillipines", "Philippines"),
    # What stands behind the comma decides, or is what is wrong.
    ("en", "Springfeild, Illinois", "Springfield, Illinois"),
    ("en", "Zagerb, Croatia", "Zagreb, Croatia"),
    ("en", "Oslo, Nowray", "Oslo, Norway"),
)
UNLIKE = ("", ",", "Osl", "qqqqqqqq", "Gohtenbrug", "%_\\'\"", "\x00\x01", "x" * 5_000, "a, b, c, d", "ни туда", "日本語東京")


@pytest.fixture(autouse=True)
def world(db: None) -> Iterator[None]:
    load_places()
    spelling.forget()
    TitleAliasFactory.create(language="en", text="Customer service agent")
    employer = EmployerFactory.create()
    for key, workplace in (("HR-zagreb", "on_site"), ("HR-zagreb", "on_site"), ("SE-stockholm", "on_site"), ("HR-split", "remote")):
        place = Place.objects.get(key=key)
        site = SiteFactory.create(employer=employer, place=place, city=place.name, country=place.country)
        PostingFactory.create(employer=employer, site=site, workplace=workplace, revision=False)
    yield
    spelling.forget()


def test_a_misspelt_place_is_recognized() -> None:
    for language, typed, meant in MISSPELT:
        assert suggest(typed, language=language)[:1] == [meant], typed
        place = resolve(meant, language=language)
        assert place is not None
        assert place.kind != "text", meant


def test_of_what_is_like_no_place_nothing_is_made() -> None:
    for typed in UNLIKE:
        began = time.thread_time()
        with CaptureQueriesContext(connection) as captured:
            assert suggest(typed, language="en") == [], typed
        assert len(captured) <= 4
        assert time.thread_time() - began < 1


def test_the_page_offers_the_place_with_its_jobs_and_keeps_everything_else(client: Client) -> None:
    page = client.get("/jobs/?q=agent&where=Zagerb&workplace=on_site&radius=25").content.decode()
    meant = '<a href="/jobs/?q=agent&amp;where=Zagreb%2C+Croatia&amp;radius=25&amp;workplace=on_site"><b>Zagreb, Croatia</b></a>'
    assert f'{meant} <span class="num">2 jobs</span></p>' in page
    assert 'value="Zagerb"' in page
    # What would be found there stands below.
    assert page.count('<li class="row row--link job">') == 2
    both = client.get("/jobs/?q=custmer+agent&where=Zagerb").content.decode()
    assert "<b>customer agent · Zagreb, Croatia</b></a>" in both


def test_it_is_offered_above_what_was_found_without_the_place_and_not_where_the_place_is_known(client: Client) -> None:
    # Remote jobs of the country are found anyway.
    page = client.get("/jobs/?where=Zagerb,+Croatia").content.decode()
    assert "1 open job<" in page
    assert '<b>Zagreb, Croatia</b></a> <span class="num">3 jobs</span>' in page
    for where in ("Zagreb", "Bergen", "Qqqqqq"):
        assert "Did you mean" not in client.get("/jobs/", QueryDict(f"where={where}").dict()).content.decode()


def test_the_names_of_towns_with_sites_are_read_once(settings: Any) -> None:
    settings.PLACES_KEPT_SECONDS = 60
    asked: list[int] = []
    try:
        for nonsense in ("Xqzwvkjh", "Yqzwvkjh"):
            with CaptureQueriesContext(connection) as queries:
                suggest(nonsense, language="en")
            asked.append(sum("SELECT DISTINCT n.normalized" in query["sql"] for query in queries))
    finally:
        place_spelling._names.forget()
        place_spelling._meant.forget()
    assert asked == [1, 0]
