"""The load of a chaos run: visitors who apply through the apply pages, and a recruiter who moves their applications."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.chaos_browser import Browser, Form, GaveUp

VISITORS = 3
MAX_SCREENS = 6
PATIENCE_AT_END = 90.0


@dataclass(frozen=True, slots=True)
class Target:
    employer: str
    posting: str
    cookie: str
    session: str


class Refused(Exception):
    """The portal answered, and it was not what a visitor may expect."""


def is_apply_form(form: Form) -> bool:
    return form.method == "post" and any(
        found.name in {"name", "consent"} or found.name.startswith(("week", "level_")) for found in form.fields
    )


def apply_once(browser: Browser, target: Target, *, name: str, email: str) -> None:
    """From "Apply" to the receipt, screen by screen. The draft's key stands in the URL, so every repeat is the same application."""
    page = browser.get(f"/apply/{target.posting}/")
    for _ in range(MAX_SCREENS):
        form = page.form(is_apply_form)
        if form is None:
            break
        answers = {"name": name, "email": email, "consent": "on", "leave_empty": ""}
        after = browser.send(page, form, answers)
        if after.status != 200:
            raise Refused(f"{after.url}: {after.status}")
        page = after
    if email not in page.text:
        raise Refused(f"no receipt at {page.url}")


class Stream:
    """Threads that apply and move until told to finish. ``acknowledged`` holds the addresses that saw a receipt."""

    def __init__(self, address: str, target: Target, *, tag: str) -> None:
        self.address = address
        self.target = target
        self.tag = tag
        self.acknowledged: list[str] = []
        self.to_move: list[str] = []
        self.moves = 0
        self.retries = 0
        self.problems: list[str] = []
        self._lock = threading.Lock()
        self._numbers = iter(range(1, 1_000_000))
        self._finish = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        for visitor in range(VISITORS):
            self._threads.append(threading.Thread(target=self._guard, args=(self._applying, visitor), daemon=True))
        self._threads.append(threading.Thread(target=self._guard, args=(self._moving, 0), daemon=True))
        for thread in self._threads:
            thread.start()

    def finish(self, *, tend: Callable[[], None]) -> None:
        """Let everybody end what they have begun; ``tend`` keeps the portal up meanwhile."""
        self._finish.set()
        deadline = time.monotonic() + PATIENCE_AT_END
        while any(thread.is_alive() for thread in self._threads) and time.monotonic() < deadline:
            tend()
        if self.problems:
            raise SystemExit("The stream failed: " + "; ".join(self.problems[:3]))

    def stop(self) -> None:
        self._finish.set()
        self._stop.set()

    def _guard(self, work: Callable[[int], None], number: int) -> None:
        try:
            work(number)
        except (Refused, GaveUp) as problem:
            self.problems.append(f"{type(problem).__name__} {problem}")

    def _applying(self, visitor: int) -> None:
        while not self._finish.is_set():
            with self._lock:
                number = next(self._numbers)
            browser = Browser(self.address, visitor=f"203.0.{number // 250 % 250}.{number % 250 + 1}")
            email = f"{self.tag}-{number}@chaos.example"
            apply_once(browser, self.target, name=f"Visitor {number}", email=email)
            with self._lock:
                self.acknowledged.append(email)
                self.to_move.append(email)
                self.retries += browser.retries

    def _moving(self, _number: int) -> None:
        raise NotImplementedError
