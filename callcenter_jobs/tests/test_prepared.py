"""Statements that are planned once a connection, and what happens where connections are lent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from callcenter_jobs import prepared
from callcenter_jobs.prepared import Prepared

pytestmark = pytest.mark.django_db(transaction=True)
ADDED = Prepared("SELECT %(one)s::int + %(two)s::int, %(one)s::int, '%%'")


@pytest.fixture(autouse=True)
def open_way() -> Iterator[None]:
    prepared._Way.is_open = True
    yield
    prepared._Way.is_open = True
    connection.close()


def test_a_statement_is_planned_once_for_a_connection() -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert ADDED.rows({"two": 2, "one": 1}) == [(3, 1, "%")]
        assert ADDED.rows({"one": 5, "two": 5}) == [(10, 5, "%")]
    assert [query["sql"].split()[0] for query in asked] == ["PREPARE", "EXECUTE", "EXECUTE"]
    connection.close()
    assert ADDED.rows({"one": 1, "two": 1}) == [(2, 1, "%")]
    assert Prepared("SELECT %s::text || %s::text").rows(["a", "b"]) == [("ab",)]


def test_lists_travel_as_arrays() -> None:
    assert Prepared("SELECT unnest(%s::bigint[]) ORDER BY 1").rows([[3, 1]]) == [(1,), (3,)]
    assert Prepared("SELECT unnest(%s::bigint[])").rows([[]]) == []


@pytest.mark.parametrize("elsewhere", ["DEALLOCATE ALL", "forgotten"])
def test_behind_a_pooler_it_asks_in_plain_words(elsewhere: str) -> None:
    ADDED.rows({"one": 1, "two": 2})
    if elsewhere == "forgotten":
        # Another process prepared it on the server connection that this one got.
        setattr(connection, prepared.MEMORY, (None, set()))
    else:
        with connection.cursor() as cursor:
            cursor.execute(elsewhere)
    assert ADDED.rows({"one": 1, "two": 2}) == [(3, 1, "%")]
    assert not prepared._Way.is_open
    with CaptureQueriesContext(connection) as asked:
        ADDED.rows({"one": 1, "two": 2})
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


def test_inside_a_transaction_nothing_is_prepared() -> None:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert ADDED.rows({"one": 1, "two": 2}) == [(3, 1, "%")]
    assert not any("PREPARE" in query["sql"] for query in asked)


def test_other_errors_are_errors() -> None:
    with pytest.raises(DatabaseError):
        Prepared("SELECT 1 / %s::int").rows([0])
    assert prepared._Way.is_open
