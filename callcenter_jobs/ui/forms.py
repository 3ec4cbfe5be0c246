"""What every form of the portal does the same way.

``Renderer`` (set as ``FORM_RENDERER``) gives every form, also those of other packages, cleaned text and our field
template. ``BaseForm`` adds what a form of ours needs on top: no line breaks smuggled into single lines, and an
error summary whose entries link to their fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# C0 and C1 control characters except tab, line feed and carriage return, and the marks that reorder text.
CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]")
LINE_BREAK = re.compile(r"[\r\n\u2028\u2029]")
UNTOUCHED = (forms.PasswordInput, forms.FileInput)
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "check"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
    (forms.Select, "select"),
    (forms.MultiWidget, "group"),
)


def clean_text(value: str) -> str:
    """Without NUL and other control characters: no keyboard types them, and PostgreSQL refuses the first."""
    return CONTROL.sub("", value)


class CleanBoundField(BoundField):
    """A field bound to its form: text arrives without control characters, long text carries its limit in words."""

    @property
    def data(self) -> Any:
        value = super().data
        if isinstance(self.field.widget, UNTOUCHED):
            return value
        if isinstance(value, str):
            return clean_text(value)
        if isinstance(value, list):
            return [clean_text(item) if isinstance(item, str) else item for item in value]
        return value

    @property
    def kind(self) -> str:
        """Which shape the field template gives it."""
        declared = getattr(self.field.widget, "ui_kind", "")
        return str(declared) or next((name for widget, name in KINDS if isinstance(self.field.widget, widget)), "text")

    @property
    def limit(self) -> int | None:
        """The longest text of a textarea, to be stated before typing; short fields state it in their help text."""
        return getattr(self.field, "max_length", None) if self.kind == "textarea" else None

    @property
    def is_optional(self) -> bool:
        return not self.field.required and self.kind != "check" and getattr(self.form, "marks_optional", False)

    @property
    def aria_describedby(self) -> str | None:
        ids = super().aria_describedby
        # The count of characters left also describes the field.
        return " ".join(filter(None, [ids, f"{self.auto_id}_count" if self.limit else ""])) or None

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        width = getattr(self.field, "ui_width", "")
        classes = " ".join(filter(None, [str((widget or self.field.widget).attrs.get("class", "")), f"input--{width}" if width else ""]))
        return {**built, "class": classes} if classes else built

    def as_widget(self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False) -> Any:
        widget = widget or self.field.widget
        if self.limit:
            # A browser would cut a pasted text at the limit without a word; the server answers with one instead.
            widget.attrs.pop("maxlength", None)
        return super().as_widget(widget, attrs, only_initial)


class Renderer(TemplatesSetting):
    bound_field_class = CleanBoundField
    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"


TOO_LONG = ngettext_lazy(
    "Write at most %(limit_value)d character; this has %(show_value)d.",
    "Write at most %(limit_value)d characters; this has %(show_value)d.",
    "limit_value",
)


def refuse_line_breaks(value: object) -> None:
    if isinstance(value, str) and LINE_BREAK.search(value):
        raise ValidationError(_("Write this on one line, without line breaks."), code="line_break")


@dataclass(frozen=True, slots=True)
class SummaryEntry:
    """One line of the error summary; ``target`` is the id it links to, empty for errors of the whole form."""

    message: str
    label: str
    target: str


REQUIRED_WORDS: dict[str, StrOrPromise] = {
    "check": _("Tick this box to go on."),
    "choices": _("Choose one of these."),
    "select": _("Choose one from the list."),
    "file": _("Choose a file."),
}


def plain_words(field: forms.Field) -> None:
    """Says what to do where Django says what is wrong; messages that a form wrote itself stay."""
    if field.error_messages.get("required") is forms.Field.default_error_messages["required"]:
        kind = next((name for widget, name in KINDS if isinstance(field.widget, widget)), "text")
        field.error_messages["required"] = REQUIRED_WORDS.get(kind, _("Fill this in."))
    for validator in field.validators:
        if isinstance(validator, MaxLengthValidator):
            validator.message = TOO_LONG


class FormBehavior:
    """Mixed into BaseForm and BaseModelForm.

    ``marks_optional``: add "(optional)" to labels of optional fields, for forms where most are required.
    """

    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            plain_words(field)
            if isinstance(field, forms.CharField) and not isinstance(field.widget, forms.Textarea | forms.HiddenInput):
                field.validators = [refuse_line_breaks, *field.validators]

    @property
    def error_summary(self) -> list[SummaryEntry]:
        return summary_of(self)  # type: ignore[arg-type]


class BaseForm(FormBehavior, forms.Form):
    """Start every form here (or at BaseModelForm)."""


class BaseModelForm(FormBehavior, forms.ModelForm):  # type: ignore[type-arg]
    """Start every model form here."""


def summary_of(form: forms.BaseForm) -> list[SummaryEntry]:
    """Errors in the order of the fields, those of the whole form first."""
    if not form.is_bound:
        return []
    entries = [SummaryEntry(message=str(message), label="", target="") for message in form.non_field_errors()]
    for bound in form:
        target = target_of(bound)
        entries += [SummaryEntry(message=str(message), label=str(bound.label), target=target) for message in bound.errors]
    return entries


def target_of(bound: BoundField) -> str:
    """The id that a summary link moves to: the input itself, or the first of a group."""
    if bound.is_hidden:
        return ""
    return str(bound.id_for_label or (f"{bound.auto_id}_0" if bound.auto_id else ""))
