"""Makes ``.venv`` and installs a lock file into it, before anything else can be imported. Standard library only.

    python3 callcenter_jobs/local/bootstrap.py run|dev

What is already installed is recognized by the lock file's hash. Debian's bare ``python3`` cannot make pip; it is then
fetched as the one wheel that is pinned here. Each failure is one line.
"""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(os.environ.get("VENV") or ROOT / ".venv")
LOCKS = {"run": "lock.txt", "dev": "dev-lock.txt"}
NEEDED_MEGABYTES = {"run": 600, "dev": 1200}
PIP_WHEEL = "pip-25.3-py3-none-any.whl"
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"
USUAL_INDEX = "https://pypi.org/simple"
HOW_TO_GET_PIP = "Install it with: apt-get install python3-venv"
NO_NETWORK = re.compile("ConnectionError|NewConnectionError|Temporary failure|SSLError|ProxyError|timed out")


class Refusal(Exception):
    pass


def index_url() -> str:
    """The package index that pip itself would use."""
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    named = os.environ.get("PIP_CONFIG_FILE") or "/nonexistent"
    for path in (Path(named), Path.home() / ".config/pip/pip.conf", Path.home() / ".pip/pip.conf", Path("/etc/pip.conf")):
        found = configparser.ConfigParser(interpolation=None)
        try:
            found.read(path)
        except configparser.Error:
            continue
        for section in ("install", "global"):
            if found.has_option(section, "index-url"):
                return found.get(section, "index-url")
    return USUAL_INDEX


def fetch_pip(folder: Path) -> Path:
    """Download the pinned wheel of pip and check its hash."""
    page_url = index_url().rstrip("/") + "/pip/"
    try:
        with urllib.request.urlopen(page_url, timeout=30) as page:  # noqa: S310 - the index pip uses
            links = re.findall(r'href="([^"]+)"', page.read().decode("utf-8", "replace"))
        link = next((link for link in links if PIP_WHEEL in link), None)
        if link is None:
            raise Refusal(f"Python has no pip, and the package index has no {PIP_WHEEL}. {HOW_TO_GET_PIP}")
        with urllib.request.urlopen(urljoin(page_url, link.split("#")[0]), timeout=60) as wheel:  # noqa: S310
            content = wheel.read()
    except OSError as error:
        raise Refusal(f"Python has no pip, and it could not be fetched ({error}). {HOW_TO_GET_PIP}") from None
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise Refusal("The pip that the package index gave is not the pinned one.")
    path = folder / PIP_WHEEL
    path.write_bytes(content)
    return path


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)


def version_of(python: Path) -> str:
    return run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip()


def make_venv() -> Path:
    python = VENV / "bin" / "python"
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if python.exists() and version_of(python) == wanted:
        return python
    if VENV.exists():
        print(f"Making {VENV.name} anew for Python {wanted} …", flush=True)
        shutil.rmtree(VENV)
    else:
        print(f"Making {VENV.name} …", flush=True)
    done = run(sys.executable, "-m", "venv", VENV)
    if done.returncode == 0:
        return python
    full = "No space left" in done.stdout + done.stderr
    if not full:
        done = run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV)
    if done.returncode:
        lines = (done.stderr + done.stdout).strip().splitlines() or ["python3 -m venv failed"]
        raise Refusal("The disk is full." if full else lines[-1])
    wheel = fetch_pip(VENV)
    done = run(python, wheel / "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
    wheel.unlink()
    if done.returncode:
        raise Refusal("pip could not be installed: " + (done.stderr.strip().splitlines() or ["no output"])[-1])
    return python


def reason_of(output: str) -> str:
    """One line out of pip's many."""
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if "No space left on device" in output:
        return "The disk is full."
    if missing and "from versions: none" in output and NO_NETWORK.search(output):
        return f"The package index at {index_url()} cannot be reached."
    if missing:
        here = f"Python {sys.version.split()[0]} on this system ({sys.platform}, {os.uname().machine})"
        return f"There is no wheel of {missing.group(1)} for {here}."
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in output:
        return "A downloaded package is not the pinned one (its hash differs)."
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    return (errors or output.strip().splitlines() or ["pip failed without a word"])[-1]


def install(python: Path, kind: str) -> None:
    lock = ROOT / "requirements" / LOCKS[kind]
    fingerprint = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f".installed-{kind}"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    free = shutil.disk_usage(VENV).free // (1024 * 1024)
    if free < NEEDED_MEGABYTES[kind]:
        raise Refusal(f"The disk is full: {free} MB free at {VENV}, {NEEDED_MEGABYTES[kind]} MB needed.")
    print(f"Installing requirements/{lock.name} (a minute or two the first time) …", flush=True)
    options = ["--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary", ":all:"]
    done = run(python, "-m", "pip", "install", *options, "-r", lock)
    log = VENV / "pip.log"
    log.write_text(done.stdout + done.stderr)
    if done.returncode:
        raise Refusal(f"{reason_of(done.stdout + done.stderr)} (log: {log})")
    stamp.write_text(fingerprint)


def main(kind: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is the one that an older Python may run
        raise Refusal(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Name another: make run PYTHON=python3.11")
    VENV.parent.mkdir(parents=True, exist_ok=True)
    # Two makes at once must not install into each other; the folder itself is the lock.
    lock = os.open(VENV.parent, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    install(make_venv(), kind)
    os.close(lock)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Refusal as problem:
        sys.exit(f"Cannot prepare the Python environment. {problem}")
    except OSError as problem:
        sys.exit(f"Cannot prepare the Python environment. {problem.strerror or problem}: {problem.filename or VENV}")
