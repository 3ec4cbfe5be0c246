"""The coach beside the form in Chromium: it follows what is typed, mends in the field, takes back, keeps the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from postings.models import Posting
from postings.services import drafting

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS: dict[str, Any] = {
    "title": "ROCKSTAR salesman wanted!!! REQ-2024-118",
    "summary": "🎧 You join a young and dynamic team. The salesman we look for has excellent communication skills.",
    "duties": [
        {"text": "Responsible for answering calls efficiently.", "share": None},
        {"text": "Keep AHT under six minutes.", "share": None},
        {"text": "Write to customers.", "share": None},
    ],
    "must_haves": ["Native English speaker", "Clear writing"],
    "nice_to_haves": ["Work in a store"],
}


@pytest.fixture
def coached(posting: Posting, rosa: User) -> Posting:
    drafting.save_step(posting=posting, step="work", values=WORDS, by=rosa)
    drafting.replace_text(posting=posting, language="nb", words={"title": "Kundeagent", "summary": "Du svarer."}, by=rosa)
    return posting


@pytest.fixture
def open_page(open_page_as: Any, rosa: User) -> Any:
    return open_page_as(rosa)


def work(posting: Posting) -> str:
    return reverse("desk:posting_step", args=["northline", posting.code, "work"])


def test_the_coach_follows_mends_and_takes_back(open_page: Any, coached: Posting) -> None:
    said: list[str] = []
    page = open_page(work(coached))
    page.on("console", lambda message: said.append(message.text))
    # A remark leads to its words, also behind a letter that browsers count twice.
    page.locator(".coach__remark", has_text="young and dynamic team").locator("a").click()
    assert page.evaluate("document.activeElement.id") == "id_summary"
    chosen = "(field => field.value.slice(field.selectionStart, field.selectionEnd))(document.activeElement)"
    assert page.evaluate(chosen) == "young and dynamic team"
    # A mend changes exactly its words, in the field, and offers the way back.
    before = page.input_value("#id_summary")
    remark = page.locator(".coach__remark", has=page.locator("a[data-box=summary]"))
    mend = remark.get_by_text("Replace with “salesperson”")
    mend.focus()
    page.keyboard.press("Enter")
    assert page.input_value("#id_summary") == before.replace("salesman", "salesperson")
    assert page.locator("[data-coach-told]").inner_text() == "“salesman” is now “salesperson”."
    assert page.evaluate("document.activeElement.textContent.trim()") == "Undo"
    page.wait_for_function("!document.querySelector('.coach__findings').textContent.includes('The salesman')")
    page.keyboard.press("Enter")
    assert page.input_value("#id_summary") == before
    # What is typed is read after a pause, and the outcome is announced.
    page.fill("#id_summary", "We need manpower.")
    page.wait_for_selector(".coach__remark q >> text=manpower")
    assert "of 100 points" in (page.locator("[data-coach-spoken]").text_content() or "")
    assert page.evaluate("document.activeElement.id") == "id_summary"
    # Words that are no longer there are left alone.
    page.evaluate("document.querySelector('#id_summary').value = 'We need more manpower.'")
    page.locator(".coach__remark", has_text="manpower").locator("button").click()
    assert page.input_value("#id_summary") == "We need more manpower."
    assert "nothing was replaced" in page.locator("[data-coach-told]").inner_text()
    assert said == []
    stored = coached.texts.get(language="en")
    assert stored.title == WORDS["title"], "nothing is saved by any of this"


def test_a_mend_without_scripts_keeps_what_was_typed(open_page: Any, coached: Posting) -> None:
    page = open_page(work(coached), width=360, java_script_enabled=False)
    page.fill("#id_reports_to", "The night lead")
    page.locator(".coach__remark", has_text="REQ-2024-118").get_by_role("button").click()
    assert page.input_value("#id_reports_to") == "The night lead"
    assert "REQ" not in page.input_value("#id_title")
    page.get_by_role("button", name="Undo").click()
    assert "REQ-2024-118" in page.input_value("#id_title")
    assert page.input_value("#id_reports_to") == "The night lead"


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_in_a_long_list_of_remarks(open_page: Any, coached: Posting, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    args = ["northline", coached.code]
    paths = [
        work(coached),
        reverse("desk:posting_text", args=[*args, "nb"]),
        reverse("desk:posting_review", args=args),
        reverse("desk:posting_coach", args=[*args, "en"]),
    ]
    page = open_page(paths[0], width=width, color_scheme=scheme)
    base = page.url.removesuffix(paths[0])
    wrong = {}
    for path in paths:
        page.goto(base + path)
        found = Axe().run(page).response["violations"]
        if found:
            wrong[path] = [(item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[f"{path} overflows"] = page.evaluate("document.documentElement.scrollWidth")
    assert wrong == {}
