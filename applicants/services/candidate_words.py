"""Where an application stands, in plain words for the candidate."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants.enums import Disposition
from applicants.services.candidate_view import CandidateView
from callcenter_jobs.lib.dates import date_long
from postings.enums import StageKind


def headline(view: CandidateView) -> str:
    """One sentence: where it stands."""
    names = {"employer": view.application.employer.name, "stage": view.here.candidate_name}
    match view.kind:
        case StageKind.APPLIED:
            return _("Your application has arrived.")
        case StageKind.SCREENING:
            return _("You are one step further: a short talk by phone.")
        case StageKind.ASSESSMENT:
            return _("You are one step further: an assessment.")
        case StageKind.INTERVIEW:
            return _("You have reached the interview.")
        case StageKind.OFFER:
            return _("%(employer)s wants to make you an offer.") % names
        case StageKind.HIRED:
            return _("You are hired. Congratulations!")
        case StageKind.WITHDRAWN:
            return _("You have withdrawn your application.")
    if view.disposition == Disposition.CLOSED:
        return _("The job was closed, and your application ended with it.")
    return _("%(employer)s has decided not to go on with your application.") % names


def next_step(view: CandidateView) -> str:
    """What comes next, and by when if that was promised."""
    application = view.application
    names = {"employer": application.employer.name, "day": _day(view.reply_due_on) if view.reply_due_on else ""}
    match view.kind:
        case StageKind.APPLIED if view.is_overdue:
            return _("%(employer)s promised to answer by %(day)s and is late. Your application still counts.") % names
        case StageKind.APPLIED:
            return _("%(employer)s reads it and answers by %(day)s.") % names
        case StageKind.SCREENING:
            return _("%(employer)s calls you or writes to you about a time. Keep your phone close.") % names
        case StageKind.ASSESSMENT:
            return _("%(employer)s writes to you what it is about and when.") % names
        case StageKind.INTERVIEW:
            return _("%(employer)s writes to you about the time and place.") % names
        case StageKind.OFFER:
            return _("%(employer)s tells you the terms. Read them in peace before you say yes.") % names
        case StageKind.HIRED:
            if application.start_class:
                return _("You start on %(day)s.") % {"day": _day(application.start_class.starts_on)}
            return _("%(employer)s writes to you about your first day.") % names
        case StageKind.WITHDRAWN:
            return _("Nothing more happens. You can apply again as long as the job is open.")
    return _("Thank you for your time. There are other jobs that may fit you.")


def _day(value: date) -> str:
    return date_long(value, get_language() or "en")
