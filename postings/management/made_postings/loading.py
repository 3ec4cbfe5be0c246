"""Bringing made-up postings into the tables by COPY, in as many processes as asked for.

In an empty database the secondary indexes, foreign keys and announcing triggers of the tables are dropped first and made again
at the end, which is several times quicker. What has to be made again is noted in the database itself, so that a run that was
broken off can be cleared away by the next one. In a database that holds postings nothing is dropped and every trigger runs.
"""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection, transaction

from postings.enums import StageKind
from postings.management.made_postings.library import escaped
from postings.management.made_postings.rows import CHUNK, COLUMNS, NULL, Bases, make_chunk
from postings.management.made_postings.world import World
from postings.services.plans import DEFAULT_KINDS, ENDS

PARENTS = ("postings_employer", "postings_site", "postings_interviewplan", "postings_stage")
TABLES = (*PARENTS, *COLUMNS, "postings_postingevent")
# The vector of a text is made by a trigger that runs before the row is written; those that run after it only announce.
BEFORE = 2
# Dropped first, made again last: constraints that refer to others, constraints that others refer to, plain indexes, triggers.
REMEMBER = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', c.conrelid::regclass, c.conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)), c.contype <> 'f'
    FROM pg_constraint c WHERE c.contype IN ('f', 'u') AND c.conrelid = ANY(%(tables)s::regclass[])
    -- A key that a foreign key leans on stays.
    AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.contype = 'f' AND o.conindid = c.conindid AND c.contype = 'u')
UNION ALL
SELECT format('DROP INDEX %%s', x.indexrelid::regclass), pg_get_indexdef(x.indexrelid), true
    FROM pg_index x WHERE x.indrelid = ANY(%(tables)s::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid)
UNION ALL
SELECT format('ALTER TABLE %%s DISABLE TRIGGER %%I', t.tgrelid::regclass, t.tgname),
       format('ALTER TABLE %%s ENABLE TRIGGER %%I', t.tgrelid::regclass, t.tgname), false
    FROM pg_trigger t WHERE t.tgrelid = ANY(%(tables)s::regclass[]) AND NOT t.tgisinternal AND t.tgtype & %(before)s = 0
"""


def is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT EXISTS (SELECT FROM postings_posting) AND NOT EXISTS (SELECT FROM postings_employer)")
        return bool(cursor.fetchone()[0])


def is_broken_off() -> bool:
    """Whether an earlier run did not come to its end and left rows behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('make_postings_unfinished') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def clear_broken_off() -> None:
    """Empty the tables that a broken-off run was filling (they were empty when it began) and make what it had dropped again."""
    filled = [table for table in TABLES if table not in {"postings_interviewplan", "postings_stage"}]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
        # These two hold the library's plans, too.
        cursor.execute("SELECT min(first_plan) FROM make_postings_unfinished")
        (first,) = cursor.fetchone()
        if first is not None:
            cursor.execute("DELETE FROM postings_stage WHERE plan_id >= %s", [first])
            cursor.execute("DELETE FROM postings_interviewplan WHERE id >= %s", [first])
    make_again(tell=lambda _step: None)


def drop_for_load(first_plan: int) -> None:
    """Note what has to be made again, and drop it; one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REMEMBER, {"tables": list(TABLES), "before": BEFORE})
        found = cursor.fetchall()
        cursor.execute("CREATE TABLE make_postings_unfinished (id serial, statement text, is_first boolean, first_plan bigint)")
        # Foreign keys lean on unique keys: made after them, dropped before them.
        for _drop, make, is_first in found:
            cursor.execute(
                "INSERT INTO make_postings_unfinished (statement, is_first, first_plan) VALUES (%s, %s, %s)", [make, is_first, first_plan]
            )
        for drop, _make, _is_first in sorted(found, key=lambda row: bool(row[2])):
            cursor.execute(drop)


def steps_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM make_postings_unfinished")
        return int(cursor.fetchone()[0])


def make_again(*, tell: Callable[[int], None]) -> None:
    """Make again what was dropped; ``tell`` hears how many steps are done.

    Each step and its line of the note are one transaction: a run that is broken off here can go on from here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT id, statement FROM make_postings_unfinished ORDER BY NOT is_first, id")
        for done, (pk, statement) in enumerate(cursor.fetchall(), 1):
            with transaction.atomic():
                cursor.execute(statement)
                cursor.execute("DELETE FROM make_postings_unfinished WHERE id = %s", [pk])
            tell(done)
        cursor.execute("DROP TABLE make_postings_unfinished")
        cursor.execute("RESET maintenance_work_mem")


def tidy(*, tell: Callable[[int], None]) -> None:
    """Statistics and hint bits, as autovacuum would have left them after a while."""
    with connection.cursor() as cursor:
        for done, table in enumerate(TABLES, 1):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
            tell(done)


def reserve(world: World) -> Bases:
    """Take as many ids as are needed from the sequences; the first of each."""
    wanted = {"employer": len(world.employers), "site": len(world.sites), "interviewplan": world.count, "posting": world.count}
    first: dict[str, int] = {}
    with connection.cursor() as cursor:
        for name, size in wanted.items():
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [f"postings_{name}"])
            first[name] = int(cursor.fetchone()[0])
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [f"postings_{name}", first[name] + size])
    return Bases(employer=first["employer"], site=first["site"], plan=first["interviewplan"], posting=first["posting"])


def load_parents(world: World, bases: Bases) -> None:
    """Employers, sites, and a plan with the usual stages for every posting."""
    employers, sites = io.StringIO(), io.StringIO()
    for rank, made in enumerate(world.employers):
        fields = (
            str(bases.employer + rank),
            world.codes["employer"][rank],
            made.slug,
            escaped(made.name),
            made.industry,
            made.country.code,
        )
        employers.write("\t".join((*fields, "", made.country.language, "{}", str(made.promise_days), "24", str(world.now))) + "\n")
        for place in range(made.first_site, made.first_site + made.sites):
            site = world.sites[place]
            names = (escaped(site.name), "", "", escaped(site.city), escaped(site.region), site.country.code, site.country.time_zone)
            found = str(site.place) if site.place else NULL
            sites.write(
                "\t".join((str(bases.site + place), str(bases.employer + rank), world.codes["site"][place], *names, "t", found)) + "\n"
            )
    kinds = [str(StageKind(kind)) for kind in (*DEFAULT_KINDS, *ENDS)]
    with connection.cursor() as cursor:
        _copy(cursor, "postings_employer", _EMPLOYER, employers)
        _copy(cursor, "postings_site", _SITE, sites)
        span: dict[str, Any] = {"first": bases.plan, "last": bases.plan + world.count - 1, "kinds": kinds}
        cursor.execute(
            "INSERT INTO postings_interviewplan (id, names, descriptions)"
            " SELECT id, '{}', '{}' FROM generate_series(%(first)s, %(last)s) id",
            span,
        )
        cursor.execute(
            "INSERT INTO postings_stage (plan_id, kind, position, names, is_visible)"
            " SELECT plan.id, stage.kind, stage.place - 1, '{}', true"
            " FROM generate_series(%(first)s, %(last)s) plan (id), unnest(%(kinds)s::text[]) WITH ORDINALITY stage (kind, place)",
            span,
        )


_EMPLOYER = "id code slug name industry country website language about response_promise_days rejection_undo_hours created_at"
_SITE = "id employer_id code name street postal_code city region country time_zone is_active place_id"


def load_history(bases: Bases) -> None:
    """What publishing and closing would have written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO postings_postingevent (posting_id, from_state, to_state, at, note)"
            " SELECT id, 'draft', 'open', published_at, '' FROM postings_posting WHERE id >= %s AND published_at IS NOT NULL"
            " UNION ALL SELECT id, 'open', state, coalesce(closed_at, published_at), '' FROM postings_posting"
            " WHERE id >= %s AND state IN ('closed', 'paused')",
            [bases.posting, bases.posting],
        )


def _copy(cursor: Any, table: str, columns: str, lines: io.StringIO) -> None:
    lines.seek(0)
    cursor.copy_expert(f"COPY {table} ({columns.replace(' ', ', ')}) FROM STDIN", lines)


def _load_chunks(world: World, bases: Bases, numbers: list[int], parameters: dict[str, Any], done: Any) -> None:
    """One process: its chunks in order, each in a transaction of its own."""
    link = psycopg2.connect(**parameters)
    try:
        for number in numbers:
            buffers = make_chunk(world, bases, number)
            with link, link.cursor() as cursor:
                for table, lines in buffers.tables.items():
                    _copy(cursor, table, COLUMNS[table], lines)
            with done.get_lock():
                done.value += 1
    finally:
        link.close()


@contextmanager
def _workers(world: World, bases: Bases, processes: int, done: Any) -> Iterator[list[Any]]:
    parameters = {name: value for name, value in connection.get_connection_params().items() if name not in {"context", "cursor_factory"}}
    connection.close()  # a child must not inherit it
    context = multiprocessing.get_context("fork")
    chunks = -(-world.count // CHUNK)
    started = []
    for turn in range(processes):
        numbers = list(range(turn, chunks, processes))
        worker = context.Process(target=_load_chunks, args=(world, bases, numbers, parameters, done), daemon=True)
        worker.start()
        started.append(worker)
    try:
        yield started
    finally:
        for worker in started:
            worker.terminate() if worker.exitcode is None else None
            worker.join()


def load_postings(world: World, bases: Bases, *, processes: int, tell: Callable[[int], None]) -> None:
    """All postings with what hangs on them. ``tell`` hears now and then how many are in. Raises ``RuntimeError``."""
    done = multiprocessing.get_context("fork").Value("i", 0)
    with _workers(world, bases, processes, done) as workers:
        while any(worker.is_alive() for worker in workers):
            workers[0].join(0.5)
            for worker in workers:
                if worker.exitcode:
                    raise RuntimeError("a loading process failed; its message stands above")
            tell(min(world.count, done.value * CHUNK))
        if any(worker.exitcode for worker in workers):
            raise RuntimeError("a loading process failed; its message stands above")
