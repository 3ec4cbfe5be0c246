"""``make screenshots``: the main pages of the demo, as a phone and a desk show them, into ``docs/screenshots/``.

Starts a portal of its own in a temporary folder, or uses the one at ``--address``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
SIZES = {"phone": (360, 740), "desk": (1440, 900)}
PATIENCE = 180


@contextlib.contextmanager
def portal() -> Iterator[str]:
    """A portal with the demo, for as long as the block runs."""
    from callcenter_jobs.local import processes

    folder = Path(tempfile.mkdtemp(prefix="openline-screenshots-"))
    folder.chmod(0o711)
    port = processes.free_port()
    output = folder / "output"
    environment = {**os.environ, "LOCAL_DIR": str(folder), "PORT": str(port)}
    with output.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "callcenter_jobs.local"], cwd=ROOT, env=environment, stdout=out)
    try:
        deadline = time.monotonic() + PATIENCE
        while "Ctrl-C" not in output.read_text(encoding="utf-8"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The portal did not start:\n{output.read_text(encoding='utf-8')}")
            time.sleep(0.5)
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


class Photographer:
    def __init__(self, browser: Browser, address: str, size: str) -> None:
        width, height = SIZES[size]
        self.address, self.size = address, size
        self.page: Page = browser.new_context(
            viewport={"width": width, "height": height}, locale="en-US", reduced_motion="reduce"
        ).new_page()

    def sign_in(self, name: str) -> None:
        from callcenter_jobs.local.demo import DEMO_DOMAIN, DEMO_PASSWORD

        self.page.context.clear_cookies()
        self.go("/account/login/")
        self.page.fill("input[name=login]", f"{name}@{DEMO_DOMAIN}")
        self.page.fill("input[name=password]", DEMO_PASSWORD)
        with self.page.expect_navigation():
            self.page.click("main form button[type=submit]")

    def go(self, path: str) -> None:
        response = self.page.goto(self.address + path)
        if response is None or response.status != 200:
            raise SystemExit(f"{path} answers {response.status if response else 'nothing'}")

    def follow(self, selector: str) -> None:
        self.go(str(self.page.locator(selector).first.get_attribute("href")))

    def shoot(self, name: str) -> None:
        self.page.screenshot(path=TARGET / f"{name}-{self.size}.png")

    def public(self) -> None:
        self.go("/")
        self.shoot("home")
        self.go("/jobs/")
        self.shoot("jobs")
        self.go("/jobs/?q=customer+service+agent")
        self.follow("#results .row__title a")
        self.shoot("posting")
        self.follow("main a[href*='/apply/']")
        self.page.fill("#id_name", "Kari Nes")
        self.page.fill("#id_email", "kari@example.com")
        with self.page.expect_navigation():
            self.page.locator(".form-actions button").first.click()
        for cell in (0, 1, 2, 5, 6, 7, 10, 11, 12, 18, 23):
            self.page.check(f'input[name="week"][value="{cell}"]')
        self.page.evaluate("scrollTo(0, 0)")
        self.shoot("apply")
        self.go("/roles/agent-customer-service/")
        self.shoot("role")
        self.go("/roles/")
        self.page.evaluate("document.querySelector('.rungs').scrollIntoView()")
        self.shoot("ladder")
        self.go("/salaries/?tier=agent")
        self.shoot("salaries")

    def candidate(self) -> None:
        self.sign_in("cora")
        self.go("/me/")
        self.follow("main a[href*='/status/']")
        self.shoot("status")

    def desk(self) -> None:
        self.sign_in("rosa")
        self.go("/desk/northline/")
        self.shoot("desk-home")
        self.follow("main .today a[href*='/applications/'], main a[href*='/desk/northline/applications/']")
        self.shoot("application")
        self.follow("main a[href*='/desk/northline/board/']")
        self.shoot("board")
        self.go("/desk/northline/postings/?state=draft")
        self.follow("main a[href$='/edit/work/']")
        self.page.fill("[name=summary]", "We look for a young native speaker. He handles AHT and is a rockstar.")
        self.page.wait_for_selector("text=rockstar", state="attached")
        self.page.wait_for_timeout(1500)
        self.shoot("coach")

    def curator(self) -> None:
        self.sign_in("ada")
        self.go("/curate/templates/agent-sales/")
        start = self.page.locator("form[action$='/start/'] button")
        if start.count():
            with self.page.expect_navigation():
                start.click()
        self.go("/curate/templates/agent-sales/nb/")
        self.shoot("library")
        self.go("/curate/")
        self.shoot("curate")


def main() -> None:
    from playwright.sync_api import sync_playwright

    from callcenter_jobs.local.chromium import find_chromium

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", help="a running local portal with the demo, e.g. http://localhost:8000")
    address = parser.parse_args().address
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("There is no Chromium here (Debian: apt-get install chromium).")
    TARGET.mkdir(parents=True, exist_ok=True)
    with contextlib.nullcontext(address) if address else portal() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size in SIZES:
            photographer = Photographer(browser, str(base), size)
            photographer.public()
            photographer.candidate()
            photographer.desk()
            photographer.curator()
        browser.close()
    print(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
