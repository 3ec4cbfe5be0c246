"""Sessions that change everything search can see, and the book of what is surely closed.

Plain SQL on connections of their own: the index hangs on triggers, so it must not matter who writes. Each posting is
written by one session only, so that the book knows its state; sites, employers and roles are fair game for all.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import psycopg2

SHUT, OPENED, CHANGED = "shut", "opened", "changed"
# What is done, how it changes what visitors may see, how often, and how.
ACTS: list[tuple[str, str, int, str]] = [
    ("close", SHUT, 6, "UPDATE postings_posting SET state = 'closed', closed_at = now() WHERE id = %(posting)s AND state <> 'draft'"),
    ("pause", SHUT, 3, "UPDATE postings_posting SET state = 'paused' WHERE id = %(posting)s AND state <> 'draft'"),
    ("expire", SHUT, 3, "UPDATE postings_posting SET closes_on = current_date - 3 WHERE id = %(posting)s"),
    (
        "reopen",
        OPENED,
        12,
        "UPDATE postings_posting SET state = 'open', closed_at = NULL, closes_on = NULL, published_at = now() WHERE id = %(posting)s",
    ),
    (
        "edit",
        CHANGED,
        6,
        """
        UPDATE postings_posting SET hourly_min = %(number)s, hourly_max = %(number)s + 5, pay_currency = 'NOK', pay_basis = 'hour',
            pay_min = %(number)s, pay_max = %(number)s + 5, pay_frequency = 'monthly', shift_mask = %(number)s, hours_max = hours_min
        WHERE id = %(posting)s
        """,
    ),
    ("rewrite", CHANGED, 6, "UPDATE postings_postingtext SET title = 'Quokka ' || %(number)s WHERE posting_id = %(posting)s"),
    ("unspeak", CHANGED, 2, "DELETE FROM postings_postinglanguage WHERE posting_id = %(posting)s"),
    (
        "speak",
        CHANGED,
        2,
        """
        INSERT INTO postings_postinglanguage (posting_id, language, level, is_required) VALUES (%(posting)s, 'nb', 'B2', true)
        ON CONFLICT DO NOTHING
        """,
    ),
    ("unschedule", CHANGED, 2, "DELETE FROM postings_startclass WHERE posting_id = %(posting)s"),
    ("move site", CHANGED, 1, "UPDATE postings_site SET time_zone = (ARRAY['Asia/Tokyo', 'UTC'])[1 + %(number)s %% 2] WHERE id = %(site)s"),
    ("rename", CHANGED, 1, "UPDATE postings_employer SET name = left(name, 20) || ' ' || %(number)s WHERE id = %(employer)s"),
    (
        "re-sort",
        CHANGED,
        1,
        "UPDATE postings_employer SET industry = (ARRAY['retail', 'travel', 'utilities'])[1 + %(number)s %% 3] WHERE id = %(employer)s",
    ),
    (
        "re-key",
        CHANGED,
        1,
        "UPDATE postings_role SET key = left(split_part(key, '~', 1), 30) || '~' || %(number)s %% 5 WHERE id = %(role)s",
    ),
    ("re-title", CHANGED, 1, "UPDATE postings_titlealias SET text = left(text, 40) || ' ' || %(number)s %% 10 WHERE role_id = %(role)s"),
]
CHILDREN = """
SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = 'postings_posting'::regclass AND c.conrelid <> c.confrelid
"""


class Book:
    """Which postings are surely closed since when: noted after the commit, struck out before a reopening begins."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        self._lock = threading.Lock()

    def shut(self, code: str) -> None:
        with self._lock:
            self._since.setdefault(code, time.monotonic())

    def may_open(self, code: str) -> None:
        with self._lock:
            self._since.pop(code, None)

    def closed_since_before(self, codes: list[str], moment: float) -> list[str]:
        with self._lock:
            return [code for code in codes if self._since.get(code, moment) < moment]


@dataclass(slots=True)
class Tally:
    acts: Counter[str] = field(default_factory=Counter)
    commits: int = 0
    rollbacks: int = 0
    late_commits: int = 0
    broken: int = 0


class Writer(threading.Thread):
    """One session after the other. ``patience``: for how many seconds it may leave a transaction open before the commit."""

    def __init__(
        self, url: str, *, seed: int, own: list[tuple[int, str]], others: dict[str, list[int]], book: Book, tally: Tally, patience: float
    ) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.random = Random(seed)
        self.own = own
        self.others = others
        self.book = book
        self.tally = tally
        self.patience = patience
        self.children: list[tuple[str, str]] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                connection = psycopg2.connect(self.url, connect_timeout=5, options="-c lock_timeout=1500")
                try:
                    with connection.cursor() as cursor:
                        cursor.execute(CHILDREN)
                        self.children = cursor.fetchall()
                    connection.rollback()
                    while not self.stopped.is_set():
                        self.one(connection)
                finally:
                    connection.close()
            except psycopg2.Error:
                # The server was killed, the session was ended, two sessions met: a portal's client tries again.
                self.tally.broken += 1
                time.sleep(0.2)

    def one(self, connection: psycopg2.extensions.connection) -> None:
        """A transaction of a few acts, committed in most cases."""
        outcome: dict[str, str] = {}
        with connection.cursor() as cursor:
            for _ in range(self.random.choice([1, 1, 2, 4])):
                posting, code = self.random.choice(self.own)
                if self.random.random() < 0.01:
                    self.delete(cursor, posting)
                    outcome[code] = SHUT
                    continue
                name, effect, _weight, sql = self.random.choices(ACTS, [act[2] for act in ACTS])[0]
                if effect == OPENED:
                    self.book.may_open(code)
                row = {kind: self.random.choice(keys) for kind, keys in self.others.items()}
                cursor.execute(sql, {**row, "posting": posting, "number": self.random.randrange(100, 400)})
                if effect != CHANGED and cursor.rowcount:
                    outcome[code] = effect
                self.tally.acts[name] += 1
        is_late = self.random.random() < (0.9 if self.patience > 1 else 0.02)
        if is_late:
            self.stopped.wait(self.random.uniform(0.2, self.patience))
        if self.random.random() < 0.2:
            connection.rollback()
            self.tally.rollbacks += 1
            return
        connection.commit()
        self.tally.commits += 1
        self.tally.late_commits += is_late
        for code, effect in outcome.items():
            if effect == SHUT:
                self.book.shut(code)
        self.stopped.wait(self.random.uniform(0, 0.06))

    def delete(self, cursor: psycopg2.extensions.cursor, posting: int) -> None:
        cursor.execute("UPDATE postings_posting SET copied_from_id = NULL WHERE copied_from_id = %s", [posting])
        for table, column in self.children:
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [posting])
        cursor.execute("DELETE FROM postings_posting WHERE id = %s", [posting])
        self.tally.acts["delete"] += 1
