"""Draft → in review → published, for templates and question banks alike; by two people where the site says so.

The one writer of a version's state, besides the loader. What is special to templates or banks comes in as
``Kind``: which part of the library it is, what hangs together, and when a version is fit to be published.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from postings.enums import LibraryAction, LibraryArea, VersionState
from postings.models import BankVersion, TemplateVersion
from postings.services.library import LibraryRefused, copied, must_be_draft, must_be_open, next_number
from postings.services.library_history import record

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

Version = TemplateVersion | BankVersion


@dataclass(frozen=True, slots=True)
class Kind:
    """``whole``: the name of the foreign key to the template or bank. ``gap``: why a version cannot be published yet,
    in words, or nothing. ``last_writer``: the key of who last changed its words, or nothing when nobody has."""

    area: LibraryArea
    whole: str
    key_of: Callable[[Any], str]
    gap: Callable[[Any], str]
    last_writer: Callable[[Any], int | None]


def new_draft(source: Any, versions: Any, *, by: User | None) -> Any:
    """An unsaved draft with the next number; ``source`` is the version it copies, or an empty one."""
    draft = copied(source)
    draft.number, draft.state = next_number(versions), VersionState.DRAFT
    draft.created_by, draft.created_at = by, timezone.now()
    draft.content_hash = draft.change_note = draft.review_note = ""
    draft.submitted_by = draft.submitted_at = draft.published_by = draft.published_at = None
    return draft


def submit(kind: Kind, version: Any, *, by: User, note: str) -> Any:
    """Hand a draft to the reviewers. Call inside a transaction, as all of these."""
    locked = _locked(kind, version)
    if locked.state == VersionState.IN_REVIEW:
        return locked
    must_be_draft(locked.state)
    _refuse_gap(kind, locked)
    locked.state, locked.submitted_by, locked.submitted_at = VersionState.IN_REVIEW, by, timezone.now()
    locked.change_note, locked.review_note = note, ""
    locked.save()
    _note(kind, locked, LibraryAction.SUBMITTED, by, note=note)
    return locked


def take_back(kind: Kind, version: Any, *, by: User) -> Any:
    """A curator goes on writing: the version is a draft again."""
    locked = _locked(kind, version)
    must_be_open(locked.state)
    if locked.state == VersionState.IN_REVIEW:
        locked.state = VersionState.DRAFT
        locked.save()
        _note(kind, locked, LibraryAction.CHANGED, by, state=VersionState.DRAFT)
    return locked


def send_back(kind: Kind, version: Any, *, by: User, reason: str) -> Any:
    """A reviewer wants it changed: a draft again, with the reason for whoever sent it."""
    locked = _locked(kind, version)
    if locked.state != VersionState.IN_REVIEW:
        raise LibraryRefused(_("This version is not in review any more."))
    locked.state, locked.review_note = VersionState.DRAFT, reason
    locked.save()
    _note(kind, locked, LibraryAction.RETURNED, by, note=reason)
    return locked


def sent_mark(version: Any) -> str:
    """Which sending to review a reviewer has read; nothing for a version that is not in review."""
    return (
        f"{version.number}~{version.submitted_at.isoformat()}" if version.state == VersionState.IN_REVIEW and version.submitted_at else ""
    )


def publish(kind: Kind, version: Any, *, by: User, note: str, read: str = "") -> Any:
    """Make a version the one that counts and retire the one before. English must be complete: every other language
    falls back to it. ``read`` is the ``sent_mark`` of what the reviewer had before them: taken back, changed and sent
    again meanwhile, it is another text. Raises ``LibraryRefused`` with the reason."""
    locked = _locked(kind, version)
    must_be_open(locked.state)
    if read and read != sent_mark(locked):
        raise LibraryRefused(_("This version was taken back since you opened the page. Read once more what changes, then decide."))
    refusal = objection(kind, locked, by=by)
    if refusal:
        raise LibraryRefused(refusal)
    _refuse_gap(kind, locked)
    whole = {f"{kind.whole}_id": getattr(locked, f"{kind.whole}_id")}
    type(locked).objects.filter(**whole, state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    locked.state, locked.published_at, locked.published_by = VersionState.PUBLISHED, timezone.now(), by
    locked.change_note, locked.review_note = note, ""
    locked.save()
    _note(kind, locked, LibraryAction.PUBLISHED, by, note=note)
    return locked


def objection(kind: Kind, version: Any, *, by: User) -> str:
    """Why ``by`` may not be the one to publish this version, in words; nothing when they may."""
    if not settings.LIBRARY_TWO_PEOPLE:
        return ""
    if version.state != VersionState.IN_REVIEW:
        return _("Send it to review first: on this site a second person publishes.")
    if version.submitted_by_id == by.pk:
        return _("You sent this to review, so somebody else publishes it.")
    if kind.last_writer(version) == by.pk:
        return _("You wrote the last change of its text, so somebody else publishes it.")
    return ""


def may_publish_at_once() -> bool:
    """Whether a curator may publish a draft without a review by somebody else."""
    return not settings.LIBRARY_TWO_PEOPLE


def drop(kind: Kind, version: Any, *, by: User) -> None:
    locked = _locked(kind, version)
    must_be_open(locked.state)
    _note(kind, locked, LibraryAction.REMOVED, by)
    locked.delete()


def _locked(kind: Kind, version: Any) -> Any:
    """Locks the template or bank before its version, so that two who act at once come one after the other."""
    whole = type(getattr(version, kind.whole))
    whole.objects.select_for_update().get(pk=getattr(version, f"{kind.whole}_id"))
    found = type(version).objects.select_for_update().filter(pk=version.pk).first()
    if found is None:
        raise LibraryRefused(_("Somebody has dropped this draft meanwhile."))
    return found


def _refuse_gap(kind: Kind, version: Any) -> None:
    gap = kind.gap(version)
    if gap:
        raise LibraryRefused(gap)


def _note(kind: Kind, version: Version, action: LibraryAction, by: User, **detail: Any) -> None:
    record(kind.area, kind.key_of(version), action, by=by, after={"version": version.number, **detail})
