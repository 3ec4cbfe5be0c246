"""The library's history: every change of it writes a line here, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from postings.enums import LibraryAction, LibraryArea
from postings.models import LibraryEvent

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

# A longer value is kept by its beginning: the versions hold the whole text.
MOST_LETTERS = 2000
# One person's saves in one language within this time are one line of history: a draft is saved with every pause.
ONE_SITTING = timedelta(hours=1)


def record(
    area: LibraryArea,
    key: str,
    action: LibraryAction,
    *,
    by: User | None,
    language: str = "",
    before: Any = None,
    after: Any = None,
) -> LibraryEvent:
    """Append one event. ``key`` is the thing's key; ``before`` and ``after`` are JSON values, shortened when long."""
    detail = {name: _shortened(value) for name, value in (("before", before), ("after", after)) if value is not None}
    return LibraryEvent.objects.create(area=area, key=key, action=action, by=by, language=language, detail=detail)


def record_sitting(area: LibraryArea, key: str, *, by: User, language: str = "", before: Any = None, after: Any = None) -> None:
    """Append that something was changed. Within a person's sitting the last line is carried on instead: it says what
    stood there at first, and what stands there at last."""
    last = LibraryEvent.objects.select_for_update().filter(area=area, key=key).first()
    same = last is not None and (last.action, last.language, last.by_id) == (LibraryAction.CHANGED, language, by.pk)
    if last is not None and same and last.at > timezone.now() - ONE_SITTING:
        first, now = last.detail.get("before") or {}, last.detail.get("after") or {}
        last.detail = {"before": {**_shortened(before or {}), **first}, "after": {**now, **_shortened(after or {})}}
        last.save(update_fields=["detail"])
        return
    record(area, key, LibraryAction.CHANGED, by=by, language=language, before=before, after=after)


def _shortened(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= MOST_LETTERS else value[: MOST_LETTERS - 1] + "…"
    if isinstance(value, dict):
        return {str(name): _shortened(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_shortened(part) for part in value]
    return value


def record_all(events: Iterable[LibraryEvent]) -> None:
    """Append many events in a few statements; their details are shortened as those of ``record``."""
    rows = list(events)
    for event in rows:
        event.detail = {name: _shortened(value) for name, value in event.detail.items()}
    LibraryEvent.objects.bulk_create(rows, batch_size=2000)
