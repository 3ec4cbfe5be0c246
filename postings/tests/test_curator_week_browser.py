"""A curator's week in Chromium, by three people in two languages: edit, translate, review, publish, alias, import, restore.

Ada (curator) works in English on a wide screen, Tova (translator for Swedish) in Swedish on a phone, Rune (reviewer)
in English without scripts. The site asks for two people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from callcenter_jobs.accounts.tests.factories import UserFactory
from postings.enums import LibraryRole
from postings.models import LibraryEvent, TitleAlias
from postings.services.library import source_digest
from postings.tests.factories import LibraryMemberFactory, PostingFactory
from postings.tests.library import publish_role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

    from callcenter_jobs.accounts.models import User
    from postings.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEY = "agent-chat-email"
TEMPLATE = f"/curate/templates/{KEY}/"
CSV = "role,language,title\nagent-chat-email,en,web chat adviser\nnobody,en,ghost\nagent-chat-email,sv,chattrådgivare\n"


@pytest.fixture
def role() -> Role:
    """A published role in English and Swedish, with an open posting that no search word but a title finds."""
    from postings.models import TemplateText

    role = publish_role(KEY, languages=("en", "sv"))
    english = TemplateText.objects.get(version__template__role=role, language="en")
    TemplateText.objects.update(source_hash=source_digest(english))
    PostingFactory.create(role=role, text__title="Zzyx")
    return role


class Week:
    """Three people with a browser each."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.contexts: list[Any] = []

    def person(self, user: User, *, width: int, script: bool = True) -> Page:
        client = Client()
        client.force_login(user)
        context = self.browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.base}])
        self.contexts.append(context)
        return context.new_page()

    def go(self, page: Page, path: str) -> str:
        page.goto(self.base + path)
        return page.inner_text("main")


@pytest.fixture
def week(browser: Browser, live_server: LiveServer, settings: Any) -> Iterator[Week]:
    settings.LIBRARY_TWO_PEOPLE = True
    found = Week(browser, live_server.url)
    yield found
    for context in found.contexts:
        context.close()


def member(name: str, role: str, *languages: str) -> User:
    user = UserFactory.create(email=f"{name}@example.com", name=name.capitalize())
    LibraryMemberFactory.create(user=user, role=role, languages=list(languages))
    return user


def test_a_curators_week(week: Week, role: Role, ada: User, tmp_path: Any) -> None:
    tova, rune = member("tova", LibraryRole.TRANSLATOR, "sv"), member("rune", LibraryRole.REVIEWER)
    at_ada, at_tova, at_rune = week.person(ada, width=1440), week.person(tova, width=360), week.person(rune, width=1440, script=False)
    _edit(week, at_ada)
    _translate(week, at_tova)
    _review(week, at_ada, at_rune)
    assert "Du skriver till kunderna." in week.go(at_tova, f"/sv/roles/{KEY}/")
    _alias(week, at_ada)
    _import(week, at_ada, tmp_path)
    _restore(week, at_ada)
    history = week.go(at_rune, "/curate/history/")
    for who in ("Ada Novak", "Tova", "Rune"):
        assert who in history
    actions = set(LibraryEvent.objects.values_list("action", flat=True))
    assert {"created", "changed", "submitted", "returned", "published", "imported", "restored"} <= actions


def _edit(week: Week, page: Page) -> None:
    """Monday: a new version; what is typed is saved by itself and is there after a reload."""
    week.go(page, TEMPLATE)
    page.get_by_role("button", name="Start a new version").click()
    page.get_by_role("link", name="Edit English").click()
    page.fill("#id_summary", "You write to customers. One thread at a time, sometimes three.")
    page.wait_for_selector("[data-save-status] >> text=Saved")
    page.reload()
    assert page.input_value("#id_summary").startswith("You write to customers.")


def _translate(week: Week, page: Page) -> None:
    """Tuesday, in Swedish on a phone: the home names what is behind; English stands beside it with what changed."""
    week.go(page, "/sv/curate/")
    page.locator(f"main a[href='/sv{TEMPLATE}sv/']").first.click()
    assert page.locator("html").get_attribute("lang") == "sv"
    assert "sometimes three" in page.inner_text("main"), "the English beside it, with what is new in it"
    page.fill("#id_summary", "Du skriver till kunderna. Ett ärende i taget, ibland tre.")
    page.locator("main .save-bar button[type=submit]").first.click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for forbidden in (f"{TEMPLATE}hr/", f"{TEMPLATE}en/"):
        response = page.goto(week.base + forbidden)
        assert response is not None
        assert response.status == 403, forbidden
    assert page.goto(f"{week.base}{TEMPLATE}") is not None
    assert page.locator(f"form[action$='{TEMPLATE}submit/']").count() == 0


def _review(week: Week, author: Page, reviewer: Page) -> None:
    """Wednesday: to review, sent back with a reason, mended, and published by somebody else than its author."""
    week.go(author, TEMPLATE)
    author.fill("#id_note", "Written work")
    author.get_by_role("button", name="Send to review").click()
    assert "Publish this version" not in week.go(author, f"{TEMPLATE}review/"), "two people, so not its author"
    week.go(reviewer, f"{TEMPLATE}review/")
    assert "answer" in reviewer.locator("main del").first.inner_text(), "what it replaces is shown struck"
    reviewer.fill("[name=reason]", "Say how many threads at most.")
    reviewer.get_by_role("button", name="Send back").click()
    assert "Say how many threads at most." in week.go(author, TEMPLATE)
    author.get_by_role("link", name="Edit English").click()
    author.fill("#id_summary", "You write to customers. One thread at a time, three at most.")
    author.locator("main .save-bar button[type=submit]").first.click()
    author.wait_for_load_state()
    week.go(author, TEMPLATE)
    author.fill("#id_note", "Written work, three threads at most")
    author.get_by_role("button", name="Send to review").click()
    week.go(reviewer, "/curate/")
    reviewer.locator(f"main a[href='{TEMPLATE}review/']").first.click()
    reviewer.get_by_role("button", name="Publish this version").click()
    assert "three at most" in week.go(reviewer, f"/roles/{KEY}/")


def _alias(week: Week, page: Page) -> None:
    """Thursday: a search that led nowhere becomes a title with one click, and finds the job from then on."""
    for _time in range(3):
        assert "Zzyx" not in week.go(page, "/jobs/?q=webb+chatter")
    assert "webb chatter" in week.go(page, "/curate/missed-searches/")
    page.select_option("select[name=role]", KEY)
    page.get_by_role("button", name="Add as a title").first.click()
    page.wait_for_load_state()
    assert "Zzyx" in week.go(page, "/jobs/?q=webb+chatter")


def _import(week: Week, page: Page, folder: Any) -> None:
    """Friday: a table with one bad row; the dry run changes nothing, and the bad one is left out."""
    file = folder / "titles.csv"
    file.write_text(CSV, encoding="utf-8")
    week.go(page, "/curate/import/")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Read and compare").click()
    page.wait_for_load_state()
    shown = page.inner_text("main")
    assert "line 3" in shown
    assert "web chat adviser" in shown
    assert not TitleAlias.objects.filter(text="web chat adviser").exists(), "a dry run changes nothing"
    page.get_by_label("Leave the 1 bad one out").check()
    page.get_by_role("button", name="Make 2 changes").click()
    page.wait_for_load_state()
    assert {"web chat adviser", "chattrådgivare"} <= set(TitleAlias.objects.filter(role__key=KEY).values_list("text", flat=True))
    assert "Zzyx" in week.go(page, "/sv/jobs/?q=chattrådgivare")


def _restore(week: Week, page: Page) -> None:
    """Saturday: the old version comes back as a draft, is compared, and dropped again."""
    week.go(page, f"{TEMPLATE}versions/1/")
    page.get_by_role("button", name="Restore as a new draft").click()
    page.wait_for_load_state()
    week.go(page, f"{TEMPLATE}review/")
    assert "answer" in page.locator("main ins").first.inner_text()
    week.go(page, TEMPLATE)
    page.locator("summary", has_text="Drop the draft").click()
    page.get_by_role("button", name="Drop the draft").click()
    page.wait_for_load_state()
    assert "three at most" in week.go(page, f"/roles/{KEY}/"), "a draft changes nothing for anybody else"
