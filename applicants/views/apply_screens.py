"""What the apply pages share: the posting, the screens in order, and their forms filled from a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants.forms.screens import ContactForm, FinishForm, WeekForm
from applicants.models import ApplicationDraft
from applicants.services.applying import Filled
from applicants.services.asking import Asking, find_asking
from callcenter_jobs.ui.line import Stop, StopState
from postings.models import Posting, PostingText

CONTACT, WEEK, QUESTIONS = "contact", "week", "questions"
SCREENS = (CONTACT, WEEK, QUESTIONS)
ScreenForm = ContactForm | WeekForm | FinishForm


def get_asking(code: str, key: str = "") -> tuple[Asking, ApplicationDraft | None]:
    """A published posting, open or not, and its draft with this key, if there is one. 404 without the posting."""
    found = find_asking(code, key)
    if found is None:
        raise Http404
    return found


def titled(posting: Posting) -> Posting:
    """The posting with its titles, which every page shows and no redirect needs."""
    prefetch_related_objects([posting], Prefetch("texts", PostingText.objects.only("posting", "language", "title")))
    return posting


def contact_form(asking: Asking, *args: Any, **kwargs: Any) -> ContactForm:
    return ContactForm(*args, posting=asking.posting, **kwargs)


def week_form(asking: Asking, *args: Any, **kwargs: Any) -> WeekForm:
    return WeekForm(*args, languages=asking.languages, start_classes=asking.start_classes, **kwargs)


def finish_form(asking: Asking, *args: Any, **kwargs: Any) -> FinishForm:
    posting = asking.posting
    return FinishForm(*args, questions=asking.questions, fallback=posting.language, employer_name=posting.employer.name, **kwargs)


MAKERS: dict[str, Callable[..., ScreenForm]] = {CONTACT: contact_form, WEEK: week_form, QUESTIONS: finish_form}


def form_for(screen: str, asking: Asking, *args: Any, **kwargs: Any) -> ScreenForm:
    return MAKERS[screen](asking, *args, **kwargs)


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


def earlier_screens(asking: Asking, draft: ApplicationDraft) -> Earlier:
    return Earlier(contact_form(asking, draft.data.get(CONTACT, {})), week_form(asking, draft.data.get(WEEK, {})))


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
