"""The pages of job alerts: what they say, what they change, and what they do not tell."""

from __future__ import annotations

from typing import Any

import factory
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from applicants.access import AlertLink, alert_token
from applicants.alert_mails import link_of
from applicants.models import JobAlert
from applicants.services import alerts
from applicants.tests.factories import JobAlertFactory
from applicants.views import alerts as views
from callcenter_jobs.outbox.models import Message, State

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def ask(client: Client, **values: str) -> Any:
    data = {"email": "cora@example.com", "search": "tier=agent&sort=pay&page=3&nonsense=1", "frequency": "weekly", **values}
    return client.post(reverse("alerts:ask"), data)


def test_the_form_keeps_the_search_of_the_page_that_led_here(client: Client) -> None:
    page = client.get("/nb/alerts/?tier=team_lead&tier=agent&page=2&sort=pay&posted=7&week=3").content.decode()
    assert 'name="search" value="tier=agent&amp;tier=team_lead"' in page
    assert "/nb/jobs/?tier=agent&amp;tier=team_lead&amp;sort=newest" in page
    assert not JobAlert.objects.exists()


def test_asking_needs_no_cookie_and_no_token(client: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    assert ask(careful).status_code == 200
    alert = JobAlert.objects.get()
    assert (alert.email, alert.query, alert.frequency, alert.language) == ("cora@example.com", "tier=agent", "weekly", "en")


def test_the_answer_never_says_whether_the_address_is_known(client: Client) -> None:
    first = said(ask(client))
    alerts.confirm_alert(JobAlert.objects.get())
    assert said(ask(client)) == first
    JobAlertFactory.create_batch(alerts.MOST_OF_ADDRESS, email="nora@example.com", query=factory.Sequence(lambda number: f"q={number}"))
    assert said(ask(client, email="nora@example.com")).replace("nora@", "cora@") == first
    for number in range(views.ASKED_FOR_ADDRESS):
        spent = said(ask(client, search=f"q={number}"))
    assert spent.replace(f"“{number}”", "Agent").replace(f"q={number}", "tier=agent") == first
    assert JobAlert.objects.of_address("cora@example.com").count() < views.ASKED_FOR_ADDRESS


def said(answer: Any) -> str:
    """What the page says, without what differs on every page."""
    assert answer.status_code == 200
    return str(answer.content.decode().partition("<main")[2])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "nobody"}, "Write an e-mail address"),
        ({"leave_empty": "http://spam.example"}, "This field must stay empty"),
        ({"search": "&".join(f"tier={number}" for number in range(1000))}, "too long"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form(client: Client, wrong: dict[str, str], words: str) -> None:
    answer = ask(client, **wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Message.objects.exists()


def test_a_search_that_is_too_long_to_be_kept_is_no_other_search(client: Client) -> None:
    answer = client.get(reverse("alerts:ask") + "?" + "&".join(f"tier={number}" for number in range(1000)))
    page = answer.content.decode()
    assert "too long for an alert" in page
    assert "All open jobs" not in page
    assert 'name="email"' not in page


def test_a_network_can_ask_only_so_often(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "ASKED_BY_NETWORK", 1)
    assert ask(client).status_code == 200
    answer = ask(client, email="other@example.com")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_opening_the_link_confirms_nothing_the_button_does(client: Client) -> None:
    alert = JobAlertFactory.create(pending=True)
    url = link_of(alert, AlertLink.CONFIRM)
    page = client.get(url)
    assert "Confirm your job alert" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    alert.refresh_from_db()
    assert alert.is_pending
    answer = client.post(url)
    assert answer["Location"] == link_of(alert, AlertLink.MANAGE)
    alert.refresh_from_db()
    assert alert.is_active
    assert "Your job alert is on" in client.get(url).content.decode()


def test_one_click_stops_without_cookie_and_can_be_taken_back(client: Client) -> None:
    alert = JobAlertFactory.create()
    url = link_of(alert, AlertLink.STOP)
    client.get(url)
    alert.refresh_from_db()
    assert alert.is_active, "a scanner that opens the link stops nothing"
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post(url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    alert.refresh_from_db()
    assert alert.stopped_at
    assert careful.post(url, {"again": "1"}).status_code == 200
    alert.refresh_from_db()
    assert alert.is_active


@pytest.mark.parametrize(
    ("link", "data"),
    [
        (AlertLink.CONFIRM, {}),
        (AlertLink.STOP, {}),
        (AlertLink.STOP, {"again": "1"}),
        (AlertLink.MANAGE, {"action": "stop"}),
        (AlertLink.MANAGE, {"action": "resume"}),
        (AlertLink.MANAGE, {"action": "weekly"}),
    ],
)
def test_an_alert_that_another_tab_deletes_meanwhile_is_gone(
    client: Client, monkeypatch: pytest.MonkeyPatch, link: AlertLink, data: dict[str, str]
) -> None:
    alert = JobAlertFactory.create(pending=link is AlertLink.CONFIRM)
    lock = alerts._lock

    def late(found: JobAlert) -> JobAlert:
        JobAlert.objects.all().delete()
        return lock(found)

    monkeypatch.setattr(alerts, "_lock", late)
    answer = client.post(link_of(alert, link), data | {"alert": alert.code})
    assert answer.status_code == 404
    assert "applicants/alerts/gone.html" in [template.name for template in answer.templates]


def test_a_link_does_one_thing_only(client: Client) -> None:
    alert = JobAlertFactory.create()
    for link in AlertLink:
        for page in AlertLink:
            answer = client.get(reverse(f"alerts:{page}", args=[alert_token(alert, link)]))
            assert answer.status_code == (200 if link == page else 404), (link, page)


def test_links_of_an_earlier_key_still_open(client: Client, settings: Settings) -> None:
    url, earlier = link_of(JobAlertFactory.create(), AlertLink.STOP), settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-" * 6
    assert client.get(url).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert client.get(url).status_code == 200


def manage(client: Client, owner: JobAlert, **data: str) -> Any:
    return client.post(link_of(owner, AlertLink.MANAGE), data, follow=True)


def test_the_owner_sees_and_changes_all_alerts_of_the_address_and_no_other(client: Client) -> None:
    alert = JobAlertFactory.create(email="cora@example.com", query="tier=agent", last_sent_at=timezone.now())
    second = JobAlertFactory.create(email="cora@example.com", query="tier=manager", pending=True)
    foreign = JobAlertFactory.create(email="nora@example.com")
    page = client.get(link_of(alert, AlertLink.MANAGE)).content.decode()
    assert page.count('<h2 class="row__title"') == 2
    assert foreign.code not in page
    manage(client, alert, action="weekly", alert=alert.code)
    assert "Your job alert is on" in manage(client, alert, action="confirm", alert=second.code).content.decode()
    manage(client, alert, action="stop", alert=second.code)
    for row in (alert, second):
        row.refresh_from_db()
    assert (alert.frequency, bool(second.stopped_at)) == ("weekly", True)
    manage(client, alert, action="resume", alert=second.code)
    second.refresh_from_db()
    assert second.is_active
    assert manage(client, alert, action="stop", alert=foreign.code).status_code == 404
    assert manage(client, alert, action="explode", alert=alert.code).status_code == 404
    foreign.refresh_from_db()
    assert foreign.is_active


def test_deleting_all_ends_every_link(client: Client) -> None:
    ask(client)
    alert = JobAlert.objects.get()
    other = JobAlertFactory.create()
    url = link_of(alert, AlertLink.MANAGE)
    assert "deleted" in manage(client, alert, action="delete_all").content.decode()
    assert list(JobAlert.objects.all()) == [other]
    assert Message.objects.get().state == State.CANCELLED
    gone = client.get(url)
    assert gone.status_code == 404
    assert "This link no longer works" in gone.content.decode()
