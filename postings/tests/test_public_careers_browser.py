"""The careers pages in Chromium: axe on phone and desktop, on paper, with the keyboard and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from postings.models import CareerMove, CareerStep, Certificate, PayFigure
from postings.tests.factories import PostingFactory
from postings.tests.library import publish_questions, publish_role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATHS = {
    "ladder": "/roles/", "role": "/roles/agent-customer-service/", "plain role": "/roles/quality-analyst/",
    "practice": "/interview-questions/", "no practice": "/interview-questions/?tier=director&category=strategy",
    "one": "/interview-questions/?one=2", "salaries": "/salaries/", "narrowed": "/salaries/?tier=agent&role=agent-customer-service",
    "no salaries": "/salaries/?tier=director&country=NO",
}  # fmt: skip


@pytest.fixture
def careers(db: None) -> None:
    """A ladder with a branch, a role with everything its guide can hold, figures of two sources, and two banks."""
    cache.clear()
    role = publish_role(languages=("en", "ru"), isco="4222", soc="43-4051")
    up = publish_role("team-lead", tier="team_lead")
    asides = [publish_role(f"aside-{number}", tier="team_lead") for number in range(3)] + [
        publish_role("quality-analyst", tier="team_lead")
    ]
    for position, (step_role, months) in enumerate(((role, (6, 9)), (up, (24, 48)))):
        words = {
            "name": "Agent with a long title",
            "about": "You answer.",
            "changes": "Everything is new.",
            "promoted": "Being there on time.",
        }
        CareerStep.objects.create(
            key=f"step-{position}", tier=step_role.tier, role=step_role, position=position, months_min=months[0], months_max=months[1],
            texts={"en": words},
        )  # fmt: skip
    CareerMove.objects.create(
        key="up", from_role=role, to_role=up, kind="up", months_min=18, months_max=27, texts={"en": {"changes": "You lead."}}
    )
    for aside in asides:
        CareerMove.objects.create(key=aside.key, from_role=role, to_role=aside, kind="sideways", texts={"en": {"changes": "Other work."}})
    certificate = Certificate.objects.create(key="c", name="Certified Agent", issuer="Board", texts={"en": {"about": "Shows it."}})
    certificate.roles.add(role)
    figures: dict[str, dict[str, Any]] = {
        "bureau": {"source_url": "https://bureau.example/"},
        "retail": {"industry": "retail", "amount": Decimal(36379), "is_converted": True, "conversion": "17.49 USD per hour by 2,080 hours"},
        "low": {"measure": "low", "amount": Decimal(32000), "source_name": "Guide of a very long name for contact centers", "year": None},
        "high": {"measure": "high", "amount": Decimal(35000), "source_name": "Guide of a very long name for contact centers", "year": None},
    }
    for key, values in figures.items():
        given: dict[str, Any] = {
            "tier": "agent", "role": role, "country": "US", "currency": "USD", "period": "year", "measure": "median",
            "amount": Decimal(42830), "year": 2024, "source_name": "Bureau of Statistics",
        }  # fmt: skip
        PayFigure.objects.create(key=key, **(given | values))
    for hourly in (200, 210, 220, 230, 240):
        PostingFactory.create(
            role=role,
            country="NO",
            pay_basis="hour",
            pay_currency="NOK",
            pay_min=hourly,
            pay_max=hourly,
            hourly_min=hourly,
            hourly_max=hourly,
        )
    publish_questions(count=3)
    publish_questions(key="lead", tier="team_lead")


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, careers: None) -> Iterator[Any]:
    contexts = []

    def opened(path: str, width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, live_server: LiveServer, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page("/roles/", width=width, color_scheme=scheme)
    for name, path in PATHS.items():
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        found = Axe().run(page).response["violations"]
        assert [(name, item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        # A table that must be scrolled sideways hides its last column from most who read it on a phone.
        assert page.evaluate("[...document.querySelectorAll('.table-wrap')].every(box => box.scrollWidth <= box.clientWidth + 1)"), name
        assert page.evaluate("[...document.querySelectorAll('h1')].length") == 1, name


def test_the_filters_of_the_salaries_stand_in_one_row(open_page: Any) -> None:
    page = open_page(PATHS["narrowed"])
    page.wait_for_selector(".pay-filter__send a")
    bottoms = page.evaluate(
        "[...document.querySelectorAll('.pay-filter :is(select, button)')].map(box => box.getBoundingClientRect().bottom)"
    )
    assert len(bottoms) == 6
    assert max(bottoms) - min(bottoms) <= 2


def test_a_guide_keeps_its_parts_in_view_on_wide_screens_and_spares_phones_the_list(open_page: Any) -> None:
    page = open_page(PATHS["role"])
    page.click(".parts a[href='#practice-title']")
    page.wait_for_function("document.querySelector('#practice-title').getBoundingClientRect().top < 300")
    assert 0 <= page.locator(".parts").bounding_box()["y"] < 500
    page.set_viewport_size({"width": 360, "height": 900})
    assert not page.locator(".parts").is_visible()
    summary, facts = (page.locator(selector).bounding_box()["y"] for selector in (".posting__summary", ".posting__facts"))
    assert summary < facts, "a phone says first what the work is"


@pytest.mark.parametrize("width", [360, 1440])
def test_the_branches_leave_the_line_and_stay_on_the_page(open_page: Any, width: int) -> None:
    page = open_page("/roles/", width=width)
    track, branch, stops = page.evaluate(
        """() => {
          const rung = document.querySelector(".rung:has(.branch)"), ways = rung.querySelector(".branch");
          const drawn = getComputedStyle(ways, "::before");
          const mark = rung.querySelector(".line__mark").getBoundingClientRect();
          const stops = [...rung.querySelectorAll(".branch__stop")].map(stop => stop.getBoundingClientRect());
          return [mark.left + mark.width / 2, ways.getBoundingClientRect().left + parseFloat(drawn.left) + 2,
                  stops.map(stop => [stop.left, stop.top, stop.right])];
        }"""
    )
    assert abs(track - branch) < 1.5, "the branch begins in the middle of the line"
    assert len(stops) == 4
    assert max(stop[2] for stop in stops) <= width
    across = {round(stop[1]) for stop in stops}
    assert len(across) == (1 if width == 1440 else 4)


def test_practice_one_at_a_time_with_the_keyboard_and_without_scripts(open_page: Any) -> None:
    page = open_page("/interview-questions/?tier=agent", width=360, java_script_enabled=False)

    def tab_to(selector: str) -> None:
        for _press in range(60):
            page.keyboard.press("Tab")
            if page.locator(f"{selector}:focus-visible").count():
                box = page.locator(selector).bounding_box()
                assert box["y"] >= 0, "the focus is in view"
                assert box["y"] + box["height"] <= 900, "the focus is in view"
                return
        raise AssertionError(f"no way to {selector} with the Tab key")

    def follow(selector: str) -> None:
        tab_to(selector)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    follow(".practice-count a")
    assert page.locator("#one-place").inner_text().startswith("Question 1 of 3")
    tip = page.locator(".one__tip p")
    assert not tip.is_visible(), "the answer is one's own first"
    tab_to(".one__tip summary")
    page.keyboard.press("Enter")
    assert tip.inner_text() == "Tip 1 (en)."
    for place in (2, 3):
        follow(".one__nav [rel=next]")
        assert page.locator("#one-place").inner_text().startswith(f"Question {place} of 3")
    follow(".one__nav .button--primary")
    assert page.url.endswith("/interview-questions/?tier=agent")
    assert page.locator(".asked__item").count() == 3


def test_paper_holds_the_text_and_no_controls(open_page: Any) -> None:
    page = open_page("/interview-questions/", width=794)
    page.emulate_media(media="print")
    assert page.locator(".asked__item .write-line").first.is_visible()
    assert not page.locator(".practice-nav, .jumps, .practice-count a").first.is_visible()
    page.goto(page.url.replace("/interview-questions/", PATHS["role"]))
    assert page.locator(".asked__tip").first.is_visible()
    for control in (".parts", ".posting__text .button", ".posting__text .write-line", ".site-header"):
        assert not page.locator(control).first.is_visible(), control
