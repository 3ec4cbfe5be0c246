"""/healthz and /readyz: what each looks at, and what a stranger learns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from callcenter_jobs import health
from callcenter_jobs.outbox.models import Heartbeat

TOKEN = "a-token-of-the-operator"


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


def parts(client: Client) -> dict[str, str]:
    return dict(client.get("/readyz", headers={"Authorization": f"Bearer {TOKEN}"}).json()["parts"])


@pytest.mark.django_db
def test_healthz_touches_neither_database_nor_cache(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "get", lambda *args, **kwargs: pytest.fail("the cache was asked"))
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_when_all_parts_work(client: Client) -> None:
    Heartbeat.beat("worker")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_a_silent_worker_degrades_and_does_not_take_the_portal_away(client: Client, settings: Settings) -> None:
    settings.HEALTH_TOKEN = TOKEN
    assert parts(client)["worker"] == "never seen"
    Heartbeat.objects.create(name="worker", beat_at=timezone.now() - timedelta(minutes=10))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded"})
    assert parts(client)["worker"].startswith("last seen 6")


@pytest.mark.django_db
def test_a_lost_cache_degrades(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HEALTH_TOKEN = TOKEN
    Heartbeat.beat("worker")
    monkeypatch.setattr(cache, "get", lambda key, default=None, version=None: default)
    assert client.get("/readyz").json() == {"status": "degraded"}
    assert parts(client)["cache"] == "unreachable"


@pytest.mark.django_db
def test_pending_migrations_make_it_unavailable(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HEALTH_TOKEN = TOKEN
    monkeypatch.setattr("callcenter_jobs.health.MigrationExecutor.migration_plan", lambda self, targets: [("a", False), ("b", False)])
    assert client.get("/readyz").status_code == 503
    assert parts(client)["migrations"] == "2 pending"


@pytest.mark.django_db
def test_a_lost_database_makes_it_unavailable_and_says_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_cursor() -> None:
        raise OperationalError("connection to 10.0.0.5 refused for user portal")

    monkeypatch.setattr("callcenter_jobs.health.connection.cursor", no_cursor)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
def test_a_stranger_reads_one_word(client: Client, settings: Settings, given: str) -> None:
    settings.HEALTH_TOKEN = TOKEN
    assert set(client.get("/readyz", headers={"Authorization": given}).json()) == {"status"}


@pytest.mark.django_db
def test_no_token_set_means_nobody_reads_more(client: Client, settings: Settings) -> None:
    settings.HEALTH_TOKEN = ""
    assert set(client.get("/readyz", headers={"Authorization": "Bearer "}).json()) == {"status"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
