"""What the desk's posting pages share: who acts, the line of steps, a posting as it would be after an edit."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, cast

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from callcenter_jobs.accounts.models import User
from callcenter_jobs.ui.line import Stop, StopState
from postings.access import Right, get_membership_for, has_right
from postings.enums import PostingState
from postings.forms.posting_steps import STEP_OF_FIELD, STEPS
from postings.models import Posting
from postings.services.publishing import problems_of
from postings.services.template_changes import newer_version


def actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def desk_url(name: str, posting: Posting, *args: object) -> str:
    return reverse(f"desk:{name}", args=[posting.employer.slug, posting.code, *args])


def may(request: HttpRequest, posting: Posting, need: Right) -> bool:
    return has_right(get_membership_for(request.user, posting.employer.slug), need)


def step_stops(posting: Posting, current: str) -> list[Stop]:
    """The steps of the form as stops; a step with something missing is not passed yet."""
    missing = {STEP_OF_FIELD.get(name, "") for name, _message in problems_of(posting)}
    stops = []
    for step in STEPS:
        state = StopState.CURRENT if step.key == current else StopState.FUTURE if step.key in missing else StopState.PASSED
        stops.append(Stop(label=str(step.label), state=state, href=desk_url("posting_step", posting, step.key)))
    return stops


def problem_links(posting: Posting, problems: list[tuple[str, str]]) -> list[dict[str, str]]:
    """What is missing, each with the place where it is put right."""
    links = []
    for name, message in problems:
        step = STEP_OF_FIELD.get(name)
        anchor = f"rows-{name}" if name in {key for item in STEPS for key in item.rows} else f"field-{name}"
        links.append({"message": message, "href": f"{desk_url('posting_step', posting, step)}#{anchor}" if step else ""})
    return links


def as_if(posting: Posting, change: Callable[[Posting], None]) -> Posting:
    """The posting as ``change`` would leave it. Nothing is kept: the transaction is rolled back before anything is shown."""
    with transaction.atomic():
        # On a copy, so that the caller's posting keeps the version that is stored.
        change(copy(posting))
        # Everything a page shows is loaded here; after the rollback the database says otherwise.
        tried = Posting.objects.for_page().get(pk=posting.pk)
        transaction.set_rollback(True)
    return tried


def plan_stops(posting: Posting) -> list[Stop]:
    """The stages people go through, as the candidate knows them when they may."""
    return [
        Stop(label=stage.desk_name, note=stage.candidate_name if stage.is_visible and stage.candidate_name != stage.desk_name else "")
        for stage in posting.plan.stages.all()
        if not stage.is_terminal
    ]


def page_context(posting: Posting, **more: Any) -> dict[str, Any]:
    # Only pages that mention a newer template ask for it.
    newer = SimpleLazyObject(lambda: newer_version(posting))
    return {"employer": posting.employer, "posting": posting, "States": PostingState, "newer": newer, **more}
