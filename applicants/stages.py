"""Which moves between kinds of stages are allowed, as plain data.

``NEXT`` lists, for each kind, the kinds that may follow. Stages of one kind may follow each other in either
direction (two interviews), and a recruiter may skip or go back between the active kinds; what is never
allowed is listed by what is missing here: nothing leaves ``hired`` or ``withdrawn``, a rejection is left
only by undoing it, and nobody is hired without an offer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from postings.enums import StageKind

if TYPE_CHECKING:
    from postings.models import InterviewPlan, Stage

ACTIVE = frozenset({StageKind.APPLIED, StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.OFFER})
_FORWARD = frozenset({StageKind.SCREENING, StageKind.ASSESSMENT, StageKind.INTERVIEW, StageKind.OFFER})
_END = frozenset({StageKind.REJECTED, StageKind.WITHDRAWN})

NEXT: dict[StageKind, frozenset[StageKind]] = {
    StageKind.APPLIED: _FORWARD | _END,
    StageKind.SCREENING: _FORWARD | _END,
    StageKind.ASSESSMENT: _FORWARD | _END,
    StageKind.INTERVIEW: _FORWARD | _END,
    StageKind.OFFER: _FORWARD | _END | {StageKind.HIRED},
    StageKind.HIRED: frozenset(),
    StageKind.REJECTED: frozenset(),
    StageKind.WITHDRAWN: frozenset(),
}


def may_move(from_kind: str, to_kind: str) -> bool:
    return StageKind(to_kind) in NEXT[StageKind(from_kind)]


def stage_key(stage: Stage) -> str:
    """How forms and addresses name a stage of a known plan: ``2-interview``. Says nothing about the database, and a
    form from before the plan was changed does not fit any more instead of meaning another stage."""
    return f"{stage.position}-{stage.kind}"


def find_stage(plan: InterviewPlan, key: str) -> Stage | None:
    return next((stage for stage in plan.stages.all() if stage_key(stage) == key), None)


# Ends that a stage list never offers: a rejection needs a reason, and withdrawing is the candidate's own.
_NOT_LISTED = frozenset({StageKind.REJECTED, StageKind.WITHDRAWN})


def movable(plan: InterviewPlan) -> list[Stage]:
    """The stages that the team can name in a form, in the plan's order."""
    return [stage for stage in plan.stages.all() if stage.kind not in _NOT_LISTED]


def targets(stage: Stage, plan: InterviewPlan) -> list[Stage]:
    """Where an application in ``stage`` may be moved by the team."""
    return [item for item in movable(plan) if item.pk != stage.pk and may_move(stage.kind, item.kind)]


def rejected_stage(plan: InterviewPlan) -> Stage:
    return next(stage for stage in plan.stages.all() if stage.kind == StageKind.REJECTED)
