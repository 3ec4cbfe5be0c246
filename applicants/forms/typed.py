"""What a person typed, kept as typed: the form is the only judge of it, now and again when it is sent.

A draft stores the raw values of a screen, also of fields that are not valid yet. Stored values can be put
back into the same form, as a first showing or bound again.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from applicants.forms.fields import TrapField
from callcenter_jobs.ui.forms import clean_text

Typed = dict[str, str | list[str]]
# Longer than any field allows: what is beyond is not kept between pages, only shown again at once.
MAX_VALUE = 5_000
MAX_CHOICES = 60


def typed_of(form: forms.BaseForm, data: QueryDict) -> Typed:
    """The values that ``data`` has for the form's own fields; whatever else was posted stays out."""
    typed: Typed = {}
    for name, field in form.fields.items():
        if isinstance(field, (forms.FileField, TrapField)) or form.add_prefix(name) not in data:
            continue
        value: Any = field.widget.value_from_datadict(data, form.files, form.add_prefix(name))
        if isinstance(value, list):
            typed[name] = [clean_text(str(item))[:20] for item in value[:MAX_CHOICES]]
        elif value not in (None, False):
            text = "on" if value is True else clean_text(str(value))
            if len(text) <= MAX_VALUE:
                typed[name] = text
    return typed
