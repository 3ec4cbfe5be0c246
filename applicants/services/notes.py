"""Remarks of the hiring team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applicants.models import Application, Note

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


def add_note(application: Application, *, text: str, by: User) -> Note:
    return Note.objects.create(application=application, author=by, text=text)
