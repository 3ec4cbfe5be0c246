"""Forms in templates: one field, all fields, the error summary."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from callcenter_jobs.ui.forms import SummaryEntry, summary_of

register = template.Library()


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, help, error and input of one field: ``{% field form.email %}``."""
    return bound.as_field_group() if not bound.is_hidden else SafeString(bound.as_widget())


@register.inclusion_tag("ui/error_summary.html")
def form_errors(*given: Any, focus: bool = True) -> dict[str, Any]:
    """The summary on top of the page; takes forms and formsets, and the focus. Nothing when there is no error."""
    entries: list[SummaryEntry] = []
    for item in given:
        if isinstance(item, forms.BaseForm):
            entries += summary_of(item)
        elif isinstance(item, forms.BaseFormSet):
            if item.is_bound:
                entries += [SummaryEntry(message=str(error), label="", target="") for error in item.non_form_errors()]
            for form in item.forms:
                entries += summary_of(form)
    return {"entries": entries, "focus": focus}


@register.inclusion_tag("ui/form_fields.html")
def form_fields(form: forms.BaseForm, names: str = "") -> dict[str, Any]:
    """All visible fields (or the named ones, separated by spaces) and, with all, the hidden ones."""
    if names:
        return {"fields": [form[name] for name in names.split()], "hidden": []}
    return {"fields": form.visible_fields(), "hidden": form.hidden_fields()}
