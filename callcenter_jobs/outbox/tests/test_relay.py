"""How the relay is spoken to: what is insisted on, and which answers count."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from callcenter_jobs.outbox import relay
from callcenter_jobs.outbox.relay import Standing
from callcenter_jobs.outbox.tests.conftest import use
from callcenter_jobs.outbox.tests.sink import Sink

MAIL = b"Message-ID: <a@example.com>\r\nSubject: x\r\n\r\ntext\r\n"


def test_encryption_that_was_asked_for_is_never_given_up(sink: Sink, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    with pytest.raises(relay.RelayDown, match="SMTPNotSupportedError"):
        relay.Session()
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = False, True
    with pytest.raises(relay.RelayDown):
        relay.Session()
    assert sink.entries() == []


def test_login_that_fails_is_the_relays_matter(sink: Sink, settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    with pytest.raises(relay.RelayDown):
        relay.Session()


def test_errors_name_no_address(sink: Sink) -> None:
    sink.script("5xx@rcpt")
    with relay.Session() as session, pytest.raises(relay.Refused) as caught:
        session.envelope("a@example.com", "cora@example.com")
    assert str(caught.value) == "RCPT: 550"
    assert caught.value.permanent


def test_relay_remembers_what_it_took(sink: Sink) -> None:
    with relay.Session() as session:
        session.envelope("a@example.com", "cora@example.com")
        relay_id = session.data(MAIL)
    answer = relay.lookup("<a@example.com>")
    assert answer.standing is Standing.ACCEPTED
    assert answer.relay_id in relay_id
    assert relay.lookup("<b@example.com>").standing is Standing.UNKNOWN


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"a\nb", b"a\r\nb\r\n.\r\n"),
        (b"a\r\n.b\r\n", b"a\r\n..b\r\n.\r\n"),
        (b".\r\n\r\nc", b"..\r\n\r\nc\r\n.\r\n"),
        (b"a\r\n\r\n\r\n", b"a\r\n.\r\n"),
        (b"lone\rreturn\n.\n", b"lone\r\nreturn\r\n..\r\n.\r\n"),
    ],
)
def test_payload_can_end_only_at_its_end(payload: bytes, expected: bytes) -> None:
    """A lone dot inside a mail would end it early, and what follows would be read as commands."""
    assert relay.smtp_payload(payload) == expected


class Answers:
    body = b"{}"
    status = 200


@pytest.fixture
def oracle(settings: Settings) -> Iterator[type[Answers]]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(Answers.status)
            self.send_header("Content-Length", str(len(Answers.body)))
            self.end_headers()
            self.wfile.write(Answers.body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MAIL_LOOKUP_URL = f"http://127.0.0.1:{server.server_address[1]}/lookup?key=1"
    yield Answers
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "standing"),
    [
        (200, b'{"status": "accepted", "relay_id": "7"}', Standing.ACCEPTED),
        (200, b'{"status": "unknown"}', Standing.UNKNOWN),
        (200, b'{"status": "maybe"}', Standing.UNREACHABLE),
        (200, b'["accepted"]', Standing.UNREACHABLE),
        (200, b"<html>accepted</html>", Standing.UNREACHABLE),
        (200, b'{"status": "unknown", "padding": "' + b"x" * 20_000, Standing.UNREACHABLE),
        (404, b'{"status": "unknown"}', Standing.UNREACHABLE),
        (500, b'{"status": "accepted"}', Standing.UNREACHABLE),
    ],
)
def test_only_two_words_count_as_an_answer(oracle: type[Answers], status: int, body: bytes, standing: Standing) -> None:
    oracle.status, oracle.body = status, body
    assert relay.lookup("<a@example.com>").standing is standing


def test_relay_without_a_question_says_so(settings: Settings) -> None:
    settings.MAIL_LOOKUP_URL = ""
    assert relay.lookup("<a@example.com>").standing is Standing.UNSUPPORTED
    settings.MAIL_LOOKUP_URL = "http://127.0.0.1:1/"
    assert relay.lookup("<a@example.com>").standing is Standing.UNREACHABLE


def test_sink_journal_survives_its_process(sink: Sink, settings: Settings) -> None:
    with relay.Session() as session:
        session.envelope("a@example.com", "cora@example.com")
        session.data(MAIL)
    again = Sink(sink.journal.parent)
    again.start()
    use(settings, again)
    assert relay.lookup("<a@example.com>").standing is Standing.ACCEPTED
    again.stop()
