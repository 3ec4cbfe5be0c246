"""What a deployment is told about its mail."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from callcenter_jobs import env
from callcenter_jobs.outbox.checks import outbox_is_safe


def ids() -> set[str | None]:
    return {found.id for found in outbox_is_safe(None)}


@pytest.fixture(autouse=True)
def production(settings: Settings) -> None:
    settings.LOCAL_MODE = False
    settings.EMAIL_BACKEND = "callcenter_jobs.outbox.backend.OutboxBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER = "relay.example", "portal"
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = True, False
    settings.MAIL_LOOKUP_URL = "https://relay.example/lookup"


def test_good_deployment_hears_nothing() -> None:
    assert ids() == set()


def test_fence_must_stand_in_production(settings: Settings) -> None:
    settings.OUTBOX_FENCE = False
    assert ids() == {"outbox.E001"}
    settings.LOCAL_MODE = True
    assert ids() == set()


def test_mail_must_not_bypass_the_outbox(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert ids() == {"outbox.E002"}


def test_password_must_not_travel_in_the_clear(settings: Settings) -> None:
    settings.EMAIL_USE_TLS = False
    assert ids() == {"outbox.E003"}
    settings.EMAIL_HOST = "127.0.0.1"
    assert ids() == set()


def test_question_to_the_relay_is_asked_over_http(settings: Settings) -> None:
    settings.MAIL_LOOKUP_URL = "file:///etc/passwd"
    assert ids() == {"outbox.E004"}


def test_relay_that_cannot_be_asked_is_worth_a_note(settings: Settings) -> None:
    settings.MAIL_LOOKUP_URL = ""
    assert ids() == {"outbox.I001"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1", ("127.0.0.1", 25, "", "", False, False)),
        ("smtp+tls://me%40x:p%2Fw@relay.example", ("relay.example", 587, "me@x", "p/w", True, False)),
        ("smtps://u:p@relay.example:2465/", ("relay.example", 2465, "u", "p", False, True)),
    ],
)
def test_email_url(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[object, ...]) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    assert tuple(env.email("EMAIL_URL", "").values()) == expected


@pytest.mark.parametrize(
    "url", ["", "relay.example", "http://relay.example", "smtp://", "smtp://h:99999", "smtp://h/path", "smtp://h?tls=1"]
)
def test_email_url_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.email("EMAIL_URL", "")


@pytest.mark.parametrize(
    ("cache", "broker"),
    [
        ("redis://:p@127.0.0.1:6379/0", "redis://:p@127.0.0.1:6379/0"),
        ("unix:///run/valkey.sock?db=2", "redis+socket:///run/valkey.sock?virtual_host=2"),
        ("unix://:p@/run/valkey.sock", "redis+socket://:p@/run/valkey.sock?virtual_host=0"),
    ],
)
def test_broker_url(cache: str, broker: str) -> None:
    assert env.broker_url(cache) == broker


def test_clock_of_a_delivery_keeps_its_order(settings: Settings) -> None:
    """Socket < task < grace's hang-up < lease < redelivery; the figures themselves are the measured ones."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert (settings.EMAIL_TIMEOUT, settings.CELERY_TASK_SOFT_TIME_LIMIT, settings.CELERY_TASK_TIME_LIMIT) == (10, 30, 45)
    assert (settings.OUTBOX_GRACE, settings.OUTBOX_LEASE, options["visibility_timeout"]) == (30, 90, 120)


def test_web_process_gives_up_on_the_broker_at_once(settings: Settings) -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert (options["socket_timeout"], options["socket_connect_timeout"], options["max_retries"]) == (0.5, 0.3, 0)


def test_every_periodic_task_expires(settings: Settings) -> None:
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry.get("options", {}).get("expires"), name
