"""Forms of the workshop for pay figures, uploads and the smaller texts, and the filters of its lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter_jobs.lib.text import one_line
from callcenter_jobs.ui.forms import BaseForm, plain_words
from postings.enums import Industry, LibraryArea, PayMeasure, PayPeriod, RoleFamily, Tier
from postings.forms.posting_fields import AmountField, LineField, PickManyField, TextField, WholeField, YesField, countries, currencies
from postings.models import PayFigure, Role
from postings.services.library_uploads import MOST_BYTES
from postings.services.library_words import LABELS, Slot

ONE_LINE = 120
NEAR = ("NO", "SE", "HR", "RS", "US", "GB")


def role_choices(empty: str) -> list[tuple[str, str]]:
    return [("", empty), *((role.key, role.title_in()) for role in Role.objects.prefetch_related("titles"))]


class PayFigureForm(BaseForm):
    """One published figure, exactly as its source gives it."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, help_text=gettext_lazy("Only when the source means this role and no other.")
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=lambda: countries(NEAR))
    industry = forms.ChoiceField(label=gettext_lazy("Industry"), required=False)
    employer_name = LineField(label=gettext_lazy("Named employer"), max_length=80, required=False)
    amount = AmountField(label=gettext_lazy("Amount"), places=2, low=0, high=10**9)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currencies)
    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=PayPeriod.choices)
    measure = forms.ChoiceField(label=gettext_lazy("What the figure is"), choices=PayMeasure.choices)
    year = WholeField(
        label=gettext_lazy("Year"), low=1990, high=2100, required=False, help_text=gettext_lazy("Empty when the source does not say.")
    )
    source_name = LineField(label=gettext_lazy("Source"), max_length=160)
    source_url = forms.URLField(
        label=gettext_lazy("Address of the source"), max_length=300, required=False, assume_scheme="https", widget=forms.URLInput
    )
    source_note = LineField(label=gettext_lazy("What the source says"), max_length=300, required=False)
    is_converted = YesField(label=gettext_lazy("Converted from a published figure"))
    conversion = LineField(label=gettext_lazy("How it was converted"), max_length=200, required=False)
    is_active = YesField(label=gettext_lazy("Shown on the salary pages"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    PLAIN = (
        *("tier", "country", "industry", "employer_name", "amount", "currency", "period", "measure", "year"),
        *("source_name", "source_url", "source_note", "is_converted", "conversion", "is_active"),
    )

    def __init__(self, *args: Any, figure: PayFigure | None = None, **kwargs: Any) -> None:
        if figure is not None:
            values = {name: getattr(figure, name) for name in self.PLAIN}
            kwargs["initial"] = {**values, "role": figure.role.key if figure.role else "", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(_("Every role of the tier"))  # type: ignore[attr-defined]
        self.fields["industry"].choices = [("", _("All industries")), *Industry.choices]  # type: ignore[attr-defined]
        known = {code for code, _name in currencies()}
        if figure is not None and figure.currency not in known:
            self.fields["currency"].choices = [(figure.currency, figure.currency), *currencies()]  # type: ignore[attr-defined]

    def clean_amount(self) -> Any:
        if self.cleaned_data["amount"] <= 0:
            raise forms.ValidationError(_("The amount must be above zero."))
        return self.cleaned_data["amount"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("is_converted") and not data.get("conversion") and "conversion" not in self.errors:
            self.add_error("conversion", _("Say how the figure was worked out of the published one."))
        if data.get("conversion") and not data.get("is_converted"):
            self.add_error("is_converted", _("Tick this, or empty the field below: only a converted figure says how."))
        return data

    def values(self) -> dict[str, Any]:
        """The cleaned fields as ``PayFigure`` stores them."""
        role = Role.objects.filter(key=self.cleaned_data["role"]).first() if self.cleaned_data["role"] else None
        return {**{name: self.cleaned_data[name] for name in self.PLAIN}, "role": role}


class UploadForm(BaseForm):
    """A file to compare with the library."""

    PARTS = (
        ("", gettext_lazy("As its name says")),
        ("roles", gettext_lazy("Roles")),
        ("templates", gettext_lazy("Role templates")),
        ("titles", gettext_lazy("Titles")),
        ("questions", gettext_lazy("Questions")),
        ("screening", gettext_lazy("Screening questions")),
        ("plans", gettext_lazy("Interview plans")),
        ("kits", gettext_lazy("Interview kits")),
        ("pay", gettext_lazy("Pay figures")),
        ("career", gettext_lazy("Career")),
        ("instruction", gettext_lazy("Job instruction")),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A YAML file, a ZIP of them, or a CSV table; at most 10 MB and 20,000 rows."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.zip,.csv"}),
    )
    part = forms.ChoiceField(label=gettext_lazy("What a single YAML file holds"), choices=PARTS, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of its texts"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("As its name says, or none")), *settings.LANGUAGES]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024})
        return file


class WordsForm(BaseForm):
    """The slots of one text in one language and, for the source language, its facts."""

    marks_optional = False

    def __init__(self, *args: Any, slots: list[Slot], required: frozenset[str] = frozenset(), facts: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots, self.fact_names = slots, list(facts)
        for slot in slots:
            is_line = slot.limit <= ONE_LINE
            kind = (
                LineField(label=slot.label, max_length=slot.limit)
                if is_line
                else TextField(label=slot.label, max_length=slot.limit, rows=4)
            )
            kind.required = slot.name in required
            self.fields[slot.name] = kind
        for name in facts:
            self.fields[name] = FACT_FIELDS[name]()
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
        for field in self.fields.values():
            plain_words(field)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        low, high = data.get("months_min"), data.get("months_max")
        if "months_min" in self.fact_names and (low is None) != (high is None):
            self.add_error("months_max", _("Give both months or neither."))
        elif low is not None and high is not None and low > high:
            self.add_error("months_max", _("This is less than the months before it."))
        return data

    def words(self) -> dict[str, str]:
        return {slot.name: one_line(self.cleaned_data[slot.name]) for slot in self.slots}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fact_names}


FACT_FIELDS: dict[str, Any] = {
    "months_min": lambda: WholeField(label=_("Months, from"), low=0, high=480, required=False),
    "months_max": lambda: WholeField(label=_("Months, to"), low=0, high=480, required=False),
    "minutes": lambda: WholeField(label=_("Minutes planned"), low=5, high=480),
    "fact_name": lambda: LineField(label=LABELS["name"], max_length=120),
    "issuer": lambda: LineField(label=_("Issued by"), max_length=120),
    "url": lambda: forms.URLField(label=_("Web address"), max_length=200, required=False, assume_scheme="https"),
    "source": lambda: LineField(label=_("Source"), max_length=200, required=False),
    "tiers": lambda: PickManyField(label=_("Tiers (none means all)"), choices=Tier.choices, required=False),
    "families": lambda: PickManyField(label=_("Role families (none means all)"), choices=RoleFamily.choices, required=False),
}


class HistoryFilterForm(BaseForm):
    marks_optional = False
    area = forms.ChoiceField(label=gettext_lazy("Part of the library"), required=False)
    key = forms.CharField(label=gettext_lazy("Key"), required=False, max_length=120)
    person = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[Any]] = {"area": LibraryArea.choices, "person": people, "language": settings.LANGUAGES}
        for name, options in choices.items():
            self.fields[name].choices = [("", _("All")), *options]  # type: ignore[attr-defined]


class PayFilterForm(BaseForm):
    marks_optional = False
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)

    def __init__(self, *args: Any, country_codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = dict(countries())
        self.fields["tier"].choices = [("", _("All")), *Tier.choices]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", _("All")), *((code, named.get(code, code)) for code in country_codes)]  # type: ignore[attr-defined]
        self.fields["role"].choices = role_choices(_("All"))  # type: ignore[attr-defined]
