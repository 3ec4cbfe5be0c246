"""The workshop's template pages in Chromium: saving by itself, two who write the same text, and axe at both widths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from postings.models import LibraryMember, TemplateText, TemplateVersion
from postings.services import library_templates
from postings.services.library import source_digest
from postings.tests.library import publish_role

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

KEY = "agent-customer-service"
HERE = f"/curate/templates/{KEY}/"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(open_page_as: Any, ada: User) -> Any:
    return open_page_as(ada)


@pytest.fixture
def draft(ada: User) -> TemplateVersion:
    """A draft whose Norwegian is behind its English, and whose Croatian does not exist."""
    template = publish_role(KEY, languages=("en", "nb", "sv")).template
    version = library_templates.start_template_draft(template, by=ada)
    english = TemplateText.objects.get(version=version, language="en")
    TemplateText.objects.update(source_hash=source_digest(english))
    words = english.content() | {"summary": "You answer customers in writing.", "must_haves": ["Clear speech", "Good hearing"]}
    library_templates.save_template_text(version, language="en", content=words, by=ada)
    return version


def stored(language: str) -> TemplateText:
    return TemplateText.objects.get(version__number=2, language=language)


def test_draft_saves_itself_and_a_clash_shows_both(open_page: Any, draft: TemplateVersion, ada: User) -> None:
    page = open_page(f"{HERE}nb/")
    page.fill("#id_title", "Kundeveileder")
    page.wait_for_selector("[data-save-status] >> text=/^Saved /")
    assert stored("nb").title == "Kundeveileder"
    page.fill("#id_duties", "Svare | mange")
    page.wait_for_selector("[data-save-status] >> text=/^Not saved yet/")
    page.fill("#id_duties", "Svare kunder | 80")
    page.wait_for_selector("[data-save-status] >> text=/^Saved /")
    assert stored("nb").duties == [{"text": "Svare kunder", "share": 80}]
    # The line is gone for a while: the words stay, and are saved when it is back.
    page.context.set_offline(True)
    page.fill("#id_title", "Skrevet uten nett")
    page.wait_for_selector("[data-save-status] >> text=/^Not saved: the server did not answer/")
    page.context.set_offline(False)
    page.wait_for_selector("[data-save-status] >> text=/^Saved /")
    assert stored("nb").title == "Skrevet uten nett"
    # Somebody else saves meanwhile.
    theirs = stored("nb").content() | {"title": "Kunderådgiver"}
    library_templates.save_template_text(draft, language="nb", content=theirs, by=ada)
    page.fill("#id_title", "Kundekonsulent")
    page.wait_for_selector("#conflict >> text=Kunderådgiver")
    assert page.input_value("#id_title") == "Kundekonsulent"
    assert stored("nb").title == "Kunderådgiver", "nothing is written over before somebody decides"
    # The comparison has the focus, and everything else that would save leads to it.
    for button in ("Save", "Save and mark as up to date"):
        page.focus("#id_title")
        page.get_by_role("button", name=button, exact=True).click()
        page.wait_for_function("document.activeElement.id === 'conflict'")
        assert page.evaluate("document.querySelector('#conflict').getBoundingClientRect().top") < 900
    page.press("#id_title", "Enter")
    page.wait_for_function("document.activeElement.id === 'conflict'")
    assert stored("nb").title == "Kunderådgiver"
    page.click("#conflict >> text=Save mine in its place")
    page.wait_for_selector("text=Saved.")
    assert stored("nb").title == "Kundekonsulent"
    # Comparing is done: the notice and its button go away together.
    page.click("text=Save and mark as up to date")
    page.wait_for_selector("text=Saved and marked as up to date.")
    assert page.locator("text=English has changed").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, draft: TemplateVersion, ada: User, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    member = LibraryMember.objects.get(user=ada)
    names = ("templates/", f"templates/{KEY}/", f"templates/{KEY}/nb/", f"templates/{KEY}/en/?source=sv", f"templates/{KEY}/compare/")
    paths = [
        "",
        *names,
        f"templates/{KEY}/versions/2/?language=en",
        f"templates/{KEY}/nb/preview/",
        f"templates/{KEY}/settings/",
        "people/",
        f"people/{member.pk}/",
    ]
    wrong = {}
    page = open_page("/curate/", width=width, color_scheme=scheme)
    base = page.url

    def look(path: str) -> None:
        page.goto(base + path)
        found = Axe().run(page).response["violations"]
        if found:
            wrong[path] = [(item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[f"{path} overflows"] = page.evaluate("document.documentElement.scrollWidth")

    for path in paths:
        look(path)
    library_templates.submit_template(draft, by=ada, note="In writing")
    look(f"templates/{KEY}/review/")
    look("")
    assert wrong == {}
