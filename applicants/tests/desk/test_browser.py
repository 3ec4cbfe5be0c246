"""The desk in Chromium: keys, dragging and the dialog on the board; axe at both widths and in both themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

import pytest
from django.urls import reverse

from applicants import pipeline
from applicants.models import Application
from applicants.tests.desk.scene import give_kit, many, spread
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import PASSWORD
from callcenter_jobs.outbox.models import Message
from postings.models import Posting
from postings.tests.factories import stage_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., "Page"]


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, rosa: User) -> Iterator[Open]:
    contexts: list[Any] = []

    def opened(width: int = 1440, scheme: Literal["light", "dark"] = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=live_server.url, color_scheme=scheme)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(reverse("account_login"))
        page.fill("[name=login]", rosa.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main form button:has-text('Sign in')")
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()


def listen(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def stage(application: Application) -> str:
    return Application.objects.select_related("stage").get(pk=application.pk).stage.kind


def board(posting: Posting) -> str:
    return reverse("hiring:board", args=["northline", posting.code])


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_board_by_keys(open_page: Open, posting: Posting, rosa: User) -> None:
    ana, bjorn, dmitrij = many(posting, 3)
    pipeline.move(dmitrij, to=stage_of(posting, "interview"), by=rosa)
    page = open_page()
    said = listen(page)
    page.goto(board(posting))
    page.wait_for_selector(".column__all")
    page.locator(".card .n").first.focus()
    page.keyboard.press("ArrowDown")
    assert focused(page) == bjorn.name
    page.keyboard.press("ArrowRight")
    assert focused(page) == dmitrij.name
    page.keyboard.press("ArrowLeft")
    assert focused(page) == ana.name
    page.keyboard.press("x")
    assert page.locator("[data-bulk-count]").text_content() == "Selected: 1"
    assert page.locator(".bulk-bar").is_visible()
    page.keyboard.press("x")
    assert page.locator(".bulk-bar").is_hidden()
    page.keyboard.press("?")
    assert page.locator("[data-board-keys]").is_visible()
    page.keyboard.press("Escape")
    page.locator(".card .n").first.focus()
    page.keyboard.press("m")
    page.wait_for_selector("dialog[open] input[type=radio]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]", state="hidden")
    page.wait_for_selector(".message")
    assert stage(ana) == "interview"
    assert focused(page) == ana.name, "the focus follows the card"
    assert "Ana Kovačić is now in" in (page.locator("[data-board-live]").text_content() or "")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ana.get_absolute_url()}")
    assert said == []


def drag(page: Page, name: str, target: str) -> None:
    source = page.locator(".card", has_text=name).locator(".f")
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), page.locator(target).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 10, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 120), steps=5)
    assert page.locator(".card--ghost").is_visible()
    page.mouse.up()


def test_a_card_is_dragged_and_rejecting_by_drag_asks_for_the_reason(open_page: Open, posting: Posting) -> None:
    ana, bjorn = many(posting, 2)
    page = open_page()
    said = listen(page)
    page.goto(board(posting))
    page.wait_for_selector(".column__all")
    drag(page, ana.name, "[data-stage='2-interview']")
    page.wait_for_selector("[data-stage='2-interview'] .card")
    assert stage(ana) == "interview"
    assert Message.objects.get().kind == "interview_stage"
    drag(page, bjorn.name, "[data-kind=rejected]")
    page.wait_for_selector("dialog[open] select")
    assert stage(bjorn) == "applied", "nobody is rejected without a reason"
    page.click("dialog[open] button:has-text('Reject')")
    page.wait_for_selector("dialog[open] .errorlist")
    assert any("422" in line for line in said)
    page.select_option("dialog[open] select", "shifts")
    page.click("dialog[open] button:has-text('Reject')")
    page.wait_for_selector("dialog[open]", state="hidden")
    page.wait_for_selector(".message")
    assert stage(bjorn) == "rejected"
    assert [line for line in said if "422" not in line] == []


def test_a_drag_that_the_rules_forbid_says_so_and_moves_nothing(open_page: Open, posting: Posting, nora: User) -> None:
    ana = many(posting, 1)[0]
    page = open_page()
    page.goto(board(posting))
    page.wait_for_selector(".column__all")
    pipeline.move(ana, to=stage_of(posting, "screening"), by=nora)
    drag(page, ana.name, "[data-stage='3-offer']")
    page.wait_for_selector("dialog[open] [data-refusal]")
    assert "moved by someone else" in (page.locator("[data-refusal]").text_content() or "")
    assert stage(ana) == "screening"
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-stage='1-screening'] .card")


# Contrast is a matter of the theme and overflow of the width: two of the four combinations show every page in both.
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_no_page_of_the_desk_has_an_axe_finding(
    open_page: Open, rosa: User, posting: Posting, width: int, scheme: Literal["light", "dark"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    give_kit(posting)
    people = many(posting, 12)
    spread(people, by=rosa)
    rejected = Application.objects.filter(stage__kind="rejected")[0]
    mail = Message.objects.get(kind="offer_made", about=people[7].about)
    Message.objects.filter(pk=mail.pk).update(state="failed", last_error="550 no such user")
    args = {"home": [], "applications": [], "board": [posting.code], "kit": [posting.code, "2-interview"]}
    one: dict[str, list[str]] = {"application": [people[7].code], "move": [people[0].code], "reject": [people[0].code]}
    rest: dict[str, list[str]] = {"undo": [rejected.code], "mail": [people[7].code, mail.code]}
    page = open_page(width, scheme)
    said = listen(page)

    def check(name: str) -> None:
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        assert [(name, item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    for name, values in {**args, **one, **rest}.items():
        page.goto(reverse(f"hiring:{name}", args=["northline", *values]))
        check(name)
    page.goto(board(posting))
    for box in page.locator("[data-stage='0-applied'] input[type=checkbox]").all()[:3]:
        box.check()
    check("board with a selection")
    page.select_option(".bulk-bar select", "2-interview")
    page.click(".bulk-bar button[value=move]")
    page.wait_for_selector(".letter")
    check("bulk preview")
    assert said == []
