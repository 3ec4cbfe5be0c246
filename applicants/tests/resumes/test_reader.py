"""The corpus against the real limited process."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from docx import Document as WordDocument

from applicants.resumes import FileType, Refusal, Refused, reader, worker
from applicants.resumes.messages import MESSAGES
from applicants.resumes.reader import check_resume, read_text
from applicants.resumes.sniff import sniff
from applicants.tests.resumes import corpus


@pytest.mark.parametrize("case", corpus.GOOD)
def test_ordinary_files_are_taken(case: str) -> None:
    name, content = corpus.GOOD[case]
    assert check_resume(name, content).value == name.rsplit(".", 1)[1].lower()


# These could take this very process with them; the others are judged here, which is quicker.
NEED_LIMITS = {"a bracket bomb", "pages that hold themselves", "a ratio bomb", "a script in an object stream", "an entity bomb"}


def judged_here(name: str, content: bytes) -> str:
    try:
        kind = sniff(name, content)
    except Refused as refused:
        return refused.code.value
    return worker.judge("check", kind, content).get("refused", "taken")


@pytest.mark.parametrize("case", corpus.BAD)
def test_hostile_and_broken_files_are_refused(case: str) -> None:
    name, content, codes = corpus.BAD[case]
    if case not in NEED_LIMITS:
        assert judged_here(name, content) in codes.split()
        return
    with pytest.raises(Refused) as refused:
        check_resume(name, content)
    assert refused.value.code.value in codes.split()


def test_every_refusal_has_a_sentence() -> None:
    assert set(MESSAGES) == set(Refusal)


def test_text_of_each_format_is_read() -> None:
    assert "five years of calls" in read_text(corpus.pdf(), FileType.PDF)
    assert "five years of calls" in read_text(corpus.docx(), FileType.DOCX)
    assert read_text(corpus.odt(), FileType.ODT) == "Cora Lind\nfive years\tof calls"


def test_a_word_file_is_read_whole() -> None:
    document = WordDocument()
    document.add_heading("Ćora Ødegård Жук")
    document.add_table(1, 2).cell(0, 1).text = "in a table"
    document.sections[0].header.paragraphs[0].text = "in the header"
    buffer = io.BytesIO()
    document.save(buffer)
    check_resume("cv.docx", buffer.getvalue())
    text = read_text(buffer.getvalue(), FileType.DOCX)
    assert all(part in text for part in ("Ćora Ødegård Жук", "in a table", "in the header"))


def test_a_printed_web_page_is_read(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no Chromium to print with")
    page, printed = tmp_path / "cv.html", tmp_path / "cv.pdf"
    page.write_text('<meta charset="utf-8"><h1>Čora Жук</h1><a href="https://example.org">site</a>', encoding="utf-8")
    arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path}/profile",
        f"--print-to-pdf={printed}",
        str(page),
    ]
    subprocess.run([chromium, *arguments], check=True, capture_output=True, timeout=90)
    check_resume("cv.pdf", printed.read_bytes())
    assert "Čora Жук" in read_text(printed.read_bytes(), FileType.PDF)


def test_a_bomb_costs_seconds_and_no_memory_of_ours() -> None:
    started = time.monotonic()
    with pytest.raises(Refused):
        read_text(corpus.pdf_page_bomb(), FileType.PDF)
    assert time.monotonic() - started < reader.WALL_SECONDS + 2


def test_the_wall_clock_ends_a_hanging_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "WALL_SECONDS", 0.01)
    with pytest.raises(Refused) as refused:
        read_text(corpus.docx(), FileType.DOCX)
    assert refused.value.code == Refusal.TOO_COMPLEX


PROBE = """
import json, os, resource, socket
from applicants.resumes import worker
worker.limit(); worker.close_doors()
def tried(action):
    try:
        action()
    except OSError:
        return False
    return True
print(json.dumps({
    "file": tried(lambda: open("/etc/hostname")), "socket": tried(socket.socket), "environment": sorted(os.environ),
    "memory": resource.getrlimit(resource.RLIMIT_AS)[0], "processor": resource.getrlimit(resource.RLIMIT_CPU)[0],
    "writing": resource.getrlimit(resource.RLIMIT_FSIZE)[0], "processes": resource.getrlimit(resource.RLIMIT_NPROC)[0],
}))
"""


def test_the_limited_process_can_open_nothing() -> None:
    ran = subprocess.run(
        [sys.executable, "-E", "-s", "-B", "-c", PROBE], env={}, cwd=reader.PROJECT, stdout=subprocess.PIPE, check=True, timeout=30
    )
    found = json.loads(ran.stdout)
    assert (found["file"], found["socket"]) == (False, False)
    assert not {"DATABASE_URL", "SECRET_KEY", "PATH", "HOME"} & set(found["environment"])
    assert found["memory"] == 512 * 1024 * 1024
    assert (found["processor"], found["writing"], found["processes"]) == (5, 0, 0)


def test_the_limited_process_never_loads_the_portal() -> None:
    probe = "import sys; from applicants.resumes import worker; worker.close_doors(); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe], cwd=reader.PROJECT, check=False, timeout=30).returncode == 0
