"""Job alerts as rows: asked for, confirmed, stopped, taken up again, deleted."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from applicants.models import JobAlert
from applicants.services import alerts
from applicants.tests.factories import JobAlertFactory
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message, State

pytestmark = pytest.mark.django_db


def ask(**values: Any) -> None:
    alerts.ask_for_alert(**{"email": "Cora@Example.com", "query": "tier=agent", "language": "nb", "frequency": "daily", **values})


def mails() -> list[Message]:
    return list(Message.objects.order_by("pk"))


def variants() -> list[str]:
    return [mail.context["variant"] for mail in mails()]


def test_nothing_is_sent_before_the_address_confirms() -> None:
    ask()
    alert = JobAlert.objects.get()
    assert (alert.email, alert.is_pending, alert.due_at) == ("cora@example.com", True, None)
    assert [(mail.kind, mail.to_addr, mail.language) for mail in mails()] == [("alert_confirm", "cora@example.com", "nb")]
    alerts.confirm_alert(alert)
    alert.refresh_from_db()
    assert alert.confirmed_at
    assert alert.due_at
    assert timedelta(hours=23) < alert.due_at - alert.confirmed_at < timedelta(days=1)
    again = alerts.confirm_alert(alert)
    assert again.due_at == alert.due_at, "the link opened twice changes nothing"


def test_asking_again_is_one_alert_and_one_mail_an_hour() -> None:
    now = timezone.now().replace(minute=10)
    for minute in (0, 5, 70):
        ask(at=now + timedelta(minutes=minute))
    assert JobAlert.objects.count() == 1
    assert variants() == ["new", "new"]


def test_who_asks_for_a_running_alert_changes_nothing_and_the_owner_hears_of_it() -> None:
    alert = JobAlertFactory.create(email="cora@example.com", query="tier=agent", language="sv")
    ask(frequency="weekly")
    alert.refresh_from_db()
    assert (alert.frequency, alert.language) == ("daily", "sv")
    assert variants() == ["known"]
    assert mails()[0].language == "sv"


def test_a_stopped_alert_asked_for_again_must_be_confirmed_again() -> None:
    alert = alerts.stop_alert(JobAlertFactory.create(email="cora@example.com", query="tier=agent"))
    ask()
    alert.refresh_from_db()
    assert alert.is_pending
    assert alert.told_until > timezone.now() - timedelta(minutes=1), "what appeared while it was stopped is not told"
    assert variants() == ["new"]


def test_an_address_has_twenty_running_alerts_at_most() -> None:
    for number in range(alerts.MOST_OF_ADDRESS):
        ask(query=f"q={number}")
    ask(query="q=one-more")
    assert JobAlert.objects.count() == alerts.MOST_OF_ADDRESS
    assert variants()[-1] == "full"
    first = JobAlert.objects.order_by("pk")[0]
    alerts.stop_alert(first)
    ask(query="q=one-more")
    assert variants()[-1] == "new"
    with pytest.raises(alerts.AddressFull):
        alerts.resume_alert(first)


@pytest.mark.django_db(transaction=True)
def test_pressing_at_the_same_time_does_not_get_past_the_limit() -> None:
    for number in range(alerts.MOST_OF_ADDRESS - 1):
        JobAlertFactory.create(email="cora@example.com", query=f"q={number}")

    def run(number: int) -> None:
        try:
            ask(query=f"q=more-{number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert JobAlert.objects.count() == alerts.MOST_OF_ADDRESS


def test_stopping_takes_back_what_waits_and_resuming_begins_now() -> None:
    alert = JobAlertFactory.create(email="cora@example.com", query="tier=agent")
    ask()
    alerts.stop_alert(alert)
    alerts.stop_alert(alert)
    assert [mail.state for mail in mails()] == [State.CANCELLED]
    resumed = alerts.resume_alert(alert)
    assert resumed.is_active
    assert resumed.due_at
    assert resumed.due_at > resumed.told_until > timezone.now() - timedelta(minutes=1)


def test_another_rhythm_counts_from_the_last_mail() -> None:
    alert = JobAlertFactory.create(last_sent_at=timezone.now() - timedelta(days=1))
    assert alerts.change_frequency(alert, frequency="weekly").due_at > timezone.now() + timedelta(days=5)  # type: ignore[operator]
    assert alerts.change_frequency(alert, frequency="daily").due_at <= timezone.now()  # type: ignore[operator]


def test_deleting_leaves_nothing_of_the_address_and_others_alone() -> None:
    JobAlertFactory.create(email="cora@example.com", query="a=1")
    ask(query="tier=agent")
    other = JobAlertFactory.create()
    assert alerts.delete_alerts("Cora@example.com") == 2
    assert list(JobAlert.objects.all()) == [other]
    with pytest.raises(compose.Obsolete):
        compose.bodies_of(mails()[0])


def test_what_is_left_lying_goes_by_itself() -> None:
    now = timezone.now()
    JobAlertFactory.create(pending=True, created_at=now - timedelta(days=8))
    kept = [JobAlertFactory.create(pending=True, created_at=now - timedelta(days=6)), JobAlertFactory.create()]
    kept.append(alerts.stop_alert(JobAlertFactory.create(), at=now - timedelta(days=29)))
    alerts.stop_alert(JobAlertFactory.create(), at=now - timedelta(days=31))
    assert alerts.clear_alerts(at=now) == 2
    assert set(JobAlert.objects.all()) == set(kept)


def test_nobody_sends_links_of_his_own_to_an_address_that_has_not_confirmed() -> None:
    ask(query="q=win+at+www.evil.example+https%3A%2F%2Fevil.example&currency=NOK&pay=200.5")
    (mail,) = mails()
    label = str(compose.get_kind(mail.kind).builder(mail, masked=False)["label"])
    assert "www. evil. example https evil. example" in label
    assert "200.50" in label or "200,50" in label
