"""The log of what changed, read so that nothing is missed and (almost) nothing is read twice.

A *horizon* is a moment as PostgreSQL sees it: which transactions had ended. It is kept as a text, the server's own
number and the snapshot (``7710831880869088357/4961:4970:4961,4965``): transactions before 4961 had ended, those from
4970 on had not begun to count, and of those between, 4961 and 4965 were still under way. What was written by a
transaction under way or yet to come is new to a reader who stood at that horizon, however late it commits; everything
else the reader has seen. No clock and no order of ids is involved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import connection

SERVER = "SELECT system_identifier::text FROM pg_control_system()"
# Postings by their number, everything else as minus the number of the row that names it.
NOTED = "coalesce(posting_id, -id)"
# One small statement, and so one snapshot: it runs before searches, as often as SEARCH_LOOK_AGAIN_MS lets it.
# On a standby a snapshot does not list what is under way, so everything from the first such transaction on is read again.
SNAPSHOT = """CASE WHEN pg_is_in_recovery()
    THEN format('%%1$s:%%1$s:', pg_snapshot_xmin(pg_current_snapshot())) ELSE pg_current_snapshot()::text END"""
READ = f"""
SELECT {SNAPSHOT}, pg_current_xact_id_if_assigned()::text,
    (SELECT g.id FROM postings_searchgeneration g WHERE g.is_ready AND starts_with(g.horizon, %(server)s) ORDER BY g.id DESC LIMIT 1),
    (SELECT f.horizon FROM postings_searchfloor f),
    ARRAY(SELECT {NOTED} FROM postings_searchchange WHERE xid >= %(end)s::xid8
          UNION ALL SELECT {NOTED} FROM postings_searchchange WHERE xid = ANY(%(under_way)s::xid8[]))
"""  # noqa: S608
# The postings at the sites, of the employers, … that rows of the log name.
POSTINGS_OF = """(
WITH noted AS (SELECT * FROM postings_searchchange WHERE {rows})
SELECT p.id FROM noted n JOIN postings_posting p ON p.site_id = n.site_id
UNION SELECT p.id FROM noted n JOIN postings_posting p ON p.employer_id = n.employer_id
UNION SELECT p.id FROM noted n JOIN postings_posting p ON p.role_id = n.role_id
UNION SELECT p.id FROM noted n JOIN postings_site s ON s.place_id = n.place_id JOIN postings_posting p ON p.site_id = s.id
)"""


@dataclass(frozen=True, slots=True)
class Horizon:
    """``first``: everything before had ended; ``end``: nothing from here on; ``under_way``: what between had not."""

    server: str
    first: int
    end: int
    under_way: frozenset[int]

    @classmethod
    def read(cls, text: str) -> Horizon:
        server, _slash, snapshot = text.partition("/")
        first, end, under_way = snapshot.split(":")
        return cls(server, int(first), int(end), frozenset(int(xid) for xid in under_way.split(",") if xid))

    def __str__(self) -> str:
        return f"{self.server}/{self.first}:{self.end}:{','.join(str(xid) for xid in sorted(self.under_way))}"

    def without(self, own: int) -> Horizon:
        """The same moment with transaction ``own`` still under way: PostgreSQL does not list a reader's own one."""
        return Horizon(self.server, min(self.first, own), self.end, self.under_way | {own}) if own < self.end else self


@dataclass(frozen=True, slots=True)
class Changes:
    """``ids`` of postings to look at again, each once, the newest change last as far as that is known. ``horizon`` and
    ``seen`` go into the next reading, and only when the postings were looked at or written down as owed. ``generation`` is
    the newest base that is ready (0: none).

    ``is_lost``: part of the log that the reader had not seen is gone, because it slept too long, or the database was
    restored from elsewhere or from an earlier day. Then only a fresh start helps: the newest base, or all open postings.
    """

    horizon: str
    ids: list[int]
    seen: frozenset[int]
    generation: int
    is_lost: bool = False


class ChangeLog:
    """Reads on the connection of the calling thread. Reading, looking at the postings and remembering the horizon
    must happen under one lock: two threads that overtake each other would put an older state over a newer one."""

    def __init__(self) -> None:
        self._server = ""

    @property
    def server(self) -> str:
        """Which database server this is; numbers of transactions mean nothing on another one."""
        if not self._server:
            self._server = server()
        return self._server

    def now(self) -> tuple[str, int]:
        """This moment as a horizon, and the newest ready base. Whoever starts without a base reads the postings after this."""
        found = self.read("", frozenset())
        return found.horizon, found.generation

    def read(self, horizon: str, seen: Collection[int]) -> Changes:
        """What changed since ``horizon`` and is committed, and what the caller's own open transaction changed.

        The latter may be rolled back: it is ``seen``, and comes again in the next reading.
        """
        since = Horizon.read(horizon) if horizon else None
        server = f"{self.server}/"
        with connection.cursor() as cursor:
            # Without a horizon nothing is read but where we are: no transaction has the highest number.
            end, under_way = (since.end, sorted(since.under_way)) if since else (2**63 - 1, [])
            cursor.execute(READ, {"server": server, "end": str(end), "under_way": [str(xid) for xid in under_way]})
            snapshot, own, generation, floor, noted = cursor.fetchone()
        now = Horizon.read(server + snapshot)
        rows = [-number for number in noted if number < 0]
        # What many postings share stands before each change of one, and the last change of a posting counts.
        latest = [*(_postings_of(rows) if rows else ()), *(number for number in noted if number > 0)]
        ids = dict.fromkeys(reversed(latest))
        return Changes(
            horizon=str(now.without(int(own)) if own else now),
            ids=[*(posting for posting in seen if posting not in ids), *reversed(ids)],
            seen=frozenset(ids) if own else frozenset(),
            generation=generation or 0,
            is_lost=since is not None and _is_lost(since, now, floor or ""),
        )


def server() -> str:
    """The number that PostgreSQL gave itself when its data folder was made."""
    with connection.cursor() as cursor:
        cursor.execute(SERVER)
        return str(cursor.fetchone()[0])


def _postings_of(rows: Iterable[int]) -> list[int]:
    """Looked up later than the rows were read, which is right: what came in between is noted itself."""
    with connection.cursor() as cursor:
        cursor.execute(POSTINGS_OF.format(rows="id = ANY(%(rows)s)"), {"rows": list(rows)})
        return [row[0] for row in cursor.fetchall()]


def _is_lost(since: Horizon, now: Horizon, floor: str) -> bool:
    if since.server != now.server or since.end > now.end:
        return True
    return bool(floor) and since.first < Horizon.read(floor).first
