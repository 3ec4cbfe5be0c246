"""A visitor's wishes: kept in a small cookie that nothing can break, and judged alike in words and in searches."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from django.http import HttpRequest, HttpResponse

from postings.models import Posting
from postings.search import fit
from postings.search.fit import Offer, Wishes, fit_lines, profile_of, read, remember, wishes_of, written
from postings.search.query import Area, Profile
from postings.search.reference_rules import unmet_count
from postings.shifts import FULL_MASK, ShiftGrid
from postings.tests.search import corpus as random_corpus

NIGHTS = ShiftGrid.of((day, 4) for day in range(7)).mask
OFFICE = ShiftGrid.of((day, 1) for day in range(5)).mask
OSLO = Area("Oslo, Norway", ("NO",), {7: 0.0}, latitude=59.9, longitude=10.7)


def request_with(**cookies: str) -> HttpRequest:
    request = HttpRequest()
    request.COOKIES.update(cookies)
    return request


def offer(**values: object) -> Offer:
    usual: dict[str, object] = {"shift_mask": OFFICE, "needs": (), "workplace": "on_site", "country": "NO", "city": "Oslo", "place": 7}
    return Offer(**{**usual, **values})  # type: ignore[arg-type]


def texts(offer: Offer, profile: Profile) -> list[str]:
    return [line.text for line in fit_lines(offer, profile)]


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(week=NIGHTS),
        Wishes(languages=(("nb", "B2"), ("fil", "C1"))),
        Wishes(place="Москва, Россия", km=25),
        Wishes(pay=Decimal("250.50"), currency="NOK"),
        Wishes(FULL_MASK, (("en", "A1"),), "Åre; ~“x”=1", 200, Decimal(0), "EUR"),
    ],
)
def test_what_is_remembered_is_read_again(wishes: Wishes) -> None:
    assert read(written(wishes)) == wishes


def test_the_cookie_is_small_whatever_is_wished_for() -> None:
    most = Wishes(FULL_MASK, tuple((f"fi{letter}", "C2") for letter in "abcdefghijkl"), "Щ" * 200, 200, Decimal("9999999.99"), "NOK")
    response = HttpResponse()
    remember(response, most)
    cookie = response.cookies[fit.COOKIE]
    assert len(cookie.value) <= fit.COOKIE_BYTES
    assert '"' not in cookie.coded_value
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert read(cookie.value).languages == most.languages[: fit.MOST_LANGUAGES]


@pytest.mark.parametrize(
    "cookie",
    ["", "~~~~", "2~f~~~", "1~zz~~~", "1~fffffffffff~~~", "1~~nb~NOK~", "1~~~-5NOK~", "1~~~1e9NOK~", "1~~~~25-%%%", "1~~~~-4pyTIPCd",
     "1~~~~999-T3Nsbw~", "٣~1~~~", "1~" + "f" * 9_000, "1~~~~0-" + "A" * 250, "\x00", "1~~nbB9-B2nb~~", "1~1~~~~~"],
)  # fmt: skip
def test_a_strange_cookie_says_nothing_and_breaks_nothing(cookie: str) -> None:
    wishes = read(cookie)
    assert (wishes.week, wishes.languages, wishes.pay) == (0, (), None)
    assert len(wishes.place) <= fit.PLACE_LENGTH
    assert wishes.place.isprintable()


def test_the_cookie_of_before_is_understood_and_replaced() -> None:
    old = request_with(week=str(NIGHTS))
    assert wishes_of(old) == Wishes(week=NIGHTS)
    assert wishes_of(request_with(week="9" * 30)) == wishes_of(request_with(week="x")) == Wishes()
    response = HttpResponse()
    fit.remember_week(old, response, OFFICE)
    both = request_with(week=str(NIGHTS), fit=response.cookies[fit.COOKIE].value)
    assert wishes_of(both) == Wishes(week=OFFICE)
    fit.forget(response)
    assert [response.cookies[name].value for name in (fit.COOKIE, fit.OLD_COOKIE)] == ["", ""]


def test_a_typed_week_keeps_the_other_wishes() -> None:
    response = HttpResponse()
    fit.remember_week(request_with(fit=written(Wishes(NIGHTS, (("nb", "B2"),)))), response, OFFICE)
    assert read(response.cookies[fit.COOKIE].value) == Wishes(OFFICE, (("nb", "B2"),))


def test_nothing_known_is_no_profile_and_a_country_needs_no_database() -> None:
    assert profile_of(request_with()) is None
    profile = profile_of(request_with(fit=written(Wishes(place="Norge"))))
    assert profile
    assert profile.area
    assert (profile.area.is_country, profile.area.countries) == (True, ("NO",))


def test_a_posting_says_how_the_week_fits_and_what_it_misses() -> None:
    monday = ShiftGrid.of([(0, 1)]).mask
    assert texts(offer(), Profile(week=OFFICE)) == ["Fits your week"]
    assert texts(offer(), Profile(week=NIGHTS)) == ["Does not fit your week"]
    assert texts(offer(), Profile(week=OFFICE & ~monday)) == ["Covers 4 of 5 shifts, misses Mon day"]
    assert texts(offer(shift_mask=0), Profile(week=NIGHTS)) == ["Fits your week"]


def test_a_posting_says_which_wishes_it_does_not_meet() -> None:
    speaker = Profile(languages=(("nb", "B1"), ("en", "C1")))
    assert texts(offer(needs=(("nb", "B2"), ("de", "B2"), ("en", "B2"))), speaker) == ["Asks for Norwegian Bokmål B2", "Asks for German B2"]
    paid = Profile(pay=Decimal(250), currency="NOK")
    assert texts(offer(currency="NOK", hourly_max=Decimal(250)), paid) == []
    assert texts(offer(currency="NOK", hourly_max=Decimal("249.99")), paid) == ["Pays less than you want"]
    assert texts(offer(currency="EUR", hourly_max=Decimal(900)), paid) == ["Pays in another currency"]
    assert texts(offer(), paid) == ["Does not state its pay"]
    here = Profile(area=OSLO)
    assert texts(offer(), here) == []
    assert texts(offer(place=8, city="Bergen"), here) == ["Not where you look"]
    assert texts(offer(workplace="remote", remote_countries=("NO",), place=8), here) == []
    assert texts(offer(workplace="remote", remote_countries=("SE",)), here) == ["Not where you look"]


@pytest.mark.django_db
def test_the_lines_of_a_card_agree_with_the_reference() -> None:
    chance = Random(11)
    random_corpus.make_corpus(chance, 15)
    for _number in range(6):
        profile = random_corpus.a_profile(chance)
        unmet = dict(Posting.objects.order_by().values_list("pk", unmet_count(profile)))
        for posting in Posting.objects.select_related("site").prefetch_related("languages"):
            lines = fit_lines(Offer.of(posting), profile)
            assert len({line.kind for line in lines if line.kind != "week"}) == unmet[posting.pk], (profile, posting)
            assert all(line.is_met == (posting.shift_mask & profile.week == posting.shift_mask) for line in lines if line.kind == "week")
