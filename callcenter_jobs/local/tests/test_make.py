"""The words of the Makefile, and that CI runs the very commands a reader is told."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@needs_make
def test_help_describes_every_word_a_person_would_use() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = set(re.findall(r"^  make (\S+) ", done.stdout, re.MULTILINE))
    assert {"run", "test", "lint", "reset", "help", "lock", "messages", "chaos", "screenshots", "postings", "rebuild-search"} <= listed


@needs_make
def test_a_python_that_is_not_there_is_one_clear_line() -> None:
    done = subprocess.run(["make", "run", "PYTHON=python9"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert (
        done.stderr.splitlines()[0]
        == "There is no python9 here. Install Python 3.11 or newer, or name one: make run PYTHON=/path/to/python3"
    )


def test_ci_runs_lint_and_the_readers_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line.split(" ||")[0] for line in script.splitlines() if line.startswith("make ")]
    assert commands == ["make lint", "make test"]
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert "- run: .ci/run" in workflow
    assert '["3.11", "3.13"]' in workflow


def test_units_use_the_measured_way_to_stop_a_worker() -> None:
    worker = (ROOT / "deploy" / "openline-worker.service").read_text(encoding="utf-8")
    assert "Environment=REMAP_SIGTERM=SIGQUIT" in worker
    assert int(re.findall(r"TimeoutStopSec=(\d+)", worker)[0]) > 45
    assert "REMAP_SIGTERM=SIGQUIT" in (ROOT / "deploy" / "Procfile").read_text(encoding="utf-8")
