"""The one thing to do next with an application, for the top of its page."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applicants.enums import Disposition
from applicants.models import Application
from applicants.services.clock import moment
from applicants.services.moves import Consequence, consequences
from applicants.services.timeline import Entry
from applicants.stages import targets
from callcenter_jobs.lib.workdays import working_days_between
from callcenter_jobs.outbox.models import Message, State
from postings.enums import PostingState, StageKind


@dataclass(frozen=True, slots=True)
class NextStep:
    """``kind``: answer, go_on, undo, ended. ``forward`` is the stage that usually follows; ``failed`` mails come first."""

    kind: str
    title: str
    text: str = ""
    tone: str = "info"
    forward: Consequence | None = None
    failed: list[Entry] = field(default_factory=list)


def of(application: Application, *, failed: list[Entry]) -> NextStep:
    stage = application.stage
    if stage.kind == StageKind.REJECTED:
        return _rejected(application, failed)
    if stage.kind == StageKind.WITHDRAWN:
        return NextStep("ended", _("Withdrawn by the candidate"), _reason(application), failed=failed)
    if stage.kind == StageKind.HIRED:
        return NextStep("ended", _("Hired"), tone="good", failed=failed)
    forward = _forward(application)
    days = (timezone.now() - application.stage_entered_at).days
    due = application.reply_due_on
    if due is None:
        return NextStep("go_on", _("In “%(stage)s”") % {"stage": stage.desk_name}, _waits(days), forward=forward, failed=failed)
    today = timezone.localdate()
    if due < today:
        return NextStep("answer", _("The promised answer is late"), _late(working_days_between(due, today)), "bad", forward, failed)
    if due == today:
        return NextStep("answer", _("Answer today"), _("You promised an answer by the end of today."), "warn", forward, failed)
    return NextStep("answer", _("Look at it and decide"), _left(working_days_between(today, due)), "info", forward, failed)


def _rejected(application: Application, failed: list[Entry]) -> NextStep:
    waiting = Message.objects.about(application.about).filter(kind="rejected", state=State.PENDING).last()
    if waiting is None or waiting.not_before is None or waiting.not_before <= timezone.now():
        return NextStep("ended", _("Rejected"), _reason(application), failed=failed)
    names = {"name": application.name, "when": moment(waiting.not_before)}
    if application.posting.state == PostingState.CLOSED:
        return NextStep(
            "ended", _("Rejected, not told yet"), _("%(name)s will be told %(when)s. The posting is closed.") % names, failed=failed
        )
    return NextStep(
        "undo", _("Rejected, not told yet"), _("%(name)s will be told %(when)s unless you undo.") % names, "warn", failed=failed
    )


def _reason(application: Application) -> str:
    return str(Disposition(application.disposition).label) if application.disposition else ""


def _forward(application: Application) -> Consequence | None:
    """The next active stage in the plan's order, or from an offer the hire."""
    later = [stage for stage in targets(application.stage, application.posting.plan) if stage.position > application.stage.position]
    return consequences(application, later[:1])[0] if later else None


def _waits(days: int) -> str:
    return ngettext("For %(days)d day.", "For %(days)d days.", days) % {"days": days} if days else _("Since today.")


def _late(days: int) -> str:
    return ngettext("It was due %(days)d working day ago.", "It was due %(days)d working days ago.", days) % {"days": days}


def _left(days: int) -> str:
    return ngettext("%(days)d working day left to answer.", "%(days)d working days left to answer.", days) % {"days": days}
