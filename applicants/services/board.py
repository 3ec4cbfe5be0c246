"""A posting's board: a column per stage, bounded, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Min, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from applicants.models import Application, ApplicationLanguage
from applicants.querysets import ApplicationQuerySet
from applicants.stages import stage_key
from callcenter_jobs.lib.locale_names import language_name
from postings.models import Posting, Stage
from postings.shifts import ShiftFit

MOST_CARDS = 500
ENDED_SHOWN = 20
LANGUAGES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Filters:
    """What the board shows of a posting. ``by_email`` is for members who may see addresses."""

    words: str = ""
    flagged: bool = False
    fit: int = 0
    language: str = ""
    by_email: bool = False

    @property
    def active(self) -> int:
        return sum(map(bool, (self.words, self.flagged, self.fit, self.language)))

    def apply(self, found: ApplicationQuerySet, posting: Posting) -> ApplicationQuerySet:
        if self.words:
            found = found.search(self.words) if self.by_email else found.named(self.words)
        if self.flagged:
            found = found.filter(is_flagged=True)
        if self.language:
            found = found.speaking(self.language)
        return found.covering(posting.shift_mask, percent=self.fit)


@dataclass(frozen=True, slots=True)
class Card:
    code: str
    version: int
    name: str
    href: str
    mask: int
    percent: int
    languages: str
    is_flagged: bool
    days: int
    reply_due_on: date | None
    is_overdue: bool


@dataclass(slots=True)
class Column:
    stage: Stage
    key: str
    total: int = 0
    oldest_days: int = 0
    cards: list[Card] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.stage.kind


@dataclass(slots=True)
class Ended:
    """A stage that nothing leaves: the latest few, and how many there are."""

    stage: Stage
    key: str
    total: int = 0
    latest: list[Application] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.stage.kind


@dataclass(slots=True)
class Board:
    posting: Posting
    columns: list[Column]
    ended: list[Ended]
    shown: int
    is_cut: bool

    @property
    def total(self) -> int:
        """Active applications, whatever the filter."""
        return sum(column.total for column in self.columns)

    @property
    def is_empty(self) -> bool:
        return not self.total and not any(item.total for item in self.ended)


def build(posting: Posting, filters: Filters) -> Board:
    """Needs ``posting.plan.stages`` prefetched. Four queries, whatever the number of applications."""
    now = timezone.now()
    counts = _counts(posting)
    columns, ended = [], []
    for stage in posting.plan.stages.all():
        total, oldest = counts.get(stage.pk, (0, None))
        if stage.is_terminal:
            ended.append(Ended(stage, stage_key(stage), total))
        else:
            columns.append(Column(stage, stage_key(stage), total, (now - oldest).days if oldest else 0))
    cards = list(_active(posting, filters)[: MOST_CARDS + 1])
    by_stage = {column.stage.pk: column for column in columns}
    base = reverse("hiring:applications", args=[posting.employer.slug])
    for application in cards[:MOST_CARDS]:
        by_stage[application.stage_id].cards.append(_card(application, posting=posting, now=now, base=base))
    _fill_ended(posting, filters, ended)
    return Board(posting, columns, ended, min(len(cards), MOST_CARDS), len(cards) > MOST_CARDS)


def _counts(posting: Posting) -> dict[int, tuple[int, datetime | None]]:
    rows = Application.objects.for_posting(posting).order_by().values("stage").annotate(number=Count("pk"), oldest=Min("stage_entered_at"))
    return {row["stage"]: (row["number"], row["oldest"]) for row in rows}


def _active(posting: Posting, filters: Filters) -> ApplicationQuerySet:
    fields = ("code", "version", "name", "availability_mask", "is_flagged", "stage_entered_at", "reply_due_on", "stage")
    found = filters.apply(Application.objects.for_posting(posting).active(), posting)
    return found.only(*fields).prefetch_related("languages").waiting_longest_first()


def _card(application: Application, *, posting: Posting, now: datetime, base: str) -> Card:
    due = application.reply_due_on
    return Card(
        code=application.code,
        version=application.version,
        name=application.name,
        href=f"{base}{application.code}/",
        mask=application.availability_mask,
        percent=ShiftFit(need=posting.shift_mask, have=application.availability_mask).percent,
        languages=languages_text(application),
        is_flagged=application.is_flagged,
        days=max(0, (now - application.stage_entered_at).days),
        reply_due_on=due,
        is_overdue=due is not None and due < timezone.localdate(now),
    )


def languages_text(application: Application) -> str:
    """``Norwegian C1, English B2``, the first three. Reads the prefetched rows."""
    active = get_language() or "en"
    rows = list(application.languages.all())
    words = [f"{language_name(row.language, active)} {row.level}" for row in rows[:LANGUAGES_SHOWN]]
    return ", ".join(words) + (f" +{len(rows) - LANGUAGES_SHOWN}" if len(rows) > LANGUAGES_SHOWN else "")


def _fill_ended(posting: Posting, filters: Filters, ended: list[Ended]) -> None:
    rank: Any = Window(RowNumber(), partition_by=[F("stage_id")], order_by=[F("ended_at").desc(), F("pk").desc()])
    found = filters.apply(Application.objects.for_posting(posting).ended(), posting)
    latest = found.annotate(rank=rank).filter(rank__lte=ENDED_SHOWN).order_by("-ended_at", "-pk")
    by_stage = {item.stage.pk: item for item in ended}
    for application in latest:
        by_stage[application.stage_id].latest.append(application)


def spoken(posting: Posting) -> list[tuple[str, str]]:
    """The languages that this posting's active candidates speak, for the filter."""
    codes = (
        ApplicationLanguage.objects.filter(application__posting=posting, application__ended_at__isnull=True)
        .order_by("language").values_list("language", flat=True).distinct()
    )  # fmt: skip
    active = get_language() or "en"
    return sorted(((code, language_name(code, active)) for code in codes), key=lambda pair: pair[1])
