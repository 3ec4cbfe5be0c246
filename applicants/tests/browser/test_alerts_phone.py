"""The whole way of a job alert on a small phone, in Chromium: asked for, confirmed from the mail, told, stopped with one click."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from applicants.models import JobAlert
from applicants.services import alerts
from applicants.services.alert_sending import send_due
from applicants.tests.browser.test_apply_phone import complaints, healthy, open_phone, shoot  # noqa: F401  (fixtures)
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message
from postings.tests.factories import PostingFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def mail(kind: str) -> str:
    return compose.bodies_of(Message.objects.get(kind=kind))[0]


def link(text: str, page: str) -> str:
    found = re.search(rf"http\S+/alerts/{page}/\S+", text)
    assert found
    return found[0]


def test_the_way_of_an_alert(
    open_phone: Callable[..., Page],  # noqa: F811
    complaints: list[str],  # noqa: F811
    live_server: LiveServer,
    settings: Settings,
) -> None:
    settings.BASE_URL = live_server.url
    PostingFactory.create()
    page = open_phone()
    page.goto(f"{live_server.url}/jobs/?tier=agent&workplace=on_site&sort=pay")
    page.click("text=E-mail me new jobs like these")
    shoot(page, "alert-1-results")
    page.fill("#alert-email", "nobody@nowhere")
    page.select_option("#alert-frequency", "weekly")
    page.click("text=Send me new jobs")
    page.locator(".error-summary").wait_for()
    assert page.locator("[name=frequency][value=weekly]").is_checked()
    healthy(page, "alert-2-wrong")
    page.fill("#id_email", "cora@example.com")
    page.click("text=Send me new jobs")
    page.locator("h1", has_text="Look into your mailbox").wait_for()
    shoot(page, "alert-3-asked")

    page.goto(link(mail(alerts.CONFIRM), "confirm"))
    healthy(page, "alert-4-confirm")
    page.click("main button:has-text('Confirm')")
    page.wait_for_url("**/alerts/manage/**")
    JobAlert.objects.create(email="cora@example.com", language="en", query="q=night", told_until=timezone.now())
    page.reload()
    healthy(page, "alert-5-manage")

    tomorrow = timezone.now() + timedelta(days=7)
    new = PostingFactory.create(published_at=tomorrow - timedelta(hours=1), text__title="Night agent")
    assert send_due(at=tomorrow).mails == 1
    told = mail(alerts.MATCHES)
    assert "Night agent" in told
    page.goto(next(line for line in told.splitlines() if new.code in line))
    page.locator("h1", has_text="Night agent").wait_for()

    page.goto(link(told, "stop"))
    healthy(page, "alert-6-stop")
    page.click("main button:has-text('Stop them')")
    page.locator("h1", has_text="Stopped").wait_for()
    shoot(page, "alert-7-stopped")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(link(told, "manage"))
    healthy(page, "alert-8-manage-wide")
    page.click("main button:has-text('Delete all')")
    page.locator("h1", has_text="deleted").wait_for()
    assert not JobAlert.objects.exists()
    page.goto(link(told, "manage"))
    shoot(page, "alert-9-gone")
    # The last page is a 404 and the refused form a 422, which Chromium notes itself.
    assert [line for line in complaints if "404" not in line and "422" not in line] == []
