"""Moving many at once: first a dry run that says exactly what will happen, then that and nothing else.

A selection names cards with the version that the recruiter looked at. What has moved since is skipped and
said so; what is not in the posting makes the whole request unknown.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from applicants import emails, pipeline
from applicants.models import Application, StageChange
from applicants.pipeline import MoveRefused
from applicants.services.moves import is_done
from callcenter_jobs.outbox import compose
from postings.enums import StageKind
from postings.models import Posting, Stage

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

LIMIT = 500
# A request works this long and then hands the rest to the next one, so that no worker and no proxy gives up on it.
SECONDS = 6.0
PICK = re.compile(r"^([2-9A-HJ-NP-TV-Z]{26})\.([1-9]\d{0,8})$", re.ASCII)


class BadSelection(Exception):
    """Nothing selected, too much, or not the form that we gave out. ``message`` is for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnknownCard(Exception):
    """A card that this posting does not have: the same answer whether it exists elsewhere or not."""


@dataclass(frozen=True, slots=True)
class Pick:
    application: Application
    version: int

    @property
    def value(self) -> str:
        return f"{self.application.code}.{self.version}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the mails, as it will be sent, private links masked; ``number`` like it go out in this language."""

    language: str
    number: int
    name: str
    subject: str
    text: str


@dataclass(slots=True)
class Plan:
    to: Stage
    go: list[Pick] = field(default_factory=list)
    skipped: list[tuple[Application, MoveRefused]] = field(default_factory=list)

    @property
    def is_rejection(self) -> bool:
        return self.to.kind == StageKind.REJECTED

    @property
    def mails(self) -> Counter[str]:
        """How many mails go out per language."""
        if emails.kind_for(self.to) is None:
            return Counter()
        return Counter(pick.application.language for pick in self.go)

    @property
    def mail_total(self) -> int:
        return sum(self.mails.values())


@dataclass(slots=True)
class Outcome:
    moved: int = 0
    skipped: list[tuple[Application, MoveRefused]] = field(default_factory=list)
    rest: list[Pick] = field(default_factory=list)


def read_selection(posting: Posting, values: Iterable[str]) -> list[Pick]:
    """The cards that a form names, each once, in the order of their wait. Raises ``BadSelection`` or ``UnknownCard``."""
    wanted: dict[str, int] = {}
    for value in values:
        found = PICK.match(value)
        if found is None:
            raise UnknownCard
        wanted[found[1]] = int(found[2])
    if not wanted:
        raise BadSelection(_("Select at least one person first."))
    if len(wanted) > LIMIT:
        raise BadSelection(_("At most %(limit)d people can be moved at once. Select fewer.") % {"limit": LIMIT})
    rows = list(
        Application.objects.for_posting(posting)
        .filter(code__in=wanted)
        .select_related("stage", "employer", "candidate")
        .waiting_longest_first()
    )
    if len(rows) != len(wanted):
        raise UnknownCard
    for row in rows:
        row.posting = posting
    return [Pick(row, wanted[row.code]) for row in rows]


def plan(picks: list[Pick], *, to: Stage) -> Plan:
    """What moving ``picks`` to ``to`` would do, asked of the same rules as the move itself. Changes nothing."""
    planned = Plan(to)
    for pick in picks:
        refusal = pipeline.stale(pick.application) if pick.application.version != pick.version else None
        refusal = refusal or pipeline.refusal_of(pick.application, to=to)
        if refusal:
            planned.skipped.append((pick.application, refusal))
        else:
            planned.go.append(pick)
    return planned


def samples(planned: Plan) -> list[Sample]:
    """One real mail per language, for the person who waits longest among them."""
    shown: list[Sample] = []
    for language, number in planned.mails.most_common():
        first = next(pick.application for pick in planned.go if pick.application.language == language)
        message = emails.draft(first, to=planned.to)
        if message is None:
            continue
        message.subject = compose.subject_of(message)
        shown.append(Sample(language, number, first.name, message.subject, compose.preview(message).text))
    return shown


def run(picks: list[Pick], *, to: Stage, by: User, disposition: str = "", note: str = "", seconds: float = SECONDS) -> Outcome:
    """Move each pick in its own transaction, for at most ``seconds``; what is left over is returned as ``rest``.

    Confirming twice moves once: a card that this person has just put there counts as moved, not as taken by
    somebody else.
    """
    deadline = time.monotonic() + seconds
    outcome = Outcome()
    for place, pick in enumerate(picks):
        if place and time.monotonic() > deadline:
            outcome.rest = picks[place:]
            break

        def one(application: Application, version: int = pick.version) -> StageChange:
            return pipeline.move(application, to=to, by=by, disposition=disposition, note=note, expected_version=version)

        result = pipeline.move_many([pick.application], one=one)
        repeated = [
            item for item in result.skipped if item[1].code == "stale" and is_done(pick.application, to=to, by=by, version=pick.version)
        ]
        outcome.moved += len(result.moved) + len(repeated)
        outcome.skipped += [item for item in result.skipped if item not in repeated]
    return outcome
