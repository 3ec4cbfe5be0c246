"""What the mails to candidates say: a builder per kind, registered with the outbox in ``ApplicantsConfig.ready``.

A builder runs when the subject is made and again when the mail is sent, each time with the reader's
language active. It reads the rows afresh, so a mail never says what is no longer true.
"""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext as _

from applicants import alert_mails, team_mails
from applicants.access import status_token
from applicants.journey import stops_for
from applicants.models import Application
from applicants.services import digest
from applicants.services.candidate_view import told_stage
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message
from callcenter_jobs.ui.line import StopState
from postings.enums import StageKind
from postings.models import Posting, Stage

MAIL_STATE = {
    StopState.PASSED: "done",
    StopState.CURRENT: "here",
    StopState.ENDED: "here",
    StopState.FUTURE: "next",
}


def _application(message: Message) -> Application:
    if isinstance(message.at_hand, Application):
        return message.at_hand
    application = (
        Application.objects.select_related("employer", "posting", "posting__plan", "stage", "candidate")
        .filter(code=message.context["application"])
        .first()
    )
    if application is None:
        raise compose.Obsolete("The application is gone.")
    return application


class _Words:
    """What a mail says beyond its subject, read and made only when a template asks: a move writes its subject in the
    request, its text is written when the mail is sent."""

    def __init__(self, message: Message, application: Application) -> None:
        self.message = message
        self._bare = application

    @cached_property
    def application(self) -> Application:
        prefetch_related_objects([self._bare], "posting__texts", "posting__plan__stages", "stage_changes")
        return self._bare

    def posting(self) -> Posting:
        return self.application.posting

    @cached_property
    def here(self) -> Stage:
        """The stage that the mail is about: the one it was written for, else the one that the candidate knows of."""
        wanted = self.message.context.get("stage")
        stages = self.application.posting.plan.stages.all()
        return next((stage for stage in stages if stage.pk == wanted), None) or told_stage(self.application)

    def stage_name(self) -> str:
        return self.here.candidate_name

    def stops(self) -> list[tuple[str, str]]:
        return [(stop.label, MAIL_STATE[StopState(stop.state)]) for stop in stops_for(self.application, here=self.here)]

    def preheader(self) -> str:
        """What a list of mails shows beside the subject."""
        return _("“%(title)s” at %(employer)s") % {"title": self.application.posting.title, "employer": self.application.employer.name}

    def link(self) -> str:
        return compose.absolute(reverse("status:detail", args=[status_token(self._bare)]))

    def reason(self) -> str:
        names = {"employer": self.application.employer.name, "title": self.application.posting.title}
        return _("You get this e-mail because you applied for “%(title)s” at %(employer)s.") % names


def candidate_context(message: Message, *, masked: bool) -> dict[str, Any]:
    """What all mails to a candidate share."""
    application = _application(message)
    words = _Words(message, application)
    return {
        "application": application,
        "posting": SimpleLazyObject(words.posting),
        "employer": application.employer,
        "first_name": application.name.split(" ")[0],
        "stage_name": SimpleLazyObject(words.stage_name),
        "reply_due_on": application.reply_due_on,
        "already_applied": message.context.get("already_applied", False),
        "preheader": SimpleLazyObject(words.preheader),
        "stops": SimpleLazyObject(words.stops),
        "button_url": compose.MASK if masked else SimpleLazyObject(words.link),
        "button_label": _("See where you stand"),
        "reason": SimpleLazyObject(words.reason),
    }


def _without_line(message: Message, *, masked: bool) -> dict[str, Any]:
    """For mails about something else than a stage."""
    return {**candidate_context(message, masked=masked), "stops": []}


def _job_search(message: Message, *, masked: bool) -> dict[str, Any]:
    """For mails that end something: the way on leads to other jobs."""
    context = _without_line(message, masked=masked)
    return {**context, "jobs_url": compose.absolute(reverse("public:job_list"))}


def _moved(message: Message, *, masked: bool) -> dict[str, Any]:
    context = candidate_context(message, masked=masked)
    application: Application = context["application"]
    if application.ended_at and application.stage.kind != StageKind.HIRED and message.context.get("stage") != application.stage_id:
        raise compose.Obsolete("The application has ended meanwhile.")
    return context


KINDS: dict[str, compose.Builder] = {
    "application_received": candidate_context,
    "correction_noted": _without_line,
    "stage_moved": _moved,
    "interview_stage": _moved,
    "offer_made": _moved,
    "hired": candidate_context,
    "rejected": _job_search,
    "withdrawn": _job_search,
    "posting_closed": _job_search,
}


def register_all() -> None:
    for kind, builder in {**KINDS, **alert_mails.KINDS, digest.KIND: team_mails.new_applications_digest}.items():
        compose.register(kind, builder, template=f"applicants/{kind}")
