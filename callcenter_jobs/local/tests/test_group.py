"""The group of processes: crashes are noticed and repaired with growing delays, stopping follows the order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from callcenter_jobs.local import group as group_module
from callcenter_jobs.local import processes
from callcenter_jobs.local.group import Child, Group

SLEEPER = "import time; time.sleep(60)"
POLITE = """
import signal, sys, time
def end(*args):
    with open({marks!r}, "a") as out:
        out.write({name!r})
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
open({up!r}, "w").close()
time.sleep(60)
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({up!r}, 'w').close(); time.sleep(60)"


def child(name: str, code: str, log: Path) -> Child:
    return Child(name, lambda: processes.spawn([sys.executable, "-c", code], log=log), [(signal.SIGTERM, 5.0)])


def tend_until(group: Group, condition: object, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        group.tend()
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def told() -> list[str]:
    return []


def test_a_killed_child_is_started_again(tmp_path: Path, told: list[str]) -> None:
    group = Group(tell=told.append)
    sleeper = group.add(child("web", SLEEPER, tmp_path / "log"))
    assert sleeper.process is not None
    first = sleeper.process.pid
    os.kill(first, signal.SIGKILL)
    assert tend_until(group, lambda: sleeper.process is not None and sleeper.process.pid != first)
    assert told == ["web was killed by signal 9; starting it again in 0.5 s"]
    group.stop(["web"])
    assert not sleeper.is_running()


def test_what_a_killed_leader_leaves_in_its_session_is_killed_too(tmp_path: Path, told: list[str]) -> None:
    inner = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])"
    code = f"import subprocess, sys, time; print({inner}.pid, flush=True); time.sleep(60)"
    group = Group(tell=told.append)
    leader = group.add(child("web", code, tmp_path / "log"))
    deadline = time.monotonic() + 10
    while not (tmp_path / "log").read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    grandchild = int((tmp_path / "log").read_text())
    assert leader.process is not None
    os.kill(leader.process.pid, signal.SIGKILL)
    assert tend_until(group, lambda: not processes.is_alive(grandchild))
    group.stop([])


def test_delays_grow_with_each_quick_crash_and_end_somewhere(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_module, "FIRST_DELAY", 0.02)
    monkeypatch.setattr(group_module, "LONGEST_DELAY", 0.06)
    group = Group(tell=told.append)
    crasher = group.add(child("worker", "raise SystemExit(3)", tmp_path / "log"))
    assert tend_until(group, lambda: len(told) >= 4)
    group.stop([])
    assert [line.rpartition("in ")[2] for line in told[:4]] == ["0.0 s", "0.0 s", "0.1 s", "0.1 s"]
    assert all("ended with status 3" in line for line in told)
    assert crasher.crashes >= 4


def test_a_crash_after_a_long_life_is_a_first_crash(tmp_path: Path, told: list[str]) -> None:
    group = Group(tell=told.append)
    sleeper = group.add(child("beat", SLEEPER, tmp_path / "log"))
    assert sleeper.process is not None
    sleeper.crashes = 6
    sleeper.started_at -= 3600
    os.kill(sleeper.process.pid, signal.SIGKILL)
    assert tend_until(group, lambda: bool(told))
    assert sleeper.crashes == 1
    group.stop([])


def test_stopping_goes_in_order_and_kills_the_deaf(tmp_path: Path, told: list[str]) -> None:
    marks = tmp_path / "marks"
    group = Group(tell=told.append)
    for name in ("postgres", "valkey", "web"):
        code = POLITE.format(marks=str(marks), name=f"{name} ", up=str(tmp_path / f"{name}.up"))
        group.add(child(name, code, tmp_path / "log"))
    deaf = DEAF.format(up=str(tmp_path / "beat.up"))
    beat = group.add(child("beat", deaf, tmp_path / "log"))
    beat.stop_steps = [(signal.SIGTERM, 0.2)]
    deadline = time.monotonic() + 15
    while len(list(tmp_path.glob("*.up"))) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    group.stop(["web", "beat", "valkey", "postgres"])
    assert marks.read_text() == "web valkey postgres "
    assert told == ["beat did not stop in time and was killed"]


def test_a_program_that_is_not_there_is_told_and_tried_again(told: list[str]) -> None:
    def missing() -> subprocess.Popen[bytes]:
        raise FileNotFoundError(2, "No such file", "/nowhere")

    group = Group(tell=told.append)
    group.children.append(Child("web", missing, []))
    group.tend()
    assert told == ["web cannot start: [Errno 2] No such file: '/nowhere'"]
    assert group.children[0].start_at > time.monotonic()
