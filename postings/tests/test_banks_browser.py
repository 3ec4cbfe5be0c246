"""Banks, kits and plans in Chromium: the order by key, by place and by dragging, the warning while typing, and axe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from postings.enums import StageKind
from postings.models import BankVersion, InterviewPlan, Question, QuestionText, Stage
from postings.services import library_banks, library_kits
from postings.services import library_questions as questions
from postings.services.library import source_digest
from postings.tests.library import publish_questions

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(ada: User) -> BankVersion:
    """A draft that takes a question out of a kit, with a translation that is behind."""
    bank = publish_questions(count=7, languages=("en", "nb"))
    kit = library_kits.create_kit(name="Screen", minutes=10, by=ada)
    for number in range(3):
        library_kits.add_question(kit, key=f"agent-{number}", by=ada)
    plan = InterviewPlan.objects.create(key="short", names={"en": "Short plan"})
    for position, kind in enumerate((StageKind.APPLIED, StageKind.SCREENING, StageKind.OFFER)):
        Stage.objects.create(plan=plan, kind=kind, position=position, kit=kit if position == 1 else None)
    version = library_banks.start_bank_draft(bank, by=ada)
    english = QuestionText.objects.get(question__version=version, question__key="agent-0", language="en")
    QuestionText.objects.filter(question__key="agent-0").update(source_hash=source_digest(english))
    changed = {"text": "What draws you to this work?"}
    questions.save_question(Question.objects.get(version=version, key="agent-0"), language="en", content=changed, by=ada)
    questions.remove_question(Question.objects.get(version=version, key="agent-1"), by=ada)
    return version


@pytest.fixture
def open_page(open_page_as: Any, ada: User) -> Any:
    return open_page_as(ada)


def order(version: BankVersion, category: str) -> list[str]:
    return [row.key.removeprefix("agent-") for row in version.questions.filter(category=category)]


def test_order_changes_by_key_by_place_and_by_dragging_and_keeps_the_focus(open_page: Any, draft: BankVersion) -> None:
    page = open_page("/curate/questions/agent/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.focus("#down-agent-0")
    for place in (2, 3):
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#order-said >> text=is now number {place} of 4")
        assert page.evaluate("document.activeElement.id") == "down-agent-0"
    assert order(draft, "motivation") == ["2", "4", "0", "6"]
    page.fill("#place-agent-6", "1")
    page.press("#place-agent-6", "Enter")
    page.wait_for_selector("#order-said >> text=is now number 1 of 4")
    assert page.evaluate("document.activeElement.id") == "place-agent-6"
    assert order(draft, "motivation") == ["6", "2", "4", "0"]
    # The list has been swapped twice by now: dragging still works in it.
    page.locator("#q-agent-2").scroll_into_view_if_needed()
    grip, target = page.locator("#q-agent-2 [data-grip]").bounding_box(), page.locator("#q-agent-0").bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 8, grip["y"] + 60, steps=3)
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] - 2, steps=5)
    assert page.locator(".is-dragged").count() == 1
    page.mouse.up()
    page.wait_for_selector("#order-said >> text=is now number 4 of 4")
    assert order(draft, "motivation") == ["6", "4", "0", "2"]
    assert order(draft, "people") == ["3", "5", "7"]
    assert said == []


def test_without_a_script_the_same_buttons_work(open_page: Any, draft: BankVersion) -> None:
    page = open_page("/curate/questions/agent/?category=people", java_script_enabled=False)
    page.click("#up-agent-7")
    assert page.url.endswith("?category=people#q-agent-7")
    assert order(draft, "people") == ["3", "7", "5"]


def test_editor_warns_while_typing_and_saves_all_the_same(open_page: Any, draft: BankVersion) -> None:
    page = open_page("/curate/questions/agent/agent-3/nb/")
    page.fill("#id_text", "Helt noe annet enn resten?")
    page.wait_for_selector("#likeness:not(:has(.likes))", state="attached")
    page.fill("#id_text", "Question 4 of agent (nb)")
    page.wait_for_selector("#likeness >> text=/9\\d% alike|100% alike/")
    page.wait_for_selector("[data-save-status] >> text=/^Saved /")
    stored = QuestionText.objects.get(question__version=draft, question__key="agent-3", language="nb")
    assert stored.text == "Question 4 of agent (nb)"
    page.fill("#id_text", "Hvor gammel er du?")
    page.wait_for_selector("[data-save-status] >> text=/^Not saved yet.*age/")
    assert page.input_value("#id_text") == "Hvor gammel er du?"


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, draft: BankVersion, ada: User, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    banks = ("", "agent/", "agent/agent-0/nb/", "agent/compare/", "agent/versions/1/?language=nb")
    others = ("kits/", "kits/screen/", "kits/screen/preview/?language=sv", "texts/kits/screen/nb/", "plans/", "plans/short/")
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

    for path in (*(f"questions/{bank}" for bank in banks), *others):
        look(path)
    library_banks.submit_bank(draft, by=ada, note="Fewer")
    look("questions/agent/review/")
    assert wrong == {}
