"""Statements that are planned once a connection, and what happens where connections are lent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from callcenter_jobs import prepared
from callcenter_jobs.prepared import Prepared, repeatable

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


def test_no_plan_is_made_for_single_values() -> None:
    once = Prepared("SELECT %s::int + 40")
    for number in range(3):
        assert once.rows([number]) == [(number + 40,)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s", [once.name])
        assert cursor.fetchall() == [(3, 0)]


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


INTO = Prepared("INSERT INTO written_twice VALUES (%s) RETURNING number")


@pytest.fixture
def table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE written_twice (number int)")


def numbers() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM written_twice ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.usefixtures("table")
def test_a_transaction_that_may_be_repeated_prepares_its_statements() -> None:
    write = repeatable(INTO.rows)
    with CaptureQueriesContext(connection) as asked:
        assert write([1]) == [(1,)]
        assert write([2]) == [(2,)]
    assert [verb for verb in verbs(asked) if verb not in {"BEGIN", "COMMIT"}] == ["PREPARE", "EXECUTE", "EXECUTE"]
    # Its end is the end of what may be repeated; in somebody else's transaction it never begins.
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        INTO.rows([3])
        write([4])
    assert "EXECUTE" not in verbs(asked)
    assert numbers() == [1, 2, 3, 4]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("elsewhere", ["DEALLOCATE ALL", "ALTER TABLE written_twice ALTER number TYPE text"])
def test_a_transaction_is_repeated_when_its_statement_is_lost(elsewhere: str) -> None:
    runs: list[int] = []
    told: list[int] = []

    @repeatable
    def write() -> None:
        runs.append(len(runs))
        transaction.on_commit(lambda: told.append(len(runs)))
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO written_twice VALUES (7)")
        INTO.rows([8])

    write()
    with connection.cursor() as cursor:
        cursor.execute(elsewhere)
    write()
    assert len(runs) == 3
    assert told == [1, 3]
    assert [int(number) for number in numbers()] == [7, 7, 8, 8]
    assert prepared._Way.is_open == ("ALTER" in elsewhere)


@pytest.mark.usefixtures("table")
def test_what_is_committed_is_never_repeated() -> None:
    """Not even when what was to be done afterwards fails in the same way."""
    runs: list[int] = []

    @repeatable
    def write() -> None:
        runs.append(len(runs))
        INTO.rows([1])
        transaction.on_commit(fail)

    def fail() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DEALLOCATE never_prepared")

    with pytest.raises(DatabaseError, match="never_prepared"):
        write()
    assert (runs, numbers()) == ([0], [1])


@pytest.mark.usefixtures("table")
def test_other_errors_end_a_repeatable_transaction() -> None:
    runs: list[int] = []

    @repeatable
    def write() -> None:
        runs.append(INTO.rows([1])[0][0])
        Prepared("SELECT 1 / %s::int").rows([0])

    with pytest.raises(DatabaseError, match="division"):
        write()
    assert (runs, numbers()) == ([1], [])
