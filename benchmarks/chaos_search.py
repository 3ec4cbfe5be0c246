"""Index and truth never part: change everything at random, kill everything at random, then compare every answer.

    make chaos-search     python -m benchmarks.chaos_search [--kills 60] [--postings 4000] [--seed 1] [--folder F]

Sessions publish, edit, pause, close, expire, reopen and delete postings, move sites and rename employers, some in
transactions that stay open for seconds and commit late or never. Meanwhile bases are built, and web processes, Celery's
children, builders, database sessions, beat, Valkey and PostgreSQL itself are killed with SIGKILL. Visitors look at
pages all the time: none may show a posting that was closed before they asked. When the dust has settled every web
process answers random questions, and each answer (total, counts, postings and their order) must be what plain queries
on the tables say. Last the log's trigger is taken away, which must show differences, or the comparison compares nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg2

from benchmarks.chaos_rig import MIN_AGE, ROOT, Rig, children_of, working_folder
from benchmarks.chaos_search_writers import Book, Tally, Writer

if TYPE_CHECKING:
    from benchmarks.chaos_search_questions import Question, Questions

SETTINGS = "benchmarks.chaos_search_settings"
SHOWN = re.compile(r"/jobs/[^\"/\s?]*-([2-9A-Z]{10})/")
PAGES = (
    "/jobs/",
    "/jobs/?sort=pay",
    "/jobs/?page=2",
    "/jobs/?page=7",
    "/nb/jobs/?q=quokka",
    "/jobs/?q=quokka&sort=newest",
    "/api/v1/postings/",
)
# How often each is killed, in a deck of 20; "session" ends one session of the database in the orderly way.
DECK = ["web"] * 7 + ["session"] * 5 + ["worker child"] * 3 + ["postgres"] * 2 + ["worker", "beat", "valkey"]
END_SESSION = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1
"""
# Longer than a round of the keepers and a restart.
SETTLE = 4.0


@dataclass(slots=True)
class Seen:
    """What visitors and builders saw."""

    pages: int = 0
    failed_pages: int = 0
    shown: int = 0
    closed_shown: list[str] = field(default_factory=list)
    builds: int = 0
    builders_killed: int = 0
    killed: Counter[str] = field(default_factory=Counter)


class Visitor(threading.Thread):
    """Looks at pages and holds each against the book."""

    def __init__(self, address: str, book: Book, seen: Seen, number: int) -> None:
        super().__init__(daemon=True)
        self.address = address
        self.book = book
        self.seen = seen
        self.random = Random(number)
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            asked = time.monotonic()
            # Another network each time: nobody runs into a limit.
            headers = {"X-Forwarded-For": f"10.{self.random.randrange(256)}.{self.random.randrange(256)}.7"}
            request = urllib.request.Request(self.address + self.random.choice(PAGES), headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=10) as response:
                    codes = SHOWN.findall(response.read().decode())
            except (OSError, HTTPException):
                self.seen.failed_pages += 1
                time.sleep(0.1)
                continue
            self.seen.pages += 1
            self.seen.shown += len(codes)
            self.seen.closed_shown += self.book.closed_since_before(codes, asked)


class Builder(threading.Thread):
    """Builds one base after the other, and kills every second builder somewhere on its way."""

    def __init__(self, rig: Rig, seen: Seen) -> None:
        super().__init__(daemon=True)
        self.rig = rig
        self.seen = seen
        self.random = Random(rig.random.random())
        self.stopped = threading.Event()

    def run(self) -> None:
        length = 6.0
        while not self.stopped.is_set():
            began = time.monotonic()
            with (self.rig.folder / "builder.log").open("ab") as log:
                command = [sys.executable, "manage.py", "rebuild_search"]
                child = subprocess.Popen(command, cwd=ROOT, env=self.rig.env, stdout=log, stderr=log)
            if self.random.random() < 0.5:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(self.random.uniform(0.5, 1.0) * length)
                if child.poll() is None:
                    child.kill()
                    self.seen.builders_killed += 1
                child.wait()
            elif child.wait() == 0:
                self.seen.builds += 1
                length = time.monotonic() - began
            self.stopped.wait(self.random.uniform(0.0, 2.0))


def kill_one(rig: Rig, seen: Seen) -> None:
    """SIGKILL for a process of the portal, or the end of one database session."""
    if not rig.deck:
        rig.deck = rig.random.sample(DECK, len(DECK))
    target = rig.deck.pop()
    if target == "session":
        with contextlib.suppress(psycopg2.Error):
            ask(rig, END_SESSION)
            seen.killed[target] += 1
        return
    pid = rig.victim(target)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            seen.killed[target] += 1


def kill_while_it_works(rig: Rig, tally: Tally, seen: Seen, kills: int) -> None:
    """So many kills, each after pages and commits got through since the one before: what is down anyway proves nothing."""
    limit = time.monotonic() + 15.0 * kills
    while sum(seen.killed.values()) < kills and time.monotonic() < limit:
        pages, commits = seen.pages, tally.commits
        pause = time.monotonic() + rig.random.uniform(0.5, 2.0)
        patience = time.monotonic() + 60.0
        while time.monotonic() < pause or ((seen.pages == pages or tally.commits == commits) and time.monotonic() < patience):
            rig.tend()
            time.sleep(0.1)
        kill_one(rig, seen)


def ask(rig: Rig, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(rig.postgres.url, connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def web_processes(rig: Rig) -> set[int]:
    web = next(child for child in rig.group if child.name == "web")
    return {pid for pid, _command in children_of(web.process.pid)} if web.process else set()


def examine(rig: Rig, questions: list[Question], *, generation: int = 0, patience: float = 120.0) -> dict[int, list[Any]]:
    """The answers of every web process, by its pid; with ``generation`` only from such as read that base."""
    deadline = time.monotonic() + patience
    answers: dict[int, list[Any]] = {}
    body = pickle.dumps(questions)
    while time.monotonic() < deadline:
        rig.tend()
        with contextlib.suppress(OSError, HTTPException):
            with urllib.request.urlopen(urllib.request.Request(rig.address + "/_examine", data=body), timeout=60) as response:
                pid, base, found = pickle.loads(response.read())
            if not generation or base == generation:
                answers[pid] = found
        present = web_processes(rig)
        if len(present) >= 2 and present <= answers.keys():
            return {pid: answers[pid] for pid in present}
        time.sleep(0.02)
    raise SystemExit(f"Not every web process answered: {sorted(answers)} of {sorted(web_processes(rig))}.")


def differences(rig: Rig, asking: Questions, count: int, *, generation: int = 0) -> tuple[int, int]:
    """(answers compared, of them wrong); says on standard error what is wrong."""
    questions = asking.some(count)
    truth = [asking.truth(question) for question in questions]
    compared = wrong = 0
    for pid, answers in examine(rig, questions, generation=generation).items():
        for question, expected, answer in zip(questions, truth, answers, strict=True):
            compared += 1
            if answer != expected:
                wrong += 1
                missing, extra = set(expected.ids) - set(answer.ids), set(answer.ids) - set(expected.ids)
                print(f"{pid}: {answer.total} for {expected.total}; without {missing}, with {extra}: {question[0]}", file=sys.stderr)
    return compared, wrong


def storm(rig: Rig, kills: int) -> tuple[Tally, Seen]:
    """Writers, visitors, builders and kills, all at once."""
    tally, seen, book = Tally(), Seen(), Book()
    postings = ask(rig, "SELECT id, code, state = 'open' AND (closes_on IS NULL OR closes_on >= current_date - 1) FROM postings_posting")
    for _id, code, may_be_open in postings:
        if not may_be_open:
            book.shut(code)
    tables = {"site": "postings_site", "employer": "postings_employer", "role": "postings_role"}
    others = {kind: [row[0] for row in ask(rig, f"SELECT id FROM {table}")] for kind, table in tables.items()}
    owned: list[list[tuple[int, str]]] = [[(row[0], row[1]) for row in postings[number::5]] for number in range(5)]
    writers = [
        Writer(rig.postgres.url, seed=number, own=own, others=others, book=book, tally=tally, patience=8.0 if number > 2 else 0.5)
        for number, own in enumerate(owned)
    ]
    helpers: list[Visitor | Builder] = [*(Visitor(rig.address, book, seen, number) for number in range(3)), Builder(rig, seen)]
    threads: list[Writer | Visitor | Builder] = [*writers, *helpers]
    for thread in threads:
        thread.start()
    kill_while_it_works(rig, tally, seen, kills)
    for thread in threads:
        thread.stopped.set()
    for thread in threads:
        while thread.is_alive():
            rig.tend()
            thread.join(0.1)
    return tally, seen


def settle(rig: Rig) -> None:
    until = time.monotonic() + SETTLE + max(MIN_AGE.values())
    while time.monotonic() < until:
        rig.tend()
        time.sleep(0.1)


def without_log(rig: Rig, asking: Questions) -> int:
    """How many answers are wrong when postings are closed behind the log's back."""
    ask(rig, "ALTER TABLE postings_posting DISABLE TRIGGER postings_note_posting")
    some = "SELECT id FROM postings_posting WHERE state = 'open' LIMIT 40"
    ask(rig, f"UPDATE postings_posting SET closes_on = current_date - 3 WHERE id IN ({some})")
    with contextlib.redirect_stderr(io.StringIO()):
        return differences(rig, asking, 5)[1]


def run(options: argparse.Namespace, folder: Path) -> int:
    started = time.monotonic()
    rig = Rig(folder, lease=90, delay=0.0, seed=options.seed)
    try:
        rig.start_servers()
        rig.env["DJANGO_SETTINGS_MODULE"] = SETTINGS
        os.environ.update(rig.env)
        rig.manage("manage.py", "migrate", "--verbosity", "0")
        rig.manage("manage.py", "load_library")
        rig.manage("manage.py", "make_postings", "--count", str(options.postings), "--seed", str(options.seed))
        import django

        django.setup()
        from django.db import connection
        from django.utils import timezone

        from benchmarks.chaos_search_questions import Questions

        rig.open("search", fence=True)
        tally, seen = storm(rig, options.kills)
        settle(rig)
        connection.close()
        asking = Questions(Random(options.seed), timezone.now(), timezone.localdate())
        compared, wrong = differences(rig, asking, options.questions)
        rig.manage("manage.py", "rebuild_search")
        newest = int(ask(rig, "SELECT max(id) FROM postings_searchgeneration WHERE is_ready")[0][0])
        again, wrong_again = differences(rig, asking, options.questions, generation=newest)
        control = without_log(rig, asking)
        waiting = ask(rig, "SELECT count(*) FROM postings_searchchange")[0][0]
        connection.close()
    finally:
        rig.stop()
    result = {
        "kills": sum(seen.killed.values()),
        "acts": sum(tally.acts.values()),
        "commits": tally.commits,
        "rollbacks": tally.rollbacks,
        "late_commits": tally.late_commits,
        "builds": seen.builds,
        "builders_killed": seen.builders_killed,
        "killed": dict(seen.killed),
        "pages": seen.pages,
        "failed_pages": seen.failed_pages,
        "shown": seen.shown,
        "closed_shown": len(seen.closed_shown),
        "answers": compared + again,
        "differences": wrong + wrong_again,
        "differences_without_log": control,
        "changes_kept": waiting,
        "seed": options.seed,
        "wall_s": round(time.monotonic() - started),
    }
    print(json.dumps(result), flush=True)
    happened = all((tally.commits, tally.late_commits, seen.builds, seen.pages, seen.shown, seen.killed, control))
    return 0 if happened and not wrong + wrong_again and not seen.closed_shown else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--postings", type=int, default=4000)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work and leave the logs (default: a temporary folder)")
    options = parser.parse_args()
    with working_folder(options.folder, prefix="openline-chaos-search-") as folder:
        return run(options, folder)


if __name__ == "__main__":
    sys.exit(main())
