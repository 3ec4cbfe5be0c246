"""Signed-in clients, and no hints to a broker that these tests do not have."""

from __future__ import annotations

import pytest
from django.test import Client

from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox import queue


@pytest.fixture(autouse=True)
def no_broker_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_quiet_until", float("inf"))


@pytest.fixture
def as_rosa(rosa: User) -> Client:
    client = Client()
    client.force_login(rosa)
    return client


@pytest.fixture
def as_ivan(ivan: User) -> Client:
    client = Client()
    client.force_login(ivan)
    return client


@pytest.fixture
def as_otto(otto: User) -> Client:
    client = Client()
    client.force_login(otto)
    return client
