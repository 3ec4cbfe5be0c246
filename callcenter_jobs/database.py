"""How long a statement of a web process may take: one visitor's question must not hold a part of the database for minutes.

Workers, beat and commands have no such limit. What a web process itself does for everybody has none either, nor has the
one thing that a visitor may do with a great many rows: see ``unhurried`` and ``lift_limit``.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.signals import request_started
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

# SQLSTATE of "canceling statement due to statement timeout", and of a statement that an operator ended by hand.
QUERY_CANCELED = "57014"


def limit_statements() -> None:
    """Every connection that this process opens from now on asks PostgreSQL for the limit. Called by the WSGI entry point.

    Said when connecting, in the words of libpq: a ``SET`` later on would, behind a pooler, stay with a server connection that
    a worker uses next. PgBouncer is told to let these words pass unread and sets the limit itself (docs/operations.md).
    """
    seconds = settings.WEB_STATEMENT_TIMEOUT_S
    if seconds:
        options = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"]
        # The last one counts: what an operator has asked for in DATABASE_URL or in the environment.
        own = options.get("options") or os.environ.get("PGOPTIONS", "")
        options["options"] = f"-c statement_timeout={seconds * 1000} {own}".strip()


def lift_limit() -> None:
    """No limit for the calling thread from its next connection on: one that serves nobody in particular."""
    options = connection.settings_dict["OPTIONS"]
    if "options" in options:
        connection.close()
        unlimited = f"{options['options']} -c statement_timeout=0"
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": {**options, "options": unlimited}}


@contextmanager
def unhurried() -> Iterator[None]:
    """Statements without limit, for what must come to its end: what every visitor waits for, and the new name of an employer,
    which goes into every text of its postings. One transaction, after which the limit is what it was, also behind a
    pooler; inside another one there is none until that ends."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def listen_for_hangups() -> None:
    """Have requests find out from the socket whether their connection still stands. Called by the WSGI entry point.

    Before a request uses a kept connection, Django asks PostgreSQL whether it is there, which costs as much as a small query.
    But a server that went away, or ended this session, has closed the connection, and nothing else is sent to who asks nothing:
    while there is nothing to read it stands. If there is, Django asks as ever.
    """
    request_started.connect(_trust_silence, dispatch_uid="database.trust_silence")


def _trust_silence(**_kwargs: object) -> None:
    # After Django's own receiver, which was there first and has the connections looked at again for each request.
    wrappers: Any = connections.all(initialized_only=True)
    for wrapper in wrappers:
        link = wrapper.connection
        if link is not None and not link.closed and not _has_word(link.fileno()):
            wrapper.health_check_done = True


def _has_word(descriptor: int) -> bool:
    """Whether there is something to be read, the end of the connection included."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLPRI)
    return bool(poll.poll(0))


def was_given_up(error: BaseException | None) -> bool:
    """Whether ``error`` says that PostgreSQL ended a statement, as psycopg2 or as Django puts it."""
    return any(getattr(found, "pgcode", None) == QUERY_CANCELED for found in (error, getattr(error, "__cause__", None)))
