"""The load of a chaos run: visitors who apply through the apply pages, and a recruiter who moves their applications."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.chaos_browser import Browser, GaveUp

VISITORS = 4
MOVES_EACH = 2
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


def apply_once(browser: Browser, target: Target, *, name: str, email: str) -> None:
    """From "Apply" to the receipt, screen by screen. The draft's key stands in the URL, so every repeat is the same application."""
    page = browser.get(f"/apply/{target.posting}/")
    for _ in range(MAX_SCREENS):
        form = page.form(having={"consent", "name", "week", "level_"})
        if form is None:
            break
        answers = {"name": name, "email": email, "consent": "on", "week": "on", "leave_empty": "", "phone": ""}
        # Another language is asked for but not offered.
        answers |= {f"other_{number}{part}": "" for number in (1, 2) for part in ("", "_level")}
        page = browser.send(page, form, answers)
        if page.status != 200:
            raise Refused(f"{page.url}: {page.status}")
    if not page.url.endswith("/sent/") or email not in page.text:
        raise Refused(f"no receipt at {page.url}")


def move_once(browser: Browser, target: Target, code: str) -> bool:
    """One step along the pipeline by the recruiter's own form. False when the form offers no further stage.

    The form carries the version of the card: a repeat of a move that was carried out moves nothing twice.
    """
    home = f"/desk/{target.employer}/applications/{code}/"
    page = browser.get(f"{home}move/")
    if page.status != 200:
        raise Refused(f"{page.url}: {page.status}")
    form = page.form(having={"stage"})
    if form is None:
        return False
    # Back to the move page and not to the board, whose hundreds of cards are not what is measured here.
    page = browser.send(page, form, {"next": f"{home}move/", "note": ""})
    if page.status not in {200, 409}:
        raise Refused(f"{page.url}: {page.status}")
    return page.status == 200


class Stream:
    """Threads that apply and move until told to finish. ``acknowledged`` holds the addresses that saw a receipt."""

    def __init__(self, address: str, target: Target, *, tag: str, code_of: Callable[[str], str]) -> None:
        """``code_of`` finds the public code of the application of an address."""
        self.address = address
        self.code_of = code_of
        self.target = target
        self.tag = tag
        self.acknowledged: list[str] = []
        self.to_move: list[str] = []
        self.moves = 0
        self.browsers: list[Browser] = []
        self.problems: list[str] = []
        self._lock = threading.Lock()
        self._numbers = iter(range(1, 1_000_000))
        self._finish = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def retries(self) -> int:
        return sum(browser.retries for browser in self.browsers)

    @property
    def pages(self) -> int:
        return sum(browser.pages for browser in self.browsers)

    def _browser(self, visitor: str) -> Browser:
        browser = Browser(self.address, visitor=visitor)
        self.browsers.append(browser)
        return browser

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

    def _guard(self, work: Callable[[int], None], number: int) -> None:
        try:
            work(number)
        except (Refused, GaveUp) as problem:
            self.problems.append(f"{type(problem).__name__} {problem}")

    def _applying(self, visitor: int) -> None:
        while not self._finish.is_set():
            with self._lock:
                number = next(self._numbers)
            browser = self._browser(f"198.18.{number // 250 % 250}.{number % 250 + 1}")
            email = f"{self.tag}-{number}@chaos.example"
            apply_once(browser, self.target, name=f"Visitor {number}", email=email)
            with self._lock:
                self.acknowledged.append(email)
                self.to_move.append(email)

    def _moving(self, _number: int) -> None:
        browser = self._browser("192.0.2.1")
        browser.set_cookie(self.target.cookie, self.target.session)
        while not self._finish.is_set():
            with self._lock:
                email = self.to_move.pop(0) if self.to_move else ""
            if not email:
                time.sleep(0.1)
                continue
            code = self.code_of(email)
            for _ in range(MOVES_EACH):
                self.moves += move_once(browser, self.target, code)
