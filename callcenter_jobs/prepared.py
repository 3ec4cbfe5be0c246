"""Statements of the busiest pages, planned once for each connection: finding out how to answer them takes PostgreSQL as long
as answering.

Behind a pooler that lends its server connections for one transaction, a prepared statement stays with a connection that
others get next. Nobody needs to say so here: the first time that a statement is missing, or there already, this process
asks in plain words from then on. Inside a transaction it always does, because an error would end that. What a migration
made wrong, a column that is now of another type, is asked in plain words once and then prepared anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PARAMETER = re.compile(r"%%|%s|%\((\w+)\)s")
# SQLSTATE of a prepared statement that is not known, and of one that is known already.
UNKNOWN, KNOWN = "26000", "42P05"
# Of "cached plan must not change result type", among other things that cannot be done.
CHANGED = "0A000"
# Where a Django connection remembers what was prepared on the connection of psycopg2 below it.
MEMORY = "_prepared_on"
# PostgreSQL would plan the first five of each for their values and only then for any: ours are all made for any, and a new
# connection is quick from the start. Behind a pooler it stays with the server's connection, where it changes nothing for others.
FOR_ANY = "SET plan_cache_mode = force_generic_plan"
# And that the transaction it is in may be run once more.
REPEATABLE = "_is_repeatable"

P = ParamSpec("P")
T = TypeVar("T")
Parameters = Sequence[Any] | Mapping[str, Any]
Row = tuple[Any, ...]


class _Way:
    """Whether statements are prepared in this process."""

    is_open = True


class Prepared:
    """A statement with parameters as Django takes them, ``%s`` or ``%(name)s``; PostgreSQL must be able to tell their types."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        # Another release's statement of the same purpose may still be known to a connection.
        self.name = f"portal_{hashlib.sha256(sql.encode()).hexdigest()[:16]}"
        self._names: list[str] = []
        numbered = PARAMETER.sub(self._numbered, sql)
        self._prepare = f"PREPARE {self.name} AS {numbered}; {FOR_ANY}"
        places = f" ({', '.join(['%s'] * len(self._names))})" if self._names else ""
        self._execute = f"EXECUTE {self.name}{places}"

    def _numbered(self, found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] is None:
            self._names.append("")
        elif found[1] not in self._names:
            self._names.append(found[1])
        return f"${len(self._names) if found[1] is None else self._names.index(found[1]) + 1}"

    def rows(self, parameters: Parameters) -> list[Row]:
        """What the statement answers."""
        # The one of this thread, found once: ``connection`` looks for it each time that it is asked for anything.
        here = connections[DEFAULT_DB_ALIAS]
        is_repeatable = getattr(here, REPEATABLE, False)
        if _Way.is_open and (is_repeatable or not here.in_atomic_block):
            try:
                return self._prepared_rows(here, parameters)
            except DatabaseError as error:
                if is_repeatable and _state(error) in {UNKNOWN, KNOWN, CHANGED}:
                    raise _Lost(self, error) from error
                self.learn(error)
        with here.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return cast("list[Row]", cursor.fetchall())

    def _prepared_rows(self, here: BaseDatabaseWrapper, parameters: Parameters) -> list[Row]:
        values = [parameters[name] for name in self._names] if isinstance(parameters, Mapping) else parameters
        with here.cursor() as cursor:
            known = _known(here)
            if self.name not in known:
                cursor.execute(self._prepare)
                known.add(self.name)
            cursor.execute(self._execute, values)
            return cast("list[Row]", cursor.fetchall())

    def learn(self, error: DatabaseError) -> None:
        """Do otherwise from now on, or raise what preparing has nothing to do with."""
        state = _state(error)
        if state == CHANGED:
            try:
                self._forget()
            except DatabaseError as other:
                self.learn(other)
        elif state in {UNKNOWN, KNOWN}:
            _Way.is_open = False
        else:
            raise error

    def _forget(self) -> None:
        here = connections[DEFAULT_DB_ALIAS]
        with here.cursor() as cursor:
            known = _known(here)
            if self.name in known:
                known.remove(self.name)
                cursor.execute(f"DEALLOCATE {self.name}")


class _Lost(Exception):
    """A statement of a transaction could not be asked as it was prepared, and the transaction has come to nothing."""

    def __init__(self, statement: Prepared, error: DatabaseError) -> None:
        super().__init__(str(error))
        self.statement, self.error = statement, error


def repeatable(block: Callable[P, T]) -> Callable[P, T]:
    """Run a function in a transaction that may use prepared statements, and once more, in plain words, if one of them fails for
    being prepared.

    For functions that do nothing but read and write the database: what the first run wrote is rolled back, and what it wanted
    done ``on_commit`` is forgotten, before the second one begins. A file, a mail, a change of what was passed in would not be.
    Inside another transaction, which is nobody's to repeat, it is asked in plain words.
    """

    @wraps(block)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if not connection.in_atomic_block:
            try:
                with transaction.atomic(), _repeatable():
                    return block(*args, **kwargs)
            except _Lost as lost:
                lost.statement.learn(lost.error)
        with transaction.atomic():
            return block(*args, **kwargs)

    return run


@contextmanager
def _repeatable() -> Iterator[None]:
    """Ends before the commit does: what runs then is done for good, and must not be taken for a failure of the function."""
    setattr(connection, REPEATABLE, True)
    try:
        yield
    finally:
        setattr(connection, REPEATABLE, False)


def _state(error: DatabaseError) -> str | None:
    """The SQLSTATE of an error as Django puts it."""
    return getattr(error.__cause__, "pgcode", None)


def _known(here: BaseDatabaseWrapper) -> set[str]:
    """The names of what this connection, which is open, has prepared."""
    known: set[str]
    below, known = getattr(here, MEMORY, (None, set[str]()))
    if below is not here.connection:
        known = set()
        setattr(here, MEMORY, (here.connection, known))
    return known
