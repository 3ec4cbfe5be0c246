"""A kept connection is asked whether it stands only when it may not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callcenter_jobs import database

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    database.listen_for_hangups()
    connection.ensure_connection()
    wrapper: Any = connection
    wrapper.health_check_enabled = True
    yield
    request_started.disconnect(dispatch_uid="database.trust_silence")
    connection.close()


def begin_request() -> None:
    # What Django does then: tests have its receiver taken off.
    connection.close_if_unusable_or_obsolete()
    request_started.send(sender=None)


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def test_a_silent_connection_is_used_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    first = backend()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("PostgreSQL was asked"))
    begin_request()
    with CaptureQueriesContext(connection) as asked:
        assert backend() == first
    assert len(asked) == 1


def test_a_connection_that_was_ended_is_noticed_and_replaced() -> None:
    first = backend()
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
            assert cursor.fetchone()[0], "it was ended, and the end has been waited for"
    finally:
        own.close()
    begin_request()
    assert backend() != first
