"""The processes of a chaos run: the real portal, and the hand that kills parts of it.

Only processes that this run has started are ever signaled: the group's own children by pid, and *their* children
after a look at who their parent is.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from callcenter_jobs.local import processes
from callcenter_jobs.local.group import Child, Group
from callcenter_jobs.local.servers import PostgresServer, ValkeyServer

ROOT = Path(__file__).resolve().parents[1]
SINK = ROOT / "callcenter_jobs" / "outbox" / "tests" / "sink.py"
# How often each part is killed, in a deck of 20.
DECK = ["worker child"] * 9 + ["web"] * 4 + ["worker"] * 4 + ["beat", "valkey", "postgres"]
# A part is killed only after it had time to do something again: seconds since its start.
MIN_AGE = {"web": 4.0, "worker": 6.0, "beat": 4.0, "valkey": 4.0, "postgres": 5.0}


def children_of(pid: int) -> list[tuple[int, str]]:
    """(pid, command) of the direct children of a process."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return [(int(row[0]), row[2]) for row in rows if len(row) == 3 and int(row[1]) == pid]


@contextlib.contextmanager
def working_folder(asked: Path | None, *, prefix: str) -> Iterator[Path]:
    """The folder asked for, made and left behind; else one that goes when the run ends."""
    if asked is not None:
        asked.mkdir(parents=True, exist_ok=False)
        yield asked
        return
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        # The servers' own account must reach its parts.
        Path(folder).chmod(0o711)
        yield Path(folder)


class Rig:
    """PostgreSQL and Valkey for the whole run; ``open`` and ``close`` set up and tear down the portal of one phase."""

    def __init__(self, folder: Path, *, lease: int, delay: float, seed: int) -> None:
        self.folder = folder
        self.lease = lease
        self.delay = delay
        self.random = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.deck: list[str] = []
        self.port = processes.free_port()
        self.postgres = PostgresServer(folder / "postgres", durable=True)
        self.valkey = ValkeyServer(folder / "valkey", durable=True)
        self.group = Group(tell=self._note)
        self.sink: subprocess.Popen[bytes] | None = None
        self.journal = Path()
        self.env: dict[str, str] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _note(self, line: str) -> None:
        with (self.folder / "rig.log").open("a", encoding="utf-8") as log:
            log.write(f"{time.time():.2f} {line}\n")

    # --- servers, for the whole run -----------------------------------------------------------
    def start_servers(self) -> None:
        for server in (self.postgres, self.valkey):
            server.start()
            self.group.add(Child(server.name, server.spawn, server.stop_steps, process=server.process, started_at=time.monotonic()))
        self.env = {
            **os.environ,
            # The tests' settings differ in cheap password hashes and unhashed static files only.
            "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings_test",
            "LOCAL_MODE": "1",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            "BASE_URL": self.address,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "OUTBOX_LEASE": str(self.lease),
            # The clients say which address they come from, so that the limits per visitor see many visitors.
            "TRUSTED_PROXY_COUNT": "1",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }

    def manage(self, *argv: str) -> str:
        done = subprocess.run([sys.executable, *argv], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(argv)} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    # --- one phase ----------------------------------------------------------------------------
    def open(self, name: str, *, fence: bool) -> None:
        """Start sink, web, worker and beat, and wait until all of them work: a part that never started proves nothing."""
        self._start_sink(name)
        self.env |= {"OUTBOX_FENCE": "1" if fence else "0"}
        celery = ("-m", "celery", "-A", "callcenter_jobs")
        worker = (*celery, "worker", "-Q", "mail,files,default", "-c", "3", "--without-gossip", "--without-mingle", "--loglevel", "INFO")
        beat = (*celery, "beat", "-s", str(self.folder / f"beat-{name}"), "--pidfile=", "--loglevel", "WARNING")
        web = ("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "callcenter_jobs.wsgi")
        self.group.add(Child("web", self._command("web", *web), [(signal.SIGTERM, 10.0)]))
        self.group.add(Child("worker", self._command("worker", *worker), [(signal.SIGTERM, 15.0)]))
        self.group.add(Child("beat", self._command("beat", *beat), [(signal.SIGTERM, 5.0)]))

    def close(self) -> None:
        for name in ("web", "beat", "worker"):
            for child in [found for found in self.group if found.name == name]:
                self.group.children.remove(child)
                child.stop()
        if self.sink is not None:
            processes.stop(self.sink, [(signal.SIGTERM, 5.0)])
            self.sink = None

    def stop(self) -> None:
        self.close()
        self.group.stop(("valkey", "postgres"))
        self.postgres.stop()

    def _command(self, name: str, *argv: str) -> Callable[[], subprocess.Popen[bytes]]:
        env = {**self.env, "PROCESS_ROLE": name}
        log = self.folder / f"{name}.log"
        return lambda: processes.spawn([sys.executable, *argv], log=log, env=env, cwd=ROOT)

    def _start_sink(self, name: str) -> None:
        folder = self.folder / f"sink-{name}"
        self.journal = folder / "journal.jsonl"
        log = self.folder / f"sink-{name}.log"
        # The relay hangs up on a silent sender before that one's lease can run out.
        argv: list[str | Path] = [sys.executable, SINK, "--folder", folder, "--delay", str(self.delay), "--idle", str(self.lease / 3)]
        self.sink = processes.spawn(argv, log=log, env=os.environ)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            lines = log.read_text().splitlines()
            if lines and lines[0].startswith("{"):
                found = json.loads(lines[0])
                self.env |= {"EMAIL_URL": found["email_url"], "MAIL_LOOKUP_URL": found["lookup_url"]}
                return
            time.sleep(0.05)
        raise SystemExit(f"The sink did not start (log: {log}).")

    def tend(self) -> None:
        """Start again what was killed, half a second later, as a supervisor does."""
        for child in self.group:
            child.crashes = 0
        self.group.tend()

    # --- kills --------------------------------------------------------------------------------
    def kill_one(self) -> str | None:
        """Kill -9 the next part of the deck that is up. Returns its name, or ``None`` when nothing is ready for it."""
        for _ in range(2 * len(DECK)):
            if not self.deck:
                self.deck = self.random.sample(DECK, len(DECK))
            target = self.deck.pop(0)
            pid = self.victim(target)
            if pid is None:
                self.deck.append(target)
                if len({*self.deck}) == 1:
                    return None
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills[target] += 1
                self._note(f"killed {target} {pid}")
                return target
        return None

    def victim(self, target: str) -> int | None:
        name = "worker" if target == "worker child" else target
        child = next((found for found in self.group if found.name == name), None)
        if child is None or child.process is None or not child.is_running() or time.monotonic() - child.started_at < MIN_AGE[name]:
            return None
        pid = child.process.pid
        inner = children_of(pid)
        if target == "worker child":
            return self.random.choice(inner)[0] if inner else None
        if target == "web" and inner and self.random.random() < 0.7:
            return self.random.choice(inner)[0]
        if target == "postgres" and self.random.random() < 0.4:
            # A session that dies uncleanly makes the server end all others and recover, without a restart of its own.
            sessions = [found for found, command in inner if command.startswith("postgres: postgres ")]
            return self.random.choice(sessions) if sessions else pid
        return pid
