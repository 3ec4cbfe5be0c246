"""The whole way of a search in Chromium: a wide screen and a phone, with scripts and without, by keyboard, axe in both themes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from postings.models import Posting
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, TitleAliasFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(open_page_as: Any) -> Any:
    return open_page_as(None)


@pytest.fixture
def market(db: None) -> Posting:
    """Three agents and a team lead of two employers in two currencies; one of them remote."""
    agent, lead = RoleFactory.create(), RoleFactory.create(key="lead", tier="team_lead", work_type="leadership")
    TitleAliasFactory.create(role=agent, text="Customer service agent", normalized="customer service agent", is_preferred=True)
    TitleAliasFactory.create(role=agent, text="CSR", normalized="csr")
    northline = EmployerFactory.create(slug="northline", name="Northline")
    first = PostingFactory.create(employer=northline, role=agent, start_in_days=20, text__title="Help people by phone")
    PostingFactory.create(role=agent, workplace="remote", remote_countries=["NO", "SE"], closes_on=timezone.localdate() + timedelta(days=9))
    PostingFactory.create(role=agent, pay_currency="EUR", pay_min=12, pay_max=14, spoken=[("nb", "C1")])
    PostingFactory.create(role=lead, employer=northline, text__title="Team lead")
    return first


def axe(page: Page, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [(name, item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def ready(page: Page) -> Page:
    """With its scripts, on a machine that is busy."""
    page.wait_for_load_state("networkidle")
    return page


def heading(page: Page, text: str) -> None:
    page.wait_for_selector(f"#results-title:has-text('{text}')")


def two_values_of_one_facet(page: Page) -> None:
    """Either of them is found; and links to other looks of the page follow."""
    page.check("#f-workplace-on_site")
    heading(page, "3 open jobs")
    assert page.url.endswith("/jobs/?q=CSR&workplace=on_site&workplace=remote")
    # Another language and other colors show the same.
    asked = page.url.partition("?")[2]
    page.wait_for_selector(f"header a[hreflang=nb][href$='/nb/jobs/?{asked}']", state="attached")
    assert page.input_value(".theme-switch [name=next]") == f"/jobs/?{asked}"
    # Enter asks for what is shown already, and makes no step of it.
    steps = page.evaluate("history.length")
    page.focus("#f-q")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results-title:focus")
    assert page.evaluate("history.length") == steps
    page.uncheck("#f-workplace-on_site")
    heading(page, "1 open job")
    page.uncheck("#f-workplace-remote")
    heading(page, "3 open jobs")


def test_a_search_on_a_wide_screen_by_keyboard(open_page: Any, market: Posting) -> None:
    page = open_page("/jobs/", color_scheme="light")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    heading(page, "4 open jobs")
    # Titles are offered while typing; the arrow marks one and Enter takes it.
    page.wait_for_selector("#f-q[role=combobox]")
    page.focus("#f-q")
    page.keyboard.type("csr")
    page.wait_for_selector(".suggest__row >> text=CSR")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#f-q", "aria-activedescendant") == page.get_attribute(".suggest__row", "id")
    assert page.inner_text(".suggested [role=status]") == "Suggestions: 1"
    axe(page, "suggestions")
    page.keyboard.press("Enter")
    heading(page, "3 open jobs")
    assert page.get_attribute("#f-q", "aria-expanded") == "false"
    assert "Also showing: Customer service agent" in page.inner_text(".also")
    assert page.title().startswith("3 open jobs: “CSR” · ")
    # A choice changes the list, the counts, the address and what is said aloud; the focus stays on it.
    page.focus("#f-workplace-remote")
    page.keyboard.press("Space")
    heading(page, "1 open job")
    assert page.url.endswith("/jobs/?q=CSR&workplace=remote")
    assert page.evaluate("document.activeElement.id") == "f-workplace-remote"
    assert page.inner_text("#results-status").strip() == "1 open job"
    assert page.locator("[data-fold=workplace] > summary .count").inner_text() == "1"
    assert page.locator("label:has(#f-workplace-on_site) small").inner_text() == "2"
    two_values_of_one_facet(page)
    # Pay: the bands of a currency as bars.
    page.click("[data-fold=pay] > summary")
    page.select_option("#f-currency", "NOK")
    heading(page, "2 open jobs")
    assert page.locator(".choice--bar").count() == 1
    axe(page, "results")
    page.go_back()
    heading(page, "3 open jobs")
    # A word taken away takes the text out of its box, and moves the focus to the heading.
    page.click(".chosen a:has-text('CSR')")
    page.wait_for_selector("#results-title:focus")
    assert page.input_value("#f-q") == ""
    heading(page, "4 open jobs")
    # An employer is a filter. What was looked for stays on the device.
    page.fill("#f-q", "north")
    page.click(".suggest__row >> text=Northline")
    heading(page, "2 open jobs")
    assert page.url.endswith("?employer=northline")
    page.goto(page.url.split("?")[0])
    page.click(".recent summary")
    assert page.locator(".recent__list a").all_inner_texts()[0] == "Northline"
    page.click("[data-recent-clear]")
    assert page.locator(".recent details").is_hidden()
    assert page.inner_text(".recent p:focus") == "Forgotten. This device keeps no recent searches."
    assert page.evaluate("localStorage.length") == 0
    assert said == []


def test_a_place_is_not_searched_for_while_it_is_being_typed(open_page: Any, market: Posting) -> None:
    page = ready(open_page("/jobs/"))
    page.focus("#f-q")
    page.keyboard.type("lead")
    page.keyboard.press("Tab")
    page.keyboard.type("o")
    heading(page, "1 open job")
    assert page.url.endswith("/jobs/?q=lead")
    page.keyboard.type("slo")
    page.wait_for_timeout(300)
    assert page.url.endswith("/jobs/?q=lead")
    assert page.input_value("#f-where") == "oslo"
    page.keyboard.press("Tab")
    page.wait_for_url("**/jobs/?q=lead&where=oslo")


def test_a_search_on_a_phone_with_wishes(open_page: Any, market: Posting) -> None:
    page = ready(open_page("/jobs/", width=360, color_scheme="dark"))
    assert not page.locator("#f-tier-agent").is_visible()
    page.click(".sheet__button")
    assert page.evaluate("document.activeElement.matches('[data-sheet-title]')")
    assert page.evaluate("document.querySelector('#results').inert")
    page.check("#f-tier-agent")
    page.wait_for_selector(".filter__actions button:has-text('Show 3 jobs')")
    assert page.locator("#f-tier-team_lead").is_visible()
    axe(page, "sheet")
    # The choice that was just made stays under the finger, and no choice makes a step of its own.
    page.locator("#f-workplace-on_site").scroll_into_view_if_needed()
    before = page.locator("#f-workplace-on_site").bounding_box()
    steps = page.evaluate("history.length")
    page.check("#f-workplace-on_site")
    page.wait_for_selector(".filter__actions button:has-text('Show 2 jobs')")
    assert page.locator("#f-workplace-on_site").bounding_box() == before
    page.uncheck("#f-workplace-on_site")
    page.wait_for_selector(".filter__actions button:has-text('Show 3 jobs')")
    page.click(".filter__actions button")
    page.wait_for_selector("#results-title:focus")
    assert page.evaluate("history.length") == steps
    assert page.url.endswith("/jobs/?tier=agent")
    assert not page.locator("#f-tier-agent").is_visible()
    assert page.locator(".sheet__button .count").inner_text() == "1"
    page.click(".sheet__button")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.sheet__button')")
    assert not page.evaluate("document.querySelector('#results').inert")
    # What one can and wants is said once; what is wrong is said beside it and nothing is lost.
    page.click(".sheet__button")
    page.click("text=Mark my week")
    page.click("th[data-row='0'] button")
    page.click("th[data-row='1'] button")
    page.click("th[data-row='2'] button")
    page.uncheck("input[name=week][value='0']")
    page.select_option("#id_language_0", "en")
    page.fill("#id_pay", "150")
    page.click(".form-actions .button--primary")
    assert "Choose how well you speak it." in page.inner_text("#field-level_0")
    assert page.input_value("#id_pay") == "150"
    axe(page, "wishes")
    page.select_option("#id_level_0", "C1")
    page.select_option("#id_currency", "NOK")
    page.click(".form-actions .button--primary")
    page.wait_for_url("**/jobs/?tier=agent&sort=fit")
    assert page.locator(".sortings [aria-current]").inner_text() == "Best fit for me"
    assert page.evaluate("[...document.querySelectorAll('.sortings a')].every((one) => one.getBoundingClientRect().right <= innerWidth)")
    assert page.locator(".job__fits li").first.inner_text() == "Covers 14 of 15 shifts, misses Mon early"
    assert page.locator(".job__fits li >> text=Asks for Norwegian Bokmål C1").count() == 1
    axe(page, "fit")


def test_back_closes_the_sheet_of_a_phone_before_it_leaves_the_page(open_page: Any, market: Posting) -> None:
    page = open_page("/", width=360)
    home = page.url
    page.goto(f"{home}jobs/")
    ready(page)
    is_covered = "document.querySelector('#results').inert"

    def comes_and_goes() -> None:
        page.wait_for_selector("[data-sheet-title]:focus")
        assert page.evaluate(is_covered)
        page.go_back()
        page.wait_for_selector(".sheet__button:focus")
        assert not page.evaluate(is_covered)
        assert page.url == f"{home}jobs/"

    page.click(".sheet__button")
    comes_and_goes()
    page.go_forward()
    page.reload()
    comes_and_goes()
    # By keyboard the button is reached from within the sheet, and closes it.
    page.click(".sheet__button")
    page.wait_for_selector("[data-sheet-title]:focus")
    page.focus(".sheet__button")
    steps = page.evaluate("history.length")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results:not([inert])")
    assert page.evaluate("history.length") == steps
    # The step of the sheet is gone a moment later.
    page.wait_for_timeout(300)
    assert not page.evaluate(is_covered)
    assert page.url == f"{home}jobs/"
    # What was chosen stays chosen, as one step.
    page.click(".sheet__button")
    page.check("#f-tier-agent")
    page.wait_for_selector(".filter__actions button:has-text('Show 3 jobs')")
    page.check("#f-workplace-on_site")
    page.wait_for_selector(".filter__actions button:has-text('Show 2 jobs')")
    page.go_back()
    page.wait_for_selector(".sheet__button:focus")
    assert page.url == f"{home}jobs/?tier=agent&workplace=on_site"
    assert page.locator("#f-tier-agent").is_hidden()
    heading(page, "2 open jobs")
    page.go_back()
    heading(page, "4 open jobs")
    assert page.url == f"{home}jobs/"
    page.go_back()
    assert page.url == home


def test_a_search_that_fails_is_asked_once_more_where_that_can_help(open_page: Any, market: Posting) -> None:
    page = ready(open_page("/jobs/", width=360))
    asked: list[str] = []
    answers: list[int] = []
    headers: dict[str, str] = {}

    def answer(route: Any) -> None:
        if "hx-request" not in route.request.headers:
            return route.continue_()
        asked.append(route.request.url)
        status = answers.pop(0)
        return route.continue_() if status == 200 else route.fulfill(status=status, headers=headers, body="")

    page.route("**/jobs/?*", answer)
    # An error of the search itself: said at once, and what was typed stays.
    answers[:] = [500]
    page.fill("#f-q", "CSR")
    page.keyboard.press("Enter")
    page.wait_for_selector(".jobs__failed[role=alert]")
    assert len(asked) == 1
    assert page.input_value("#f-q") == "CSR"
    assert page.get_attribute(".jobs__failed a", "href") == "/jobs/?q=CSR"
    axe(page, "failed")
    # A server that has too much to do is not asked again by itself.
    answers[:], headers["Retry-After"] = [503], "30"
    page.evaluate("document.querySelector('.jobs__failed').remove()")
    page.click("#f-q")
    page.keyboard.press("Enter")
    page.wait_for_selector(".jobs__failed")
    assert len(asked) == 2
    headers.clear()
    # One that starts anew: once more, with all that belongs to it.
    answers[:] = [503, 200]
    page.click("#f-q")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results-title:focus")
    heading(page, "3 open jobs")
    assert len(asked) == 4
    assert page.url.endswith("/jobs/?q=CSR")
    assert page.locator(".jobs__failed").count() == 0
    # Not a third time; the sheet says it where one looks, and stays open.
    answers[:] = [502, 502]
    page.click(".sheet__button")
    page.check("#f-workplace-remote")
    page.wait_for_selector(".filter__actions .jobs__failed")
    assert len(asked) == 6
    assert page.is_checked("#f-workplace-remote")
    page.click("[data-sheet-close]")
    page.click(".jobs__failed a")
    heading(page, "1 open job")
    assert page.url.endswith("/jobs/?q=CSR&workplace=remote")
    assert page.locator(".jobs__failed").count() == 0


def test_filters_stay_folded_on_a_phone_and_in_place_beside_results(open_page: Any, market: Posting) -> None:
    page = ready(open_page("/jobs/", width=360))
    page.fill("#f-q", "agent")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results-title:focus")
    assert not page.locator("#f-tier-agent").is_visible()
    # What stands outside the sheet is not counted on its button.
    assert page.locator(".sheet__button .count").count() == 0
    page.click(".sortings a >> text=Highest pay")
    page.wait_for_url("**sort=pay")
    assert not page.locator("#f-tier-agent").is_visible()
    wide = ready(open_page("/jobs/"))
    wide.set_viewport_size({"width": 1440, "height": 700})
    box = wide.locator("#f-lang-nb")
    box.scroll_into_view_if_needed()
    # At once: a wheel scrolls on for a while.
    wide.evaluate("scrollBy({ top: 200, behavior: 'instant' })")
    assert wide.evaluate("scrollY") > 0
    at = box.evaluate("one => one.getBoundingClientRect().top")
    box.check()
    wide.wait_for_url("**lang=nb")
    wide.wait_for_selector(".chosen")
    assert abs(box.evaluate("one => one.getBoundingClientRect().top") - at) < 2
    # Nor does a step back throw the page to its end.
    wide.go_back()
    wide.wait_for_url(lambda url: "lang=nb" not in url)
    wide.wait_for_selector(".chosen", state="detached")
    wide.wait_for_load_state("networkidle")
    assert wide.evaluate("innerHeight + scrollY < document.documentElement.scrollHeight - 100")


def test_everything_works_without_scripts(open_page: Any, market: Posting) -> None:
    page = open_page("/", width=360, java_script_enabled=False)
    page.fill("#home-q", "CSR")
    page.click("button >> text=Search")
    assert page.locator("#results-title").inner_text() == "3 open jobs"
    page.click(".sheet__button")
    page.check("#f-workplace-on_site")
    page.click(".filter__actions button")
    assert "workplace=on_site" in page.url
    assert page.locator("#results-title").inner_text() == "2 open jobs"
    assert page.locator(".notice").count() == 0
    page.goto(page.url.replace("CSR", "custmer+servise+agent"))
    assert "customer service agent" in page.inner_text(".meant").lower()
    page.goto(page.url.split("?")[0] + "my-week/")
    page.select_option("#id_language_0", "nb")
    page.click("text=Add a language")
    assert page.locator("select[name^=language_]").count() == 3
    assert page.input_value("#id_language_0") == "nb"
    page.select_option("#id_level_0", "C2")
    page.click(".form-actions .button--primary")
    assert page.locator(".mine__list").text_content() == "Norwegian Bokmål C2"
    page.goto(page.url.split("?")[0] + "my-week/")
    page.click("text=Forget it")
    assert page.context.cookies() == [] or "fit" not in {cookie["name"] for cookie in page.context.cookies()}
    assert page.inner_text(".message:focus").strip() == "Forgotten. This device no longer knows what you can and want."
