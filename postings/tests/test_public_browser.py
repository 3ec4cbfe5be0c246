"""The public pages in Chromium: axe in both themes, phones, the keyboard, with and without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from postings.models import PaySupplement, Posting
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory
from postings.tests.library import publish_questions, publish_role

if TYPE_CHECKING:
    pass

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_page(open_page_as: Any) -> Any:
    return open_page_as(None)


@pytest.fixture
def shown(db: None) -> Posting:
    """A posting with everything on it, others beside it, and a library."""
    role = publish_role(languages=("en", "nb"))
    publish_questions()
    employer = EmployerFactory.create(slug="northline", name="Northline", about={"en": "We answer."})
    posting = PostingFactory.create(
        employer=employer, role=role, language="nb", start_in_days=20, text__title="Kundeserviceagent", benefits=["meals"]
    )
    PaySupplement.objects.create(posting=posting, kind="evening", percent=25)
    PostingFactory.create(role=role, workplace="remote", remote_countries=["NO", "SE"], closes_on=timezone.localdate() + timedelta(days=9))
    PostingFactory.create(role=RoleFactory.create(key="lead", tier="team_lead", work_type="leadership"))
    return posting


PATHS = {
    "home": "/", "left": "/jobs/?tier=agent&week=1&q=kunde&pay=abc", "empty": "/jobs/?q=kunde&tier=director", "employers": "/employers/",
    "employer": "/employers/northline/", "roles": "/roles/", "role": "/roles/agent-customer-service/", "practice": "/interview-questions/",
}  # fmt: skip


# Contrast is a matter of the theme and overflow of the width: two of the four combinations show every page in both.
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, shown: Posting, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    closed = PostingFactory.create(state="closed")
    paths = {**PATHS, "posting": f"{shown.get_absolute_url()}?week=0&week=33", "closed": closed.get_absolute_url()}
    page = open_page("/", width=width, color_scheme=scheme)
    base = page.url.rstrip("/")
    for name, path in paths.items():
        page.goto(base + path)
        found = Axe().run(page).response["violations"]
        assert [(name, item["id"], [node["html"][:160] for node in item["nodes"]][:4]) for item in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_the_pages_reflow_at_320_pixels_in_the_longest_language(open_page: Any, shown: Posting) -> None:
    page = open_page("/ru/", width=320)
    base = page.url.removesuffix("/ru/")
    for path in [*PATHS.values(), shown.get_absolute_url()]:
        page.goto(f"{base}/ru{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_week_on_the_home_page_leads_to_what_fits(open_page: Any, shown: Posting) -> None:
    page = open_page("/", width=360)
    page.wait_for_selector(".shift-grid__fill")
    page.click("th[data-row='1'] button")
    page.click("text=Show jobs that fit")
    page.wait_for_url("**/jobs/?*sort=fit*")
    assert page.locator(".sortings [aria-current]").inner_text() == "Best fit for me"
    assert page.locator(".job__fits").first.is_visible()


def test_the_apply_bar_of_a_phone_never_covers_the_focus(open_page: Any, shown: Posting) -> None:
    page = open_page(shown.get_absolute_url(), width=360)
    if not page.locator(".apply-bar").count():
        pytest.skip("applying is not part of this portal yet")
    hidden = page.evaluate(
        """() => {
          const bar = document.querySelector(".apply-bar");
          const found = [];
          for (const element of document.querySelectorAll("main a[href], main button, main summary, main input")) {
            if (bar.contains(element) || !element.checkVisibility()) continue;
            element.focus();
            const box = element.getBoundingClientRect(), top = bar.getBoundingClientRect().top;
            if (box.bottom > top + 1 && box.top < bar.getBoundingClientRect().bottom) found.push(element.outerHTML.slice(0, 120));
          }
          return found;
        }"""
    )
    assert hidden == []
