"""The whole main job on a real portal: gunicorn, PostgreSQL, Valkey, a Celery worker, beat and a mailbox.

A curator publishes a new template version, a recruiter posts from it, a job seeker finds the posting in
Norwegian and applies with a PDF, the recruiter moves that application and rejects another, the mails arrive in
Norwegian, the status page tells the same, and the seeker withdraws. Told at the width of a phone and of a
desk, and once more without scripts; axe and the console are asked on every page.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from applicants.demo.people import DEMO_PASSWORD
from applicants.tests.resumes import corpus
from callcenter_jobs.local.demo import DEMO_DOMAIN
from callcenter_jobs.local.tests.test_portal import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(420)]
KEY = "agent-customer-service"
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def portal(browser: Browser) -> Iterator[str]:
    """The address of a portal that runs as ``make run`` runs it."""
    folder = Path(tempfile.mkdtemp(prefix="openline-story-"))
    folder.chmod(0o711)
    run = Run(folder)
    try:
        run.wait_for_table()
        yield f"http://localhost:{run.port}"
    finally:
        run.process.send_signal(signal.SIGINT)
        run.process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


class Person:
    """Somebody at a browser. Every page they come to must be sound."""

    def __init__(self, browser: Browser, portal: str, *, width: int, scripts: bool) -> None:
        self.portal, self.width, self.scripts = portal, width, scripts
        self.context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def go(self, path: str) -> None:
        response = self.page.goto(path if path.startswith("http") else self.portal + path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        self.look()

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self) -> None:
        if not self.scripts:
            return
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        assert [(item["id"], item["nodes"][0]["html"][:160]) for item in found] == [], self.page.url
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, self.page.url

    def sign_in(self, name: str) -> None:
        self.go("/account/login/")
        self.page.fill("input[name=login]", f"{name}@{DEMO_DOMAIN}")
        self.page.fill("input[name=password]", DEMO_PASSWORD)
        self.press("main form button[type=submit]")

    def text(self) -> str:
        return self.page.inner_text("main")

    def leave(self) -> None:
        self.context.close()
        assert self.complaints == []


def publish_a_template(ada: Person, title: str) -> None:
    """Ada gives the template a new title and publishes the version."""
    ada.sign_in("ada")
    ada.go(f"/curate/templates/{KEY}/")
    start = ada.page.locator(f'form[action$="/{KEY}/start/"] button')
    if start.count():
        ada.press(f'form[action$="/{KEY}/start/"] button')
    ada.go(f"/curate/templates/{KEY}/en/")
    ada.page.fill("#id_title", title)
    ada.press("main form:has(#id_title) .button--primary")
    ada.go(f"/curate/templates/{KEY}/")
    ada.page.fill("#id_note", "A clearer title")
    ada.press(f'button[formaction$="/{KEY}/publish/"]')
    assert "published" in ada.text().lower()


def tell_rejections_at_once(nora: Person) -> None:
    """Nora sets the undo window to nothing, so that the mail of a rejection can be waited for."""
    nora.sign_in("nora")
    nora.go("/desk/northline/team/settings/")
    nora.page.fill("#id_rejection_undo_hours", "0")
    nora.press("main form:has(#id_rejection_undo_hours) button[type=submit]")


def post_from_it(rosa: Person, title: str) -> str:
    """Rosa starts from Ada's version, fills in what is missing and publishes. Returns the posting's code."""
    rosa.sign_in("rosa")
    rosa.go("/desk/northline/postings/new/")
    rosa.press(f"main a.template-row__title[href*='{KEY}']")
    rosa.page.select_option("select[name=language]", "en")
    rosa.page.select_option("select[name=site]", index=1)
    rosa.press("main form[method=post] .button--primary")
    assert rosa.page.input_value("#id_title") == title
    following = "main form[method=post] .form-actions .button--primary, main form[method=post] .bottom-bar .button--primary"
    rosa.press(following)
    for cell in (0, 1, 2, 5, 6, 7, 10, 11, 12):
        rosa.page.check(f'input[name=shift_mask][value="{cell}"]')
    rosa.press(following)
    rosa.page.select_option("select[name=pay_basis]", "hour")
    rosa.page.fill("input[name=pay_min]", "215")
    rosa.page.fill("input[name=pay_max]", "240,50")
    rosa.page.select_option("select[name=pay_currency]", "NOK")
    rosa.press(following)
    rosa.page.select_option("select[name=languages-0-language]", "nb")
    rosa.page.select_option("select[name=languages-0-level]", "B2")
    rosa.press(following)
    rosa.page.fill("input[name=openings]", "12")
    rosa.press(following)
    code = rosa.page.url.rstrip("/").split("/")[-2]
    rosa.press("main form[action$='/publish/'] button")
    return code


def apply(seeker: Person, code: str, title: str, name: str, email: str, resume: Path) -> None:
    """A job seeker finds the posting by its title, in Norwegian, and sends an application."""
    seeker.go(f"/nb/jobs/?q={title.replace(' ', '+')}")
    seeker.press(f"main a[href*='-{code}/']")
    assert seeker.page.get_attribute("html", "lang") == "nb"
    seeker.press(f"main a[href*='/apply/{code}/']")
    seeker.page.fill("#id_name", name)
    seeker.page.fill("#id_email", email)
    seeker.press(".form-actions button")
    for cell in (1, 6, 11):
        seeker.page.check(f'input[name="week"][value="{cell}"]')
    seeker.page.select_option("#id_level_nb", "C1")
    seeker.press(".form-actions button")
    fill_in_answers(seeker.page)
    seeker.page.set_input_files("#id_resume", resume)
    if seeker.scripts:
        seeker.page.locator("[data-file-kept]:visible").wait_for(timeout=30_000)
    seeker.page.check("#id_consent")
    seeker.press(".form-actions button")
    assert seeker.page.url.endswith("/sent/")


def fill_in_answers(page: Page) -> None:
    """Answer every screening question in a way that raises no flag."""
    for group in {field.get_attribute("name") for field in page.locator("main input[type=radio]").all()}:
        page.locator(f'main input[type=radio][name="{group}"]').first.check()
    for field in page.locator("main input[inputmode=numeric], main input[inputmode=decimal], main input[type=number]").all():
        field.fill("12")
    for area in page.locator("main textarea").all():
        area.fill("Jeg liker å hjelpe folk.")


def mail_to(reader: Person, email: str, words: str) -> str:
    """Wait for a mail whose subject holds ``words``; returns its text."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        reader.page.goto(f"{reader.portal}/mailbox/?to={email}")
        link = reader.page.locator(".row__title a", has_text=re.compile(words))
        if link.count():
            reader.page.goto(reader.portal + str(link.first.get_attribute("href")))
            return reader.text()
        reader.page.wait_for_timeout(500)
    raise AssertionError(f"No mail to {email} about {words!r}: {reader.text()[:500]}")


def link_in(text: str, path: str) -> str:
    found = re.search(rf"https?://\S+{path}\S+", text)
    assert found, text
    return found.group(0).rstrip(".")


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (1440, True), (360, False)], ids=["phone", "desk", "no-scripts"])
def test_from_a_template_to_an_answer(browser: Browser, portal: str, tmp_path: Path, width: int, scripts: bool) -> None:
    number = next(NUMBERS)
    title = f"Customer guide {number}{os.getpid()}"
    resume = tmp_path / "Kari Nes CV.pdf"
    resume.write_bytes(corpus.pdf())
    kari, odd = f"kari{number}@example.com", f"odd{number}@example.com"

    def person() -> Person:
        return Person(browser, portal, width=width, scripts=scripts)

    ada, nora, rosa, seeker, reader = person(), person(), person(), person(), Person(browser, portal, width=1440, scripts=True)
    publish_a_template(ada, title)
    tell_rejections_at_once(nora)
    code = post_from_it(rosa, title)
    apply(seeker, code, title, "Kari Nes", kari, resume)
    apply(seeker, code, title, "Odd Øye", odd, resume)
    received = mail_to(reader, kari, "Northline")
    assert "Hei, Kari!" in received

    rosa.go(f"/desk/northline/board/{code}/")
    assert "Kari Nes" in rosa.text()
    move_url = rosa.page.locator(".card", has_text="Kari Nes").locator("a[href*='/move/']").get_attribute("href")
    reject_url = rosa.page.locator(".card", has_text="Odd Øye").locator("a[href*='/applications/']").first.get_attribute("href")
    rosa.go(str(move_url))
    rosa.page.locator(".move__stage", has_text="Interview").locator("input").check()
    rosa.press("form[action$='/move/'] button")
    rosa.go(f"{reject_url}reject/")
    rosa.page.select_option("select[name=disposition]", "shifts")
    rosa.press("form[action$='/reject/'] button")

    moved = mail_to(reader, kari, "intervju")
    rejected = mail_to(reader, odd, "[Ss]var")
    assert "Northline" in rejected
    status = link_in(moved, "/nb/status/")

    seeker.go(status)
    assert "Intervju" in seeker.text()
    rosa.go(str(move_url).removesuffix("move/"))
    assert "Kari Nes CV.pdf" in rosa.text()
    seeker.go(f"{status}withdraw/")
    seeker.press("main form button[type=submit]")
    mail_to(reader, kari, "trukket|trakk")
    rosa.page.reload()
    assert "Withdrawn" in rosa.text()
    for someone in (ada, nora, rosa, seeker, reader):
        someone.leave()
