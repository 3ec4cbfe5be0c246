"""The whole portal on one machine: it starts, serves, repairs itself, stops, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from callcenter_jobs.local import processes
from callcenter_jobs.local.mailstore import MailStore

ROOT = Path(__file__).resolve().parents[3]
DROPPED = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "PORT", "LOCAL_DIR", "UNDER_MAKE")


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="openline-portal-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def clean_environment(folder: Path, **extra: str) -> dict[str, str]:
    keep = {key: value for key, value in os.environ.items() if key not in DROPPED and not key.startswith("PYTEST")}
    return {**keep, "LOCAL_DIR": str(folder), **extra}


def processes_of(folder: Path) -> dict[int, str]:
    """Every running process that was started for this folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and processes.is_alive(int(entry.name)):
            try:
                known = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in known and int(entry.name) != os.getpid():
                found[int(entry.name)] = processes.command_of(int(entry.name))
    return found


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


class Run:
    def __init__(self, folder: Path, **extra: str) -> None:
        self.folder = folder
        self.port = processes.free_port()
        self.output = folder / "output"
        env = clean_environment(folder, PORT=str(self.port), **extra)
        with self.output.open("wb") as out:
            command = [sys.executable, "-m", "callcenter_jobs.local"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_for_table(self) -> None:
        assert wait_until(lambda: "Ctrl-C stops everything" in self.text() or self.process.poll() is not None, 240), self.text()
        assert self.process.poll() is None, self.text()

    def state(self) -> dict[str, dict[str, str]]:
        found = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://localhost:{self.port}{path}", timeout=10) as answer:
            return int(answer.status)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for leftovers in /proc")


@linux
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_start_serve_repair_and_stop_without_leftovers(folder: Path) -> None:
    run = Run(folder)
    try:
        run.wait_for_table()
        assert f"http://localhost:{run.port}/" in run.text()
        assert run.get("/healthz") == 200
        assert run.get("/mailbox/") == 200
        assert set(run.state()["children"]) == {"postgres", "valkey", "mailbox", "web", "worker", "beat"}

        # Its mail server takes mail, and its page shows it.
        smtp_port = int(run.state()["environment"]["EMAIL_URL"].rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", smtp_port, timeout=10) as smtp:
            smtp.sendmail("a@example.org", ["cora@example.org"], "Message-ID: <x@y>\r\nSubject: hello\r\n\r\nbody")
        assert "hello" in [entry.subject for entry in MailStore(folder / "mailbox").present()]

        # What crashes comes back; the address stays.
        for name in ("web", "postgres"):
            os.kill(int(run.state()["children"][name]), signal.SIGKILL)
        assert wait_until(lambda: "web was killed by signal 9" in run.text() and "postgres was killed" in run.text(), 10)

        def serves_again() -> bool:
            try:
                return run.get("/readyz") == 200
            except OSError:
                return False

        assert wait_until(serves_again, 40), run.text()

        # A second Ctrl-C while the first is obeyed changes nothing.
        run.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(60) == 0, run.text()
        assert run.text().rstrip().endswith("Stopped.")
        assert processes_of(folder) == {}
        assert not (folder / "run.json").exists()

        # The second start keeps everything, skips what is done, and dies with all its parts even by kill -9.
        key = (folder / "secret_key").read_text(encoding="utf-8")
        run = Run(folder)
        run.wait_for_table()
        assert "Preparing the database" not in run.text()
        assert (folder / "secret_key").read_text(encoding="utf-8") == key
        assert "hello" in [entry.subject for entry in MailStore(folder / "mailbox").present()]
        run.process.kill()
        run.process.wait()
        assert wait_until(lambda: processes_of(folder) == {}, 30), processes_of(folder)

        reset = subprocess.run(
            [sys.executable, "-m", "callcenter_jobs.local", "reset"],
            cwd=ROOT,
            env=clean_environment(folder),
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Removed" in reset.stdout
        assert not folder.exists()
    finally:
        run.kill()


def refused(folder: Path, *words: str, **extra: str) -> str:
    """The one line that a refused start prints."""
    env = clean_environment(folder, **extra)
    command = [sys.executable, "-m", "callcenter_jobs.local", *words]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = (done.stdout + done.stderr).strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_a_port_in_use_is_one_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is in use by another program. Choose another: make run PORT={port + 1}" in refused(folder, PORT=str(port))


@pytest.mark.parametrize(
    ("port", "words"), [("abc", "PORT must be a number"), ("0", "between 1 and 65535"), ("70000", "between 1 and 65535")]
)
def test_a_port_that_is_none_is_one_line(folder: Path, port: str, words: str) -> None:
    assert words in refused(folder, PORT=port)


def test_a_folder_that_cannot_be_written_is_one_line(folder: Path) -> None:
    (folder / "file").write_text("", encoding="utf-8")
    assert "cannot be written" in refused(folder / "file", PORT=str(processes.free_port()))


def test_an_unknown_word_is_one_line(folder: Path) -> None:
    assert "Unknown word 'rest'" in refused(folder, "rest")


def test_reset_keeps_a_folder_that_is_not_a_portals(folder: Path) -> None:
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    assert "was not made by a local portal" in refused(folder, "reset")
    assert (folder / "thesis.txt").exists()
