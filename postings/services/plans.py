"""Interview plans: a posting works on its own copy."""

from __future__ import annotations

from django.db import transaction

from postings.enums import StageKind
from postings.models import InterviewPlan, Stage

ENDS = (StageKind.HIRED, StageKind.REJECTED, StageKind.WITHDRAWN)
# A posting whose template names no plan starts with these.
DEFAULT_KINDS = (StageKind.APPLIED, StageKind.SCREENING, StageKind.INTERVIEW, StageKind.OFFER)


@transaction.atomic
def copy_plan(source: InterviewPlan | None) -> InterviewPlan:
    """A new plan with the stages of ``source`` (or the default ones), always closed by the three ends."""
    plan = InterviewPlan.objects.create(names=source.names if source else {})
    if source:
        stages = [
            Stage(plan=plan, kind=stage.kind, names=stage.names, kit_id=stage.kit_id, is_visible=stage.is_visible)
            for stage in source.stages.all()
            if not stage.is_terminal
        ]
    else:
        stages = [Stage(plan=plan, kind=kind) for kind in DEFAULT_KINDS]
    stages += [Stage(plan=plan, kind=kind) for kind in ENDS]
    for position, stage in enumerate(stages):
        stage.position = position
    Stage.objects.bulk_create(stages)
    return plan
