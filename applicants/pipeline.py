"""The one gate of an application's stage: nothing else writes ``Application.stage``.

Each change does, in one transaction:

1. lock the application's row, and compare the caller's ``expected_version`` with it;
2. check the move against ``applicants.stages``;
3. write the stage, the time and the next version;
4. append a ``StageChange``;
5. write the e-mail into the outbox (or, undoing, cancel the one that has not left).

Losing a race is normal: the second caller gets ``MoveRefused`` with a sentence that says what happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import emails
from applicants.enums import CANDIDATE_DISPOSITIONS, EMPLOYER_DISPOSITIONS, ActorKind, Disposition
from applicants.models import Application, StageChange
from applicants.stages import may_move
from callcenter_jobs.lib.rows import insert_of, values_of
from callcenter_jobs.outbox import queue
from callcenter_jobs.prepared import Prepared
from postings.enums import PostingState, StageKind
from postings.models import Posting, Stage

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


class MoveRefused(Exception):
    """A move that the rules or the facts do not allow. ``code`` is stable; ``message`` is for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class BulkResult:
    moved: list[Application] = field(default_factory=list)
    skipped: list[tuple[Application, MoveRefused]] = field(default_factory=list)


# A new application and its first row of history, as the beginning of a statement that may write more beside them.
STARTED = f"""
application AS ({insert_of(Application)} RETURNING id, stage_id, stage_entered_at),
started AS (
    INSERT INTO applicants_stagechange (application_id, seq, to_stage_id, actor, at, disposition, note)
    SELECT id, 1, stage_id, '{ActorKind.CANDIDATE.value}', stage_entered_at, '', '' FROM application
)"""  # noqa: S608  our own words
START = Prepared(f"WITH {STARTED} SELECT id FROM application")  # noqa: S608


def starting(application: Application, *, at: datetime) -> dict[str, Any]:
    """What ``STARTED`` writes of a new application: the clock of the promise starts now.

    ``application.stage`` must be the plan's ``applied`` stage. Writes no e-mail: the caller knows which.
    """
    application.stage_entered_at = at
    application.reply_due_on = application.posting.promised_day(at)
    return values_of(application)


def start(application: Application, *, at: datetime | None = None) -> None:
    """Save a new application by itself. Sending one writes more with it (``applicants.services.applying``)."""
    application.pk = START.rows(starting(application, at=at or timezone.now()))[0][0]
    application._state.adding = False


def move(
    application: Application,
    *,
    to: Stage,
    by: User,
    note: str = "",
    disposition: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> StageChange:
    """Move to another stage of the same plan. Raises ``MoveRefused``. Rejecting needs a ``disposition``."""
    if to.kind == StageKind.REJECTED:
        return reject(application, disposition=disposition, by=by, note=note, expected_version=expected_version, at=at)
    if to.kind == StageKind.WITHDRAWN:
        raise MoveRefused("withdraw_is_theirs", _("Only the candidate can withdraw an application."))
    with transaction.atomic():
        locked = _lock(application, expected_version)
        change = _write(locked, to=to, actor=ActorKind.TEAM, by=by, note=note, at=at)
        emails.stage_moved(locked, change)
    _copy_state(locked, application)
    return change


def reject(
    application: Application,
    *,
    disposition: str,
    by: User,
    note: str = "",
    expected_version: int | None = None,
    at: datetime | None = None,
) -> StageChange:
    """End an application with a reason. The candidate is told after the employer's undo window, not at once."""
    if disposition not in EMPLOYER_DISPOSITIONS:
        raise MoveRefused("disposition", _("Choose a reason for the rejection."))
    with transaction.atomic():
        locked = _lock(application, expected_version)
        stage = _stage_of_kind(locked, StageKind.REJECTED)
        change = _write(locked, to=stage, actor=ActorKind.TEAM, by=by, note=note, disposition=disposition, at=at)
        emails.rejected(locked, change, not_before=change.at + timedelta(hours=locked.employer.rejection_undo_hours))
    _copy_state(locked, application)
    return change


def undo_rejection(application: Application, *, by: User, at: datetime | None = None) -> StageChange:
    """Put a rejected application back where it was, as long as the candidate could not know of it.

    Once the undo window is over, the status page says it, whether or not the mail server has taken the mail.
    """
    now = at or timezone.now()
    with transaction.atomic():
        # The posting first, as closing does: a closing under way is waited for, one that comes ends this application too.
        posting = Posting.objects.select_for_update(of=("self",), no_key=True).get(pk=application.posting_id)
        locked = _lock(application, None)
        if locked.stage.kind != StageKind.REJECTED:
            raise MoveRefused("not_rejected", _("This application is not rejected."))
        last = locked.stage_changes.order_by("-seq").select_related("from_stage").first()
        if last is None or last.from_stage is None:
            raise MoveRefused("no_history", _("There is no earlier stage to go back to."))
        if posting.state == PostingState.CLOSED:
            raise MoveRefused("posting_closed", _("The posting is closed, so the rejection stands. Reopen the posting first."))
        if not queue.cancel(about=locked.about, kinds=["rejected"], by=f"user:{by.pk}", held_at=now):
            raise MoveRefused("already_told", _("The candidate has already been told, so the rejection stands."))
        change = _write(locked, to=last.from_stage, actor=ActorKind.TEAM, by=by, at=now, undoing=True)
    _copy_state(locked, application)
    return change


def withdraw(application: Application, *, disposition: str = "", note: str = "", at: datetime | None = None) -> StageChange:
    """The candidate ends it. Withdrawing twice answers with the first withdrawal, so a double click is harmless."""
    reason = disposition or Disposition.NOT_SAID
    if reason not in CANDIDATE_DISPOSITIONS:
        raise MoveRefused("disposition", _("Choose one of the reasons in the list."))
    with transaction.atomic():
        locked = _lock(application, None)
        if locked.stage.kind == StageKind.WITHDRAWN:
            return locked.stage_changes.order_by("-seq")[0]
        stage = _stage_of_kind(locked, StageKind.WITHDRAWN)
        # A rejection that nobody was told of yet gives way to the candidate's own decision.
        now = at or timezone.now()
        is_rejected = locked.stage.kind == StageKind.REJECTED
        untold = is_rejected and queue.cancel(about=locked.about, kinds=["rejected"], by="candidate", held_at=now) > 0
        if locked.stage.is_terminal and not untold:
            # Words for the candidate: the desk's names of stages are none of their business.
            raise MoveRefused("over", _("Your application has already ended, so there is nothing to withdraw."))
        change = _write(locked, to=stage, actor=ActorKind.CANDIDATE, note=note, disposition=reason, at=now, undoing=untold)
        emails.withdrawn(locked, change)
    _copy_state(locked, application)
    return change


def end_with_posting(application: Application, *, by: User | None, at: datetime | None = None) -> StageChange:
    """The posting was closed: an application still under way ends, and the candidate is told why."""
    with transaction.atomic():
        locked = _lock(application, None)
        stage = _stage_of_kind(locked, StageKind.REJECTED)
        actor = ActorKind.TEAM if by else ActorKind.SYSTEM
        change = _write(locked, to=stage, actor=actor, by=by, disposition=Disposition.CLOSED, at=at)
        emails.posting_closed(locked, change)
    _copy_state(locked, application)
    return change


def refusal_of(application: Application, *, to: Stage, undoing: bool = False) -> MoveRefused | None:
    """Why this move is not allowed, or ``None``: what ``move`` would raise, for a preview that changes nothing."""
    before = application.stage
    if to.plan_id != application.posting.plan_id:
        return MoveRefused("foreign_stage", _("That stage belongs to another posting."))
    if to.pk == before.pk:
        return MoveRefused("same_stage", _("%(name)s is already in this stage.") % {"name": application.name})
    if not undoing and not may_move(before.kind, to.kind):
        return MoveRefused(
            "not_allowed",
            _("%(name)s cannot move from “%(from)s” to “%(to)s”.")
            % {"name": application.name, "from": before.desk_name, "to": to.desk_name},
        )
    return None


def stale(application: Application) -> MoveRefused:
    """What somebody hears who decides about a card that has moved meanwhile."""
    return MoveRefused(
        "stale", _("%(name)s has been moved by someone else meanwhile. Look at the card again, then decide.") % {"name": application.name}
    )


def move_many(applications: Iterable[Application], *, one: Callable[[Application], StageChange]) -> BulkResult:
    """Apply ``one`` to each application in its own transaction; what is refused is reported, the rest stands."""
    result = BulkResult()
    for application in applications:
        try:
            one(application)
        except MoveRefused as refusal:
            result.skipped.append((application, refusal))
        else:
            result.moved.append(application)
    return result


def _lock(application: Application, expected_version: int | None) -> Application:
    locked = (
        Application.objects.select_for_update(of=("self",))
        # Not joined with the stage: whoever waits here for another mover gets the row as it is then, and PostgreSQL
        # checks the join of before again, which a changed stage no longer passes: the row would seem to be gone.
        .select_related("posting", "posting__plan", "employer", "candidate")
        .get(pk=application.pk)
    )
    if locked.stage_id == application.stage_id:
        locked.stage = application.stage
    if expected_version is not None and locked.version != expected_version:
        raise stale(locked)
    return locked


def _stage_of_kind(application: Application, kind: StageKind) -> Stage:
    return Stage.objects.get(plan=application.posting.plan_id, kind=kind)


def _write(
    application: Application,
    *,
    to: Stage,
    actor: ActorKind,
    by: User | None = None,
    note: str = "",
    disposition: str = "",
    at: datetime | None = None,
    undoing: bool = False,
) -> StageChange:
    """The only assignment of ``stage`` in the product. Assumes the row is locked."""
    now = at or timezone.now()
    before = application.stage
    refusal = refusal_of(application, to=to, undoing=undoing)
    if refusal:
        raise refusal
    last = application.stage_changes.order_by("-seq").values_list("seq", flat=True).first() or 0
    application.stage = to
    application.stage_entered_at = now
    application.version += 1
    application.disposition = disposition
    application.ended_at = now if to.is_terminal else None
    if undoing and actor == ActorKind.TEAM and not _was_answered(application):
        application.reply_due_on = application.posting.promised_day(application.submitted_at)
    elif actor != ActorKind.CANDIDATE and emails.kind_for(to):
        # A stage that is hidden from the candidate is no answer to them: the promise still runs.
        application.reply_due_on = None
    application.save(update_fields=["stage", "stage_entered_at", "version", "disposition", "ended_at", "reply_due_on"])
    return StageChange.objects.create(
        application=application,
        seq=last + 1,
        from_stage=before,
        to_stage=to,
        actor=actor,
        by=by,
        at=now,
        disposition=disposition,
        note=note[:500],
    )


def _was_answered(application: Application) -> bool:
    """Whether a move before the rejection told the candidate something."""
    changes = application.stage_changes.exclude(to_stage__kind=StageKind.REJECTED).select_related("to_stage")
    return any(emails.kind_for(change.to_stage) for change in changes)


def _copy_state(locked: Application, application: Application) -> None:
    """Let the caller's object show what was written."""
    for name in ("stage", "stage_entered_at", "version", "disposition", "ended_at", "reply_due_on"):
        setattr(application, name, getattr(locked, name))
