"""File names as people type them: data for display, never part of a path."""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 80
NOT_ALLOWED = re.compile(r"[^\w .-]+")
SPACES = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """At most 80 letters, digits, spaces, dots, dashes and underscores of any script; the suffix is kept.

    ``C:\\fakepath\\My CV (final).pdf`` becomes ``My CV final.pdf``; nothing usable becomes ``resume``.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    cleaned = SPACES.sub(" ", NOT_ALLOWED.sub("", last)).strip(" .")
    if not cleaned:
        return "resume"
    stem, dot, suffix = cleaned.rpartition(".")
    if not dot or len(suffix) > 10:
        return cleaned[:NAME_LENGTH].strip(" .")
    return f"{stem[: NAME_LENGTH - len(suffix) - 1].strip(' .') or 'resume'}.{suffix}"
