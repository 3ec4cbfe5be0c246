"""One application: the person on the left, what happened on the right, the next action on top."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants.access import open_application
from applicants.forms.desk import NoteForm
from applicants.journey import stops_for
from applicants.models import Application
from applicants.services import next_step, timeline
from applicants.services.mail_words import may_resend, state_of
from applicants.services.notes import add_note
from applicants.stages import stage_key
from applicants.views.desk_common import READ, actor, desk_view, rights_of
from callcenter_jobs.outbox import compose, queue
from callcenter_jobs.outbox.models import Message
from callcenter_jobs.ui.pages import post_or_back, render_page
from postings.access import Right
from postings.models import Membership
from postings.shifts import ShiftGrid

EARLIER_SHOWN = 10
TEXT_SHOWN = 6000


@desk_view(*READ)
def application(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    membership, found = open_application(request.user, employer_slug, code)
    return _page(request, membership, found, NoteForm())


def _page(request: HttpRequest, membership: Membership, found: Application, note_form: NoteForm, *, status: int = 200) -> HttpResponse:
    rights = rights_of(membership)
    entries = timeline.build(found, see_contact=rights["see_contact"])
    fit = found.fit
    context: dict[str, Any] = {
        "employer": membership.employer,
        "membership": membership,
        "application": found,
        "posting": found.posting,
        "stops": stops_for(found, here=found.stage, for_candidate=False),
        "fit": fit,
        "fit_words": {name: ShiftGrid(mask).text() for name, mask in (("missing", fit.missing), ("extra", fit.extra)) if mask},
        "answers": timeline.answers(found),
        "languages": list(found.languages.all()),
        "documents": list(found.documents.all()) if rights["see_contact"] else [],
        "text_limit": TEXT_SHOWN,
        "earlier": _earlier(found),
        "entries": entries,
        "next_step": next_step.of(found, failed=timeline.failed_mails(entries)),
        "neighbors": _neighbors(found),
        "kit_stage": stage_key(found.stage) if found.stage.kit_id else "",
        "revision": found.revision,
        "note_form": note_form,
        "today": timezone.localdate(),
        **rights,
    }
    return render_page(request, "applicants/desk/application.html", context, status=status)


def _earlier(found: Application) -> list[Application]:
    """Other applications with the same e-mail address, at this employer and nowhere else."""
    others = Application.objects.of(found.employer).by_candidate(found.candidate).exclude(pk=found.pk)
    return list(others.select_related("posting", "stage").prefetch_related("posting__texts")[:EARLIER_SHOWN])


def _neighbors(found: Application) -> dict[str, str]:
    """Who comes before and after in the same stage, in the order of the board."""
    same = Application.objects.for_posting(found.posting).filter(stage=found.stage)
    before, after = same.before(found).first(), same.after(found).first()
    return {
        name: reverse("hiring:application", args=[found.employer.slug, code])
        for name, code in (("previous", before), ("next", after))
        if code
    }


@post_or_back("hiring:application", "employer_slug", "code")
@desk_view("POST")
def note(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    membership, found = open_application(request.user, employer_slug, code, need=Right.NOTE)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, membership, found, form, status=422)
    add_note(found, text=form.cleaned_data["text"], by=actor(request))
    messages.success(request, _("Note saved."))
    return redirect(found)


def _message_of(found: Application, mail: str) -> Message:
    message = Message.objects.about(found.about).filter(code=mail).first()
    if message is None:
        raise Http404
    return message


@desk_view(*READ)
def mail(request: HttpRequest, employer_slug: str, code: str, mail: str) -> HttpResponse:
    """A mail as the candidate reads it, private links masked, and what became of it."""
    membership, found = open_application(request.user, employer_slug, code)
    message = _message_of(found, mail)
    try:
        preview = compose.preview(message)
    except compose.Obsolete:
        preview = compose.Preview(message.subject, "", "")
    context = {
        "employer": membership.employer,
        "application": found,
        "posting": found.posting,
        "message": message,
        "preview": preview,
        "state": state_of(message),
        "may_resend": may_resend(message),
        **rights_of(membership),
    }
    return render_page(request, "applicants/desk/mail.html", context)


@desk_view("POST")
def resend(request: HttpRequest, employer_slug: str, code: str, mail: str) -> HttpResponse:
    _membership, found = open_application(request.user, employer_slug, code, need=Right.MOVE)
    message = _message_of(found, mail)
    try:
        queue.resend(message, by=f"user:{actor(request).pk}")
    except queue.NotResendable:
        messages.error(request, _("This e-mail cannot be sent again: it has not left yet, was taken back, or was sent too often."))
    else:
        messages.success(request, _("The e-mail “%(subject)s” is on its way again.") % {"subject": message.subject})
    return redirect(found)
