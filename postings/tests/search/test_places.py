"""What people write for a place, and which one it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from callcenter_jobs.accounts import limits
from postings.filter_labels import city_names
from postings.models import PlaceName, Site
from postings.search import gazetteer, place_names
from postings.search.places import Where, area, resolve, split_tail, suggest, within
from postings.services.places import place_site, place_sites
from postings.tests.factories import PostingFactory, RoleFactory, SiteFactory
from postings.tests.places import load_places

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The places are only read here: loaded once, and taken away again."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_places()
        yield
        transaction.set_rollback(True)


def key_of(text: str, language: str = "en") -> str:
    where = resolve(text, language=language)
    assert where is not None
    return where.key


@pytest.mark.parametrize(
    ("text", "language", "key"),
    [
        ("Oslo", "en", "NO-oslo"),
        ("  oslo , NORWAY ", "nb", "NO-oslo"),
        ("0150 Oslo, 0150", "nb", ""),
        ("Oslo, 0150", "nb", "NO-oslo"),
        ("Копенгаген", "ru", "DK-kobenhavn"),
        ("Kopenhagen", "en", "DK-kobenhavn"),
        ("Wien", "en", "AT-wien"),
        ("Beč", "hr", "AT-wien"),
        ("bec", "hr", "AT-wien"),
        ("Вена", "ru", "AT-wien"),
        ("Goteborg", "en", "SE-goteborg"),
        ("Åbo", "sv", "FI-turku"),
        ("sankt-peterburg", "en", "RU-sankt-peterburg"),
        ("Vestland", "nb", "NO-vestland-region"),
        ("Hordaland", "nb", "NO-vestland-region"),
        ("Norway", "en", "NO"),
        ("Norveška", "nb", "NO"),
        ("Норвегия", "en", "NO"),
        ("norw", "en", "NO"),
        ("stavan", "nb", "NO-stavanger"),
        ("NO-oslo", "en", "NO-oslo"),
        # cases
        ("Москве", "ru", "RU-moskva"),
        ("в Казани", "ru", "RU-kazan"),
        ("u Slavonskom Brodu", "hr", "HR-slavonski-brod"),
        ("Rijeci", "hr", "HR-rijeka"),
        # a city and a region, two towns, a country and a region of one name
        ("New York", "en", "US-new-york"),
        ("Ontario", "en", "CA-ontario-region"),
        ("Ontario, California", "en", "US-ontario"),
        ("London", "en", "GB-london"),
        ("London, Canada", "en", "CA-london"),
        ("Springfield, Illinois", "en", "US-springfield-illinois"),
        ("Georgia", "en", "GE"),
        ("Georgia, USA", "en", "US-georgia-region"),
        ("Oslo, Sweden", "en", ""),
    ],
)
def test_a_place_is_found_by_its_names(text: str, language: str, key: str) -> None:
    assert key_of(text, language) == key


def test_a_place_is_shown_in_the_language_of_the_reader() -> None:
    labels = {language: resolve("Wien", language=language) for language in ("en", "nb", "hr", "ru")}
    assert {language: where and where.label for language, where in labels.items()} == {
        "en": "Vienna, Austria",
        "nb": "Wien, Østerrike",
        "hr": "Beč, Austrija",
        "ru": "Вена, Австрия",
    }


@override_settings(PLACES_KEPT_SECONDS=60)
def test_the_database_is_not_asked_for_what_nothing_is_called(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    place_names.learn()
    try:
        with django_assert_num_queries(0):
            assert split_tail("call center telephone", language="en")[1] is None
            # The names were read already.
            place_names.learn()
        assert PlaceName.objects.count() > 0
        for name in PlaceName.objects.values_list("normalized", flat=True)[:200]:
            assert place_names.may_be(name)
        assert split_tail("call center oslo", language="en")[1]
    finally:
        gazetteer.forget()
    assert place_names.may_be("telephone"), "nothing is known before the names are read"


def test_what_nobody_knows_stays_text_with_its_country() -> None:
    where = resolve("Nowhereville, Norway", language="en")
    assert where == Where("text", "Nowhereville", "Nowhereville, Norway", countries=("NO",))
    assert resolve(" , ", language="en") is None


def test_a_place_costs_one_query_and_a_country_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        oslo = resolve("Oslo", language="en")
    with django_assert_num_queries(0):
        norway = resolve("Norway", language="en")
    assert oslo
    assert norway
    with django_assert_num_queries(1):
        area(oslo, km=50)
    with django_assert_num_queries(0):
        assert area(norway).is_country
    with django_assert_num_queries(2):
        split_tail("sales oslo", language="en")


@pytest.mark.parametrize(
    ("text", "rest", "key"),
    [
        ("sales oslo", "sales", "NO-oslo"),
        ("kundebehandler i Oslo", "kundebehandler", "NO-oslo"),
        ("customer service in Mo i Rana", "customer service", "NO-mo-i-rana"),
        ("оператор в Москве", "оператор", "RU-moskva"),
        ("operater u Zagrebu", "operater", "HR-zagreb"),
        ("оператор в Норвегии", "оператор", "NO"),
        ("agent, Oslo, Norway", "agent", "NO-oslo"),
        ("sales london canada", "sales", "CA-london"),
        ("Oslo", "", "NO-oslo"),
        # a word before it is needed for a small town, and for a name that is a word
        ("manager ski", "manager ski", None),
        ("manager i Ski", "manager", "NO-ski"),
        ("kontakt centar", "kontakt centar", None),
        ("customer service mobile", "customer service mobile", None),
        ("team lead", "team lead", None),
        ("", "", None),
    ],
)
def test_a_query_may_end_in_a_place(text: str, rest: str, key: str | None) -> None:
    left, where = split_tail(text, language="en")
    assert (left, where.key if where else None) == (rest, key)


def test_the_name_of_a_role_is_no_place() -> None:
    role = RoleFactory.create()
    role.titles.create(language="en", text="Riga", normalized="riga", source="trade")
    assert split_tail("senior riga", language="en") == ("senior riga", None)
    assert split_tail("senior in riga", language="en")[0] == "senior"


def test_a_small_town_with_work_is_meant_without_a_word_before_it() -> None:
    assert split_tail("manager ski", language="nb")[1] is None
    PostingFactory.create(site=_site("Ski"))
    where = split_tail("manager ski", language="nb")[1]
    assert where is not None
    assert where.key == "NO-ski"


def _site(city: str, country: str = "NO", **fields: str) -> Site:
    site = SiteFactory.build(city=city, country=country, **fields)
    site.employer.save()
    place_site(site)
    site.save()
    return site


def test_where_there_is_work_comes_first_in_the_suggestions() -> None:
    assert suggest("lo", language="en")[0].label == "London, United Kingdom"
    PostingFactory.create(site=_site("London", "CA"))
    assert suggest("lo", language="en")[0].label == "London, Canada"


def test_suggestions_are_in_the_script_that_was_typed_and_lead_back_to_the_place() -> None:
    for typed, language, first in (
        ("коп", "en", "Копенгаген, Denmark"),
        ("be", "hr", "Berlin, Njemačka"),
        ("Beč", "hr", "Beč, Austrija"),
        ("osl", "nb", "Oslo, Norge"),
        ("nor", "nb", "Norge"),
        ("vestl", "sv", "Vestland, Norge"),
    ):
        rows = suggest(typed, language=language)
        assert rows[0].label == first
        for row in rows:
            assert key_of(row.label, language) == row.key


def test_two_towns_of_one_name_are_told_apart() -> None:
    assert {row.label for row in suggest("springf", language="en")} == {
        "Springfield, Missouri, United States",
        "Springfield, Illinois, United States",
    }
    springfield = resolve("Springfield, Illinois", language="ru")
    assert springfield
    assert springfield.region_name == "Иллинойс"


def test_a_chosen_town_is_named_whatever_the_employer_called_it() -> None:
    named = city_names(["SE-goteborg", "SE-gothenburg", "NO-trollvik", "NO-gothenburg"])
    assert named == {"SE-goteborg": "Gothenburg", "SE-gothenburg": "Gothenburg", "NO-trollvik": "Trollvik", "NO-gothenburg": "Gothenburg"}
    with translation.override("ru"):
        assert city_names(["SE-gothenburg", "NO-gothenburg"]) == {"SE-gothenburg": "Гётеборг", "NO-gothenburg": "Gothenburg"}


def test_a_sign_of_a_pattern_is_no_pattern() -> None:
    assert suggest("%%", language="en") == []
    assert suggest("o", language="en") == []


def test_near_are_the_towns_with_sites_by_distance() -> None:
    for city in ("Drammen", "Asker", "Oslo", "Bergen"):
        _site(city)
    oslo = resolve("Oslo", language="en")
    assert oslo
    near = within(oslo, 50)
    assert [place.key for place in near] == ["NO-oslo", "NO-asker", "NO-drammen"]
    assert [round(place.km) for place in near] == [0, 19, 36]
    assert [place.key for place in within(oslo, 25)] == ["NO-oslo", "NO-asker"]
    assert [place.key for place in within(oslo, 0)] == ["NO-oslo"]
    region = resolve("Vestland", language="en")
    assert region
    assert [place.key for place in within(region, 50)] == ["NO-bergen"]


def test_near_goes_across_the_date_line() -> None:
    # 350 km apart, both in the east; seen from a middle beyond the line they are still there.
    _site("Suva", "FJ")
    beyond = Where("city", "Beyond", "Beyond", id=0, latitude=-17.5, longitude=-179.5)
    assert [place.key for place in within(beyond, 300)][1:] == ["FJ-suva"]


def test_an_area_says_what_search_needs() -> None:
    _site("Asker")
    oslo = resolve("Oslo", language="nb")
    assert oslo
    found = area(oslo, km=25)
    assert (found.name, found.countries, found.is_country, found.has_middle) == ("Oslo, Norge", ("NO",), False, True)
    assert sorted(found.places.values()) == [0.0, pytest.approx(19.4, abs=0.1)]


def test_a_town_that_no_gazetteer_knows_is_found_by_what_employers_write() -> None:
    _site("Trollvik")
    where = resolve("trollv", language="nb")
    assert where
    assert area(where).cities == ("NO-trollvik",)


def test_sites_are_placed_by_town_region_and_country() -> None:
    def placed(city: str, country: str = "NO", region: str = "") -> str:
        site = _site(city, country, region=region)
        return site.place.key if site.place else ""

    assert placed("OSLO") == "NO-oslo"
    assert placed("0150 Oslo") == "NO-oslo"
    assert placed("Oslo sentrum") == "NO-oslo"
    assert placed("Москва", "RU") == "RU-moskva"
    assert placed("Springfield", "US") == "US-springfield"
    assert placed("Springfield", "US", "Illinois") == "US-springfield-illinois"
    assert placed("Oslo", "SE") == ""
    assert placed("Ski senter") == ""


def test_sites_without_a_place_are_placed_together() -> None:
    sites = [SiteFactory.create(city=city) for city in ("Oslo", "Oslo", "Bergen", "Trollvik")]
    assert place_sites() == 3
    for site in sites:
        site.refresh_from_db()
    assert [site.place.key if site.place else "" for site in sites] == ["NO-oslo", "NO-oslo", "NO-bergen", ""]


def test_anybody_may_ask_for_suggestions_in_any_language(client: Client) -> None:
    answer = client.get("/nb/jobs/suggest/places/", {"q": "osl"})
    assert answer.json() == {"places": [{"label": "Oslo, Norge", "key": "NO-oslo", "kind": "city", "country": "NO"}]}
    assert "public" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    assert client.get("/jobs/suggest/places/").json() == {"places": []}
    assert client.get("/jobs/suggest/places/", {"q": "x\x00" * 500}).json() == {"places": []}
    assert client.post("/jobs/suggest/places/").status_code == 405


@pytest.mark.parametrize("kind", ["places", "titles"])
def test_a_network_that_asks_for_suggestions_without_end_waits(client: Client, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    asked: list[tuple[str, int]] = []

    def allow(scope: str, key: str, *, amount: int, seconds: int) -> limits.Verdict:
        asked.append((scope, amount))
        return limits.Verdict(allowed=False, retry_after=60)

    monkeypatch.setattr(limits, "allow", allow)
    answer = client.get(f"/jobs/suggest/{kind}/", {"q": "osl"})
    assert (answer.status_code, answer["Retry-After"], asked) == (429, "60", [(f"suggest-{kind}", 1200)])
    assert "public" not in answer.get("Cache-Control", "")


@override_settings(PLACES_KEPT_SECONDS=60)
def test_kept_answers_are_asked_for_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    try:
        resolve("Bergen", language="en")
        with django_assert_num_queries(0):
            assert key_of("Bergen") == "NO-bergen"
    finally:
        gazetteer.forget()
