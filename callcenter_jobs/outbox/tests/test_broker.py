"""The real broker and a real worker: what happens when they are well, gone or frozen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kombu.pools
import pytest
import redis
from django.db import connection, transaction
from pytest_django import Settings

from callcenter_jobs.celery import app
from callcenter_jobs.local import processes
from callcenter_jobs.local.servers import ValkeyServer, start_valkey
from callcenter_jobs.outbox import queue
from callcenter_jobs.outbox.models import Heartbeat, Message, State
from callcenter_jobs.outbox.tests.conftest import Write
from callcenter_jobs.outbox.tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    server = start_valkey(tmp_path / "valkey", durable=False)
    yield server
    server.stop()


def forget_connections() -> None:
    """As a process that has just been forked."""
    kombu.pools.reset()
    fresh: Any = app
    fresh._after_fork()


@pytest.fixture
def broker(valkey: ValkeyServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[ValkeyServer]:
    """This process publishes to a broker of its own, with the options of a web process."""
    conf: Any = app.conf
    before = conf.broker_url
    conf.broker_url = valkey.url
    forget_connections()
    monkeypatch.setattr(queue, "_quiet_until", 0.0)
    yield valkey
    conf.broker_url = before
    forget_connections()


@pytest.fixture(autouse=True)
def nothing_unforeseen(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """``robust=True`` would hide an error that ``nudge`` does not know; here it fails the test."""
    yield
    assert [record.getMessage() for record in caplog.records if record.name == "django.db.backends.base"] == []


def commit_seconds(write: Write) -> float:
    started = time.monotonic()
    with transaction.atomic():
        write()
    return time.monotonic() - started


def wait_for(what: str, seconds: float, condition: object) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if callable(condition) and condition():
            return
        time.sleep(0.1)
    pytest.fail(f"{what} did not happen within {seconds:.0f} s")


def queued(valkey: ValkeyServer) -> int:
    client = redis.Redis.from_url(valkey.url)
    try:
        return int(client.llen("jobs:mail"))
    finally:
        client.close()


def test_commit_gives_a_hint(broker: ValkeyServer, write: Write) -> None:
    commit_seconds(write)
    assert queued(broker) == 1


def test_dead_broker_costs_a_commit_less_than_a_second(broker: ValkeyServer, write: Write) -> None:
    commit_seconds(write)
    broker.stop()
    assert commit_seconds(write) < 1
    assert commit_seconds(write) < 1
    assert Message.objects.filter(state=State.PENDING).count() == 3


def test_frozen_broker_costs_a_commit_less_than_a_second(broker: ValkeyServer, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    commit_seconds(write)
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        assert commit_seconds(write) < 1, "with a connection that was open before"
        monkeypatch.setattr(queue, "_quiet_until", 0.0)
        forget_connections()
        assert commit_seconds(write) < 1, "with a connection to be made"
        assert commit_seconds(write) < 0.3, "the second mail need not wait again"
    finally:
        os.kill(broker.pid, signal.SIGCONT)
    assert Message.objects.filter(state=State.PENDING).count() == 4


def test_full_broker_loses_no_mail(broker: ValkeyServer, write: Write) -> None:
    """It refuses what does not fit, instead of dropping a key in silence."""
    commit_seconds(write)
    client = redis.Redis.from_url(broker.url)
    client.config_set("maxmemory", "1")
    client.close()
    assert commit_seconds(write) < 1
    assert Message.objects.filter(state=State.PENDING).count() == 2


def database_url() -> str:
    """The test database as a URL for another process."""
    params = connection.settings_dict
    host = str(params["HOST"]).replace("/", "%2F")
    port = f":{params['PORT']}" if params["PORT"] else ""
    return f"postgres://{params['USER']}:{params['PASSWORD']}@{host}{port}/{params['NAME']}"


@pytest.fixture
def worker_environment(valkey: ValkeyServer, sink: Sink) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings",
        "LOCAL_MODE": "1",
        "PROCESS_ROLE": "worker",
        "DATABASE_URL": database_url(),
        "REDIS_URL": valkey.url,
        "EMAIL_URL": sink.email_url,
        "MAIL_LOOKUP_URL": sink.lookup_url,
    }


@pytest.fixture
def worker(worker_environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    argv = [sys.executable, "-m", "celery", "-A", "callcenter_jobs", "worker", "-Q", "mail,files,default", "-c", "2", "-l", "INFO"]
    process = processes.spawn(argv, log=tmp_path / "worker.log", env=worker_environment, cwd=ROOT)
    wait_for("the worker's start", 60, lambda: b" ready." in (tmp_path / "worker.log").read_bytes())
    yield process
    processes.stop(process, [(signal.SIGTERM, 10.0)])


def raw(number: int) -> None:
    with transaction.atomic():
        queue.enqueue_raw(subject=f"Mail {number}", text="text", html="", to=f"cora{number}@example.com")


def test_real_worker_delivers_each_mail_once(broker: ValkeyServer, worker: subprocess.Popen[bytes], sink: Sink) -> None:
    for number in range(20):
        raw(number)
    wait_for("delivery", 30, lambda: not Message.objects.open().exists())
    assert sorted(entry["subject"] for entry in sink.entries()) == sorted(f"Mail {number}" for number in range(20))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_sweep_finds_what_got_no_hint(
    broker: ValkeyServer, worker: subprocess.Popen[bytes], sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_quiet_until", float("inf"))
    raw(1)
    from callcenter_jobs.outbox import tasks

    tasks.heartbeat.apply_async()
    tasks.sweep.apply_async()
    wait_for("delivery", 20, lambda: len(sink.entries()) == 1)
    wait_for("the heartbeat", 10, lambda: Heartbeat.age("worker") is not None)


def test_drain_outbox_works_without_a_broker(
    worker_environment: dict[str, str], valkey: ValkeyServer, sink: Sink, settings: Settings
) -> None:
    valkey.stop()
    for number in range(3):
        raw(number)
    environment = {**worker_environment, "PROCESS_ROLE": "web"}
    done = subprocess.run(
        [sys.executable, "manage.py", "drain_outbox", "--once"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "3 sent, 0 waiting, 0 parked", done.stderr
    assert len(sink.entries()) == 3
