"""pytest plugin: one PostgreSQL and one Valkey for the whole test run.

Named in ``pytest.ini`` with ``-p``, so it acts before Django reads its settings. ``DATABASE_URL`` and ``REDIS_URL``
replace the servers. Under xdist only the controller starts servers; the workers inherit the addresses, and
pytest-django gives each its own database.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest

from callcenter_jobs.local import processes

if TYPE_CHECKING:
    from callcenter_jobs.local.servers import Server

PREFIX = "openline-tests-"
NO_SERVERS = {"--help", "-h", "--version", "-V", "--collect-only", "--co", "--fixtures", "--markers"}


class _Session:
    def __init__(self) -> None:
        self.folder: Path | None = None
        self.lock: IO[str] | None = None
        self.servers: list[Server] = []

    def start(self) -> None:
        wanted = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
        if not wanted:
            return
        from callcenter_jobs.local.servers import PostgresServer, ValkeyServer

        _remove_leftovers()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        # Passed through by the account that root runs PostgreSQL under.
        self.folder.chmod(0o711)
        self.lock = (self.folder / "lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if "DATABASE_URL" in wanted:
            postgres = PostgresServer(self.folder / "pg", durable=False)
            self.servers.append(postgres)
            postgres.start()
            os.environ["DATABASE_URL"] = postgres.url
        if "REDIS_URL" in wanted:
            valkey = ValkeyServer(self.folder / "valkey", durable=False)
            self.servers.append(valkey)
            valkey.start()
            os.environ["REDIS_URL"] = valkey.url

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()
        self.servers.clear()
        if self.folder is not None:
            _remove(self.folder)
            self.folder = None
        if self.lock is not None:
            self.lock.close()
            self.lock = None


_session = _Session()


def _remove(folder: Path) -> None:
    from callcenter_jobs.local.homes import remove_shelter

    remove_shelter(folder / "pg")
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed; a live run holds the lock of its folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            # A folder this young may belong to a run that has not locked it yet.
            if folder.stat().st_uid != os.geteuid() or time.time() - folder.stat().st_mtime < 60:
                continue
            with (folder / "lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                pidfile = next(folder.glob("pg/data/postmaster.pid"), None)
                if pidfile is not None:
                    pid = int(pidfile.read_text(encoding="utf-8").split("\n", 1)[0])
                    processes.end_leftover(pid, ["postgres", str(folder)], [(signal.SIGQUIT, 5.0)])
                _remove(folder)


def _compile_catalogs() -> None:
    """A fresh clone has no compiled translations, and tests read them."""
    from callcenter_jobs.ui import catalogs

    catalogs.compile_all()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, object, object]:
    if "PYTEST_XDIST_WORKER" not in os.environ and not NO_SERVERS.intersection(args):
        try:
            _session.start()
        except BaseException:
            _session.stop()
            raise
        early_config.add_cleanup(_session.stop)
        result = yield
        _compile_catalogs()  # after Django's settings are there, before any worker starts
        return result
    return (yield)
