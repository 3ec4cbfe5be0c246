"""The whole portal on one machine, as ``make run`` starts it: servers, web, worker, beat and mailbox, one group.

Everything lives under one folder (``.local/``, or ``LOCAL_DIR``). ``DATABASE_URL``, ``REDIS_URL`` and ``EMAIL_URL`` in the
environment replace the embedded part. Start-up ends with one short table; a signal stops everything in order.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from callcenter_jobs.local import preflight, processes, stamps
from callcenter_jobs.local.group import Child, Group
from callcenter_jobs.local.preflight import Refusal
from callcenter_jobs.local.servers import PostgresServer, Server, ServerError, ValkeyServer

ROOT = Path(__file__).resolve().parents[2]
STOP_ORDER = ("prepare", "web", "beat", "worker", "mailbox", "valkey", "postgres")
LOG_LIMIT = 5 * 1024 * 1024


class Stopped(BaseException):
    """A signal asked to stop. Not an ``Exception``: nothing on the way may take it for a failure."""


class Portal:
    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.logs = folder / "log"
        self.group = Group(tell=self.tell, changed=self._write_state)
        self.env: dict[str, str] = {}
        self.servers: list[Server] = []
        self.database_identity = ""
        self.lock: IO[str] | None = None
        self.stopping = False

    # --- what a person reads ---------------------------------------------------------------

    def tell(self, line: str) -> None:
        with contextlib.suppress(OSError):  # the terminal may be gone; the portal stops all the same
            print(line, flush=True)

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def table(self) -> str:
        try:
            demo = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            demo = {"password": "", "people": []}
        rows = [("Portal", f"{self.address}/")]
        if "MAILBOX_DIR" in self.env:
            rows.append(("Mailbox", f"{self.address}/mailbox/"))
        if demo["people"]:
            rows.append(("Sign in", f"{self.address}/account/login/  password for all: {demo['password']}"))
            wide = max(len(person["email"]) for person in demo["people"])
            rows += [("", f"{person['email']:<{wide}}  {person['label']}") for person in demo["people"][:8]]
        rows.append(("Logs", f"{self.logs}/"))
        lines = [f"  {name:<8} {value}" for name, value in rows]
        rule = "─" * max(len(line) for line in lines)
        return "\n".join(["", rule, *lines, rule, "  Ctrl-C stops everything. `make reset` starts over.", ""])

    # --- the environment of every process --------------------------------------------------

    def _secret_key(self) -> str:
        path = self.folder / "secret_key"
        with contextlib.suppress(FileNotFoundError):
            found = path.read_text(encoding="utf-8").strip()
            if len(found) >= 50:
                return found
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64), encoding="utf-8")
        return path.read_text(encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        env = dict(os.environ)
        env.setdefault("SECRET_KEY", self._secret_key())
        env.setdefault("BASE_URL", self.address)
        env |= {
            "LOCAL_MODE": "1",
            "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings",
            "STATIC_ROOT": str(self.folder / "static"),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
        return env

    def log_of(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _rotate_logs(self) -> None:
        for path in self.logs.glob("*.log"):
            if path.stat().st_size > LOG_LIMIT:
                path.replace(path.with_suffix(".log.1"))

    def _write_state(self) -> None:
        """Who runs, for tools that look in from outside (``run.json``, readable by us alone)."""
        state = {
            "pid": os.getpid(),
            "address": self.address,
            "children": {child.name: child.process.pid for child in self.group if child.process is not None},
            "environment": {
                key: self.env[key]
                for key in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MAIL_LOOKUP_URL", "MAILBOX_DIR")
                if key in self.env
            },
        }
        path = self.folder / "run.json"
        half = self.folder / "run.json.new"
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        half.write_text(json.dumps(state, indent=1), encoding="utf-8")
        half.replace(path)

    # --- the parts ---------------------------------------------------------------------------

    def _command(
        self, name: str, *argv: str, role: str = "web", death_signal: int = signal.SIGTERM
    ) -> Callable[[], subprocess.Popen[bytes]]:
        env = {**self.env, "PROCESS_ROLE": role, "REMAP_SIGTERM": "SIGQUIT"}
        return lambda: processes.spawn([sys.executable, *argv], log=self.log_of(name), env=env, cwd=ROOT, death_signal=death_signal)

    def _start_servers(self) -> None:
        if self.env.get("DATABASE_URL"):
            self.database_identity = stamps.digest(self.env["DATABASE_URL"])
        else:
            postgres = PostgresServer(self.folder / "postgres", durable=True, log=self.log_of("postgres"))
            self.servers.append(postgres)
            self.env["DATABASE_URL"] = postgres.url
        if not self.env.get("REDIS_URL"):
            valkey = ValkeyServer(self.folder / "valkey", durable=True, log=self.log_of("valkey"))
            self.servers.append(valkey)
        for server in self.servers:
            server.start()
            self.group.add(Child(server.name, server.spawn, server.stop_steps, process=server.process, started_at=time.monotonic()))
            if isinstance(server, ValkeyServer):
                self.env["REDIS_URL"] = server.url  # known only now: another port is taken if the first was lost
            if isinstance(server, PostgresServer):
                made = (server.data / "PG_VERSION").stat()
                self.database_identity = f"{made.st_ino}-{made.st_mtime_ns}"

    def _start_mailbox(self) -> None:
        if self.env.get("EMAIL_URL"):
            return
        folder = self.folder / "mailbox"
        smtp, http_port = processes.free_port(), processes.free_port()
        self.env |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "MAIL_LOOKUP_URL": f"http://127.0.0.1:{http_port}/lookup",
            "MAILBOX_DIR": str(folder),
        }
        argv = ("-m", "callcenter_jobs.local.mailbox", "--folder", str(folder), "--smtp-port", str(smtp), "--http-port", str(http_port))
        self.group.add(Child("mailbox", self._command("mailbox", *argv), [(signal.SIGTERM, 5.0)]))

    def _prepare(self) -> None:
        wanted = stamps.wanted(ROOT, self.database_identity, Path(self.env["STATIC_ROOT"]))
        done = stamps.read(self.folder / "prepared.json")
        steps = [step for step in stamps.STEPS if done.get(step) != wanted[step]]
        if not steps:
            return
        (self.folder / "wanted.json").write_text(json.dumps({**wanted, "database": self.database_identity}), encoding="utf-8")
        env = {**self.env, "PROCESS_ROLE": "beat", "LOG_LEVEL": "WARNING"}
        log = self.log_of("prepare")
        began = log.stat().st_size if log.exists() else 0
        argv = [sys.executable, "-m", "callcenter_jobs.local.prepare", str(self.folder), *steps]
        child = self.group.add(Child("prepare", lambda: processes.spawn(argv, log=log, env=env, cwd=ROOT), [(signal.SIGTERM, 5.0)]))
        shown = 0
        while True:
            running = child.is_running()
            text = log.read_bytes()[began:].decode("utf-8", "replace")
            doing = [line for line in text.splitlines() if line.endswith(" …")]
            for line in doing[shown:]:
                self.tell(line)
            shown = len(doing)
            if not running:
                break
            time.sleep(0.1)
        assert child.process is not None
        self.group.children.remove(child)
        if child.process.returncode:
            words = [line for line in text.splitlines() if line.strip()] or ["no output"]
            raise Refusal(f"{doing[-1].removesuffix(' …') if doing else 'Preparing'} failed: {words[-1].strip()[:300]} (log: {log})")

    def _start_web(self) -> None:
        self.env.setdefault("WEB_CONCURRENCY", "2")
        argv = ("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "callcenter_jobs.wsgi")
        self.group.add(
            Child("web", self._command("web", *argv, death_signal=signal.SIGINT), [(signal.SIGTERM, 10.0), (signal.SIGINT, 3.0)])
        )

    def _start_celery(self) -> None:
        celery = ("-m", "celery", "-A", "callcenter_jobs")
        worker = (*celery, "worker", "-Q", "mail,files,default", "-c", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO")
        beat = (*celery, "beat", "-s", str(self.folder / "beat-schedule"), "--pidfile=", "--loglevel", "INFO")
        self.group.add(
            Child("worker", self._command("worker", *worker, role="worker", death_signal=signal.SIGKILL), [(signal.SIGTERM, 25.0)])
        )
        self.group.add(Child("beat", self._command("beat", *beat, role="beat"), [(signal.SIGTERM, 5.0)]))

    def _wait_for_web(self, seconds: float = 60.0) -> None:
        deadline, refused = time.monotonic() + seconds, 0
        while time.monotonic() < deadline and refused < 3:
            if any(child.name == "web" and not child.is_running() for child in self.group):
                break
            status = self._status_of_web()
            if status == 200:
                return
            refused += status is not None
            time.sleep(0.1)
        path = self.logs / "web.log"
        lines = [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()] or ["no output"]
        raise Refusal(f"The web server does not answer as it should: {lines[-1].strip()[:300]} (log: {path})")

    def _status_of_web(self) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{self.port}"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    # --- the life of the group ----------------------------------------------------------------

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:  # it is under way, and impatience must not leave a process behind
            return
        self.stopping = True
        raise Stopped

    def start(self) -> None:
        preflight.check_python()
        preflight.make_folder(self.folder)
        self.lock = preflight.lock(self.folder)
        preflight.check_disk(self.folder)
        preflight.check_port(self.port)
        self.logs.mkdir(exist_ok=True)
        self._rotate_logs()
        self.env = self._environment()
        self._start_servers()
        self._start_mailbox()
        self._prepare()
        # The first page comes first: the others would take the processors from it.
        self._start_web()
        self._wait_for_web()
        self._start_celery()

    def run(self) -> int:
        """Start, tend and stop the group. Returns the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        status = 0
        try:
            self.start()
            self.tell(self.table())
            while True:
                self.group.tend()
                time.sleep(0.2)
        except Stopped:
            self.tell("Stopping …")
        except (Refusal, ServerError) as problem:
            self.stopping = True
            self.tell(f"The portal cannot start. {problem}")
            status = 1
        except OSError as problem:
            self.stopping = True
            self.tell(f"The portal cannot go on. {problem.strerror or problem}: {problem.filename or self.folder}")
            status = 1
        finally:
            self.stopping = True
            if self.lock is not None:
                self.group.stop(STOP_ORDER)
                for server in self.servers:
                    server.stop()
                (self.folder / "run.json").unlink(missing_ok=True)
        if self.lock is not None and status == 0:
            self.tell("Stopped.")
        return status
