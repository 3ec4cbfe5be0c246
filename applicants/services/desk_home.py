"""What needs the hiring team today, computed afresh in a fixed number of queries. Nothing here is stored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from applicants.models import Application
from applicants.querysets import ApplicationQuerySet
from callcenter_jobs.outbox.models import Message, State
from callcenter_jobs.ui.charts import as_percent
from postings.enums import PostingState, StageKind
from postings.models import Employer, Posting, StartClass

SHOWN = 6
CLOSING_DAYS = 7
CLASSES_SHOWN = 12
# The kinds as columns of the funnel; a stage counts under its kind, whatever the posting calls it.
FUNNEL = (StageKind.APPLIED, StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.OFFER, StageKind.HIRED)
LONGEST_UNDO = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person who waits for the team. ``late_days`` is positive once the promised day is past."""

    application: Application
    days: int
    late_days: int | None

    @property
    def is_overdue(self) -> bool:
        return self.late_days is not None and self.late_days > 0

    @property
    def is_due_today(self) -> bool:
        return self.late_days == 0


@dataclass(frozen=True, slots=True)
class FailedMail:
    application: Application
    message: Message


@dataclass(frozen=True, slots=True)
class Undoable:
    application: Application
    told_at: datetime


@dataclass(frozen=True, slots=True)
class ClassBar:
    start_class: StartClass
    hired: int
    days_left: int

    @property
    def open_seats(self) -> int:
        return max(0, self.start_class.seats - self.hired)


@dataclass(frozen=True, slots=True)
class FunnelCell:
    kind: StageKind
    number: int
    width: str


@dataclass(slots=True)
class Funnel:
    posting: Posting
    cells: list[FunnelCell]
    waiting: int
    hired: int

    @property
    def is_full(self) -> bool:
        return self.hired >= self.posting.openings


@dataclass(slots=True)
class Home:
    new: list[Waiting] = field(default_factory=list)
    new_total: int = 0
    flagged: list[Waiting] = field(default_factory=list)
    flagged_total: int = 0
    overdue_total: int = 0
    failed: list[FailedMail] = field(default_factory=list)
    closing: list[Posting] = field(default_factory=list)
    undoable: list[Undoable] = field(default_factory=list)
    classes: list[ClassBar] = field(default_factory=list)
    funnels: list[Funnel] = field(default_factory=list)
    drafts: int = 0
    postings_total: int = 0

    @property
    def is_new(self) -> bool:
        """An employer that has not made a posting yet."""
        return not self.postings_total

    @property
    def has_people(self) -> bool:
        return bool(self.new or self.flagged)

    @property
    def has_rest(self) -> bool:
        return bool(self.failed or self.undoable or self.closing)

    @property
    def has_one_side(self) -> bool:
        return self.has_people != self.has_rest

    @property
    def is_calm(self) -> bool:
        return not (self.new_total or self.flagged_total or self.failed or self.closing or self.undoable)


def build(employer: Employer, *, now: datetime | None = None) -> Home:
    """The part of the page above the list of postings. Thirteen queries at most."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    home = Home()
    mine = Application.objects.of(employer)
    counts = (
        mine.active()
        .new()
        .aggregate(
            new=Count("pk", filter=Q(is_flagged=False)),
            flagged=Count("pk", filter=Q(is_flagged=True)),
            overdue=Count("pk", filter=Q(reply_due_on__lt=today)),
        )
    )
    home.new_total, home.flagged_total, home.overdue_total = counts["new"], counts["flagged"], counts["overdue"]
    waiting = _waiting(mine, now=now)
    home.new = [item for item in waiting if not item.application.is_flagged]
    home.flagged = [item for item in waiting if item.application.is_flagged]
    home.failed = _failed(mine)
    home.undoable = _undoable(mine, now=now)
    home.closing = list(
        Posting.objects.of(employer).closing_within(CLOSING_DAYS, on=today).prefetch_related("texts").order_by("closes_on", "pk")[:SHOWN]
    )
    home.classes = _classes(employer, today=today)
    states = dict(Posting.objects.of(employer).order_by().values_list("state").annotate(number=Count("pk")))
    home.postings_total, home.drafts = sum(states.values()), states.get(PostingState.DRAFT, 0)
    return home


def _waiting(mine: ApplicationQuerySet, *, now: datetime) -> list[Waiting]:
    """The first few of those nobody has looked at, with and without a flag, whoever was promised an answer earliest on top."""
    today = timezone.localdate(now)
    order = ("reply_due_on", "submitted_at", "pk")
    rank: Any = Window(RowNumber(), partition_by=[F("is_flagged")], order_by=order)
    rows = mine.active().new().select_related("posting", "stage").prefetch_related("posting__texts")
    return [
        Waiting(row, max(0, (now - row.submitted_at).days), (today - row.reply_due_on).days if row.reply_due_on else None)
        for row in rows.annotate(rank=rank).filter(rank__lte=SHOWN).order_by(*order)
    ]


def _failed(mine: ApplicationQuerySet) -> list[FailedMail]:
    """Parked mails about this employer's applications that nobody has sent again, the oldest first."""
    about = mine.abouts()
    parked = list(Message.objects.parked().filter(about__in=about, resends__isnull=True).order_by("created_at", "pk")[:SHOWN])
    by_code = {
        row.code: row for row in mine.filter(code__in=[message.about.partition(":")[2] for message in parked]).select_related("posting")
    }
    return [FailedMail(by_code[message.about.partition(":")[2]], message) for message in parked]


def _undoable(mine: ApplicationQuerySet, *, now: datetime) -> list[Undoable]:
    """Rejections that the candidate was not told of yet, the one that leaves first on top."""
    recent = mine.filter(stage__kind=StageKind.REJECTED, ended_at__gte=now - LONGEST_UNDO).exclude(posting__state=PostingState.CLOSED)
    about = recent.abouts()
    waiting = list(
        Message.objects.filter(kind="rejected", state=State.PENDING, not_before__gt=now, about__in=about).order_by("not_before", "pk")[
            :SHOWN
        ]
    )
    by_code = {
        row.code: row
        for row in mine.filter(code__in=[message.about.partition(":")[2] for message in waiting])
        .select_related("posting").prefetch_related("posting__texts")
    }  # fmt: skip
    return [Undoable(by_code[message.about.partition(":")[2]], message.not_before) for message in waiting if message.not_before]


def _classes(employer: Employer, *, today: date) -> list[ClassBar]:
    """The next start classes of postings that are not closed, with the seats that hired people fill."""
    rows = (
        StartClass.objects.filter(posting__employer=employer, starts_on__gte=today)
        .exclude(posting__state=PostingState.CLOSED)
        .select_related("posting").prefetch_related("posting__texts")
        .annotate(hired=Count("applications", filter=Q(applications__stage__kind=StageKind.HIRED)))
        .order_by("starts_on", "pk")[:CLASSES_SHOWN]
    )  # fmt: skip
    return [ClassBar(row, row.hired, (row.starts_on - today).days) for row in rows]


def funnels(postings: list[Posting]) -> list[Funnel]:
    """One row per posting; ``postings`` is one page, with texts prefetched. One query."""
    numbers: dict[int, dict[str, int]] = defaultdict(dict)
    counted = Application.objects.filter(posting__in=postings).order_by().values_list("posting", "stage__kind").annotate(number=Count("pk"))
    for posting, kind, number in counted:
        numbers[posting][kind] = number
    return [_funnel(posting, numbers[posting.pk]) for posting in postings]


def _funnel(posting: Posting, numbers: dict[str, int]) -> Funnel:
    top = max([numbers.get(kind, 0) for kind in FUNNEL], default=0) or 1
    cells = [FunnelCell(kind, numbers.get(kind, 0), as_percent(numbers.get(kind, 0) / top)) for kind in FUNNEL]
    active = sum(cell.number for cell in cells if cell.kind != StageKind.HIRED)
    return Funnel(posting, cells, active, numbers.get(StageKind.HIRED, 0))
