"""Where Chromium is, for the tests that drive a browser and for the screenshots.

``python -m callcenter_jobs.local.chromium`` installs it by apt when it may (as root on a Debian-like system) and
otherwise says loudly that the browser tests will be skipped. It never fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")


def find_chromium() -> str | None:
    """The path of a browser: ``CHROMIUM`` if set, else the system's, else None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return next((path for path in APPLICATIONS if Path(path).exists()), None)


def install() -> bool:
    """Try apt. True if a browser is there afterwards."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing chromium with apt-get (once) …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium", "fonts-liberation"]):
        try:
            done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False, timeout=300)
        except subprocess.TimeoutExpired:
            print("apt-get did not end within 5 minutes.", flush=True)
            return False
        if done.returncode and "install" in command:
            print((done.stderr.strip().splitlines() or ["apt-get failed"])[-1], flush=True)
    return find_chromium() is not None


def main() -> None:
    if find_chromium() or install():
        return
    why = "Install it (Debian: apt-get install chromium) or name one with CHROMIUM=/path/to/it."
    line = f"!!! NO CHROMIUM: every browser test will be SKIPPED. {why} !!!"
    print(f"{'!' * len(line)}\n{line}\n{'!' * len(line)}", flush=True)


if __name__ == "__main__":
    main()
