"""Draining without a broker, and the operators' page."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox import delivery
from callcenter_jobs.outbox.models import Message, State
from callcenter_jobs.outbox.tests.conftest import Write
from callcenter_jobs.outbox.tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def drain(*arguments: str) -> str:
    out = StringIO()
    call_command("drain_outbox", *arguments, stdout=out)
    return out.getvalue().strip()


def test_delivers_everything_that_is_due(sink: Sink, write: Write) -> None:
    for number in range(60):
        write(to=f"cora{number}@example.com")
    assert drain() == "60 sent, 0 waiting, 0 parked"
    assert len(sink.entries()) == 60


def test_settles_what_a_dead_worker_left(sink: Sink, write: Write) -> None:
    message = write()
    delivery.claim(message.pk)
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert drain("--once") == "1 sent, 0 waiting, 0 parked"


def test_leaves_what_is_not_due(sink: Sink, write: Write) -> None:
    write(not_before=timezone.now() + timedelta(hours=1))
    assert drain() == "0 sent, 1 waiting, 0 parked"


def test_until_empty_stops_when_nothing_waits(sink: Sink, write: Write) -> None:
    write()
    assert drain("--until-empty", "30") == "1 sent, 0 waiting, 0 parked"


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op@example.com", "x"))
    return client


def test_operator_sees_rows_but_never_their_context(operator: Client, write: Write) -> None:
    message = write(context={"who": "Cora-in-context"})
    page = operator.get(reverse("admin:outbox_message_change", args=[message.pk]))
    assert page.status_code == 200
    assert message.code in page.content.decode()
    assert "Cora-in-context" not in page.content.decode().replace(message.subject, "")
    assert operator.get(reverse("admin:outbox_message_changelist"), {"state__exact": "pending"}).status_code == 200
    assert operator.get(reverse("admin:outbox_message_add")).status_code == 403
    assert operator.post(reverse("admin:outbox_message_delete", args=[message.pk]), {"post": "yes"}).status_code == 403


def test_operator_gives_parked_mail_a_new_chance(operator: Client, write: Write) -> None:
    parked, waiting = write(), write()
    Message.objects.filter(pk=parked.pk).update(state=State.FAILED, attempts=8)
    data = {"action": "requeue", "_selected_action": [parked.pk, waiting.pk]}
    page = operator.post(reverse("admin:outbox_message_changelist"), data, follow=True)
    assert "1 mail will be tried again." in page.content.decode()
    assert Message.objects.get(pk=parked.pk).state == State.PENDING
