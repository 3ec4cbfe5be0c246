"""What changes a posting's state, and the copy: each asks first where it tells people something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from postings.access import Right, get_posting_for
from postings.enums import PostingState
from postings.models import Posting
from postings.services import drafting, publishing
from postings.signals import closing_asked
from postings.views.desk_common import actor, desk_url, page_context
from postings.views.desk_edit import review_page


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do with a posting: when it is offered, what it says before and after."""

    run: Callable[..., Posting]
    allowed_from: frozenset[PostingState]
    label: Any
    question: Any
    explanation: Any
    done: Any
    tone: str = "primary"


ACTIONS: dict[str, Action] = {
    "publish": Action(
        publishing.publish_posting,
        frozenset({PostingState.DRAFT}),
        _("Publish"),
        _("Publish this posting?"),
        _("Everybody can then find it and apply. You can pause, edit or close it at any time."),
        _("The posting is open."),
    ),
    "pause": Action(
        publishing.pause_posting,
        frozenset({PostingState.OPEN}),
        _("Pause"),
        _("Pause this posting?"),
        _("Its page stays, but nobody can apply until you resume it. Applications that you have go on. Nobody gets an e-mail."),
        _("The posting is paused."),
    ),
    "resume": Action(
        publishing.resume_posting,
        frozenset({PostingState.PAUSED}),
        _("Resume"),
        _("Open this posting again?"),
        _("People can then apply again."),
        _("The posting is open again."),
    ),
    "close": Action(
        publishing.close_posting,
        frozenset({PostingState.OPEN, PostingState.PAUSED}),
        _("Close"),
        _("Close this posting?"),
        _(
            "Every candidate who is still under way is told by e-mail that the posting is closed, and their application ends. "
            "This cannot be taken back: reopening the posting does not bring applications back."
        ),
        _("The posting is closed, and the candidates are told."),
        "danger",
    ),
    "reopen": Action(
        publishing.reopen_posting,
        frozenset({PostingState.CLOSED}),
        _("Reopen"),
        _("Reopen this posting?"),
        _("People can then apply again. Applications that ended with the closing stay ended."),
        _("The posting is open again."),
    ),
}


def actions_for(posting: Posting) -> list[tuple[str, Action]]:
    return [(key, action) for key, action in ACTIONS.items() if posting.state in action.allowed_from]


def people_told(posting: Posting) -> int:
    """How many candidates closing would tell, as those who listen say."""
    answers: list[Any] = [answer for _listener, answer in closing_asked.send(sender=Posting, posting=posting)]
    return sum(answer for answer in answers if isinstance(answer, int))


@require_http_methods(["GET", "HEAD", "POST"])
def posting_action(request: HttpRequest, employer_slug: str, code: str, action: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    spec = ACTIONS[action]
    if request.method != "POST":
        if posting.state not in spec.allowed_from:
            messages.info(request, _("The posting is in another state now, so this is no longer offered."))
            return redirect(desk_url("posting", posting))
        told = people_told(posting) if action == "close" else 0
        return render(request, "postings/desk/confirm.html", page_context(posting, action=action, spec=spec, told=told))
    try:
        spec.run(posting, by=actor(request))
    except publishing.PublishRefused as refusal:
        for name, message in refusal.problems:
            if name == "state":
                messages.error(request, message)
                return redirect(desk_url("posting", posting))
        return review_page(request, posting, status=422)
    messages.success(request, str(spec.done))
    return redirect(desk_url("posting", posting))


@require_http_methods(["GET", "HEAD", "POST"])
def posting_duplicate(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    if request.method != "POST":
        return render(request, "postings/desk/duplicate.html", page_context(posting))
    copy = drafting.duplicate_posting(posting=posting, by=actor(request))
    messages.success(request, str(_("This is the copy, a draft. Start dates that have passed and the closing date stayed behind.")))
    return redirect(desk_url("posting_step", copy, "work"))
