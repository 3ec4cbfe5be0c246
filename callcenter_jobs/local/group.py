"""A group of processes that are watched, started again when they crash, and stopped in order."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from callcenter_jobs.local import processes

FIRST_DELAY = 0.5
LONGEST_DELAY = 20.0
# A child that ran this long is healthy again: its next crash starts with the shortest delay.
HEALTHY_AFTER = 30.0


@dataclass
class Child:
    name: str
    spawn: Callable[[], subprocess.Popen[bytes]]
    stop_steps: Sequence[tuple[int, float]]
    process: subprocess.Popen[bytes] | None = None
    crashes: int = 0
    started_at: float = 0.0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = self.spawn()
        self.started_at = time.monotonic()

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> bool:
        return self.process is None or processes.stop(self.process, self.stop_steps)


class Group:
    """Children in the order of their start. ``tell`` receives one line for whatever a person should know."""

    def __init__(self, *, tell: Callable[[str], None], changed: Callable[[], None] = lambda: None) -> None:
        self.children: list[Child] = []
        self.tell = tell
        self.changed = changed

    def add(self, child: Child) -> Child:
        if child.process is None:
            child.start()
        self.children.append(child)
        self.changed()
        return child

    def __iter__(self) -> Iterator[Child]:
        return iter(self.children)

    def tend(self) -> None:
        """Notice what ended and start again what is due; returns at once."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and not child.is_running():
                self._note_end(child, now)
            if child.process is None and now >= child.start_at:
                try:
                    child.start()
                except OSError as error:
                    self.tell(f"{child.name} cannot start: {error}")
                    child.crashes += 1
                    child.start_at = now + self._delay(child)
                else:
                    self.changed()

    def _note_end(self, child: Child, now: float) -> None:
        assert child.process is not None
        code = child.process.returncode
        processes.kill_session(child.process.pid)  # what it left there must not hold a port or a file
        child.process = None
        child.crashes = child.crashes + 1 if now - child.started_at < HEALTHY_AFTER else 1
        delay = self._delay(child)
        child.start_at = now + delay
        cause = f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"
        self.tell(f"{child.name} {cause}; starting it again in {delay:.1f} s")

    @staticmethod
    def _delay(child: Child) -> float:
        return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** (child.crashes - 1)))

    def stop(self, order: Sequence[str]) -> None:
        """Stop the children named in ``order``, then any other, each only after the one before has ended."""
        rank = {name: place for place, name in enumerate(order)}
        for child in sorted(self.children, key=lambda found: rank.get(found.name, len(rank))):
            if not child.stop():
                self.tell(f"{child.name} did not stop in time and was killed")
        self.children.clear()
        self.changed()
