"""A relay, two kinds of mail that belong to nobody, and short ways to write one."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from callcenter_jobs.outbox import compose, queue
from callcenter_jobs.outbox.models import Message
from callcenter_jobs.outbox.tests.sink import Sink

Write = Callable[..., Message]


def use(settings: Settings, sink: Sink) -> None:
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = urllib.parse.urlsplit(sink.email_url).port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    settings.MAIL_LOOKUP_URL = sink.lookup_url


@pytest.fixture
def sink(tmp_path: Path, settings: Settings) -> Iterator[Sink]:
    with Sink(tmp_path / "sink") as running:
        use(settings, running)
        yield running


def build_sample(message: Message, *, masked: bool) -> dict[str, Any]:
    if message.context.get("gone"):
        raise compose.Obsolete
    if message.context.get("broken"):
        raise RuntimeError("a builder with a mistake")
    return {
        "who": message.context.get("who", "Cora"),
        "preheader": "One line before the mail is opened",
        "stops": [("Received", "done"), ("Interview", "here"), ("Decision", "next")],
        "button_url": compose.MASK if masked else compose.absolute("/status/secret/"),
        "button_label": "See where it stands",
        "reason": "You get this mail because you applied.",
        "unsubscribe_url": "https://openline.example/stop/1/",
        "list_id": "digest",
        "reply_to": message.context.get("reply_to", ""),
    }


@pytest.fixture(autouse=True)
def sample_kind(settings: Settings) -> Iterator[None]:
    """The kind ``sample`` with templates of the tests."""
    here = Path(__file__).parent / "templates"
    django, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**django, "DIRS": [here, *django["DIRS"]]}, *others]
    compose.register("sample", build_sample, template="sample")
    yield
    compose.unregister("sample")


@pytest.fixture
def write() -> Write:
    numbers = iter(range(10_000))

    def write_one(**fields: Any) -> Message:
        values: dict[str, Any] = {
            "kind": "sample",
            "to": "cora@example.com",
            "language": "en",
            "context": {},
            "dedupe_key": f"test:{next(numbers)}",
            **fields,
        }
        return queue.enqueue(**values)

    return write_one


@pytest.fixture(autouse=True)
def no_broker_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most tests deliver by hand; those about hints take this back."""
    monkeypatch.setattr(queue, "_quiet_until", float("inf"))
