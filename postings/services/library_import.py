"""Imports: read and compared first, applied later, all or nothing.

``propose`` stores what a file would do. ``apply`` does it in one transaction, after making sure that the library still
is what the changes were worked out against; otherwise it works them out anew and says so. A template or question
bank that changes becomes a draft for the review, never a published version.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from postings.enums import ImportKind, ImportState, LibraryAction, LibraryArea
from postings.models import LibraryEvent, LibraryImport
from postings.services import library_apply
from postings.services.library import LibraryRefused
from postings.services.library_compare import Outcome, Problem, work_out
from postings.services.library_history import record, record_all
from postings.services.library_state import State
from postings.services.library_tables import Reading

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

KEPT = 50


class MovedOn(LibraryRefused):
    """The library has changed since the dry run; the changes were worked out anew and stored."""

    def __init__(self) -> None:
        super().__init__(
            _("The library has changed since this import was read. What it would do now is worked out anew: look at it again.")
        )


@transaction.atomic
def propose(reading: Reading, *, file_name: str, by: User | None, kind: ImportKind | None = None) -> LibraryImport:
    """Store a dry run. Nothing of the library changes."""
    outcome = work_out(reading.over)
    item = LibraryImport(kind=kind or reading.kind, file_name=file_name[-120:], rows=reading.rows, created_by=by)
    _store(item, outcome, reading.problems + [spot for found in outcome.problems for spot in reading.place(found)])
    record(LibraryArea.IMPORT, item.code, LibraryAction.CREATED, by=by, after={"file": item.file_name, "made": len(item.changes)})
    _forget_old()
    return item


def propose_state(over: State, *, file_name: str = "", by: User | None = None) -> LibraryImport:
    """What the shipped files would change where a curator has edited: offered like an uploaded file."""
    rows = sum(1 for part in over.facts.values() for _row in part)
    return propose(Reading(ImportKind.SHIPPED, over, [], {}, rows), file_name=file_name, by=by)


def apply(item: LibraryImport, *, by: User, leave_out: bool = False) -> LibraryImport:
    """Do what the dry run shows. Raises ``LibraryRefused`` (nothing changed) or ``MovedOn`` (nothing changed, the dry run
    renewed). With problems it is refused unless ``leave_out``: then what has a problem is left as it is."""
    try:
        with transaction.atomic():
            moved = _apply(item, by=by, leave_out=leave_out)
    except IntegrityError as error:
        raise LibraryRefused(_("Nothing was changed: two entries of this import contradict each other.")) from error
    if moved:
        raise MovedOn
    item.refresh_from_db()
    return item


def _apply(item: LibraryImport, *, by: User, leave_out: bool) -> bool:
    locked = LibraryImport.objects.select_for_update().get(pk=item.pk)
    if locked.state != ImportState.PROPOSED:
        raise LibraryRefused(_("This import has been applied or dropped already."))
    if not locked.changes:
        raise LibraryRefused(_("This import changes nothing."))
    if locked.problems and not leave_out:
        raise LibraryRefused(_("Some entries cannot be taken. Mend the file, or leave them out."))
    over = State.of_payload(locked.payload)
    library_apply.lock(over)
    outcome = work_out(over)
    if outcome.base_hash != locked.base_hash or outcome.problems:
        kept = [found for found in locked.problems if not found.get("late")]
        _store(locked, outcome, kept + [{**found, "late": True} for found in outcome.problems], payload=locked.payload)
        return True
    library_apply.write(outcome, by=by)
    record_all(_events(locked, by))
    locked.state, locked.applied_by, locked.applied_at = ImportState.APPLIED, by, timezone.now()
    locked.save(update_fields=["state", "applied_by", "applied_at"])
    summary = {"file": locked.file_name, "made": len(locked.changes), "left_out": len(locked.problems)}
    record(LibraryArea.IMPORT, locked.code, LibraryAction.IMPORTED, by=by, after=summary)
    return False


@transaction.atomic
def drop(item: LibraryImport, *, by: User) -> None:
    """Set a proposed import aside; nothing of the library changes."""
    locked = LibraryImport.objects.select_for_update().get(pk=item.pk)
    if locked.state != ImportState.PROPOSED:
        raise LibraryRefused(_("This import has been applied or dropped already."))
    locked.state, locked.payload, locked.changes, locked.problems = ImportState.DROPPED, {}, [], []
    locked.save()
    record(LibraryArea.IMPORT, locked.code, LibraryAction.REMOVED, by=by, before={"file": locked.file_name})


def _store(item: LibraryImport, outcome: Outcome, problems: list[Problem], *, payload: Any = None) -> None:
    item.payload = payload or outcome.over.payload()
    item.changes, item.base_hash = outcome.changes, outcome.base_hash
    item.problems = sorted(problems, key=lambda found: (found["where"], found["line"]))
    if not item.changes and not item.problems:
        # Nothing to decide: it is filed away at once, and what marks it is that it was compared with nothing.
        item.state, item.payload, item.base_hash = ImportState.DROPPED, {}, ""
    item.save()


def _events(item: LibraryImport, by: User) -> list[LibraryEvent]:
    now = timezone.now()
    return [
        LibraryEvent(
            at=now,
            by=by,
            area=change["area"],
            key=change["key"],
            language=change["language"],
            action=LibraryAction.IMPORTED,
            detail={
                "before": {row["name"]: row["before"] for row in change["fields"]},
                "after": {row["name"]: row["after"] for row in change["fields"]},
            },
        )
        for change in item.changes
    ]


def _forget_old() -> None:
    """Keep the contents of the newest imports only; what they changed stays in the history."""
    newest = LibraryImport.objects.order_by("-created_at", "-pk").values("pk")[:KEPT]
    old = LibraryImport.objects.exclude(pk__in=list(newest.values_list("pk", flat=True))).exclude(payload={})
    old.filter(state=ImportState.PROPOSED).update(state=ImportState.DROPPED)
    old.update(payload={}, changes=[], problems=[])


# --- reading a stored dry run ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many changes there are of each kind: (area, action) → number, in the order of the areas."""

    rows: list[tuple[str, str, int]]

    @property
    def total(self) -> int:
        return sum(number for _area, _action, number in self.rows)


def counts(item: LibraryImport) -> Counts:
    found = Counter((change["area"], change["action"]) for change in item.changes)
    return Counts(
        [(area, action, found[area, action]) for area in LibraryArea.values for action in ("created", "changed") if found[area, action]]
    )
