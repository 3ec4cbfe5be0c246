"""Résumé files: what is accepted, how it is checked, how its text is read.

Nothing in this package but ``messages`` imports Django: ``worker`` runs it in a process that has no settings, no
database and no network.
"""

from __future__ import annotations

from enum import StrEnum

MAX_BYTES = 5 * 1024 * 1024
# What is read of a file for the desk's search and preview.
MAX_PAGES = 20
MAX_CHARACTERS = 200_000


class FileType(StrEnum):
    """The accepted formats; the value is the suffix."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"

    @property
    def content_type(self) -> str:
        """The fixed type that a download is served with, whatever the browser claimed."""
        return CONTENT_TYPES[self]


CONTENT_TYPES = {
    FileType.PDF: "application/pdf",
    FileType.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileType.ODT: "application/vnd.oasis.opendocument.text",
}


class Refusal(StrEnum):
    """Why a file is not taken. Each has a sentence for the sender in ``messages``."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_SUFFIX = "wrong_suffix"
    WRONG_CONTENT = "wrong_content"
    OLD_WORD = "old_word"
    TWO_FORMATS = "two_formats"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    SCRIPTS = "scripts"
    ATTACHMENTS = "attachments"
    OUTSIDE_PARTS = "outside_parts"
    TOO_COMPLEX = "too_complex"


class Refused(Exception):
    """The file is not taken; ``code`` says why."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code.value)
        self.code = code
