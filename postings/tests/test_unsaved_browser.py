"""Words of a posting that nobody has saved: the browser asks before they are lost, and only then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from postings.services import drafting
from postings.tests.templates import make_version

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User
    from postings.models import Posting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_leaving_asks_only_while_something_is_unsaved(open_page_as: Any, posting: Posting, rosa: User) -> None:
    make_version()
    drafting.save_step(posting=posting, step="work", values={"title": "Agent", "summary": "You help."}, by=rosa)
    path = reverse("desk:posting_step", args=["northline", posting.code, "work"])
    page = open_page_as(rosa)(path, width=360)
    asked: list[str] = []

    def stay_or_go(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay_or_go)

    def asks() -> bool:
        page.wait_for_load_state("networkidle")
        asked.clear()
        page.goto(page.url.split("#")[0])
        return asked == ["beforeunload"]

    page.click("#id_title")
    assert not asks(), "nothing was changed"
    page.fill("#id_title", "Agent in the evening")
    assert asks()
    page.fill("#id_title", "Agent in the evening")
    page.fill("#id_title", "Agent")
    assert not asks(), "typed and taken back"
    page.locator("input[type=checkbox][name=channels]").first.click()
    assert asks()

    page.fill("#id_title", "Agent in the evening")
    asked.clear()
    page.click("#rows-duties button")
    page.wait_for_load_state("networkidle")
    assert (asked, page.input_value("#id_title")) == ([], "Agent in the evening")
    page.click("#id_summary")
    assert asks(), "a row more saves nothing"

    page.fill("#id_title", "Agent in the evening")
    assert page.locator("[data-coach-link]").inner_text().startswith("Coach: ")
    page.click("[data-coach-link]")
    assert page.evaluate("location.hash") == "#coach-en"
    page.wait_for_load_state("networkidle")
    asked.clear()
    page.press("#id_title", "Enter")
    page.wait_for_url("**/edit/when/")
    assert asked == []
    page.locator(".shift-grid input[type=checkbox]").first.click()
    assert asks()
