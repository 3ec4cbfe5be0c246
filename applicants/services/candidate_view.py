"""What a candidate may know of their application, said in one place for the status page, ``/me/`` and applying.

Two things are kept from them: stages that the plan hides, and a rejection until its e-mail is due. Until then
the page shows what they were last told, with the promise that went with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone

from applicants.journey import stops_for
from applicants.models import Application, StageChange
from callcenter_jobs.outbox.models import Message, State
from callcenter_jobs.ui.line import Stop
from postings.enums import StageKind
from postings.models import Stage

REJECTION_KINDS = frozenset({"rejected", "posting_closed"})
NEEDED = ("stage_changes__to_stage", "posting__plan__stages", "posting__texts", "posting__site")


@dataclass(frozen=True, slots=True)
class CandidateView:
    """``here`` is the stage that the candidate knows of, ``since`` when they came to it.

    ``messages`` are the mails they got or are about to get, ``reply_due_on`` the promised day while it counts.
    """

    application: Application
    here: Stage
    since: datetime
    disposition: str
    stops: list[Stop]
    messages: list[Message]
    reply_due_on: date | None
    is_overdue: bool

    @property
    def kind(self) -> StageKind:
        return StageKind(self.here.kind)

    @property
    def is_over(self) -> bool:
        return self.kind.is_terminal

    @property
    def can_withdraw(self) -> bool:
        return not self.is_over

    @property
    def can_correct(self) -> bool:
        """While nobody has begun to work on it."""
        return self.kind == StageKind.APPLIED


def view_of(application: Application, *, at: datetime | None = None) -> CandidateView:
    return views_of([application], at=at)[0]


def views_of(applications: Sequence[Application], *, at: datetime | None = None) -> list[CandidateView]:
    """The view of each, in a fixed number of queries. Expects ``stage``, ``posting`` and ``employer`` to be loaded."""
    now = at or timezone.now()
    prefetch_related_objects(list(applications), *NEEDED)
    messages: dict[str, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(about__in=[item.about for item in applications]).order_by("pk"):
        messages[message.about].append(message)
    return [_view(item, messages[item.about], now) for item in applications]


def is_untold(application: Application, *, at: datetime | None = None) -> bool:
    """Whether the application was rejected and the candidate does not know it yet."""
    now = at or timezone.now()
    if application.stage.kind != StageKind.REJECTED:
        return False
    return _is_untold(application, list(Message.objects.about(application.about)), now)


def told_stage(application: Application, *, at: datetime | None = None) -> Stage:
    """The stage that the candidate knows of."""
    now = at or timezone.now()
    changes = list(application.stage_changes.select_related("to_stage"))
    told = told_changes(changes, is_last_untold=is_untold(application, at=now))
    return told[-1].to_stage if told else application.stage


def told_changes(changes: Sequence[StageChange], *, is_last_untold: bool) -> list[StageChange]:
    """The history without what was kept from the candidate.

    Nothing leaves a rejection but undoing it or withdrawing before it was told, so one that is not the last
    change was never told.
    """
    told: list[StageChange] = []
    for place, change in enumerate(changes, 1):
        stage = change.to_stage
        is_last = place == len(changes)
        if stage.kind == StageKind.REJECTED and (not is_last or is_last_untold):
            continue
        if not (stage.is_visible or stage.is_terminal or stage.kind == StageKind.APPLIED):
            continue
        if not told or told[-1].to_stage_id != stage.pk:
            told.append(change)
    return told


def _is_untold(application: Application, messages: Iterable[Message], now: datetime) -> bool:
    if application.stage.kind != StageKind.REJECTED or application.ended_at is None:
        return False
    mails = [mail for mail in messages if mail.kind in REJECTION_KINDS and mail.state != State.CANCELLED]
    if mails:
        last = mails[-1]
        return last.state == State.PENDING and last.not_before is not None and last.not_before > now
    # No mail was written, or it was cleared away long since: the undo window itself decides.
    return application.ended_at + timedelta(hours=application.employer.rejection_undo_hours) > now


def _view(application: Application, messages: list[Message], now: datetime) -> CandidateView:
    changes = list(application.stage_changes.all())
    told = told_changes(changes, is_last_untold=_is_untold(application, messages, now))
    here = told[-1].to_stage if told else application.stage
    due = _promised_day(application) if here.kind == StageKind.APPLIED else None
    return CandidateView(
        application=application,
        here=here,
        since=told[-1].at if told else application.submitted_at,
        disposition=told[-1].disposition if told else "",
        stops=stops_for(application, here=here, changes=told),
        messages=[mail for mail in messages if _is_shown(mail, now)],
        reply_due_on=due,
        is_overdue=due is not None and due < application.posting.local_day(now),
    )


def _promised_day(application: Application) -> date:
    """A rejection that the candidate does not know of clears the desk's clock, but not what they were promised."""
    return application.reply_due_on or application.posting.promised_day(application.submitted_at)


def _is_shown(mail: Message, now: datetime) -> bool:
    if mail.state == State.CANCELLED:
        return False
    return mail.state != State.PENDING or mail.not_before is None or mail.not_before <= now
