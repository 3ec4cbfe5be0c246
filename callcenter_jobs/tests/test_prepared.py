"""Statements that are planned once a connection, and what happens where connections are lent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

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


def verbs(asked: CaptureQueriesContext) -> list[str]:
    return [query["sql"].split()[0] for query in asked]


def test_a_statement_without_parameters() -> None:
    assert Prepared("SELECT 7, '%%'").rows([]) == [(7, "%")]


def test_a_column_of_another_type_has_it_prepared_anew() -> None:
    everything = Prepared("SELECT * FROM changed_meanwhile")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE changed_meanwhile AS SELECT 1 AS number")
        assert everything.rows([]) == [(1,)]
        cursor.execute("ALTER TABLE changed_meanwhile ALTER number TYPE text")
    with CaptureQueriesContext(connection) as asked:
        assert everything.rows([]) == [("1",)]
        assert everything.rows([]) == [("1",)]
    assert verbs(asked) == ["EXECUTE", "DEALLOCATE", "SELECT", "PREPARE", "EXECUTE"]
    assert prepared._Way.is_open


def test_such_a_column_on_a_lent_connection() -> None:
    """What says so is not the connection that is then told to forget it."""
    everything = Prepared("SELECT * FROM changed_meanwhile")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE changed_meanwhile AS SELECT 1 AS number")
        everything.rows([])
        cursor.execute("ALTER TABLE changed_meanwhile ALTER number TYPE text")
        with connection.execute_wrapper(forgetting):
            assert everything.rows([]) == [("1",)]
    assert not prepared._Way.is_open


def forgetting(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if sql.startswith("DEALLOCATE"):
        execute("DEALLOCATE ALL", None, False, context)
    return execute(sql, params, many, context)


def test_what_could_not_be_prepared_is_not_taken_for_known() -> None:
    later = Prepared("SELECT number FROM there_later")
    with pytest.raises(DatabaseError):
        later.rows([])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE there_later AS SELECT 1 AS number")
    with CaptureQueriesContext(connection) as asked:
        assert later.rows([]) == [(1,)]
    assert verbs(asked) == ["PREPARE", "EXECUTE"]


def test_every_thread_prepares_for_itself() -> None:
    found: list[list[str]] = []

    def ask() -> None:
        with CaptureQueriesContext(connection) as asked:
            assert ADDED.rows({"one": 1, "two": 2}) == [(3, 1, "%")]
        found.append(verbs(asked))
        connection.close()

    for thread in [threading.Thread(target=ask) for _number in range(2)]:
        thread.start()
        thread.join()
    ask()
    assert found == [["PREPARE", "EXECUTE"]] * 3
    assert prepared._Way.is_open
