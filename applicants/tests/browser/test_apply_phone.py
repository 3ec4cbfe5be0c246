"""Applying and following it on a small phone, in Chromium: with the script, without it, and on a broken line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from applicants.access import status_token
from applicants.models import Application, ApplicationDraft
from applicants.tests.resumes import corpus
from postings.models import Posting
from postings.tests.factories import PostingFactory

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def offer(db: None) -> Posting:
    return PostingFactory.create(questions=2, start_in_days=30, spoken=[("nb", "B2"), ("en", "B1")])


@pytest.fixture
def resume(tmp_path: Path) -> Path:
    path = tmp_path / "Cora Lind CV.pdf"
    path.write_bytes(corpus.pdf())
    return path


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console says against our pages."""
    return []


@pytest.fixture
def open_phone(browser: Browser, complaints: list[str]) -> Iterator[Any]:
    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(viewport=options.pop("viewport", PHONE), **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


def shoot(page: Page, name: str) -> None:
    """For people: set SCREENSHOTS to a folder to look at the pages."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def healthy(page: Page, name: str) -> None:
    """Nothing for axe, nothing wider than the phone, nothing in the console."""
    from axe_playwright_python.sync_playwright import Axe

    shoot(page, name)
    found = Axe().run(page).response["violations"]
    assert [(item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def said(page: Page, words: str) -> None:
    """The line under the form begins so, within a slow machine's patience. A plain text would ignore case, and find
    "Saved" within "what you type … is saved as soon as the line is back"."""
    page.locator("[data-save-status]", has_text=re.compile(rf"^\s*{re.escape(words)}")).wait_for(timeout=20_000)


def first_screen(page: Page, live_server: LiveServer, offer: Posting) -> None:
    page.goto(f"{live_server.url}{reverse('apply:start', args=[offer.code])}")
    page.fill("#id_name", "Cora Lind")
    page.fill("#id_email", "cora@example.com")
    page.fill("#id_phone", "22 33 44 55")


def second_screen(page: Page) -> None:
    page.locator('input[name="week"][value="1"]').check()
    page.locator('input[name="week"][value="6"]').check()
    page.select_option("#id_level_nb", "C1")
    page.select_option("#id_level_en", "B2")


def third_screen(page: Page) -> None:
    for group in page.locator('input[type="radio"][value="yes"]').all():
        group.check()
    page.locator("#id_consent").check()


def next_page(page: Page, name: str) -> None:
    page.locator(".form-actions button").first.click()
    page.wait_for_load_state()
    page.wait_for_selector(name)


@pytest.mark.parametrize(("script", "width"), [(True, 360), (False, 360), (True, 1440)])
def test_the_way_through(
    open_phone: Any, complaints: list[str], live_server: LiveServer, offer: Posting, resume: Path, script: bool, width: int
) -> None:
    page = open_phone(java_script_enabled=script, viewport={"width": width, "height": 740})
    mark = f"{'js' if script else 'plain'}-{width}"
    check = (lambda name: healthy(page, f"{mark}-{name}")) if script else (lambda name: shoot(page, f"{mark}-{name}"))
    first_screen(page, live_server, offer)
    check("1-contact")
    next_page(page, "#id_level_nb")
    second_screen(page)
    check("2-week")
    next_page(page, "#id_consent")
    third_screen(page)
    page.set_input_files("#id_resume", resume)
    if script:
        said(page, "Kept: Cora Lind CV.pdf")
    check("3-questions")
    next_page(page, ".line")
    assert page.url.endswith("/sent/")
    check("4-sent")

    application = Application.objects.get()
    assert application.phone == "+4722334455"
    assert application.documents.get().original_name == "Cora Lind CV.pdf"
    assert application.availability_mask == 0b1000010
    if script:
        assert application.time_zone != ""

    page.goto(f"{live_server.url}{reverse('status:detail', args=[status_token(application)])}")
    check("5-status")
    page.click("text=Correct your answers")
    page.wait_for_selector("#id_phone")
    check("6-correct")
    page.goto(f"{live_server.url}{reverse('status:withdraw', args=[status_token(application)])}")
    check("7-withdraw")
    page.click("text=Withdraw my application")
    page.wait_for_selector(".line__stop--ended")
    check("8-withdrawn")
    assert complaints == []


def test_errors_are_found_by_eye_and_by_ear(open_phone: Any, live_server: LiveServer, offer: Posting) -> None:
    page = open_phone()
    page.goto(f"{live_server.url}{reverse('apply:start', args=[offer.code])}")
    page.fill("#id_name", "Cora")
    page.fill("#id_email", "cora@")
    page.locator(".form-actions button").first.click()
    page.wait_for_selector(".error-summary")
    healthy(page, "errors")
    assert page.input_value("#id_email") == "cora@"
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_email"


def test_a_lost_line_is_said_and_made_good(open_phone: Any, live_server: LiveServer, offer: Posting) -> None:
    page = open_phone()
    page.goto(f"{live_server.url}{reverse('apply:start', args=[offer.code])}")
    page.context.set_offline(True)
    page.locator("#id_name").press_sequentially("Cora L")
    said(page, "No connection")
    page.locator(".form-actions button").first.click()
    assert page.input_value("#id_name") == "Cora L"
    page.context.set_offline(False)
    said(page, "Saved")
    assert ApplicationDraft.objects.get().data["contact"]["name"] == "Cora L"
    assert ApplicationDraft.objects.get().key in page.url
    page.reload()
    assert page.input_value("#id_name") == "Cora L"


def test_a_refused_file_is_said_at_once(open_phone: Any, live_server: LiveServer, offer: Posting, tmp_path: Path) -> None:
    page = open_phone()
    first_screen(page, live_server, offer)
    next_page(page, "#id_level_nb")
    second_screen(page)
    next_page(page, "#id_consent")
    bad = tmp_path / "cv.pdf"
    bad.write_bytes(b"I am a text.")
    page.set_input_files("#id_resume", bad)
    page.wait_for_selector(".errorlist[role=alert]")
    assert "what its name says" in page.inner_text(".errorlist[role=alert]")
    big = tmp_path / "big.pdf"
    big.write_bytes(b"%PDF-" + b"0" * 6_000_000)
    page.set_input_files("#id_resume", big)
    page.locator(".errorlist", has_text="5 MB").wait_for()


def test_the_enter_key_sends_and_never_removes_the_file(open_phone: Any, live_server: LiveServer, offer: Posting, resume: Path) -> None:
    page = open_phone()
    first_screen(page, live_server, offer)
    next_page(page, "#id_level_nb")
    second_screen(page)
    next_page(page, "#id_consent")
    page.set_input_files("#id_resume", resume)
    page.get_by_role("button", name="Remove the file").wait_for()
    third_screen(page)
    shoot(page, "kept")
    page.locator("#id_consent").press("Enter")
    page.wait_for_url("**/sent/")
    assert Application.objects.get().documents.count() == 1


def test_the_back_button_keeps_everything(open_phone: Any, live_server: LiveServer, offer: Posting) -> None:
    page = open_phone()
    first_screen(page, live_server, offer)
    next_page(page, "#id_level_nb")
    second_screen(page)
    next_page(page, "#id_consent")
    page.go_back()
    page.wait_for_selector("#id_level_nb")
    assert page.input_value("#id_level_nb") == "C1"
    page.goto(page.url.replace("/week/", "/contact/"))
    assert page.input_value("#id_email") == "cora@example.com"
    assert ApplicationDraft.objects.count() == 1
