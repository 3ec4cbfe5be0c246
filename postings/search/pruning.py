"""Throwing away what no process needs any more: old bases, and the part of the log that everybody has read.

A process that slept through it finds out (``Changes.is_lost``) and starts from the newest base.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from postings.models import SearchFloor, SearchGeneration
from postings.search.changes import Horizon, server

# Every process reads the log at least this often, or starts anew.
GRACE = timedelta(minutes=10)
PER_STEP = 20_000
DELETE = "DELETE FROM postings_searchchange WHERE ctid = ANY(ARRAY(SELECT ctid FROM postings_searchchange WHERE xid < %s::xid8 LIMIT %s))"
# What this server wrote is below the end of the snapshot that sees it.
DELETE_FOREIGN = "DELETE FROM postings_searchchange WHERE xid < %s::xid8 OR xid >= pg_snapshot_xmax(pg_current_snapshot())"


def delete_generations(generations: QuerySet[SearchGeneration]) -> int:
    """Unready first and for all to see, then the rows: whoever still reads learns that its base is gone."""
    keys = list(generations.values_list("pk", flat=True))
    SearchGeneration.objects.filter(pk__in=keys).update(is_ready=False)
    if keys:
        with connection.cursor() as cursor:
            # Not through the models, which would read the rows to delete them.
            cursor.execute("DELETE FROM postings_searchword WHERE generation_id = ANY(%s)", [keys])
            cursor.execute("DELETE FROM postings_searchpart WHERE generation_id = ANY(%s)", [keys])
        SearchGeneration.objects.filter(pk__in=keys).delete()
    return len(keys)


def prune() -> int:
    """Delete changes that every process has read, or finds in the older of the kept bases. Returns how many.

    A moment is noted first, and a grace later it becomes the floor; the floor is committed before the rows go.
    """
    here = server()
    floor = _raise_floor(here)
    if floor is None:
        return 0
    deleted = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(DELETE, [str(floor.first), PER_STEP])
            step: int = cursor.rowcount
            deleted += step
            if step < PER_STEP:
                return deleted


@transaction.atomic
def _raise_floor(here: str) -> Horizon | None:
    """The floor after a look at the clock and at the bases; none while nothing may be deleted."""
    row, _made = SearchFloor.objects.select_for_update().get_or_create(pk=1)
    now = timezone.now()
    foreign = [text for text in (row.horizon, row.candidate) if text and Horizon.read(text).server != here]
    if foreign:
        _start_over(row, here)
    if not row.candidate or now - row.noted_at >= GRACE:
        if row.candidate:
            row.horizon = _lowest(row.candidate, here)
        row.candidate, row.noted_at = _moment(here), now
        row.save()
    return Horizon.read(row.horizon) if row.horizon else None


def _lowest(candidate: str, here: str) -> str:
    """The candidate, or the horizon of the oldest base in use if that is earlier."""
    kept = SearchGeneration.objects.filter(is_ready=True, horizon__startswith=f"{here}/").values_list("horizon", flat=True)
    return min([candidate, *kept], key=lambda text: Horizon.read(text).first)


def _start_over(row: SearchFloor, here: str) -> None:
    """This is a copy of another server's data: the numbers in it mean nothing here, nor do its bases and its log."""
    delete_generations(SearchGeneration.objects.exclude(horizon__startswith=f"{here}/"))
    row.horizon = _moment(here)
    row.candidate = ""
    with connection.cursor() as cursor:
        cursor.execute(DELETE_FOREIGN, [str(Horizon.read(row.horizon).first)])


def _moment(here: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return f"{here}/{cursor.fetchone()[0]}"
