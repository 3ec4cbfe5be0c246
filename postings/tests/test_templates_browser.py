"""Choosing a template, taking over what a newer one says, and the job instruction, in Chromium: axe at both widths, and each used once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from postings.models import InstructionClause, Posting, TemplateText, TemplateVersion
from postings.services import drafting
from postings.tests.templates import make_version

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User
    from postings.models import Employer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AGENT = "agent-customer-service"


@pytest.fixture
def open_page(open_page_as: Any, rosa: User) -> Any:
    return open_page_as(rosa)


@pytest.fixture
def moved(northline: Employer, rosa: User) -> Posting:
    """A draft whose template has moved on, with two clauses for its instruction."""
    posting = drafting.create_posting_from_template(employer=northline, version=make_version(), language="en", by=rosa)
    TemplateVersion.objects.update(state="retired")
    newest = make_version(number=2)
    TemplateText.objects.filter(version=newest, language="en").update(summary="A newer summary.", must_haves=["Clear speech and writing"])
    make_version("agent-sales")
    InstructionClause.objects.create(key="general-by", section="general", texts={"en": {"text": "By order of: {line}"}})
    InstructionClause.objects.create(key="lead-rights", section="rights", texts={"en": {"text": "The holder may:"}})
    InstructionClause.objects.create(
        key="right", section="rights", position=1, texts={"en": {"text": "Ask ({employer}) for {line} and {line}"}}
    )
    return posting


def _paths(posting: Posting) -> dict[str, str]:
    new = reverse("desk:posting_new", args=["northline"])
    return {
        "new": f"{new}?compare={AGENT}&compare=agent-sales",
        "chosen": f"{new}?role={AGENT}",
        "changes": reverse("desk:posting_template", args=["northline", posting.code]),
        "instruction": f"{reverse('desk:instruction', args=['northline', posting.code])}?language=ru",
        "public instruction": reverse("public:instruction", args=[AGENT]),
    }


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, moved: Posting, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    wrong: dict[str, Any] = {}
    paths = _paths(moved)
    page = open_page(paths["new"], width=width, color_scheme=scheme)
    base = page.url.removesuffix(paths["new"])
    for name, path in paths.items():
        if not page.url.endswith(path):
            page.goto(base + path)
        found = Axe().run(page).response["violations"]
        if found:
            wrong[name] = [(item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[f"{name} overflows"] = page.evaluate("document.documentElement.scrollWidth")
    assert wrong == {}


def test_from_search_to_draft_and_to_the_newer_words(open_page: Any, moved: Posting) -> None:
    said: list[str] = []
    page = open_page(reverse("desk:posting_new", args=["northline"]))
    page.on("console", lambda message: said.append(message.text))
    page.fill("#id_q", "no such name")
    page.wait_for_selector("text=No template matches")
    page.fill("#id_q", "kundeservicemedarbeider")
    page.wait_for_selector(f'.template-row__title[href*="role={AGENT}"]')
    page.click(f'.template-row__compare a[href*="compare={AGENT}"]')
    page.wait_for_selector("#compare")
    page.select_option("#id_tier", "agent")
    page.wait_for_url("**tier=agent**")
    assert f"compare={AGENT}" in page.url
    page.click("#compare .button")
    page.uncheck('input[name="screening"] >> nth=0')
    page.click(".template-chosen .form-actions button")
    page.wait_for_url("**/edit/work/")
    made = Posting.objects.exclude(pk=moved.pk).get()
    assert [question.library_key for question in made.screening_questions.all()] == ["evenings"]

    page.goto(page.url.replace(made.code, moved.code))
    page.click("text=See what changed and take parts over")
    page.uncheck('input[value^="en.must_haves"]')
    page.click('button[value="take"]')
    page.wait_for_selector("text=1 part is taken over.")
    text = moved.texts.get()
    assert (text.summary, len(text.must_haves)) == ("A newer summary.", 2)
    assert said == []


def test_instruction_prints_as_a_paper_without_the_page_around_it(open_page: Any, moved: Posting) -> None:
    page = open_page(reverse("public:instruction", args=[AGENT]))
    page.emulate_media(media="print")
    assert not page.is_visible(".site-header")
    assert not page.is_visible(".paper-tools")
    widths = page.eval_on_selector_all(".paper__clause--lead .paper__text", "all => all.map(one => one.getBoundingClientRect().width)")
    assert widths
    assert min(widths) > 80
    line = page.locator(".paper__text--open .paper__line").first
    assert line.evaluate("one => getComputedStyle(one).borderBottomStyle") == "solid"
    assert line.bounding_box()["width"] > 150
