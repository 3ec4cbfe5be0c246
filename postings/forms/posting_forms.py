"""The fields of the five steps of the posting form. Their rows live in ``posting_rows``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from callcenter_jobs.ui.forms import BaseForm
from callcenter_jobs.ui.widgets import ShiftGridField
from postings.enums import Benefit, Channel, Education, EmploymentType, PayBasis, PayFrequency, Workplace
from postings.forms.posting_fields import (
    AmountField,
    DayField,
    LineField,
    LinesField,
    PickManyField,
    TextField,
    WholeField,
    YesField,
    countries,
    currencies,
)
from postings.models import Posting, PostingText, Site

PREVIEW_PARTS = ("contacts", "script", "monitoring", "hard", "good")
NEEDS = ("needs_own_computer", "needs_internet", "needs_headset", "needs_quiet_room")


class StepForm(BaseForm):
    """A step knows its posting: choices and already stored days come from it."""

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posting = posting

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class WordsForm(StepForm):
    """A posting's words in one language."""

    title = LineField(
        label=gettext_lazy("Title"),
        max_length=90,
        help_text=gettext_lazy("The name people search for, with the level where it matters. At most 90 characters."),
    )
    summary = TextField(
        label=gettext_lazy("Summary"),
        max_length=1200,
        rows=5,
        required=False,
        help_text=gettext_lazy("What the job is, in two to four sentences."),
    )
    must_haves = LinesField(label=gettext_lazy("Must-haves"), most=10, required=False)
    nice_to_haves = LinesField(label=gettext_lazy("Nice-to-haves"), most=10, rows=4, required=False)
    reports_to = LineField(label=gettext_lazy("Reports to"), max_length=120, required=False)
    preview_contacts = TextField(label=gettext_lazy("Contacts in a shift"), max_length=400, rows=2, required=False)
    preview_script = TextField(label=gettext_lazy("Script or own words"), max_length=400, rows=2, required=False)
    preview_monitoring = TextField(label=gettext_lazy("How conversations are reviewed"), max_length=400, rows=2, required=False)
    preview_hard = TextField(
        label=gettext_lazy("What is hard"),
        max_length=400,
        rows=3,
        required=False,
        help_text=gettext_lazy("People who know what comes stay longer."),
    )
    preview_good = TextField(label=gettext_lazy("What is good"), max_length=400, rows=3, required=False)
    call_to_action = TextField(
        label=gettext_lazy("Call to action"),
        max_length=300,
        rows=2,
        required=False,
        help_text=gettext_lazy("The last sentence before the button."),
    )

    def values(self) -> dict[str, Any]:
        values = super().values()
        parts = {name: values.pop(f"preview_{name}") for name in PREVIEW_PARTS}
        return {**values, "preview": {name: text for name, text in parts.items() if text}}

    @staticmethod
    def initial_of(text: PostingText | None) -> dict[str, Any]:
        if text is None:
            return {}
        plain = ("title", "summary", "must_haves", "nice_to_haves", "reports_to", "call_to_action")
        preview: dict[str, str] = text.preview or {}
        return {name: getattr(text, name) for name in plain} | {f"preview_{name}": preview.get(name, "") for name in PREVIEW_PARTS}


class WorkForm(WordsForm):
    client_program = LineField(
        label=gettext_lazy("Brand or client program"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Whose customers call, when you may name them. At most 80 characters."),
    )
    channels = PickManyField(label=gettext_lazy("Channels"), choices=Channel.choices, required=False)


class WhenForm(StepForm):
    workplace = forms.ChoiceField(label=gettext_lazy("Workplace"), choices=Workplace.choices, widget=forms.RadioSelect)
    site = forms.ModelChoiceField(
        queryset=Site.objects.none(),
        to_field_name="code",
        label=gettext_lazy("Site"),
        required=False,
        empty_label=gettext_lazy("No site"),
        help_text=gettext_lazy("Needed unless the work is remote."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country of the contract"),
        required=False,
        help_text=gettext_lazy("For remote work without a site; else the site’s country counts."),
    )
    remote_countries = PickManyField(
        label=gettext_lazy("Countries where the person may live"),
        required=False,
        help_text=gettext_lazy("For remote and hybrid work. At most 40."),
    )
    needs_own_computer = YesField(label=gettext_lazy("Own computer"))
    needs_internet = YesField(label=gettext_lazy("Stable internet connection"))
    needs_headset = YesField(label=gettext_lazy("Own headset"))
    needs_quiet_room = YesField(label=gettext_lazy("Quiet room"))
    employment_type = forms.ChoiceField(label=gettext_lazy("Employment"), choices=EmploymentType.choices, widget=forms.RadioSelect)
    is_student_friendly = YesField(label=gettext_lazy("Suits students"))
    hours_min = AmountField(
        label=gettext_lazy("Hours per week, from"), places=1, low=1, high=60, help_text=gettext_lazy("1 to 60, for example 37.5.")
    )
    hours_max = AmountField(
        label=gettext_lazy("Hours per week, to"), places=1, low=1, high=60, help_text=gettext_lazy("1 to 60; the same for fixed hours.")
    )
    shift_mask = ShiftGridField(
        label=gettext_lazy("When the work is done"),
        required=False,
        help_text=gettext_lazy("Mark every part of the week in which somebody may be scheduled."),
    )
    is_rotating = YesField(label=gettext_lazy("Shifts rotate"))
    shift_hours = AmountField(
        label=gettext_lazy("Length of a shift in hours"),
        places=1,
        low=1,
        high=24,
        required=False,
        help_text=gettext_lazy("1 to 24, for example 8."),
    )
    rota_notice_weeks = WholeField(label=gettext_lazy("Weeks the rota is known ahead"), low=0, high=26, required=False)
    can_choose_days_off = YesField(label=gettext_lazy("Preferred days off can be chosen"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employer = self.posting.employer
        sites = Site.objects.filter(employer=employer, is_active=True)
        # A site that was closed later stays choosable for the postings that have it.
        usable = Q(is_active=True) | Q(code=self.posting.site.code if self.posting.site else "")
        self.fields["site"].queryset = Site.objects.filter(usable, employer=employer)  # type: ignore[attr-defined]
        near = [employer.country, *(site.country for site in sites)]
        named = countries(near)
        self.fields["country"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]
        self.fields["remote_countries"].choices = named  # type: ignore[attr-defined]

    def clean_remote_countries(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["remote_countries"]
        if len(chosen) > 40:
            raise forms.ValidationError(_("Choose at most 40 countries."))
        return chosen

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = data.get("hours_min"), data.get("hours_max")
        if low is not None and high is not None and low > high:
            self.add_error("hours_max", _("This is less than the hours it starts from."))
        if "site" in data and data["site"] is None and "country" in data and not data["country"]:
            self.add_error("country", _("Choose a site, or the country of the contract."))
        if data.get("workplace") == Workplace.ON_SITE:
            # Nobody needs a quiet room at home for work on site.
            data |= {"remote_countries": [], **dict.fromkeys(NEEDS, False)}
        return data

    @staticmethod
    def initial_of(posting: Posting) -> dict[str, Any]:
        names = [name for name in WhenForm.base_fields if name != "site"]
        return {name: getattr(posting, name) for name in names} | {"site": posting.site.code if posting.site else ""}


class PayForm(StepForm):
    # The pay is optional as a whole, and the first field says so.
    marks_optional = False

    pay_basis = forms.ChoiceField(
        label=gettext_lazy("Pay is stated"), choices=[("", gettext_lazy("Pay is not stated")), *PayBasis.choices], required=False
    )
    pay_min = AmountField(
        label=pgettext_lazy("lower limit of the pay", "From"),
        places=2,
        low=0,
        high=99_999_999,
        required=False,
        help_text=gettext_lazy("Gross, without supplements."),
    )
    pay_max = AmountField(
        label=pgettext_lazy("upper limit of the pay", "To"),
        places=2,
        low=0,
        high=99_999_999,
        required=False,
        help_text=gettext_lazy("Empty for one amount."),
    )
    pay_currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    pay_frequency = forms.ChoiceField(
        label=gettext_lazy("Paid"), choices=[("", gettext_lazy("Not stated")), *PayFrequency.choices], required=False
    )
    has_bonus = YesField(label=gettext_lazy("There is a bonus"))
    has_commission = YesField(label=gettext_lazy("There is a commission"))
    pay_extra = TextField(
        label=gettext_lazy("How bonus and commission work"),
        max_length=300,
        rows=3,
        required=False,
        help_text=gettext_lazy("What triggers them, and what an ordinary colleague gets."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pay_currency"].choices = [("", _("Choose")), *currencies()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        low, high = data["pay_min"], data["pay_max"]
        if not data["pay_basis"]:
            if low is not None or high is not None:
                self.add_error("pay_basis", _("Say what the amount is for: an hour, a month, a year."))
            data["pay_currency"] = ""
            return data
        if low is None:
            self.add_error("pay_min", _("State the pay, or choose “Pay is not stated”."))
            return data
        if not data["pay_currency"]:
            self.add_error("pay_currency", _("Choose the currency."))
        if high is None:
            data["pay_max"] = low
        elif low > high:
            self.add_error("pay_max", _("This is less than the pay it starts from."))
        if low == 0:
            self.add_error("pay_min", _("The pay is more than zero."))
        return data

    @staticmethod
    def initial_of(posting: Posting) -> dict[str, Any]:
        initial = {name: getattr(posting, name) for name in PayForm.base_fields}
        if posting.pay_min == posting.pay_max:
            initial["pay_max"] = None
        return initial


class WhoForm(StepForm):
    experience_months = WholeField(
        label=gettext_lazy("Months of experience needed"), low=0, high=240, help_text=gettext_lazy("0 to 240; 0 when none is needed.")
    )
    education = forms.ChoiceField(label=gettext_lazy("Education"), choices=Education.choices)
    minimum_age = WholeField(label=gettext_lazy("Minimum age"), low=15, high=25)
    licence = LineField(
        label=gettext_lazy("License needed"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For insurance or finance, for example. At most 120 characters."),
    )
    needs_right_to_work = YesField(label=gettext_lazy("Right to work in the country"))
    needs_background_check = YesField(label=gettext_lazy("Background check"))
    needs_transport = YesField(label=gettext_lazy("Reliable transport"))
    training_weeks = WholeField(
        label=gettext_lazy("Weeks of training"), low=0, high=52, help_text=gettext_lazy("0 to 52; two to four weeks are usual.")
    )
    is_training_paid = YesField(label=gettext_lazy("The training is paid"))
    benefits = PickManyField(label=gettext_lazy("Benefits"), choices=Benefit.choices, required=False)

    @staticmethod
    def initial_of(posting: Posting) -> dict[str, Any]:
        return {name: getattr(posting, name) for name in WhoForm.base_fields}


class HiringForm(StepForm):
    openings = WholeField(
        label=gettext_lazy("Openings"), low=1, high=500, help_text=gettext_lazy("How many people may be hired. 1 to 500.")
    )
    response_promise_days = WholeField(
        label=gettext_lazy("Response promise in working days"),
        low=1,
        high=60,
        help_text=gettext_lazy("The applicant hears from you within this time. 1 to 60."),
    )
    closes_on = DayField(
        label=gettext_lazy("Last day to apply"),
        required=False,
        help_text=gettext_lazy("From today, at most two years ahead. Leave empty to keep it open until you close it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.posting.closes_on:
            # A day that has passed meanwhile is a matter for publishing, not for saving something else.
            self.fields["closes_on"].known = frozenset({self.posting.closes_on})  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(posting: Posting) -> dict[str, Any]:
        return {name: getattr(posting, name) for name in HiringForm.base_fields}


__all__ = ["HiringForm", "PayForm", "StepForm", "WhenForm", "WhoForm", "WordsForm", "WorkForm"]
