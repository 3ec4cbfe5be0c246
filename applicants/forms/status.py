"""What a candidate can do on the status page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applicants.enums import CANDIDATE_DISPOSITIONS, Disposition
from applicants.forms.fields import NOT_SPOKEN
from applicants.forms.screens import OTHER_LANGUAGES, AnswersForm, PhoneForm, WeekForm, question_key, upcoming
from applicants.models import Answer, Application
from applicants.services.correcting import Corrected
from callcenter_jobs.lib.phones import international
from callcenter_jobs.ui.forms import BaseForm
from postings.models import ScreeningQuestion

REASONS = {
    Disposition.NOT_SAID: _("I would rather not say"),
    Disposition.OTHER_JOB: _("I found other work"),
    Disposition.PAY: _("The pay"),
    Disposition.TIMES: _("The working times"),
    Disposition.DISTANCE: _("The distance, or no work from home"),
    Disposition.CHANGED_MIND: _("I changed my mind"),
}
assert REASONS.keys() == CANDIDATE_DISPOSITIONS


class WithdrawForm(BaseForm):
    reason = forms.ChoiceField(
        label=_("Why? It helps the employer, and you need not say."),
        choices=[(reason.value, label) for reason, label in REASONS.items()],
        initial=Disposition.NOT_SAID.value,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_reason(self) -> str:
        return str(self.cleaned_data["reason"] or Disposition.NOT_SAID.value)


class CorrectionForms:
    """The three forms of the correction page, filled with what was sent."""

    def __init__(self, application: Application, data: Any = None) -> None:
        posting = application.posting
        starts = upcoming(posting.start_classes.all(), today=timezone.localdate())
        if application.start_class and application.start_class not in starts:
            starts = [application.start_class, *starts]
        answers = list(application.answers.select_related("question"))
        questions = _questions_of(application, answers)
        self.phone = PhoneForm(data, posting=posting, initial={"phone": international(application.phone)})
        self.week = WeekForm(data, languages=posting.languages.all(), start_classes=starts, initial=_week_initial(application))
        answered = {question_key(answer.question): answer.value for answer in answers}
        self.answers = AnswersForm(data, questions=questions, fallback=posting.language, initial=answered)
        self._show_spoken(application)

    @property
    def all(self) -> tuple[PhoneForm, WeekForm, AnswersForm]:
        return self.phone, self.week, self.answers

    def is_valid(self) -> bool:
        return sum(form.is_valid() for form in self.all) == len(self.all)  # each is asked, so that each shows its errors

    @property
    def corrected(self) -> Corrected:
        return Corrected(
            phone=self.phone.cleaned_data["phone"],
            availability_mask=self.week.cleaned_data["week"],
            start_class=self.week.preferred_start,
            languages=self.week.spoken,
            answers=self.answers.answers,
        )

    def _show_spoken(self, application: Application) -> None:
        """A language that today's list does not offer stays choosable for whoever named it."""
        here = get_language() or "en"
        asked = {item.language for item in self.week.asked}
        more = [item.language for item in application.languages.all() if item.language not in asked]
        self.week.offer(more, here)


def _questions_of(application: Application, answers: Sequence[Answer]) -> list[ScreeningQuestion]:
    """Those that were answered, also when the employer has retired them since, and those that may still be."""
    answered = {answer.question_id for answer in answers}
    found = ScreeningQuestion.objects.filter(posting=application.posting)
    return [question for question in found if question.pk in answered or (question.is_active and not question.is_required)]


def _week_initial(application: Application) -> dict[str, Any]:
    spoken = {item.language: item.level for item in application.languages.all()}
    asked = [item.language for item in application.posting.languages.all()]
    initial: dict[str, Any] = {"week": application.availability_mask}
    initial |= {f"level_{language}": spoken.get(language, NOT_SPOKEN) for language in asked}
    others = [(language, level) for language, level in spoken.items() if language not in asked]
    for number, (language, level) in enumerate(others[:OTHER_LANGUAGES], 1):
        initial |= {f"other_{number}": language, f"other_{number}_level": level}
    if application.start_class:
        initial["start"] = application.start_class.code
    return initial
