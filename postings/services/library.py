"""What templates and question banks have in common: refusals, and how a translation knows its source.

A published version never changes. Editing starts a draft that copies it; the draft goes to review and is
published there (``library_review``), which retires the version before. Postings keep the version they were made from;
the library's kits follow their bank (``library_kits``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Max, Model
from django.utils.translation import gettext as _

from postings.enums import VersionState
from postings.models import QuestionText, TemplateText
from postings.services.library_files import digest

SOURCE = settings.LANGUAGE_CODE
OPEN_STATES = (VersionState.DRAFT, VersionState.IN_REVIEW)


def one_at_a_time() -> None:
    """Imports and the loader write many things at once: they do so one after the other. Ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('postings.library_loading'))")


class LibraryRefused(Exception):
    """Something a curator may not do now; ``message`` says why, in the active language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ChangedMeanwhile(LibraryRefused):
    """Somebody else saved the same text after it was opened; ``current`` is what stands there now."""

    def __init__(self, current: TemplateText | QuestionText) -> None:
        super().__init__(_("Somebody else has changed this text since you opened it. Compare the two, then save again."))
        self.current = current


def is_behind(text: TemplateText | QuestionText, source: TemplateText | QuestionText | None) -> bool:
    """Whether a translation was made from an English text that has changed since."""
    return text.language != SOURCE and source is not None and bool(text.source_hash) and text.source_hash != digest(source.content())


def source_hash(source: TemplateText | QuestionText | None, text: TemplateText | QuestionText, language: str) -> str:
    """What a translation that is saved now was made from; the source language is its own."""
    return digest((text if language == SOURCE or source is None else source).content())


def source_digest(text: TemplateText | QuestionText | None) -> str:
    """What a translator says they have compared with (``mark`` of ``compared_hash``)."""
    return digest(text.content()) if text else ""


def compared_hash(source: TemplateText | QuestionText | None, text: TemplateText | QuestionText, language: str, mark: str) -> str:
    """``source_hash``, refused when ``mark`` names an English text that has changed since it was compared with."""
    now = source_hash(source, text, language)
    if mark and language != SOURCE and mark != now:
        raise LibraryRefused(_("English has changed once more since you opened this page. Compare the two again, then mark it."))
    return now


def must_be_open(state: str) -> None:
    """A draft, or one that lies in review."""
    if state not in OPEN_STATES:
        raise LibraryRefused(_("This version is published and does not change any more. Start a new version."))


def must_be_draft(state: str) -> None:
    """What a reviewer reads is what gets published: nobody changes it in between."""
    must_be_open(state)
    if state != VersionState.DRAFT:
        raise LibraryRefused(_("This version is in review and cannot be changed. Take it back first, or send it back."))


def must_be_unchanged(text: TemplateText | QuestionText, seen: datetime | None) -> None:
    if seen is not None and text.pk is not None and text.updated_at != seen:
        raise ChangedMeanwhile(text)


def next_number(versions: Any) -> int:
    last: int | None = versions.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


M = TypeVar("M", bound=Model)
T = TypeVar("T")


def placed(rows: list[T], row: T, place: int) -> list[T]:
    """The same rows with ``row`` at ``place`` (from 1); a place outside the list is its nearest end."""
    rest = [other for other in rows if other != row]
    at = max(0, min(place - 1, len(rest)))
    return [*rest[:at], row, *rest[at:]]


def copied(row: M, **changes: Any) -> M:
    """An unsaved copy of a row, with ``changes``."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    copy = type(row)(**values)
    for name, value in changes.items():
        setattr(copy, name, value)
    return copy
