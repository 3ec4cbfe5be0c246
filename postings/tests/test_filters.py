"""The door to search: what an address means, what it leaves out, and that nothing typed breaks the page.

That counts are exact and that facets leave each other alone is tested in ``search/test_algebra.py``.
"""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from postings.filters import PostingFilter
from postings.models import Posting
from postings.search.fit import mask_of
from postings.search.query import Profile
from postings.shifts import ShiftGrid
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, SiteFactory

pytestmark = pytest.mark.django_db

# One choice of every kind.
CHOICES: dict[str, str] = {
    "q": "q=agent",
    "where": "where=norway",
    "tier": "tier=agent",
    "role": "role=agent-customer-service",
    "work": "work=sales&work=customer_service",
    "channel": "channel=voice",
    "lang": "lang=en&lang=hr&level=B2",
    "band": "band=night&band=weekend",
    "day": "day=sun",
    "workplace": "workplace=remote",
    "employment": "employment=part_time",
    "student": "student=1",
    "hours": "hours=37up",
    "pay": "pay=200&pay_to=300&currency=NOK&payband=NOK-200",
    "experience": "experience=none",
    "training": "training=paid",
    "start": "start=open&starts=2099-01-01",
    "country": "country=NO",
    "city": "city=NO-oslo",
    "industry": "industry=telecom",
    "employer": "employer=northline",
    "posted": "posted=7",
    "fit": "fit=half&week=3",
    "sort": "sort=pay",
}


def filtered(query: str, *, profile: Profile | None = None) -> PostingFilter:
    return PostingFilter(QueryDict(query), profile=profile)


def ids(query: str, *, profile: Profile | None = None) -> list[int]:
    return list(filtered(query, profile=profile).answer(limit=100).ids)


def found(query: str) -> set[int]:
    return set(ids(query))


def in_town(city: str, country: str = "NO", **kwargs: Any) -> Posting:
    employer = EmployerFactory.create()
    return PostingFactory.create(employer=employer, site=SiteFactory.create(employer=employer, city=city, country=country), **kwargs)


@pytest.mark.usefixtures("northline")
def test_choosing_in_one_facet_never_clears_another() -> None:
    RoleFactory.create()
    for first, second in itertools.permutations(CHOICES, 2):
        alone, both = filtered(CHOICES[first]).chosen, filtered(f"{CHOICES[first]}&{CHOICES[second]}").chosen
        assert {name: both[name] for name in alone} == alone, (first, second)


@pytest.mark.usefixtures("northline")
def test_the_canonical_address_is_the_same_for_every_order() -> None:
    RoleFactory.create()
    parts = [part for choice in CHOICES.values() for part in choice.split("&")]
    expected = filtered("&".join(parts)).canonical.urlencode()
    chance = random.Random(4)
    for _number in range(5):
        chance.shuffle(parts)
        picked = filtered("&".join([*parts, "page=3", "nonsense=1", "tier=boss"]))
        assert picked.canonical.urlencode() == expected
    assert expected.startswith("q=agent&where=norway&tier=agent&role=")
    again = filtered(expected)
    assert (again.canonical.urlencode(), again.ignored) == (expected, [])


def test_everything_in_an_address_reaches_the_query(northline: Any) -> None:
    RoleFactory.create()
    query = filtered("&".join(CHOICES.values())).query
    assert query.choices == {
        "tier": ("agent",),
        "role": ("agent-customer-service",),
        "work": ("customer_service", "sales"),
        "channel": ("voice",),
        "lang": ("en", "hr"),
        "band": ("night", "weekend"),
        "day": ("sun",),
        "workplace": ("remote",),
        "employment": ("part_time",),
        "student": ("1",),
        "hours": ("37up",),
        "currency": ("NOK",),
        "payband": ("NOK-200",),
        "experience": ("none",),
        "training": ("paid",),
        "start": ("open",),
        "country": ("NO",),
        "city": ("NO-oslo",),
        "industry": ("telecom",),
        "employer": (str(northline.pk),),
        "posted": ("7",),
    }
    assert (query.level, query.pay_from, query.pay_to, query.fit_least) == ("B2", Decimal(200), Decimal(300), "half")
    assert query.text
    assert query.area
    assert query.area.countries == ("NO",)
    assert query.fit == Profile(week=1 << 3)
    assert query.starts_by


def test_remote_posting_survives_the_filter_of_a_country_it_hires_in() -> None:
    remote = PostingFactory.create(workplace="remote", country="SE", city="", site=None, remote_countries=["NO", "SE"])
    elsewhere = PostingFactory.create(workplace="remote", country="NO", remote_countries=["HR"])
    office = PostingFactory.create(country="NO")
    assert found("country=NO") == {remote.pk, office.pk}
    assert found("where=norway") == {remote.pk, office.pk}
    assert found("where=Norge&workplace=remote") == {remote.pk}
    assert found("country=HR") == {elsewhere.pk}


def test_remote_posting_survives_the_filter_of_a_city_in_such_a_country() -> None:
    office = in_town("Tromsø")
    remote = in_town("Bergen", workplace="remote", remote_countries=["NO"])
    swedish = PostingFactory.create(workplace="remote", remote_countries=["SE"])
    assert found("where=tromso") == {office.pk, remote.pk}
    assert found("where=Tromsø, Norway") == {office.pk, remote.pk}
    assert swedish.pk not in found("where=Tromsø")
    # A town that nobody knows: what can be done from its country.
    assert found("where=Tromsø, Sweden") == {swedish.pk}


def test_a_country_is_known_by_its_name_in_every_language() -> None:
    croatian = PostingFactory.create(country="HR", city="Split")
    PostingFactory.create(country="NO")
    for name in ("Croatia", "hrvatska", "Kroatia", "Kroatien", "Хорватия", "HR", "croat"):
        assert found(f"where={name}") == {croatian.pk}, name


def test_language_level_means_what_i_speak() -> None:
    easy = PostingFactory.create(spoken=[("nb", "B1")])
    hard = PostingFactory.create(spoken=[("nb", "C1")])
    assert found("lang=nb") == {easy.pk, hard.pk}
    assert found("lang=nb&level=B2") == {easy.pk}
    assert filtered("lang=nb&level=B2").answer().of("lang", "nb") == 1


def test_pay_needs_its_currency_and_says_so() -> None:
    good = PostingFactory.create(pay_min=Decimal(230), pay_max=Decimal(250))
    PostingFactory.create(pay_min=Decimal(200), pay_max=Decimal(250))
    PostingFactory.create(pay_min=Decimal(230), pay_max=Decimal(250), pay_currency="SEK")
    assert found("pay=225&currency=NOK") == {good.pk}
    assert found("pay=225,00&currency=NOK") == {good.pk}
    unclear = filtered("pay=225")
    assert unclear.answer().total == 3
    assert [(item.label, item.value) for item in unclear.ignored] == [("Pay per hour, at least", "225")]


def test_start_date_counts_only_what_is_still_to_come() -> None:
    soon = PostingFactory.create(start_in_days=5)
    PostingFactory.create(start_in_days=30)
    PostingFactory.create()
    day = timezone.localdate() + timedelta(days=10)
    assert found(f"starts={day.isoformat()}") == {soon.pk}
    past = filtered(f"starts={(timezone.localdate() - timedelta(days=1)).isoformat()}")
    assert past.answer().total == 3
    assert past.ignored[0].reason == "That day has passed."


def test_sorting_by_pay_keeps_currencies_apart() -> None:
    low = PostingFactory.create(pay_min=Decimal(100), pay_max=Decimal(110))
    high = PostingFactory.create(pay_min=Decimal(200), pay_max=Decimal(210))
    euro = PostingFactory.create(pay_min=Decimal(900), pay_max=Decimal(900), pay_currency="EUR")
    none = PostingFactory.create(pay_basis="", pay_min=None, pay_max=None, pay_currency="")
    assert ids("sort=pay") == [high.pk, low.pk, euro.pk, none.pk]


def test_sorting_by_start_puts_the_soonest_first_and_no_date_last() -> None:
    later, none, soon = PostingFactory.create(start_in_days=30), PostingFactory.create(), PostingFactory.create(start_in_days=3)
    assert ids("sort=start") == [soon.pk, later.pk, none.pk]


def test_best_fit_is_the_order_that_shift_fit_computes() -> None:
    weeks = [[(day, 3) for day in range(7)], [(0, 1), (1, 1)], [(0, 1), (5, 3)], [(5, 3), (6, 3), (6, 4)]]
    postings = [PostingFactory.create(shift_mask=ShiftGrid.of(cells).mask) for cells in weeks]
    query = "sort=fit&week=1&week=6&week=28"
    have = ShiftGrid(mask_of(["1", "6", "28"])[0])
    expected = sorted(postings, key=lambda posting: (-posting.shifts.fit(have).share, -posting.pk))
    assert ids(query) == [posting.pk for posting in expected]


def test_a_typed_week_alone_sorts_by_fit() -> None:
    assert filtered("week=3").order == "fit"
    assert filtered("", profile=Profile(week=8)).order == "newest"
    assert filtered("sort=fit", profile=Profile(week=8)).order == "fit"
    assert filtered("sort=distance").order == "newest"
    assert filtered("").order == "newest"
    assert filtered("sort=fit").order == "newest"
    assert filtered("q=sales").order == "match"
    assert filtered("q=sales&sort=pay").order == "pay"


@pytest.mark.parametrize(
    "query",
    [
        "tier=boss", "tier=agent%FF", "lang=zzz", "lang=../../etc", "country=QQ", "band=" + "9" * 10_000, "pay=abc&currency=NOK",
        "pay=1e999&currency=NOK", "pay=NaN&currency=NOK", "pay=-5&currency=NOK", "currency=nok", "starts=tomorrow", "starts=2026-99-99",
        "level=B9", "level=B2", "sort=random", "radius=25", "where=oslo&radius=7", "words=1", "q=!!!", "role=nobody", "employer=nobody",
        "city=oslo", "city=XX-oslo", "payband=NOK-201", "payband=XXX", "hours=all", "day=monday", "start=2026-13", "start=soon", "posted=2",
        "payband=NOK-1e99999999", "payband=NOK-1e-99999999",
        "fit=whole", "fit=some&week=1", "pay_to=300", "pay=100&pay_to=50&currency=NOK", "training=1", "industry=mining", "channel=fax",
        "week=99", "week=-1", "week=x", "student=maybe", "experience=lots", "work=%F0%9F%92%A9",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out_and_said(query: str) -> None:
    posting = PostingFactory.create()
    picked = filtered(query)
    assert picked.answer().ids == (posting.pk,)
    assert picked.answer().total == 1
    assert len(picked.ignored) == 1
    assert len(picked.ignored[0].value) <= 40


def test_the_good_half_of_a_facet_is_kept_when_the_other_half_is_unknown() -> None:
    agent = PostingFactory.create()
    PostingFactory.create(role=RoleFactory.create(key="lead", tier="team_lead"))
    picked = filtered("tier=agent&tier=boss")
    assert picked.answer().ids == (agent.pk,)
    assert [item.value for item in picked.ignored] == ["boss"]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=" + "x" * 10_000, "where=%00%01", "where=" + "å" * 5_000,
        "q='%22&where=%25_", "q=%22%22%22%22", "q=!&q=%26|:*", "q=-", "page=-4", "tier=%00",
    ],
)  # fmt: skip
def test_free_text_takes_anything(query: str) -> None:
    PostingFactory.create()
    picked = filtered(query)
    assert picked.answer().total == len(picked.answer().ids)
