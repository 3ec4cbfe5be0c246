"""An application as a line with stops, the same for the status page, the desk and the mails."""

from __future__ import annotations

from collections.abc import Iterable

from applicants.models import Application, StageChange
from callcenter_jobs.ui.line import Stop, StopState
from postings.enums import StageKind
from postings.models import Stage

UNHAPPY_ENDS = frozenset({StageKind.REJECTED, StageKind.WITHDRAWN})


def stops_for(
    application: Application, *, here: Stage, for_candidate: bool = True, changes: Iterable[StageChange] | None = None
) -> list[Stop]:
    """The stops of the posting's plan with ``here`` as the current one, in the active language.

    A candidate sees the stages that are meant for them, and ``hired`` as the last stop. An application that
    ended otherwise shows what it passed and where it ended, and nothing that will not come any more.
    ``changes`` is the history to tell, when it is not the whole one.
    """
    stages = [stage for stage in application.posting.plan.stages.all() if stage.is_visible or not for_candidate]
    reached = {change.to_stage_id: change.at for change in (application.stage_changes.all() if changes is None else changes)}
    ended_badly = here.kind in UNHAPPY_ENDS
    stops: list[Stop] = []
    for stage in stages:
        if StageKind(stage.kind) in UNHAPPY_ENDS and stage.pk != here.pk:
            continue
        state = _state(stage, here=here, reached=stage.pk in reached, ended_badly=ended_badly)
        if state is not None:
            label = stage.candidate_name if for_candidate else stage.desk_name
            stops.append(Stop(label=label, state=state, at=reached.get(stage.pk) if state != StopState.FUTURE else None))
    return stops


def _state(stage: Stage, *, here: Stage, reached: bool, ended_badly: bool) -> StopState | None:
    if stage.pk == here.pk:
        return StopState.ENDED if ended_badly else StopState.CURRENT
    if ended_badly:
        return StopState.PASSED if reached and not stage.is_terminal else None
    return StopState.PASSED if stage.position < here.position else StopState.FUTURE
