"""The style guide in Chromium: axe, reflow, keyboard, and the scripts of the components."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = [360, 1440]
GRID = '#id_a-shifts input[type="checkbox"]'


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Any]:
    contexts = []

    def opened(path: str = "/styleguide/", width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(open_page: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(width=width, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []


@pytest.mark.parametrize("frame", ["public", "account", "desk", "curate"])
def test_frames_are_accessible_and_reflow(open_page: Any, frame: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(f"/ru/styleguide/frames/{frame}/", width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page).response["violations"]
    assert [(item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []


def test_nothing_runs_out_of_the_header_on_a_tablet(open_page: Any) -> None:
    """The header clips what is too wide for it, so the page itself never tells."""
    edges = """[...document.querySelectorAll('.site-header .brand, .site-header .nav__list, .site-header__tools > *')].map((one) => {
        const { left, right, top, bottom } = one.getBoundingClientRect(); return [left, right, top, bottom];
    })"""
    for prefix in ("", "/nb", "/sv", "/hr", "/ru"):
        page = open_page(f"{prefix}/styleguide/frames/public/", width=700)
        for width in (700, 770, 800, 890, 900, 1000):
            page.set_viewport_size({"width": width, "height": 600})
            found = page.evaluate(edges)
            assert all(left >= 0 and right <= width for left, right, _top, _bottom in found), (prefix, width, found)
            rows = [one for one in found if one[2] < found[0][3]]
            assert all(one[1] <= other[0] for one, other in pairwise(rows)), (prefix, width, found)


def test_guide_fits_a_small_phone(open_page: Any) -> None:
    assert open_page(width=320).evaluate("document.documentElement.scrollWidth") <= 320


def test_no_word_in_the_console(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/styleguide/", wait_until="networkidle")
    page.close()
    assert said == []


def test_heads_of_the_grid_fill_and_clear_rows_and_columns(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#id_a-shifts .shift-grid__fill")
    page.click("#id_a-shifts th[data-row='0'] button")
    assert page.locator(f"{GRID}[data-band='0']:checked").count() == 7
    page.click("#id_a-shifts th[data-row='0'] button")
    assert page.locator(f"{GRID}[data-band='0']:checked").count() == 0
    page.click("#id_a-shifts th[data-column='1'] button")
    assert page.locator(f"{GRID}[data-day='1']:checked").count() == 5


def test_arrow_keys_move_in_the_grid(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#id_a-shifts .shift-grid__fill")
    page.focus("#id_a-shifts_0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert page.evaluate("[document.activeElement.dataset.day, document.activeElement.dataset.band]") == ["1", "1"]
    assert page.is_checked(f"{GRID}[data-day='1'][data-band='1']")


def test_dragging_paints(open_page: Any) -> None:
    page = open_page()
    page.wait_for_selector("#id_a-shifts .shift-grid__fill")
    start = page.locator(f"{GRID}[data-day='0'][data-band='0']")
    start.scroll_into_view_if_needed()
    a, b = start.bounding_box(), page.locator(f"{GRID}[data-day='3'][data-band='0']").bounding_box()
    page.mouse.move(a["x"] + 5, a["y"] + 5)
    page.mouse.down()
    page.mouse.move(b["x"] + 5, b["y"] + 5, steps=12)
    page.mouse.up()
    assert page.locator(f"{GRID}[data-band='0']:checked").count() == 4


def test_counter_counts(open_page: Any) -> None:
    page = open_page()
    page.fill("#id_a-about", "x" * 590)
    assert "10" in page.inner_text("#id_a-about_count")
    page.fill("#id_a-about", "x" * 603)
    assert "Characters too many: 3" in page.inner_text("#id_a-about_count")


def test_menus_open_by_key_and_close_by_escape(open_page: Any) -> None:
    page = open_page()
    page.focus(".language-menu summary")
    page.keyboard.press("Enter")
    assert page.is_visible(".language-menu .menu__body")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.is_visible(".language-menu .menu__body")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_everything_is_there_without_scripts(open_page: Any) -> None:
    page = open_page(width=360, java_script_enabled=False)
    assert page.locator(f"{GRID}").count() == 36
    page.click(".sheet > summary")
    assert page.is_visible(".sheet__body")
    page.click(".language-menu summary")
    page.click(".language-menu a[hreflang=nb]")
    assert page.url.endswith("/nb/styleguide/")


def test_filters_are_always_open_on_wide_screens(open_page: Any) -> None:
    page = open_page()
    assert page.is_visible(".sheet__body")
    assert not page.is_visible(".sheet__button")


def test_skip_link_is_first_and_works(open_page: Any) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("theme", ["", "dark"])
def test_print_is_dark_on_white_whatever_the_theme(open_page: Any, live_server: LiveServer, theme: str) -> None:
    page = open_page("/styleguide/frames/public/", color_scheme="dark")
    if theme:
        page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        page.reload()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert not page.is_visible(".site-header")
