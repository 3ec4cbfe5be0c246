"""The ladder, the pay and the moves of the role guides; practice one at a time; the salary page."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from postings.enums import Tier
from postings.models import CareerMove, CareerStep, Certificate, PayFigure, Posting, QuestionBank, Role, TemplateVersion
from postings.presenters_career import span_text
from postings.presenters_figures import groups
from postings.services.own_pay import kept_countries, kept_medians, own_medians
from postings.tests.factories import PostingFactory
from postings.tests.library import publish_questions, publish_role
from postings.views.public_practice import practice_questions

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_kept_medians() -> None:
    cache.clear()


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def figure(key: str, **values: object) -> PayFigure:
    given = {
        "tier": "agent", "country": "US", "currency": "USD", "period": "year", "measure": "median", "amount": Decimal(42830),
        "year": 2024, "source_name": "Bureau of Statistics",
    }  # fmt: skip
    return PayFigure.objects.create(key=key, **(given | values))


def open_posting(hourly: int, **values: object) -> None:
    pay = {"pay_basis": "hour", "pay_currency": "NOK", "pay_min": hourly, "pay_max": hourly, "hourly_min": hourly, "hourly_max": hourly}
    PostingFactory.create(country="NO", **(pay | values))


def test_the_ladder_shows_its_steps_with_times_and_ways_sideways(client: Client) -> None:
    role, aside = publish_role(), publish_role("trainer", tier="team_lead")
    for position, (key, months) in enumerate((("new", (6, 9)), ("skilled", (24, 48)))):
        CareerStep.objects.create(
            key=key, tier="agent", role=role, position=position, months_min=months[0], months_max=months[1],
            texts={"en": {"name": f"Step {key}", "about": "About.", "changes": "Changes.", "promoted": "Promoted."}},
        )  # fmt: skip
    CareerMove.objects.create(key="aside", from_role=role, to_role=aside, kind="sideways", texts={"en": {"changes": "Other."}})
    page = text_of(client, "/roles/")
    assert (
        page.index("Step new") < page.index("usually 6–9 months here") < page.index("Step skilled") < page.index("usually 2–4 years here")
    )
    assert page.count("Sideways from here:") == 1, "a role on two rungs is left from the upper one"
    assert "Step new" in text_of(client, "/hr/roles/"), "a language without words reads the English ones"


@pytest.mark.parametrize(
    ("months", "said"), [((6, 9), "6–9 months"), ((18, 27), "18–27 months"), ((24, 36), "2–3 years"), ((None, None), "")]
)
def test_typical_times_are_said_in_months_and_then_in_years(months: tuple[int | None, int | None], said: str) -> None:
    assert span_text(*months) == said


def test_a_role_guide_shows_pay_moves_certificates_and_an_occupation(client: Client) -> None:
    role, up = publish_role(), publish_role("lead", tier="team_lead")
    figure("own", role=role)
    figure("range-low", role=role, measure="p10", amount=22140, year=2018)
    figure("range-high", role=role, measure="p90", amount=55310, year=2018)
    CareerMove.objects.create(
        key="up", from_role=role, to_role=up, kind="up", months_min=24, months_max=36, texts={"en": {"changes": "You lead."}}
    )
    certificate = Certificate.objects.create(key="c", name="Certified Agent", issuer="Board", texts={"en": {"about": "Shows it."}})
    certificate.roles.add(role)
    page = text_of(client, "/roles/agent-customer-service/")
    for part in (
        "$42,830",
        "$22,140–55,310",
        "Bureau of Statistics",
        "usually after 2–3 years",
        "You lead.",
        "Certified Agent",
        "Shows it.",
    ):
        assert part in page, part
    assert "People come here from:" in text_of(client, "/roles/lead/")
    data = json.loads(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get("/roles/agent-customer-service/").content.decode())[0]
    )
    assert (data["@type"], data["occupationLocation"]) == ("Occupation", [{"@type": "Country", "name": "US"}])
    assert data["estimatedSalary"][0] == {
        "@type": "MonetaryAmountDistribution",
        "name": "Bureau of Statistics, 2024",
        "currency": "USD",
        "duration": "P1Y",
        "median": 42830.0,
    }  # fmt: skip
    assert {"percentile10", "percentile90"} <= set(data["estimatedSalary"][1])
    assert "SECRET" not in page


def test_the_occupation_uses_only_properties_that_it_has(client: Client) -> None:
    publish_role(isco="4222", soc="43-4051")
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get("/roles/agent-customer-service/").content.decode())
    data = json.loads(found[0])
    assert data["mainEntityOfPage"]["inLanguage"] == "en"
    assert data["occupationalCategory"][0] == {
        "@type": "CategoryCode", "inCodeSet": {"@type": "CategoryCodeSet", "name": "ISCO-08"}, "codeValue": "4222",
    }  # fmt: skip
    # schema.org/Occupation with what it has from Thing.
    assert set(data) <= {
        "@context", "@type", "name", "description", "mainEntityOfPage", "sameAs", "responsibilities", "qualifications",
        "occupationalCategory", "estimatedSalary", "occupationLocation",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/roles/", "/salaries/", "/interview-questions/"])
def test_more_roles_steps_figures_and_questions_take_no_more_queries(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            role, aside = publish_role(f"from-{number}"), publish_role(f"to-{number}", tier="team_lead")
            CareerStep.objects.create(key=f"step-{number}", tier="agent", role=role, position=number, texts={"en": {"name": "Step"}})
            CareerMove.objects.create(
                key=f"move-{number}", from_role=role, to_role=aside, kind="sideways", texts={"en": {"changes": "Other."}}
            )
            figure(f"figure-{number}", role=role, source_name=f"Source {number}")
            publish_questions(key=f"bank-{number}")

    fill(0, 2)
    client.get(path)
    cache.clear()
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    fill(2, 9)
    cache.clear()
    with django_assert_num_queries(len(few)):
        client.get(path)


def test_figures_stand_under_their_source_once(client: Client) -> None:
    publish_role()
    for key, industry in (("one", "retail"), ("two", "insurance")):
        figure(key, industry=industry, source_name="Bureau, in full", source_url="https://bureau.example/")
    figure("later", source_name="Bureau, in full", year=2025)
    page = text_of(client, "/salaries/")
    assert page.count("Bureau · 2024") == 1, "the drawing names source and year once for neighbors"
    assert page.count('<th scope="rowgroup"') == 2
    assert page.count('href="https://bureau.example/"') == 1


def test_a_guide_lists_only_the_parts_it_has(client: Client) -> None:
    publish_role()
    page = text_of(client, "/roles/agent-customer-service/")
    targets = re.findall(r'<li><a href="#([\w-]+)"', page)
    assert targets == ["duties-title", "needs-title", "real-title", "jobs-title"]
    assert all(f'id="{target}"' in page for target in targets)
    assert page.count("50–80 contacts a shift") == 1


def test_several_banks_can_be_jumped_to_and_one_cannot(client: Client) -> None:
    publish_questions()
    assert 'href="#bank-agent"' not in text_of(client, "/interview-questions/")
    publish_questions(key="lead", tier="team_lead")
    page = text_of(client, "/interview-questions/")
    assert page.index('href="#bank-lead"') < page.index('id="bank-lead"')


def test_a_retired_role_has_no_guide_and_nobody_moves_to_it(client: Client) -> None:
    role, gone = publish_role(), publish_role("gone", tier="team_lead")
    CareerMove.objects.create(key="up", from_role=role, to_role=gone, kind="up", texts={"en": {"changes": "You lead."}})
    Role.objects.filter(pk=gone.pk).update(is_active=False)
    assert client.get("/roles/gone/").status_code == 404
    assert "You lead." not in text_of(client, "/roles/agent-customer-service/")


def test_figures_of_one_source_stand_in_one_row_and_say_what_they_are() -> None:
    figure("median")
    figure("low", measure="low", amount=32000, source_name="Guide", year=None)
    figure("high", measure="high", amount=35000, source_name="Guide", year=None)
    figure("above", measure="low", amount=50000, source_name="Site", employer_name="Bigtel")
    figure("hourly", period="hour", amount="20.59")
    by_title = {group.title: group.rows for group in groups(PayFigure.objects.all())}
    assert set(by_title) == {"United States, USD per year", "United States, USD per hour"}
    shown = [(row.label, row.shown, row.measure, row.year) for row in by_title["United States, USD per year"]]
    assert ("Agent", "$42,830", "Median", "2024") in shown
    assert ("Agent", "$32,000–35,000", "Quoted range", "year not stated") in shown
    assert ("Bigtel", "from $50,000", "Quoted range", "2024") in shown


def test_own_medians_need_five_open_postings_with_exact_pay() -> None:
    for hourly in (200, 210, 220, 230):
        open_posting(hourly)
    assert own_medians() == []
    open_posting(400, pay_basis="minute", pay_min=5, pay_max=5)
    Posting.objects.filter(pay_basis="minute").update(hourly_is_estimate=True)
    open_posting(400, state="closed")
    assert own_medians() == [], "estimates and closed postings do not count"
    open_posting(300)
    (found,) = own_medians()
    assert (found.tier, found.country, found.currency, found.count) == ("agent", "NO", "NOK", 5)
    assert (found.low, found.median, found.high) == (Decimal("210.00"), Decimal("220.00"), Decimal("230.00"))
    assert own_medians(tier="manager") == []


def test_salaries_keep_published_figures_and_our_own_apart(client: Client) -> None:
    publish_role()
    figure("published")
    figure("converted", period="hour", amount="20.59", is_converted=True, conversion="by 2,080 hours")
    for hourly in (200, 210, 220, 230, 240):
        open_posting(hourly)
    page = text_of(client, "/salaries/")
    order = ["Published figures</h2>", "$42,830", "In the jobs that are open here", "NOK\u00a0220"]
    assert sorted(order, key=page.index) == order
    assert "20.59" not in page
    by_hour = text_of(client, "/salaries/?per=hour")
    assert "$20.59" in by_hour
    assert "Converted: by 2,080 hours" in by_hour
    manager = text_of(client, "/salaries/?tier=manager")
    assert "No published figure fits this choice" in manager
    assert "A median is shown once 5 open jobs" in manager


@pytest.mark.parametrize(
    "query", ["tier=nothing", "role=%00", "country=XX", "industry=1", "per=never", "tier=agent&tier=manager", "country=" + "x" * 5000]
)
def test_salaries_survive_any_address(client: Client, query: str) -> None:
    figure("published")
    assert client.get(f"/salaries/?{query}").status_code == 200


def test_a_role_without_figures_is_told_what_its_level_earns(client: Client) -> None:
    publish_role()
    figure("tier", measure="mean", amount=40000)
    assert "$40,000" in text_of(client, "/salaries/?role=agent-customer-service")


def test_practice_goes_through_the_questions_one_at_a_time(client: Client) -> None:
    publish_questions(count=3)
    first = text_of(client, "/interview-questions/?tier=agent&one=1")
    assert "Question 1 of 3" in first
    assert "Question 1 of agent (en)?</h1>" in first
    assert "?tier=agent&one=2" in first
    last = text_of(client, "/interview-questions/?tier=agent&one=3")
    assert "Done: see the list" in last
    assert "SECRET" not in first + last


@pytest.mark.parametrize("place", ["0", "-1", "99", "x", "9" * 50, "", "²"])
def test_a_place_that_does_not_exist_is_the_nearest_that_does(client: Client, place: str) -> None:
    publish_questions(count=2)
    assert "of 2" in text_of(client, f"/interview-questions/?one={place}")


def test_practice_without_questions_says_so_one_at_a_time_too(client: Client) -> None:
    assert "No question fits" in text_of(client, "/interview-questions/?one=1")


def test_nothing_leads_to_a_role_without_a_guide(client: Client) -> None:
    role, retired, planned = publish_role(), publish_role("retired"), publish_role("planned")
    Role.objects.filter(pk=retired.pk).update(is_active=False)
    TemplateVersion.objects.filter(template__role=planned).update(state="draft")
    for number, other in enumerate((retired, planned)):
        CareerStep.objects.create(key=f"s{number}", tier="agent", role=other, position=number, texts={"en": {"name": "Rung"}})
        CareerMove.objects.create(key=f"m{number}", from_role=role, to_role=other, kind="sideways", texts={"en": {"changes": "Other."}})
        CareerMove.objects.create(key=f"b{number}", from_role=other, to_role=role, kind="up", texts={"en": {"changes": "Other."}})
    for path in ("/roles/", "/roles/agent-customer-service/"):
        page = text_of(client, path)
        assert "/roles/retired/" not in page
        assert "/roles/planned/" not in page
    assert "Rung" in text_of(client, "/roles/")


def test_a_specialist_reads_the_questions_of_the_own_bank_first(client: Client) -> None:
    role = publish_role("wfm", tier="team_lead")
    publish_questions(key="general", tier="team_lead")
    publish_questions(key="own", tier="team_lead")
    QuestionBank.objects.filter(key="general").update(position=0)
    QuestionBank.objects.filter(key="own").update(position=9, role=role)
    found = list(practice_questions(tier="team_lead", role=role))
    assert [question.version.bank.key for question in found] == ["own", "own", "general", "general"]


def test_medians_are_read_once_for_all_readers(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    publish_role()
    for hourly in (200, 210, 220, 230, 240):
        open_posting(hourly)
    assert "NOK" in text_of(client, "/salaries/")
    Posting.objects.all().delete()
    with django_assert_num_queries(0):
        assert [median.count for median in kept_medians(tier="", role="")] == [5]
        assert kept_countries() == ["NO"]
    assert kept_medians(tier="manager") == [], "every choice is kept on its own"
    with translation.override("nb"):
        level = str(Tier("agent").label)
    assert level in text_of(client, "/nb/salaries/").partition('id="own-title"')[2], "the words are the reader’s, not the first one’s"


def test_two_figures_of_the_same_kind_are_two_rows() -> None:
    first, second = figure("one"), figure("two", amount=Decimal(45000))
    low, high = figure("low", measure="p10", amount=Decimal(30000)), figure("high", measure="p90", amount=Decimal(60000))
    rows = groups([first, second, low, high])[0].rows
    shown = [(row.middle, row.low, row.high) for row in rows]
    assert shown == [(Decimal(42830), Decimal(30000), Decimal(60000)), (Decimal(45000), None, None)]
