"""What a posting made from a template starts with besides its words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.ui.forms import BaseForm
from postings.enums import Channel, Education
from postings.forms.posting_fields import PickManyField, WholeField
from postings.models import InterviewPlan, LibraryScreeningQuestion, QuestionBank, TemplateVersion
from postings.services.library_templates import FACTS, settings_mark


class TemplateSettingsForm(BaseForm):
    """The settings of a draft. Their order is that of ``FACTS``."""

    marks_optional = False

    channels = PickManyField(label=_("Channels"), choices=Channel.choices, required=False)
    education = forms.ChoiceField(label=_("Education"), choices=Education.choices)
    experience_months = WholeField(label=_("Months of experience needed"), low=0, high=240)
    minimum_age = WholeField(label=_("Minimum age"), low=15, high=25)
    training_weeks = WholeField(label=_("Weeks of training"), low=0, high=52)
    response_promise_days = WholeField(label=_("Response promise in working days"), low=1, high=60)
    screening_keys = PickManyField(label=_("Screening questions"), choices=[], required=False)
    plan_key = forms.ChoiceField(label=_("Interview plan"), choices=[], required=False)
    bank_key = forms.ChoiceField(label=_("Question bank"), choices=[], required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, version: TemplateVersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={**{name: getattr(version, name) for name in FACTS}, "seen": settings_mark(version)}, **kwargs)
        here = get_language() or "en"
        self._choices(
            "screening_keys", [(row.key, str(row.text_in(here).get("question", row.key))) for row in LibraryScreeningQuestion.objects.all()]
        )
        plans = InterviewPlan.objects.filter(key__isnull=False).order_by("key")
        self._choices("plan_key", [("", _("None")), *((row.key, row.names.get(here) or row.names.get("en") or row.key) for row in plans)])
        self._choices("bank_key", [("", _("None")), *((row.key, row.shown_name) for row in QuestionBank.objects.all())])

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
