"""Rows of the posting form: duties with their share, languages with a level, supplements, start classes.

A row that is emptied is taken away; "add another" sends the form and gets it back with one more blank row, so that
everything works without a script.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter_jobs.ui.forms import BaseForm
from postings.enums import LanguageLevel, SupplementKind
from postings.forms.posting_fields import AmountField, DayField, FlowField, LineField, WholeField, YesField, languages_of_work
from postings.models import Posting


class Row(BaseForm):
    """One row. ``main`` names the field that makes a row count: without it the row is blank."""

    marks_optional = False
    main = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An empty row is no mistake, and which rows are empty is decided by the fields that a person fills.
        self.empty_permitted = True

    def has_changed(self) -> bool:
        """Whether anything was filled in; a ticked box or a hidden code alone does not make a row."""
        return any(
            str(self[name].data or "").strip()
            for name, field in self.fields.items()
            if not isinstance(field, YesField) and not field.widget.is_hidden
        )

    def row(self) -> dict[str, Any]:
        """The cleaned row as the service takes it."""
        return dict(self.cleaned_data)


class Rows(BaseFormSet):  # type: ignore[type-arg]
    """A set of rows. ``legend`` and ``help`` head it, ``one`` names a row ("Duty 2"), ``unique`` a field that no two rows share."""

    legend: Any = ""
    help: Any = ""
    one: Any = ""
    twice: Any = gettext_lazy("This is in another row already.")
    unique = ""
    key = ""

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posting = posting

    def initial_form_count(self) -> int:
        # Every row that comes back is treated alike: what is emptied goes away.
        return 0 if self.is_bound else int(super().initial_form_count() or 0)

    def clean(self) -> None:
        if (self.management_form.cleaned_data.get("TOTAL_FORMS") or 0) < 0:
            # Fewer than no rows would take away what is stored.
            raise ValidationError(_("Something went wrong with these rows. Send the form again."), code="rows")
        if not self.unique:
            return
        seen: set[Any] = set()
        for form in self.filled:
            value = form.cleaned_data.get(self.unique)
            if value is None:
                continue
            if value in seen:
                form.add_error(self.unique, ValidationError(self.twice, code="twice"))
            seen.add(value)

    @property
    def filled(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed() and getattr(form, "cleaned_data", None)]

    def values(self) -> list[dict[str, Any]]:
        return [form.row() for form in self.filled]

    def row_name(self, place: int) -> str:
        return str(self.one) % {"number": place}

    @property
    def named(self) -> list[tuple[str, Any]]:
        """Each row with its name, for the template."""
        return [(self.row_name(place), form) for place, form in enumerate(self.forms, 1)]

    @property
    def may_add(self) -> bool:
        return len(self.forms) < self.max_num


class DutyRow(Row):
    text = FlowField(label=gettext_lazy("Duty"), max_length=240, help_text="")
    share = WholeField(label=gettext_lazy("Share, %"), low=1, high=100, required=False, help_text="")

    def row(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"], "share": self.cleaned_data["share"]}


class DutyRows(Rows):
    legend = gettext_lazy("Duties")
    help = gettext_lazy(
        "Start each with a verb. Seven are good, ten the most, at most 240 characters each. The share of the time is optional; "
        "together the shares are at most 100%. Empty a row to take it away."
    )
    one = gettext_lazy("Duty %(number)s")

    def clean(self) -> None:
        super().clean()
        total = sum(form.cleaned_data.get("share") or 0 for form in self.filled)
        if total > 100:
            raise ValidationError(_("The shares add up to %(total)d%%; together they are at most 100%%.") % {"total": total})


class MeasureRow(Row):
    name = LineField(label=gettext_lazy("Measure"), max_length=80, help_text="")
    typical = FlowField(label=gettext_lazy("Usual value"), max_length=160, required=False, help_text="")

    def row(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "typical": self.cleaned_data["typical"]}


class MeasureRows(Rows):
    legend = gettext_lazy("Measures of success")
    help = gettext_lazy(
        "What the work is judged by, with your own figure: “First-contact resolution”, “70–75%”. At most 8 rows, "
        "80 and 160 characters. Empty a row to take it away."
    )
    one = gettext_lazy("Measure %(number)s")
    unique = "name"


class LanguageRow(Row):
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    level = forms.ChoiceField(label=gettext_lazy("Level"))
    is_required = YesField(label=gettext_lazy("Required"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("Choose")), *languages_of_work()]  # type: ignore[attr-defined]
        self.fields["level"].choices = [("", _("Choose")), *LanguageLevel.choices]  # type: ignore[attr-defined]
        if not self.is_bound and not self.initial:
            self.initial["is_required"] = True


class LanguageRows(Rows):
    legend = gettext_lazy("Languages of the work")
    help = gettext_lazy(
        "With the level that the work needs (CEFR): B2 holds a phone conversation without preparation. "
        "At most 6 rows. Empty a row to take it away."
    )
    one = gettext_lazy("Language %(number)s")
    unique = "language"


class SupplementRow(Row):
    kind = forms.ChoiceField(label=gettext_lazy("Supplement"), choices=[("", gettext_lazy("Choose")), *SupplementKind.choices])
    percent = AmountField(label=gettext_lazy("Percent"), places=1, low=Decimal("0.1"), high=300, required=False)
    amount = AmountField(label=gettext_lazy("or amount per hour"), places=2, low=Decimal("0.01"), high=999999, required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        percent, amount = data.get("percent"), data.get("amount")
        if not self.errors and (percent is None) == (amount is None):
            self.add_error("percent", _("Give either a percentage or an amount."))
        return data


class SupplementRows(Rows):
    legend = gettext_lazy("Supplements")
    help = gettext_lazy(
        "What is paid on top, as a percentage of the base pay (at most 300) or as an amount per hour. Empty a row to take it away."
    )
    one = gettext_lazy("Supplement %(number)s")
    unique = "kind"


class ClassRow(Row):
    starts_on = DayField(label=gettext_lazy("Start date"), help_text="")
    seats = WholeField(label=gettext_lazy("Seats"), low=1, high=500, help_text="")
    code = forms.CharField(required=False, max_length=26, widget=forms.HiddenInput)


class ClassRows(Rows):
    legend = gettext_lazy("Start classes")
    help = gettext_lazy(
        "The dates on which a training class starts, with its seats (1 to 500). From today, at most two years ahead, "
        "at most 12 rows. Empty a row to take it away."
    )
    one = gettext_lazy("Class %(number)s")
    twice = gettext_lazy("Two classes start on this day; put their seats together.")
    unique = "starts_on"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A class that has started stays in the list when the rest of the posting is edited.
        known = frozenset(row.starts_on for row in self.posting.start_classes.all())
        for form in self.forms:
            form.fields["starts_on"].known = known

    def clean(self) -> None:
        super().clean()
        own = {row.code for row in self.posting.start_classes.all()}
        for form in self.filled:
            if form.cleaned_data.get("code") and form.cleaned_data["code"] not in own:
                form.add_error("starts_on", ValidationError(_("This class is no longer there."), code="foreign"))


class OptionRow(Row):
    label = LineField(label=gettext_lazy("Answer"), max_length=120, help_text="")
    passes = YesField(label=gettext_lazy("This answer is fine"))


class OptionRows(Rows):
    legend = gettext_lazy("Answers to choose from")
    help = gettext_lazy("Two to ten answers, at most 120 characters each. Empty a row to take it away.")
    one = gettext_lazy("Answer %(number)s")
    unique = "label"

    def clean(self) -> None:
        super().clean()
        if len(self.filled) < 2:
            raise ValidationError(_("Give at least two answers to choose from."))


def _rows_of(key: str, row: type[Row], rows: type[Rows], *, most: int, extra: int = 1) -> type[Rows]:
    # absolute_max bounds what a hostile count of rows can make the server build.
    built = formset_factory(row, formset=rows, extra=extra, max_num=most, validate_max=True, absolute_max=most + 5)
    built.key = key  # type: ignore[attr-defined]
    return built  # type: ignore[return-value]


Duties = _rows_of("duties", DutyRow, DutyRows, most=10)
Measures = _rows_of("measures", MeasureRow, MeasureRows, most=8)
Languages = _rows_of("languages", LanguageRow, LanguageRows, most=6)
Supplements = _rows_of("supplements", SupplementRow, SupplementRows, most=len(SupplementKind))
Classes = _rows_of("start_classes", ClassRow, ClassRows, most=12)
Options = _rows_of("options", OptionRow, OptionRows, most=10, extra=2)
