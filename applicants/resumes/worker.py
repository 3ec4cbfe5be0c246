"""The limited process: ``python -m applicants.resumes.worker <check|read> <pdf|docx|odt>``.

The file comes on standard input, one JSON object leaves on standard output. Before the first byte is parsed
the process gives up what it does not need: memory beyond 512 MiB, five seconds of computing, writing files,
starting processes, and opening anything at all, which includes the network.
"""

from __future__ import annotations

import codecs
import importlib
import json
import re
import resource
import sys

from applicants.resumes import MAX_BYTES, MAX_CHARACTERS, FileType, Refusal, Refused

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 5
# Loaded before the doors close: no module can be opened afterwards.
MODULES = (
    "applicants.resumes.office",
    "applicants.resumes.pdf",
    "pypdf._codecs._codecs",
    "pypdf._codecs.core_font_metrics",
    "pypdf._text_extraction",
    "pypdf.filters",
    "pypdf.generic._font",
    "pypdf.xmp",
    "xml.sax.expatreader",
)
ENCODINGS = (
    "ascii latin-1 utf-8 utf-16 utf-16-be utf-16-le utf-32 cp1252 cp437 mac-roman gbk gb2312 gb18030 big5 big5hkscs "
    "euc-jp euc-kr shift-jis cp949 cp950 iso2022-jp charmap unicode-escape raw-unicode-escape"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def close_doors() -> None:
    """Load what the parsers may want; from here on no file and no socket can be opened."""
    for name in MODULES:
        importlib.import_module(name)
    for name in ENCODINGS.split():
        codecs.lookup(name)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def judge(task: str, kind: FileType, content: bytes) -> dict[str, str]:
    """``{"text": …}`` or ``{"refused": code}``; ``check`` returns no text."""
    from applicants.resumes import office, pdf

    try:
        if kind is not FileType.PDF:
            text = office.read_office(content, kind)
        elif task == "read":
            text = pdf.read_pdf(content)
        else:
            pdf.check_pdf(content)
            text = ""
    except Refused as refused:
        return {"refused": refused.code.value}
    except MemoryError:
        return {"refused": Refusal.TOO_COMPLEX.value}
    return {"text": CONTROL.sub("", text)[:MAX_CHARACTERS].strip() if task == "read" else ""}


def main() -> None:
    limit()
    task, kind = sys.argv[1], FileType(sys.argv[2])
    content = sys.stdin.buffer.read(MAX_BYTES + 1)
    close_doors()
    answer = judge(task, kind, content)
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
