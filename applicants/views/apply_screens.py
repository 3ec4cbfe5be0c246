"""What the apply pages share: the posting, the screens in order, and their forms filled from a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants.forms.screens import ContactForm, FinishForm, WeekForm, upcoming
from applicants.models import ApplicationDraft
from applicants.services.applying import Filled
from callcenter_jobs.ui.line import Stop, StopState
from postings.enums import PostingState
from postings.models import Posting, ScreeningQuestion

CONTACT, WEEK, QUESTIONS = "contact", "week", "questions"
SCREENS = (CONTACT, WEEK, QUESTIONS)
ScreenForm = ContactForm | WeekForm | FinishForm


def get_posting(code: str) -> Posting:
    """A posting that was published at some time, open or not; drafts of employers are nobody's business."""
    active = Prefetch("screening_questions", queryset=ScreeningQuestion.objects.filter(is_active=True), to_attr="asked_now")
    posting = (
        Posting.objects.exclude(state=PostingState.DRAFT)
        .select_related("employer", "site")
        .prefetch_related("texts", "languages", "start_classes", active)
        .filter(code=code)
        .first()
    )
    if posting is None:
        raise Http404
    return posting


def contact_form(posting: Posting, *args: Any, **kwargs: Any) -> ContactForm:
    return ContactForm(*args, posting=posting, **kwargs)


def week_form(posting: Posting, *args: Any, **kwargs: Any) -> WeekForm:
    starts = upcoming(posting.start_classes.all(), today=timezone.localdate())
    return WeekForm(*args, posting=posting, start_classes=starts, **kwargs)


def finish_form(posting: Posting, *args: Any, **kwargs: Any) -> FinishForm:
    questions: list[ScreeningQuestion] = getattr(posting, "asked_now", [])
    return FinishForm(*args, questions=questions, fallback=posting.language, employer_name=posting.employer.name, **kwargs)


MAKERS: dict[str, Callable[..., ScreenForm]] = {CONTACT: contact_form, WEEK: week_form, QUESTIONS: finish_form}


def form_for(screen: str, posting: Posting, *args: Any, **kwargs: Any) -> ScreenForm:
    return MAKERS[screen](posting, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The two screens before the last, checked again: the posting may have changed since they were filled in."""

    contact: ContactForm
    week: WeekForm

    @property
    def incomplete(self) -> str:
        """The first screen that needs another look, or nothing."""
        if not self.contact.is_valid():
            return CONTACT
        return "" if self.week.is_valid() else WEEK

    def filled(self, answers: dict[int, str]) -> Filled:
        contact = self.contact.cleaned_data
        return Filled(
            name=contact["name"],
            email=contact["email"],
            phone=contact["phone"],
            language=contact["language"],
            time_zone=contact["time_zone"],
            availability_mask=self.week.cleaned_data["week"],
            languages=self.week.spoken,
            start_class=self.week.preferred_start,
            answers=answers,
        )


def earlier_screens(posting: Posting, draft: ApplicationDraft) -> Earlier:
    return Earlier(contact_form(posting, draft.data.get(CONTACT, {})), week_form(posting, draft.data.get(WEEK, {})))


def screen_url(posting: Posting, draft: ApplicationDraft, screen: str) -> str:
    return reverse("apply:screen", args=[posting.code, draft.key, screen])


def progress(posting: Posting, draft: ApplicationDraft | None, current: str) -> list[Stop]:
    """The screens as a line; those behind can be gone back to."""
    names = {CONTACT: _("You"), WEEK: _("Your week"), QUESTIONS: _("Questions")}
    place = SCREENS.index(current)
    stops = []
    for number, screen in enumerate(SCREENS):
        state = StopState.PASSED if number < place else StopState.CURRENT if number == place else StopState.FUTURE
        href = screen_url(posting, draft, screen) if draft and number < place else ""
        stops.append(Stop(label=names[screen], state=state, href=href))
    return stops


def initial_contact(request: HttpRequest) -> dict[str, Any]:
    """What the portal knows of somebody who is signed in."""
    user = request.user
    if not user.is_authenticated:
        return {"language": get_language()}
    return {"name": user.name, "email": user.email, "language": get_language()}
