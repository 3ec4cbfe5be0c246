"""Forms of the desk: moving, rejecting, noting, and the filters of the board and the list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applicants.enums import EMPLOYER_DISPOSITIONS, Disposition, Status
from applicants.stages import stage_key
from callcenter_jobs.ui.forms import BaseForm
from postings.enums import StageKind
from postings.models import Stage

NOTE_LENGTH = 500
REMARK_LENGTH = 2000
WORDS_LENGTH = 100
LARGEST = 2_000_000_000
# What every form of a page may carry beside its own fields.
COMMON = frozenset({"csrfmiddlewaretoken", "next"})
# Given by closing a posting and by nobody's hand.
BY_HAND = tuple(item for item in EMPLOYER_DISPOSITIONS if item != Disposition.CLOSED)


class StrictForm(BaseForm):
    """Refuses what it did not ask for: such a field comes from a mistake or from somebody who is trying things."""

    beside: frozenset[str] = frozenset()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if set(self.data) - set(self.fields) - COMMON - self.beside:
            raise ValidationError(_("The form was sent with something that it does not ask for. Load the page again."), code="extra")
        return cleaned


class VersionedForm(StrictForm):
    """Carries the version of the card that the person looked at."""

    version = forms.IntegerField(
        min_value=1,
        max_value=LARGEST,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("The form is not complete. Load the page again, then decide.")
        ),
    )


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Note for the team"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The candidate never sees it here. Write only what you would say to their face: they may ask for their data."),
    )


def disposition_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Reason"),
        choices=[("", _("Choose a reason")), *[(item.value, item.label) for item in BY_HAND]],
        help_text=_("For your reports. The e-mail does not name it."),
        error_messages={"required": _("Choose a reason for the rejection.")},
    )


class MoveForm(VersionedForm):
    stage = forms.ChoiceField(
        label=_("Move to"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a stage."), "invalid_choice": _("Choose one of the stages in the list.")},
    )
    note = note_field()

    def __init__(self, *args: Any, stages: Iterable[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stages = {stage_key(stage): stage for stage in stages}
        self.fields["stage"].choices = [(key, stage.desk_name) for key, stage in self.stages.items()]  # type: ignore[attr-defined]

    @property
    def target(self) -> Stage:
        return self.stages[self.cleaned_data["stage"]]


class RejectForm(VersionedForm):
    disposition = disposition_field()
    note = note_field()


class BulkForm(StrictForm):
    """Of the preview; the cards and the target are read beside it."""

    beside = frozenset({"card", "stage", "action", "confirm", "done", "skipped"})
    note = note_field()


class BulkRejectForm(BulkForm):
    disposition = disposition_field()
    field_order = ("disposition", "note")


class NoteForm(StrictForm):
    text = forms.CharField(
        label=_("Note"),
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write something first.")},
        help_text=_("The team sees it. The candidate does not, but may ask for their data."),
    )


def words_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=WORDS_LENGTH, widget=forms.TextInput(attrs={"type": "search"}))


class BoardFilterForm(BaseForm):
    marks_optional = False
    q = words_field(_("Name"))
    fit = forms.ChoiceField(
        label=_("Shifts covered"),
        required=False,
        choices=[
            ("", pgettext_lazy("share of the shifts", "Any")),
            ("50", _("At least half")),
            ("80", _("At least 80%")),
            ("100", _("All of them")),
        ],
    )
    language = forms.ChoiceField(label=_("Speaks"), required=False)
    flagged = forms.BooleanField(label=_("Only with an answer to look at"), required=False)

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("Any language")), *languages]  # type: ignore[attr-defined]


class ListFilterForm(BaseForm):
    marks_optional = False
    SORTS = {
        "newest": (_("Newest first"), ("-submitted_at", "-pk")),
        "waiting": (_("Waits longest"), ("stage_entered_at", "pk")),
        "due": (_("Answer promised earliest"), ("reply_due_on", "submitted_at", "pk")),
        "name": (_("Name"), ("name", "pk")),
    }
    q = words_field(_("Name or e-mail address"))
    posting = forms.ChoiceField(label=_("Posting"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any status")), *Status.choices])
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", _("Any stage")), *StageKind.choices])
    flagged = forms.BooleanField(label=_("With an answer to look at"), required=False)
    overdue = forms.BooleanField(label=_("Promised answer is late"), required=False)
    sort = forms.ChoiceField(
        label=pgettext_lazy("order of a list", "Order"), required=False, choices=[(key, label) for key, (label, _order) in SORTS.items()]
    )

    def __init__(self, *args: Any, postings: list[tuple[str, str]], see_contact: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["posting"].choices = [("", _("All postings")), *postings]  # type: ignore[attr-defined]
        if not see_contact:
            self.fields["q"].label = _("Name")

    @property
    def order(self) -> tuple[str, ...]:
        return self.SORTS[self.cleaned_data.get("sort") or "newest"][1]
