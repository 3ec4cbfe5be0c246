"""The protocol, state by state, against a relay that misbehaves on purpose."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from callcenter_jobs.outbox import delivery, relay
from callcenter_jobs.outbox.delivery import Outcome
from callcenter_jobs.outbox.models import MAX_ATTEMPTS, Message, State
from callcenter_jobs.outbox.tests.conftest import Write
from callcenter_jobs.outbox.tests.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

PAST = timedelta(seconds=-1)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def now_due(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(next_at=Now())


def let_lease_run_out(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(lease_until=Now() + PAST)


def test_mail_arrives_once_and_keeps_what_the_relay_said(sink: Sink, write: Write) -> None:
    message = write()
    assert delivery.deliver(message.pk) is Outcome.SENT
    assert delivery.deliver(message.pk) is Outcome.NOT_TAKEN
    stored = fresh(message)
    assert (stored.state, stored.attempts) == (State.SENT, 1)
    assert stored.sent_at is not None
    assert [entry["message_id"] for entry in sink.entries()] == [message.message_id]
    assert sink.entries()[0]["relay_id"] in stored.relay_id


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_refused_for_now_waits_and_then_arrives(sink: Sink, write: Write, step: str) -> None:
    message = write()
    sink.script(f"4xx@{step}")
    assert delivery.deliver(message.pk) is Outcome.LATER
    stored = fresh(message)
    assert (stored.state, stored.data_at, stored.token) == (State.PENDING, None, None)
    assert timedelta(seconds=5) < stored.next_at - timezone.now() < timedelta(seconds=15)
    assert "451" in stored.last_error
    assert message.to_addr not in stored.last_error
    assert delivery.deliver(message.pk) is Outcome.NOT_TAKEN, "the wait was not kept"
    now_due(message)
    assert delivery.deliver(message.pk) is Outcome.SENT
    assert len(sink.entries()) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
def test_refused_for_good_is_parked(sink: Sink, write: Write, step: str) -> None:
    message = write()
    sink.script(f"5xx@{step}")
    assert delivery.deliver(message.pk) is Outcome.PARKED
    assert fresh(message).state == State.FAILED
    assert sink.entries() == []


@pytest.mark.parametrize("behavior", ["drop@banner", "drop@mail", "drop@rcpt", "drop@data", "hang@mail"])
def test_relay_lost_before_the_mail_costs_no_attempt(sink: Sink, write: Write, behavior: str) -> None:
    message = write()
    sink.script(behavior)
    assert delivery.deliver(message.pk) is Outcome.RELAY_DOWN
    stored = fresh(message)
    assert (stored.state, stored.attempts, stored.data_at) == (State.PENDING, 0, None)
    assert sink.asked == [], "a mail that was never offered needs no question"


def test_no_relay_at_all_parks_nothing_however_long(sink: Sink, write: Write, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    message = write()
    for _ in range(MAX_ATTEMPTS + 3):
        now_due(message)
        assert delivery.deliver(message.pk) is Outcome.RELAY_DOWN
    assert fresh(message).state == State.PENDING


@pytest.mark.parametrize("behavior", ["drop@answer", "hang@answer"])
def test_answer_lost_but_accepted_is_found_out_and_not_sent_again(sink: Sink, write: Write, behavior: str) -> None:
    message = write()
    sink.script(behavior)
    assert delivery.deliver(message.pk) is Outcome.UNCERTAIN
    assert delivery.resolve_uncertain() == 0, "asked before the relay can have given up"
    now_due(message)
    assert delivery.resolve_uncertain() == 1
    stored = fresh(message)
    assert (stored.state, stored.sent_at) == (State.SENT, stored.data_at)
    assert stored.relay_id.startswith("sink-")
    assert len(sink.entries()) == 1


@pytest.mark.parametrize("behavior", ["drop@dot", "hang@dot"])
def test_answer_lost_and_never_accepted_is_sent_again_under_its_id(sink: Sink, write: Write, behavior: str) -> None:
    message = write()
    sink.script(behavior)
    assert delivery.deliver(message.pk) is Outcome.UNCERTAIN
    now_due(message)
    assert delivery.resolve_uncertain() == 1
    assert fresh(message).state == State.PENDING
    assert delivery.deliver(message.pk) is Outcome.SENT
    assert [entry["message_id"] for entry in sink.entries()] == [message.message_id]


def test_without_the_fence_the_same_loss_doubles_the_mail(sink: Sink, write: Write, settings: Settings) -> None:
    settings.OUTBOX_FENCE = False
    message = write()
    sink.script("drop@answer")
    assert delivery.deliver(message.pk) is Outcome.LATER
    now_due(message)
    assert delivery.deliver(message.pk) is Outcome.SENT
    assert len(sink.entries()) == 2


def test_fence_cannot_be_removed_outside_a_local_run(sink: Sink, write: Write, settings: Settings) -> None:
    settings.OUTBOX_FENCE, settings.LOCAL_MODE = False, False
    message = write()
    sink.script("drop@answer")
    assert delivery.deliver(message.pk) is Outcome.UNCERTAIN


def test_lease_that_ran_out_before_the_mark_frees_the_mail(sink: Sink, write: Write) -> None:
    message = write()
    claimed = delivery.claim(message.pk)
    assert claimed is not None
    assert delivery.settle_expired() == 0
    let_lease_run_out(message)
    assert delivery.settle_expired() == 1
    assert fresh(message).state == State.PENDING
    assert delivery.deliver(message.pk) is Outcome.SENT


def test_lease_that_ran_out_after_the_mark_asks_first(sink: Sink, write: Write) -> None:
    message = write()
    claimed = delivery.claim(message.pk)
    assert claimed is not None
    assert delivery.mark(claimed)
    let_lease_run_out(message)
    assert delivery.settle_expired() == 1
    stored = fresh(message)
    assert stored.state == State.UNCERTAIN
    assert stored.next_at > timezone.now() + timedelta(seconds=20), "the relay may still be taking the mail in"
    assert delivery.deliver(message.pk) is Outcome.NOT_TAKEN
    now_due(message)
    assert delivery.resolve_uncertain() == 1
    assert sink.asked == [message.message_id]


def test_zombie_that_lost_its_claim_does_not_send(sink: Sink, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """It slept between RCPT and the mark; meanwhile the mail went out by another hand."""
    message = write()
    real_envelope = relay.Session.envelope

    def slow_envelope(session: relay.Session, sender: str, recipient: str) -> None:
        real_envelope(session, sender, recipient)
        monkeypatch.setattr(relay.Session, "envelope", real_envelope)
        let_lease_run_out(message)
        delivery.settle_expired()
        assert delivery.deliver(message.pk) is Outcome.SENT

    monkeypatch.setattr(relay.Session, "envelope", slow_envelope)
    assert delivery.deliver(message.pk) is Outcome.LOST_CLAIM
    assert fresh(message).state == State.SENT
    assert len(sink.entries()) == 1


def test_zombie_whose_lease_ran_out_unnoticed_does_not_send(sink: Sink, write: Write) -> None:
    message = write()
    claimed = delivery.claim(message.pk)
    assert claimed is not None
    let_lease_run_out(message)
    assert not delivery.mark(claimed)


def test_zombie_cannot_overwrite_the_outcome(sink: Sink, write: Write) -> None:
    message = write()
    claimed = delivery.claim(message.pk)
    assert claimed is not None
    Message.objects.filter(pk=message.pk).update(token=uuid.uuid4())
    assert delivery._sent(claimed, "late") is Outcome.LOST_CLAIM
    assert fresh(message).state == State.SENDING


def test_stale_answer_of_the_relay_changes_nothing(sink: Sink, write: Write) -> None:
    """Two sweeps asked; the first freed the mail and it was sent, then the second comes with its old "unknown"."""
    message = write()
    sink.script("drop@dot")
    delivery.deliver(message.pk)
    stale = fresh(message)
    now_due(message)
    delivery.resolve_uncertain()
    delivery.deliver(message.pk)
    assert not delivery._free(stale)
    assert fresh(message).state == State.SENT


@pytest.mark.parametrize(
    ("message_class", "state"), [("status", State.PRESUMED_SENT), ("digest", State.PRESUMED_SENT), ("security", State.PENDING)]
)
def test_relay_that_cannot_be_asked_leaves_it_to_the_class(
    sink: Sink, write: Write, settings: Settings, message_class: str, state: State
) -> None:
    settings.MAIL_LOOKUP_URL = ""
    message = write(message_class=message_class)
    sink.script("drop@answer")
    delivery.deliver(message.pk)
    now_due(message)
    delivery.resolve_uncertain()
    assert fresh(message).state == State.UNCERTAIN, "decided before its 15 minutes"
    Message.objects.filter(pk=message.pk).update(next_at=Now(), data_at=Now() - timedelta(minutes=16))
    delivery.resolve_uncertain()
    assert fresh(message).state == state


def test_relay_that_does_not_answer_the_question_is_asked_again(sink: Sink, write: Write) -> None:
    message = write()
    sink.script("drop@answer")
    delivery.deliver(message.pk)
    sink.lookups_answer = False
    Message.objects.filter(pk=message.pk).update(next_at=Now(), data_at=Now() - timedelta(minutes=16))
    assert delivery.resolve_uncertain() == 0
    assert fresh(message).state == State.UNCERTAIN
    sink.lookups_answer = True
    now_due(message)
    assert delivery.resolve_uncertain() == 1
    assert fresh(message).state == State.SENT


def test_poison_is_parked_after_eight_attempts_and_others_flow(sink: Sink, write: Write) -> None:
    poison, healthy = write(), write(to="rosa@example.com")
    Message.objects.filter(pk=poison.pk).update(context={"broken": True})
    for _ in range(MAX_ATTEMPTS):
        assert fresh(poison).state == State.PENDING
        now_due(poison)
        delivery.drain()
    stored = fresh(poison)
    assert (stored.state, stored.attempts) == (State.FAILED, MAX_ATTEMPTS)
    assert "RuntimeError" in stored.last_error
    assert fresh(healthy).state == State.SENT


def test_mail_that_kills_every_worker_is_parked(sink: Sink, write: Write) -> None:
    message = write()
    for _ in range(MAX_ATTEMPTS):
        assert delivery.claim(message.pk) is not None
        let_lease_run_out(message)
        delivery.settle_expired()
    assert delivery.deliver(message.pk) is Outcome.PARKED
    assert sink.entries() == []


def test_kind_that_nobody_knows_any_more_is_parked(sink: Sink, write: Write) -> None:
    message = write()
    Message.objects.filter(pk=message.pk).update(kind="forgotten")
    assert delivery.deliver(message.pk) is Outcome.PARKED


def test_bad_header_in_a_row_is_parked_at_once(sink: Sink, write: Write) -> None:
    message = write(context={"reply_to": "a@example.com, b@example.com"})
    assert delivery.deliver(message.pk) is Outcome.PARKED


def test_mail_with_nothing_left_to_say_is_canceled(sink: Sink, write: Write) -> None:
    message = write()
    Message.objects.filter(pk=message.pk).update(context={"gone": True})
    assert delivery.deliver(message.pk) is Outcome.CANCELLED
    assert fresh(message).state == State.CANCELLED


def test_expired_mail_is_canceled(sink: Sink, write: Write) -> None:
    message = write(expires_at=timezone.now() + PAST)
    assert delivery.deliver(message.pk) is Outcome.CANCELLED
    assert sink.entries() == []


def test_mail_waits_for_its_time(sink: Sink, write: Write) -> None:
    message = write(not_before=timezone.now() + timedelta(hours=1))
    assert delivery.drain() == 0
    assert fresh(message).state == State.PENDING


def test_mails_about_one_thing_leave_in_order(sink: Sink, write: Write) -> None:
    first = write(about="application:A", not_before=timezone.now() + timedelta(seconds=60))
    second = write(about="application:A")
    elsewhere = write(about="application:B")
    somebody = write(about="application:A", to="rosa@example.com")
    assert delivery.deliver(second.pk) is Outcome.NOT_TAKEN
    assert delivery.drain() == 2
    assert {fresh(elsewhere).state, fresh(somebody).state} == {State.SENT}
    now_due(first)
    assert delivery.drain() == 2
    order = [entry["message_id"] for entry in sink.entries()]
    assert order.index(first.message_id) < order.index(second.message_id)


def test_uncertain_mail_holds_back_the_next_about_the_same(sink: Sink, write: Write) -> None:
    first, second = write(about="application:A"), write(about="application:A")
    sink.script("drop@answer")
    delivery.deliver(first.pk)
    assert delivery.deliver(second.pk) is Outcome.NOT_TAKEN
    now_due(first)
    delivery.resolve_uncertain()
    assert delivery.deliver(second.pk) is Outcome.SENT


def test_parked_mail_holds_back_nobody(sink: Sink, write: Write) -> None:
    first, second = write(about="application:A"), write(about="application:A")
    sink.script("5xx@rcpt")
    assert delivery.deliver(first.pk) is Outcome.PARKED
    assert delivery.deliver(second.pk) is Outcome.SENT


def test_second_claim_on_one_thing_loses_to_the_constraint(sink: Sink, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers may both have seen "nothing earlier"; the database lets one through."""
    first, second = write(about="application:A"), write(about="application:A")
    assert delivery.claim(first.pk) is not None
    monkeypatch.setattr(type(Message.objects.all()), "unblocked", lambda queryset: queryset)
    assert delivery.claim(second.pk) is None


def test_relay_outage_costs_one_attempt_per_round(sink: Sink, write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_PORT = 1
    for _ in range(5):
        write()
    calls: list[int] = []
    real = relay.Session._connect

    def counted() -> Any:
        calls.append(1)
        return real()

    monkeypatch.setattr(relay.Session, "_connect", staticmethod(counted))
    assert delivery.drain() == 0
    assert len(calls) == 1


def test_drain_goes_on_after_its_hint(sink: Sink, write: Write) -> None:
    messages = [write() for _ in range(7)]
    assert delivery.drain(first=messages[3].pk) == 7
    assert len(sink.entries()) == 7


def test_backoff_grows(sink: Sink, write: Write) -> None:
    message = write()
    waits = []
    for _ in range(4):
        sink.script("4xx@rcpt")
        now_due(message)
        delivery.deliver(message.pk)
        waits.append((fresh(message).next_at - timezone.now()).total_seconds())
    assert waits == sorted(waits)
    assert waits[-1] > 600
