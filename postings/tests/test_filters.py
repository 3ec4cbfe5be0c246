"""The filters of the results page: exact counts, no facet disturbs another, nothing typed breaks the page."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from postings.enums import EmploymentType, LanguageLevel, Tier, Workplace, WorkType
from postings.filters import PostingFilter
from postings.models import Posting
from postings.search.counting import BAND_MASKS
from postings.search.week import mask_of
from postings.shifts import ShiftGrid
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, SiteFactory

pytestmark = pytest.mark.django_db

LEVELS = list(LanguageLevel.values)
# One value per facet, chosen so that the random postings below split on each.
CHOICES: dict[str, str] = {
    "tier": "tier=agent",
    "work": "work=sales&work=customer_service",
    "band": "band=night&band=weekend",
    "lang": "lang=en&lang=hr&level=B2",
    "workplace": "workplace=remote",
    "country": "country=NO",
    "employment": "employment=part_time",
    "pay": "pay=200&currency=NOK",
    "starts": "starts=2099-01-01",
    "experience": "experience=none",
    "student": "student=1",
    "where": "where=oslo",
}


def filtered(query: str) -> PostingFilter:
    return PostingFilter(QueryDict(query), Posting.objects.open())


def found(query: str) -> set[int]:
    return {posting.pk for posting in filtered(query).sorted()}


@pytest.fixture
def many() -> list[Posting]:
    """Forty postings that differ in everything one can filter by; the same in each run."""
    chance = random.Random(20261121)
    employer = EmployerFactory.create()
    cities = {"Oslo": "NO", "Zagreb": "HR", "Malmö": "SE"}
    sites = [SiteFactory.create(employer=employer, city=city, country=country) for city, country in cities.items()]
    roles = [
        RoleFactory.create(key=f"{tier}-{work}", tier=tier, work_type=work)
        for tier, work in (("agent", "sales"), ("agent", "customer_service"), ("team_lead", "sales"), ("manager", "leadership"))
    ]
    for number in range(40):
        pay = chance.choice([None, Decimal(chance.randrange(150, 260))])
        PostingFactory.create(
            employer=employer,
            site=chance.choice(sites),
            role=chance.choice(roles),
            workplace=chance.choice(Workplace.values),
            remote_countries=chance.choice([[], ["NO"], ["HR", "SE"], ["NO", "HR", "SE"]]),
            employment_type=chance.choice(["full_time", "part_time", "temporary"]),
            shift_mask=ShiftGrid.of((chance.randrange(7), chance.randrange(5)) for _ in range(chance.randrange(1, 12))).mask,
            spoken=[(code, chance.choice(LEVELS)) for code in chance.sample(["en", "nb", "hr"], chance.randrange(1, 3))],
            start_in_days=chance.choice([None, 10, 40]),
            experience_months=chance.choice([0, 12]),
            is_student_friendly=chance.random() < 0.4,
            pay_min=pay,
            pay_max=pay,
            pay_basis="hour" if pay else "",
            pay_currency=chance.choice(["NOK", "EUR"]) if pay else "",
            revision=False,
        )
        if number % 10 == 9:
            PostingFactory.create(employer=employer, state="draft")
    return list(Posting.objects.open().for_list())


def hiring(posting: Posting) -> set[str]:
    return set(posting.remote_countries) if posting.workplace == "remote" and posting.remote_countries else {posting.country}


def speaks(posting: Posting, codes: Iterable[str], levels: Iterable[str]) -> bool:
    return any(spoken.language in set(codes) and spoken.level in set(levels) for spoken in posting.languages.all())


# The same rules once more, in plain Python: facet → does the posting match what CHOICES says.
RULES: dict[str, Callable[[Posting], bool]] = {
    "tier": lambda p: p.tier == "agent",
    "work": lambda p: p.work_type in {"sales", "customer_service"},
    "band": lambda p: bool(p.shift_mask & (BAND_MASKS["night"] | BAND_MASKS["weekend"])),
    "lang": lambda p: speaks(p, ["en", "hr"], ["A1", "A2", "B1", "B2"]),
    "workplace": lambda p: p.workplace == "remote",
    "country": lambda p: "NO" in hiring(p),
    "employment": lambda p: p.employment_type == "part_time",
    "pay": lambda p: p.pay_currency == "NOK" and p.hourly_min is not None and p.hourly_min >= 200,
    "starts": lambda p: bool(p.start_classes.all()),
    "experience": lambda p: p.experience_months == 0,
    "student": lambda p: p.is_student_friendly,
    "where": lambda p: p.city == "Oslo" or (p.workplace == "remote" and "NO" in hiring(p)),
}


def values_of(facet: str, levels: list[str]) -> dict[str, Callable[[Posting], bool]]:
    """Every choice of a facet with its rule."""

    def having(name: str, values: Iterable[str]) -> dict[str, Callable[[Posting], bool]]:
        return {value: lambda p, value=value: getattr(p, name) == value for value in values}  # type: ignore[misc]

    rules: dict[str, dict[str, Callable[[Posting], bool]]] = {
        "tier": having("tier", Tier.values),
        "work": having("work_type", WorkType.values),
        "workplace": having("workplace", Workplace.values),
        "employment": having("employment_type", EmploymentType.values),
        "pay": having("pay_currency", ["NOK", "EUR", "USD"]),
        "band": {name: lambda p, mask=mask: bool(p.shift_mask & mask) for name, mask in BAND_MASKS.items()},  # type: ignore[misc]
        "lang": {code: lambda p, code=code: speaks(p, [code], levels) for code in ("en", "nb", "hr", "ru")},  # type: ignore[misc]
        "country": {code: lambda p, code=code: code in hiring(p) for code in ("NO", "HR", "SE", "RU")},  # type: ignore[misc]
        "experience": {"none": RULES["experience"]},
        "student": {"1": RULES["student"]},
    }
    return rules[facet]


COUNTED = ("tier", "work", "band", "lang", "workplace", "country", "employment", "pay", "experience", "student")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_rows_totals_and_counts_equal_a_plain_computation(many: list[Posting], count: int) -> None:
    for names in itertools.combinations(CHOICES, count):
        query = "&".join(CHOICES[name] for name in names)
        expected = [posting for posting in many if all(RULES[name](posting) for name in names)]
        picked = filtered(query)
        assert picked.ignored == []
        assert {posting.pk for posting in picked.sorted()} == {posting.pk for posting in expected}, names
        assert picked.counts.total == len(expected), names
        levels = ["A1", "A2", "B1", "B2"] if "lang" in names else LEVELS
        for facet in COUNTED:
            others = [posting for posting in many if all(RULES[name](posting) for name in names if name != facet)]
            for value, rule in values_of(facet, levels).items():
                assert picked.counts.of(facet, value) == sum(map(rule, others)), (names, facet, value)


def test_all_facets_at_once_are_exact(many: list[Posting]) -> None:
    names = [name for name in CHOICES if name not in {"pay", "tier"}]
    expected = [posting for posting in many if all(RULES[name](posting) for name in names)]
    picked = filtered("&".join(CHOICES[name] for name in names))
    assert picked.counts.total == len(expected)


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(CHOICES, 2)))
def test_choosing_in_one_facet_never_clears_another(first: str, second: str) -> None:
    alone, both = filtered(CHOICES[first]).chosen, filtered(f"{CHOICES[first]}&{CHOICES[second]}").chosen
    assert {name: both[name] for name in alone} == alone


def test_counts_take_one_statement(many: list[Posting], django_assert_num_queries: Any) -> None:
    picked = filtered("tier=agent&lang=en&band=night&country=NO&pay=100&currency=NOK")
    with django_assert_num_queries(1):
        assert picked.counts.total >= 0


def test_remote_posting_survives_the_filter_of_a_country_it_hires_in() -> None:
    remote = PostingFactory.create(workplace="remote", country="SE", city="", site=None, remote_countries=["NO", "SE"])
    elsewhere = PostingFactory.create(workplace="remote", country="NO", remote_countries=["HR"])
    office = PostingFactory.create(country="NO")
    assert found("country=NO") == {remote.pk, office.pk}
    assert found("where=norway") == {remote.pk, office.pk}
    assert found("where=Norge&workplace=remote") == {remote.pk}
    assert found("country=HR") == {elsewhere.pk}


def test_remote_posting_survives_the_filter_of_a_city_in_such_a_country() -> None:
    office = PostingFactory.create(city="Tromsø")
    remote = PostingFactory.create(workplace="remote", city="Bergen", remote_countries=["NO"])
    swedish = PostingFactory.create(workplace="remote", remote_countries=["SE"])
    assert found("where=tromso") == {office.pk, remote.pk}
    assert found("where=Tromsø, Norway") == {office.pk, remote.pk}
    assert found("where=Tromsø, Sweden") == set()
    assert swedish.pk not in found("where=Tromsø")


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
    assert filtered("lang=nb&level=B2").counts.of("lang", "nb") == 1


def test_pay_needs_its_currency_and_says_so() -> None:
    good = PostingFactory.create(pay_min=Decimal(230), pay_max=Decimal(250))
    PostingFactory.create(pay_min=Decimal(200), pay_max=Decimal(250))
    PostingFactory.create(pay_min=Decimal(230), pay_max=Decimal(250), pay_currency="SEK")
    assert found("pay=225&currency=NOK") == {good.pk}
    assert found("pay=225,00&currency=NOK") == {good.pk}
    unclear = filtered("pay=225")
    assert unclear.counts.total == 3
    assert [(item.label, item.value) for item in unclear.ignored] == [("Pay per hour, at least", "225")]


def test_start_date_counts_only_what_is_still_to_come() -> None:
    soon = PostingFactory.create(start_in_days=5)
    PostingFactory.create(start_in_days=30)
    PostingFactory.create()
    day = timezone.localdate() + timedelta(days=10)
    assert found(f"starts={day.isoformat()}") == {soon.pk}
    past = filtered(f"starts={(timezone.localdate() - timedelta(days=1)).isoformat()}")
    assert past.counts.total == 3
    assert past.ignored[0].reason == "That day has passed."


def test_sorting_by_pay_keeps_currencies_apart() -> None:
    low = PostingFactory.create(pay_min=Decimal(100), pay_max=Decimal(110))
    high = PostingFactory.create(pay_min=Decimal(200), pay_max=Decimal(210))
    euro = PostingFactory.create(pay_min=Decimal(900), pay_max=Decimal(900), pay_currency="EUR")
    none = PostingFactory.create(pay_basis="", pay_min=None, pay_max=None, pay_currency="")
    assert [posting.pk for posting in filtered("sort=pay").sorted()] == [high.pk, low.pk, euro.pk, none.pk]


def test_sorting_by_start_puts_the_soonest_first_and_no_date_last() -> None:
    later, none, soon = PostingFactory.create(start_in_days=30), PostingFactory.create(), PostingFactory.create(start_in_days=3)
    assert [posting.pk for posting in filtered("sort=start").sorted()] == [soon.pk, later.pk, none.pk]


def test_best_fit_is_the_order_that_shift_fit_computes() -> None:
    weeks = [[(day, 3) for day in range(7)], [(0, 1), (1, 1)], [(0, 1), (5, 3)], [(5, 3), (6, 3), (6, 4)]]
    postings = [PostingFactory.create(shift_mask=ShiftGrid.of(cells).mask) for cells in weeks]
    query = "sort=fit&week=1&week=6&week=28"
    have = ShiftGrid(mask_of(["1", "6", "28"])[0])
    expected = sorted(postings, key=lambda posting: (-posting.shifts.fit(have).share, -posting.pk))
    assert [posting.pk for posting in filtered(query).sorted()] == [posting.pk for posting in expected]


def test_a_typed_week_alone_sorts_by_fit() -> None:
    assert filtered("week=3").order == "fit"
    assert filtered("").order == "newest"
    assert filtered("sort=fit").order == "newest"
    assert filtered("q=sales").order == "match"
    assert filtered("q=sales&sort=pay").order == "pay"


@pytest.mark.parametrize(
    "query",
    [
        "tier=boss", "tier=agent%FF", "lang=zzz", "lang=../../etc", "country=QQ", "band=" + "9" * 10_000, "pay=abc&currency=NOK",
        "pay=1e999&currency=NOK", "pay=NaN&currency=NOK", "pay=-5&currency=NOK", "currency=nok", "starts=tomorrow", "starts=2026-99-99",
        "level=B9", "level=B2", "sort=random", "week=99", "week=-1", "week=x", "student=maybe", "experience=lots", "work=%F0%9F%92%A9",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out_and_said(query: str) -> None:
    posting = PostingFactory.create()
    picked = filtered(query)
    assert [row.pk for row in picked.sorted()] == [posting.pk]
    assert picked.counts.total == 1
    assert len(picked.ignored) == 1
    assert len(picked.ignored[0].value) <= 40


def test_the_good_half_of_a_facet_is_kept_when_the_other_half_is_unknown() -> None:
    agent = PostingFactory.create()
    PostingFactory.create(role=RoleFactory.create(key="lead", tier="team_lead"))
    picked = filtered("tier=agent&tier=boss")
    assert [row.pk for row in picked.sorted()] == [agent.pk]
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
    assert picked.counts.total == len(list(picked.sorted()))
