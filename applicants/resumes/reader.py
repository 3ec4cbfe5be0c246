"""Asking the limited process: is this file harmless, and what does it say?"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from applicants.resumes import FileType, Refusal, Refused
from applicants.resumes.sniff import sniff

PROJECT = Path(__file__).resolve().parents[2]
WALL_SECONDS = 10.0
MAX_ANSWER = 1024 * 1024


def check_resume(name: str, content: bytes, *, size: int | None = None) -> FileType:
    """The type of a résumé that is safe to keep. Raises ``Refused``. Takes up to ten seconds for a hostile file."""
    kind = sniff(name, content, size=size)
    ask("check", kind, content)
    return kind


def read_text(content: bytes, kind: FileType) -> str:
    """The text of a file that was checked before; empty when it holds none (a scan). Raises ``Refused``."""
    return ask("read", kind, content)


def ask(task: str, kind: FileType, content: bytes) -> str:
    """One question to a fresh limited process. Whatever kills it is the file's fault."""
    # -E -s -B: no environment, no user packages, no compiled files written.
    command = [sys.executable, "-E", "-s", "-B", "-m", "applicants.resumes.worker", task, kind.value]
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.seek(0)
        with subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd=PROJECT) as process:
            timer = threading.Timer(WALL_SECONDS, process.kill)
            timer.start()
            try:
                raw = process.stdout.read(MAX_ANSWER + 1) if process.stdout else b""
            finally:
                timer.cancel()
                process.kill()
    return _answer(raw)


def _answer(raw: bytes) -> str:
    if not raw or len(raw) > MAX_ANSWER:
        raise Refused(Refusal.TOO_COMPLEX)
    try:
        answer = json.loads(raw)
    except ValueError:
        raise Refused(Refusal.TOO_COMPLEX) from None
    if "refused" in answer:
        raise Refused(Refusal(answer["refused"]))
    return str(answer["text"])
