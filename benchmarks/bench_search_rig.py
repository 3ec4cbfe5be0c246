"""The servers of a search benchmark: PostgreSQL with the data of one size, Valkey, and the web server as it ships.

Every process is started here and stopped by its id. The data of a size stays in its folder for the next run.
"""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg2

from benchmarks.bench_search_client import HOST
from benchmarks.chaos_rig import children_of
from callcenter_jobs.local import processes
from callcenter_jobs.local.homes import remove_shelter
from callcenter_jobs.local.servers import PostgresServer, ValkeyServer

ROOT = Path(__file__).resolve().parents[1]
# A quarter of the machine, as PostgreSQL's manual has it.
BUFFERS_MB = min(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 // 1024**2, 4096)
PACKAGES = ("callcenter_jobs", "postings", "applicants", "benchmarks")
# A server sized for its data, and as safe as it ships: every commit is on disk before it is answered.
TUNING = {
    "shared_buffers": f"{BUFFERS_MB}MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "8GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
}
# Tables and indexes, the small ones first, as many as there is room for.
WARM_UP = """
CREATE EXTENSION IF NOT EXISTS pg_prewarm;
WITH parts AS (
    SELECT oid, sum(pg_relation_size(oid)) OVER (ORDER BY pg_relation_size(oid), oid) AS so_far
      FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
)
SELECT sum(pg_prewarm(oid)) FROM parts WHERE so_far < %s::bigint * 1024 * 1024
"""


class Rig:
    """``start_data`` brings up the database and its postings, ``start_web`` the portal; ``stop`` ends everything."""

    def __init__(self, folder: Path, *, count: int, seed: int, fresh: bool = False) -> None:
        if fresh:
            remove_shelter(folder)
            shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self.count = count
        self.live = count * 6 // 10
        self.seed = seed
        folder.mkdir(parents=True, exist_ok=True)
        self.port = processes.free_port()
        self.postgres = PostgresServer(folder / "postgres", durable=True, tuning=TUNING)
        self.valkey = ValkeyServer(folder / "valkey", durable=False)
        self.web: subprocess.Popen[bytes] | None = None
        self.env: dict[str, str] = {}

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    # --- data -----------------------------------------------------------------------------------
    def start_data(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "benchmarks.bench_settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "BASE_URL": f"https://{HOST}",
            "ALLOWED_HOSTS": HOST,
            "TRUSTED_PROXY_COUNT": "1",
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.valkey.url,
            # Nobody listens there: what is sent stays in the outbox, as when the relay is down.
            "EMAIL_URL": f"smtp://127.0.0.1:{processes.free_port()}",
            "STATIC_ROOT": str(self.folder / "static"),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        self.env.pop("LOCAL_MODE", None)
        # As docs/operations.md installs it: a process that has to compile every module first is some megabytes larger.
        subprocess.run([sys.executable, "-m", "compileall", "-q", *PACKAGES], cwd=ROOT, check=True)
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        if not self.one("SELECT EXISTS (SELECT FROM postings_posting)") or self.one("SELECT to_regclass('make_postings_unfinished')"):
            self.generate()

    def generate(self) -> None:
        self.manage("load_library")
        self.manage("load_places")
        self.manage("make_postings", "--count", str(self.count), "--seed", str(self.seed), show=True)

    def warm_up(self) -> None:
        """Have PostgreSQL hold in memory what it would after an hour of answering, not what a start of a minute ago left.

        A server in production does the same with ``shared_preload_libraries = 'pg_prewarm'`` (docs/operations.md).
        """
        self.rows(WARM_UP, BUFFERS_MB)

    def ensure_index(self) -> None:
        """Build the search index unless a finished one is there."""
        if not self.one("SELECT EXISTS (SELECT FROM postings_searchgeneration WHERE is_ready)"):
            self.manage("rebuild_search", show=True)

    def manage(self, *argv: str, show: bool = False) -> str:
        """One management command, its lines shown as they come if asked for. Ends the run when it fails."""
        command = [sys.executable, "manage.py", *argv]
        with self.log("manage").open("ab") as log:
            done = subprocess.run(
                command,
                cwd=ROOT,
                env={**self.env, "PROCESS_ROLE": "beat"},
                stdout=None if show else subprocess.PIPE,
                stderr=log,
                text=True,
                check=False,
            )
        if done.returncode:
            raise SystemExit(f"{argv[0]} failed (log: {self.log('manage')}).")
        return done.stdout or ""

    def one(self, sql: str, *parameters: object) -> Any:
        rows = self.rows(sql, *parameters)
        return rows[0][0] if rows else None

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        link = psycopg2.connect(self.postgres.url)
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute(sql, parameters or None)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            link.close()

    # --- web ------------------------------------------------------------------------------------
    def start_web(self, *, count_queries: bool = False) -> None:
        """A fresh server: nothing of an earlier one is left in its memory. Answers before this returns."""
        self.stop_web()
        env = {**self.env, "PROCESS_ROLE": "web"}
        if count_queries:
            env["BENCH_COUNT_QUERIES"] = "1"
        argv = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "callcenter_jobs.wsgi"]
        self.web = processes.spawn(argv, log=self.log("web"), env=env, cwd=ROOT)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.web.poll() is not None:
                raise SystemExit(f"The web server ended while starting (log: {self.log('web')}).")
            if self._answers():
                return
            time.sleep(0.1)
        raise SystemExit(f"The web server does not answer (log: {self.log('web')}).")

    def _answers(self) -> bool:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            link.request("GET", "/healthz", headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            return link.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def stop_web(self) -> None:
        if self.web is not None:
            processes.stop(self.web, [(signal.SIGTERM, 10.0), (signal.SIGINT, 3.0)])
            self.web = None

    def workers(self) -> list[int]:
        """The process ids of the web workers."""
        return [] if self.web is None else [pid for pid, _command in children_of(self.web.pid)]

    def stop(self) -> None:
        self.stop_web()
        self.valkey.stop()
        self.postgres.stop()


def memory_mb(pid: int) -> tuple[float, float]:
    """(resident, proportional) megabytes of a process: the second shares out the pages that several processes have in common."""
    resident = proportional = 0.0
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            resident = int(line.split()[1]) / 1024
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            proportional = int(line.split()[1]) / 1024
    return resident, proportional
