"""The cheap gates, before any parser sees the file: size, name, and the first and last bytes."""

from __future__ import annotations

import io
import re
import zipfile

from applicants.resumes import CONTENT_TYPES, MAX_BYTES, FileType, Refusal, Refused

PDF_MAGIC, ZIP_MAGIC, OLE_MAGIC = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAGIC = {FileType.PDF: PDF_MAGIC, FileType.DOCX: ZIP_MAGIC, FileType.ODT: ZIP_MAGIC}
END_OF_PDF = b"%%EOF"
TRAILING_BYTES = 1024
STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
SECOND_FORMAT = re.compile(rb"<(?:html|script|svg|iframe|body)\b|PK\x03\x04|PK\x05\x06", re.IGNORECASE)
# An ending with a dot that a system could act on, before the last one: "cv.exe.pdf", "cv.pdf.docx". A dot in
# a person's name or a date ("Dr. Berg", "2026.11") is not an ending.
INNER_SUFFIX = re.compile(
    r"\.(?:pdf|docx?|docm|dotm?|odt|rtf|exe|com|bat|cmd|scr|pif|msi|lnk|js|jse|vbs?|wsf|hta|ps1|sh|php|py|jar|html?|svg|xml|zip|rar|7z|iso)\s*\.",
    re.IGNORECASE,
)


def sniff(name: str, content: bytes, *, size: int | None = None) -> FileType:
    """The type of a file, agreed upon by its name and its bytes. Raises ``Refused``.

    ``size`` is the true size when ``content`` was cut off on the way in.
    """
    if (size if size is not None else len(content)) > MAX_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    if not content:
        raise Refused(Refusal.EMPTY)
    kind = suffix_type(name)
    if not content.startswith(MAGIC[kind]):
        raise Refused(Refusal.OLD_WORD if content.startswith(OLE_MAGIC) else Refusal.WRONG_CONTENT)
    if kind is FileType.PDF:
        _check_pdf_bytes(content)
    elif PDF_MAGIC in content[:TRAILING_BYTES]:
        raise Refused(Refusal.TWO_FORMATS)
    return kind


def suffix_type(name: str) -> FileType:
    stem, dot, suffix = name.strip().rpartition(".")
    if not dot or not stem or suffix.lower() not in CONTENT_TYPES or INNER_SUFFIX.search(name):
        raise Refused(Refusal.WRONG_SUFFIX)
    return FileType(suffix.lower())


def _check_pdf_bytes(content: bytes) -> None:
    """One PDF and nothing else: no page or archive around it, nothing appended behind it."""
    end = content.rfind(END_OF_PDF)
    if end < 0:
        raise Refused(Refusal.DAMAGED)
    if len(content) - end - len(END_OF_PDF) > TRAILING_BYTES:
        raise Refused(Refusal.TWO_FORMATS)
    if SECOND_FORMAT.search(STREAM.sub(b"", content)) or zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused(Refusal.TWO_FORMATS)
