"""The local mailbox: what it promises by 250, what it answers about a Message-ID, and the page that shows it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import smtplib
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from callcenter_jobs.local import mailbox as mailbox_module
from callcenter_jobs.local import processes
from callcenter_jobs.local.mailbox import Mailbox
from callcenter_jobs.local.mailstore import MailStore

ID = "<application.7@openline.example>"


def a_mail(message_id: str = ID, subject: str = "Søknaden er mottatt") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Openline <no-reply@openline.example>"
    message["To"] = "cora@example.org"
    message["Subject"] = subject
    message["Message-ID"] = message_id
    message.set_content("Hei Cora,\nse https://example.org/status\n")
    message.add_alternative("<h1>Hei Cora</h1><script>alert(1)</script>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename='møte "a".ics')
    return message


class Running:
    """A mailbox served from a thread of this process."""

    def __init__(self, folder: Path) -> None:
        self.smtp_port, self.http_port = processes.free_port(), processes.free_port()
        self.mailbox = Mailbox(folder)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.mailbox.start(smtp_port=self.smtp_port, http_port=self.http_port), self.loop).result(10)

    def send(self, message: EmailMessage, to: str = "cora@example.org") -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=10) as smtp:
            smtp.send_message(message, to_addrs=[to])

    def get(self, path: str) -> tuple[int, dict[str, str]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def lookup(self, message_id: str) -> dict[str, str]:
        return self.get("/lookup?" + urllib.parse.urlencode({"message_id": message_id}))[1]

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.mailbox.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    server = Running(tmp_path / "mailbox")
    yield server
    server.stop()


def test_a_mail_is_on_disk_and_known_when_250_is_read(running: Running) -> None:
    assert running.lookup(ID) == {"status": "unknown"}
    running.send(a_mail())
    [entry] = running.mailbox.store.present()
    assert running.lookup(ID) == {"status": "accepted", "relay_id": entry.relay_id}
    assert entry.recipients == ["cora@example.org"]
    assert entry.subject == "Søknaden er mottatt"
    assert b"Hei Cora" in running.mailbox.store.path_of(entry.relay_id).read_bytes()


def test_the_same_mail_twice_is_two_mails(running: Running) -> None:
    running.send(a_mail())
    first = running.lookup(ID)
    running.send(a_mail())
    assert len(running.mailbox.store.present()) == 2
    assert running.lookup(ID) == first


def test_lookup_refuses_what_it_does_not_understand(running: Running) -> None:
    assert running.get("/lookup")[0] == 400
    assert running.get("/other")[0] == 404
    assert running.get("/healthz") == (200, {"status": "ok"})


def test_a_silent_session_is_closed(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_module, "IDLE_SECONDS", 0.3)
    with smtplib.SMTP("127.0.0.1", running.smtp_port, timeout=10) as smtp:
        smtp.ehlo()
        time.sleep(1)
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            smtp.mail("a@example.org")


def test_the_journal_survives_half_a_line_and_the_deletion_of_mails(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    store.add(b"Subject: a\r\n\r\nx", message_id="<1@x>", sender="a@x", recipients=["b@x"], subject="a")
    with store.journal.open("ab") as out:
        out.write(b'{"relay_id": "2026')
    again = Mailbox(tmp_path)
    again.take(b"Message-ID: <2@x>\r\nSubject: b\r\n\r\ny", "a@x", ["c@x"])
    assert [entry.message_id for entry in MailStore(tmp_path).accepted()] == ["<1@x>", "<2@x>"]
    assert store.delete_all() == 2
    assert store.present() == []
    assert Mailbox(tmp_path).lookup("<2@x>")["status"] == "accepted"


def test_mails_are_found_by_recipient_newest_first(tmp_path: Path) -> None:
    store = MailStore(tmp_path)
    for number, recipient in enumerate(["cora@example.org", "rosa@example.org", "Cora@example.org"]):
        store.add(b"x", message_id=f"<{number}@x>", sender="a@x", recipients=[recipient], subject=str(number))
    assert [entry.subject for entry in store.present("cora@")] == ["2", "0"]
    assert [entry.subject for entry in store.present()] == ["2", "1", "0"]


def test_the_program_serves_and_stops_on_sigterm(tmp_path: Path) -> None:
    smtp_port, http_port = processes.free_port(), processes.free_port()
    command = [sys.executable, "-m", "callcenter_jobs.local.mailbox", "--folder", str(tmp_path)]
    program = subprocess.Popen([*command, "--smtp-port", str(smtp_port), "--http-port", str(http_port)], stderr=subprocess.PIPE, text=True)
    try:
        assert program.stderr is not None
        assert "lookup on" in program.stderr.readline()
        with smtplib.SMTP("127.0.0.1", smtp_port, timeout=10) as smtp:
            smtp.send_message(a_mail())
        program.send_signal(signal.SIGTERM)
        assert program.wait(10) == 0
    finally:
        program.kill()
        program.wait()
        if program.stderr is not None:
            program.stderr.close()
    assert len(MailStore(tmp_path).present()) == 1


# --- the page ---------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> MailStore:
    settings.MAILBOX_DIR = str(tmp_path / "mailbox")
    return MailStore(tmp_path / "mailbox")


@pytest.fixture
def put(store: MailStore) -> Callable[..., str]:
    def put_mail(subject: str = "Søknaden er mottatt", to: str = "cora@example.org") -> str:
        content = a_mail(subject=subject).as_bytes()
        return store.add(content, message_id=ID, sender="no-reply@openline.example", recipients=[to], subject=subject).relay_id

    return put_mail


@pytest.mark.django_db
def test_page_lists_and_searches(client: Client, put: Callable[..., str]) -> None:
    put("To Cora")
    put("To Rosa", "rosa@example.org")
    page = client.get("/mailbox/")
    assert page.status_code == 200
    assert "To Cora" in page.text
    assert "To Rosa" in page.text
    found = client.get("/mailbox/", {"to": "rosa"})
    assert "To Rosa" in found.text
    assert "To Cora" not in found.text
    assert client.get("/nb/mailbox/").status_code == 200


@pytest.mark.django_db
def test_page_shows_text_headers_and_attachments(client: Client, put: Callable[..., str]) -> None:
    page = client.get(f"/mailbox/{put()}/")
    assert "Hei Cora" in page.text
    assert "&lt;application.7@openline.example&gt;" in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>alert" not in page.text


@pytest.mark.django_db
def test_html_of_a_mail_can_run_nothing(client: Client, put: Callable[..., str]) -> None:
    page = client.get(f"/mailbox/{put()}/html/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups" in policy
    assert "frame-ancestors 'self'" in policy
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<h1>Hei Cora</h1>" in page.text


@pytest.mark.django_db
def test_attachment_is_a_download_with_a_harmless_name(client: Client, put: Callable[..., str]) -> None:
    relay_id = put()
    answer = client.get(f"/mailbox/{relay_id}/attachment/0/")
    assert answer.content == b"BEGIN:VCALENDAR"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="m_te__a_.ics"'
    assert client.get(f"/mailbox/{relay_id}/attachment/1/").status_code == 404
    assert client.get(f"/mailbox/{relay_id}/source/").headers["Content-Type"].startswith("text/plain")


@pytest.mark.django_db
@pytest.mark.parametrize("relay_id", ["20260101T000000-000000000000", "..%2F..%2Fetc%2Fpasswd", "journal"])
def test_unknown_mail_is_not_found(client: Client, put: Callable[..., str], relay_id: str) -> None:
    put()
    assert client.get(f"/mailbox/{relay_id}/").status_code == 404


@pytest.mark.django_db
def test_delete_all_needs_a_form(client: Client, put: Callable[..., str], store: MailStore) -> None:
    put()
    assert client.get("/mailbox/delete/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/mailbox/delete/").status_code == 403
    assert len(store.present()) == 1
    assert client.post("/mailbox/delete/").status_code == 302
    assert store.present() == []


@pytest.mark.django_db
def test_without_a_mailbox_there_is_no_page(client: Client, settings: Settings) -> None:
    settings.MAILBOX_DIR = ""
    assert client.get("/mailbox/").status_code == 404


RESOLVE = """
import django; django.setup()
from django.urls import Resolver404, resolve
try:
    resolve("/mailbox/")
except Resolver404:
    print("none")
"""


def test_outside_a_local_run_the_address_does_not_exist() -> None:
    keep = {key: value for key, value in os.environ.items() if key not in {"LOCAL_MODE", "DJANGO_SETTINGS_MODULE"}}
    env = {**keep, "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings", "SECRET_KEY": "x" * 60}
    done = subprocess.run([sys.executable, "-c", RESOLVE], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "none", done.stderr[-500:]
