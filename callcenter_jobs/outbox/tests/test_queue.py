"""Writing into the outbox: what is refused at the door, what is one mail, what is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from callcenter_jobs.outbox import compose, delivery, queue
from callcenter_jobs.outbox.models import Heartbeat, Message, State, digest_id
from callcenter_jobs.outbox.tests.conftest import Write
from callcenter_jobs.outbox.tests.sink import Sink

BACKEND = "callcenter_jobs.outbox.backend.OutboxBackend"


@pytest.mark.django_db
class TestEnqueue:
    def test_same_event_written_twice_is_one_mail(self, write: Write) -> None:
        first, second = write(dedupe_key="event:1"), write(dedupe_key="event:1")
        assert first.pk == second.pk
        assert Message.objects.count() == 1

    def test_message_id_depends_on_the_event_alone(self, write: Write, settings: Settings) -> None:
        message = write(dedupe_key="event:1")
        assert message.message_id == digest_id("event:1")
        assert message.message_id.endswith(f"@{settings.MAIL_DOMAIN}>")
        assert write(dedupe_key="event:2").message_id != message.message_id

    def test_mail_and_change_are_one_commit(self, write: Write) -> None:
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
        assert Message.objects.count() == 0

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "cora",
            "cora@example.com\r\nBcc: all@example.com",
            "a@example.com,b@example.com",
            "cora@exa\0mple.com",
            "<c@example.com>",
            "x" * 400 + "@a.no",
        ],
    )
    def test_address_that_must_not_reach_a_header_is_refused(self, write: Write, address: str) -> None:
        with pytest.raises(compose.BadHeader):
            write(to=address)
        assert Message.objects.count() == 0

    @pytest.mark.parametrize("name", ["Cora\r\nBcc: all@example.com", "Cora\nX", "Co\rra", "Co\x0bra", "Co\u2028ra", "\x7fCora"])
    def test_subject_with_a_line_break_is_refused(self, write: Write, name: str) -> None:
        with pytest.raises(compose.BadHeader):
            write(context={"who": name})

    def test_nul_is_refused(self, write: Write) -> None:
        with pytest.raises(ValueError, match="NUL"):
            write(context={"who": "Co\0ra"})

    def test_long_subject_is_cut_between_its_limits(self, write: Write) -> None:
        message = write(context={"who": "Ø" * 600})
        assert len(message.subject) == compose.SUBJECT_LENGTH
        assert message.subject.endswith("…")

    def test_kind_that_nobody_registered_is_refused(self, write: Write) -> None:
        with pytest.raises(compose.UnknownKind):
            write(kind="nobody")

    def test_language_that_we_do_not_write_is_refused(self, write: Write) -> None:
        with pytest.raises(ValueError, match="'xx'"):
            write(language="xx")

    def test_class_that_does_not_exist_is_refused(self, write: Write) -> None:
        with pytest.raises(ValueError, match="bulk"):
            write(message_class="bulk")

    def test_context_is_small(self, write: Write) -> None:
        with pytest.raises(ValueError, match="references"):
            write(context={"who": "x" * 5000})


@pytest.mark.django_db
class TestCancel:
    def test_inside_the_undo_window_nothing_leaves(self, write: Write) -> None:
        soon = timezone.now() + timedelta(seconds=60)
        rejection = write(about="application:A", not_before=soon)
        assert rejection.is_waiting_for_undo
        assert queue.cancel(about="application:A", by="Rosa") == 1
        rejection.refresh_from_db()
        assert (rejection.state, rejection.cancelled_by) == (State.CANCELLED, "Rosa")

    def test_takes_only_the_named_kinds_and_the_named_thing(self, write: Write) -> None:
        compose.register("other", compose.get_kind("sample").builder, template="sample")
        kept, foreign, taken = (
            write(about="application:A"),
            write(about="application:B", kind="other"),
            write(about="application:A", kind="other"),
        )
        assert queue.cancel(about="application:A", kinds=["other"]) == 1
        compose.unregister("other")
        states = dict(Message.objects.values_list("pk", "state"))
        assert (states[kept.pk], states[foreign.pk], states[taken.pk]) == (State.PENDING, State.PENDING, State.CANCELLED)

    def test_what_is_on_its_way_is_not_stopped(self, write: Write) -> None:
        message = write(about="application:A")
        assert delivery.claim(message.pk) is not None
        assert queue.cancel(about="application:A") == 0


@pytest.mark.django_db
class TestResend:
    def sent(self, write: Write, **fields: Any) -> Message:
        message = write(about="application:A", thread="application:A", **fields)
        Message.objects.filter(pk=message.pk).update(state=State.SENT, sent_at=timezone.now())
        return Message.objects.get(pk=message.pk)

    def test_is_a_mail_of_its_own_and_on_record(self, write: Write) -> None:
        first = self.sent(write)
        again = queue.resend(first, by="Rosa")
        assert (again.resend_of, again.requested_by, again.state) == (first, "Rosa", State.PENDING)
        assert again.message_id != first.message_id
        assert again.thread_id == first.thread_id

    def test_pressed_twice_is_one(self, write: Write) -> None:
        first = self.sent(write)
        assert queue.resend(first, by="Rosa") == queue.resend(first, by="Rosa")

    def test_of_a_resend_counts_on_from_the_first(self, write: Write) -> None:
        first = self.sent(write)
        second = queue.resend(first, by="Rosa")
        Message.objects.filter(pk=second.pk).update(state=State.FAILED)
        third = queue.resend(second, by="Ivan")
        assert third.resend_of == first
        assert third.dedupe_key.endswith("#again-2")

    def test_does_not_wait_behind_a_mail_that_is_not_due(self, write: Write) -> None:
        first = self.sent(write)
        write(about="application:A", not_before=timezone.now() + timedelta(hours=24))
        again = queue.resend(first, by="Rosa")
        assert delivery.take_due() == [again.pk]

    @pytest.mark.parametrize("state", [State.PENDING, State.CANCELLED])
    def test_is_refused_for_what_was_never_sent(self, write: Write, state: State) -> None:
        message = write()
        Message.objects.filter(pk=message.pk).update(state=state)
        with pytest.raises(queue.NotResendable):
            queue.resend(message, by="Rosa")

    def test_has_an_end(self, write: Write) -> None:
        first = self.sent(write)
        for _ in range(queue.MAX_RESENDS):
            again = queue.resend(first, by="Rosa")
            Message.objects.filter(pk=again.pk).update(state=State.SENT, sent_at=timezone.now())
        with pytest.raises(queue.NotResendable):
            queue.resend(first, by="Rosa")


@pytest.mark.django_db
class TestRequeue:
    def test_parked_mail_gets_eight_new_attempts_under_its_old_id(self, write: Write) -> None:
        message = write()
        Message.objects.filter(pk=message.pk).update(state=State.FAILED, attempts=8)
        assert queue.requeue(message)
        stored = Message.objects.get(pk=message.pk)
        assert (stored.state, stored.attempts, stored.message_id) == (State.PENDING, 0, message.message_id)

    def test_leaves_others_alone(self, write: Write) -> None:
        assert not queue.requeue(write())


@pytest.mark.django_db(transaction=True)
class TestHints:
    @pytest.fixture
    def hints(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        given: list[int] = []
        monkeypatch.setattr(queue, "nudge", given.append)
        return given

    def test_one_per_transaction_and_after_it(self, write: Write, hints: list[int]) -> None:
        with transaction.atomic():
            first = write()
            write()
            with transaction.atomic():
                write()
            assert hints == []
        assert hints == [first.pk]

    def test_survives_the_rollback_of_an_inner_block(self, write: Write, hints: list[int]) -> None:
        with transaction.atomic():
            with transaction.atomic():
                write()
                transaction.set_rollback(True)
            kept = write()
        assert hints == [kept.pk]

    def test_none_for_a_mail_that_waits(self, write: Write, hints: list[int]) -> None:
        write(not_before=timezone.now() + timedelta(hours=1))
        assert hints == []

    def test_none_for_a_mail_that_was_there(self, write: Write, hints: list[int]) -> None:
        first = write(dedupe_key="event:1")
        write(dedupe_key="event:1")
        assert hints == [first.pk]


@pytest.mark.django_db
class TestConstraints:
    @pytest.mark.parametrize(
        ("fields", "name"),
        [
            ({"state": "lost"}, "outbox_state_known"),
            ({"message_class": "bulk"}, "outbox_class_known"),
            ({"state": "sending"}, "outbox_sending_is_claimed"),
            ({"state": "uncertain"}, "outbox_uncertain_has_mark"),
            ({"data_at": timezone.now()}, "outbox_pending_is_free"),
            ({"state": "sent"}, "outbox_sent_has_time"),
            ({"subject": "a\nb"}, "outbox_headers_are_lines"),
            ({"to_addr": ""}, "outbox_has_recipient"),
        ],
    )
    def test_database_refuses_an_impossible_row(self, write: Write, fields: dict[str, Any], name: str) -> None:
        message = write()
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
class TestBackend:
    @pytest.fixture(autouse=True)
    def backend(self, settings: Settings) -> None:
        settings.EMAIL_BACKEND = BACKEND

    def test_foreign_mail_becomes_a_row_and_arrives(self, sink: Sink) -> None:
        mail = EmailMultiAlternatives(
            "Reset", "the secret link", "x@example.com", ["Cora <cora@example.com>"], reply_to=["help@example.com"]
        )
        mail.attach_alternative("<p>the secret link</p>", "text/html")
        assert mail.send() == 1
        message = Message.objects.get()
        assert (message.kind, message.message_class, message.to_addr) == ("raw", "security", "cora@example.com")
        assert delivery.drain() == 1
        arrived = sink.messages()[0]
        assert arrived["Reply-To"] == "help@example.com"
        assert {part.get_content_type() for part in arrived.walk()} == {"multipart/alternative", "text/plain", "text/html"}

    def test_secret_leaves_the_row_with_the_mail(self, sink: Sink) -> None:
        send_mail("Reset", "the secret link", None, ["cora@example.com"])
        delivery.drain()
        assert Message.objects.get().context == {}
        with pytest.raises(queue.NotResendable):
            queue.resend(Message.objects.get(), by="Rosa")

    def test_secret_is_not_shown_at_the_desk(self) -> None:
        send_mail("Reset", "the secret link", None, ["cora@example.com"])
        assert compose.preview(Message.objects.get()) == compose.Preview("Reset", "", "")

    def test_each_recipient_gets_a_mail_of_their_own(self) -> None:
        send_mail("Both", "text", None, ["cora@example.com", "rosa@example.com"])
        assert set(Message.objects.values_list("to_addr", flat=True)) == {"cora@example.com", "rosa@example.com"}

    def test_asking_twice_sends_twice(self) -> None:
        for _ in range(2):
            send_mail("Reset", "link", None, ["cora@example.com"])
        assert Message.objects.count() == 2

    def test_attachment_is_refused(self) -> None:
        mail = EmailMultiAlternatives("File", "text", None, ["cora@example.com"])
        mail.attach("a.txt", "x", "text/plain")
        with pytest.raises(ValueError, match="attachments"):
            mail.send()

    def test_header_injection_is_refused(self) -> None:
        with pytest.raises(compose.BadHeader):
            send_mail("Reset\nBcc: all@example.com", "text", None, ["cora@example.com"])
        assert Message.objects.count() == 0


@pytest.mark.django_db
def test_health_names_what_is_late_and_parked(write: Write) -> None:
    message, parked = write(), write()
    Message.objects.filter(pk=message.pk).update(next_at=timezone.now() - timedelta(seconds=90))
    Message.objects.filter(pk=parked.pk).update(state=State.FAILED)
    health = Message.objects.health()
    assert (health["due"], health["parked"], health["uncertain_s"]) == (1, 1, 0.0)
    assert 89 < health["late_s"] < 120


@pytest.mark.django_db
def test_heartbeat_has_an_age() -> None:
    assert Heartbeat.age("worker") is None
    Heartbeat.beat("worker")
    Heartbeat.beat("worker")
    age = Heartbeat.age("worker")
    assert age is not None
    assert age < 5
