"""Starting and stopping child processes that must never outlive their parent.

A child gets its own session, so a Ctrl-C in the terminal reaches only the parent, which then stops its
children in order. On Linux the kernel also signals the child when the parent dies of anything at all
(``PR_SET_PDEATHSIG``). That signal follows the *thread* that started the child: start from the main thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent(death_signal: int, parent: int) -> Callable[[], None]:
    def in_child() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:  # it died between fork and prctl
                os._exit(1)

    return in_child


def die_with_parent(death_signal: int) -> None:
    """Ask the kernel (Linux) to signal this very process when its parent, such as ``make``, is killed."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path | IO[bytes] | int,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    death_signal: int = signal.SIGTERM,
    user: int | None = None,
    group: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``argv`` in a session of its own; its output goes to ``log`` (a path is appended to)."""
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(log.open("ab")) if isinstance(log, Path) else log
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=None if user is None else [],
            # Set after the change of user, which would clear it.
            preexec_fn=_die_with_parent(death_signal, os.getpid()),
        )


def stop(process: subprocess.Popen[bytes], steps: Sequence[tuple[int, float]]) -> bool:
    """Send each signal and wait its seconds until the process ends; at last kill its whole session.

    True if it ended by itself, false if it had to be killed.
    """
    if process.poll() is not None:
        return True
    for number, seconds in steps:
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        break
    clean = process.poll() is not None
    kill_session(process.pid)
    process.wait()
    return clean


def kill_session(leader: int) -> None:
    """Kill what a child left behind in its session. Only right after the child ended, while its id is surely its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def command_of(pid: int) -> str:
    """The command line of a running process, or an empty string."""
    proc = Path(f"/proc/{pid}/cmdline")
    if sys.platform == "linux":
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    found = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def is_alive(pid: int) -> bool:
    """Whether the process runs (one that has ended and waits for its parent does not)."""
    if sys.platform == "linux":
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    return bool(command_of(pid))


def end_leftover(pid: int, marks: Sequence[str], steps: Sequence[tuple[int, float]]) -> bool:
    """End a process that an earlier, killed run left behind, if its command line carries all ``marks``.

    A process id is reused sooner or later, so one whose command does not match is nobody's business. Returns
    whether something was ended.
    """
    command = command_of(pid)
    if not command or not all(mark in command for mark in marks):
        return False
    for number, seconds in [*steps, (signal.SIGKILL, 5.0)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not is_alive(pid):
                return True
            time.sleep(0.05)
    return True


def free_port() -> int:
    """A TCP port on loopback that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
