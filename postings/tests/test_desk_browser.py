"""The desk's posting pages in Chromium: axe at both widths and in both themes, the live preview, rows and the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from postings.models import PaySupplement, Posting
from postings.services import drafting
from postings.tests.templates import make_version

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User
    from postings.models import Employer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(open_page_as: Any, rosa: User) -> Any:
    return open_page_as(rosa)


@pytest.fixture
def shown(posting: Posting, rosa: User) -> Posting:
    """An open posting with a revision, a supplement and more than one language of work."""
    make_version()
    PaySupplement.objects.create(posting=posting, kind="evening", percent=25)
    words = {"title": "Customer service agent, evenings", "summary": "You help customers in the evening."}
    drafting.save_step(posting=posting, step="work", values=words, by=rosa)
    drafting.replace_text(posting=posting, language="nb", words={"title": "Kundeagent, kveld"}, by=rosa)
    return posting


def _paths(posting: Posting) -> dict[str, str]:
    def at(name: str, *args: object) -> str:
        return reverse(f"desk:{name}", args=["northline", posting.code, *args])

    pages = {"list": reverse("desk:posting_list", args=["northline"])}
    pages["new"] = reverse("desk:posting_new", args=["northline"]) + "?compare=agent-customer-service"
    pages |= {step: at("posting_step", step) for step in ("work", "when", "pay", "who", "hiring")}
    pages |= {name: at(name) for name in ("posting", "posting_review", "posting_preview", "posting_close", "posting_duplicate")}
    return (
        pages
        | {"text": at("posting_text", "nb"), "question": at("question", 1), "choice": at("question_new", "choice")}
        | {"revision": at("revision", 2)}
    )


# Contrast is a matter of the theme and overflow of the width: two of the four combinations show every page in both.
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, shown: Posting, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    wrong = {}
    paths = _paths(shown)
    # One browser for all pages: it keeps the style sheets, as a person's does.
    page = open_page(paths["list"], width=width, color_scheme=scheme)
    base = page.url.removesuffix(paths["list"])
    for name, path in paths.items():
        page.goto(base + path)
        found = Axe().run(page).response["violations"]
        if found:
            wrong[name] = [(item["id"], [node["html"][:160] for node in item["nodes"]][:3]) for item in found]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong[f"{name} overflows"] = page.evaluate("document.documentElement.scrollWidth")
    assert wrong == {}


def test_refused_step_is_accessible_and_moves_the_focus_to_what_is_wrong(open_page: Any, shown: Posting) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(_paths(shown)["hiring"])
    page.fill("#id_openings", "0")
    page.click(".form-actions button")
    page.wait_for_selector(".error-summary")
    assert Axe().run(page).response["violations"] == []
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_openings"
    assert page.input_value("#id_openings") == "0"


def test_preview_and_pay_figure_follow_what_is_typed(open_page: Any, shown: Posting) -> None:
    said: list[str] = []
    page = open_page(_paths(shown)["work"])
    page.on("console", lambda message: said.append(message.text))
    page.fill("#id_title", "A brand new title")
    page.wait_for_selector("#preview >> text=A brand new title")
    page.goto(page.url.replace("/work/", "/pay/"))
    page.select_option("#id_pay_basis", "month")
    page.fill("#id_pay_min", "32 500")
    page.fill("#id_pay_max", "")
    page.wait_for_selector("#pay-figure >> text=200")
    assert said == []
    assert Posting.objects.get(pk=shown.pk).title == "Customer service agent, evenings"


def test_enter_saves_and_a_row_is_added_in_place(open_page: Any, shown: Posting) -> None:
    page = open_page(_paths(shown)["work"])
    rows = page.locator(".row-set__row--duties").count()
    page.click("#rows-duties button")
    page.wait_for_load_state()
    assert page.locator(".row-set__row--duties").count() == rows + 1
    page.fill("#id_title", "Saved with enter")
    page.press("#id_title", "Enter")
    page.wait_for_url("**/edit/when/")
    assert Posting.objects.get(pk=shown.pk).title == "Saved with enter"


def test_list_is_searched_as_one_types(open_page: Any, shown: Posting) -> None:
    page = open_page(reverse("desk:posting_list", args=["northline"]) + "?state=open")
    page.fill("#q", "no such posting")
    page.wait_for_selector("text=Nothing found")
    assert "state=open" in page.url
    page.fill("#q", "evenings")
    page.wait_for_selector("text=Customer service agent, evenings")


def test_draft_without_anything_is_shown_as_it_is(open_page: Any, northline: Employer, rosa: User) -> None:
    draft = drafting.create_posting_from_template(employer=northline, version=make_version(), language="nb", by=rosa)
    page = open_page(reverse("desk:posting_review", args=["northline", draft.code]), width=360)
    assert page.locator("text=Mark when the work is done.").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
