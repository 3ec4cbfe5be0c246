"""Widgets of our own, and the form field that goes with each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.dates import day_names, day_names_long
from callcenter_jobs.ui.kept import per_language
from callcenter_jobs.ui.strip import BAND_HOURS, BAND_LABELS, BANDS, DAYS, FULL_MASK, HOLIDAY_BIT


class ShiftGridWidget(forms.Widget):
    """A week of real checkboxes in a table; each box posts its bit. A script adds filling by row and column heads.

    Understands what it posts (a list of bits) and a mask, so that a form bound again shows what was ticked.
    """

    template_name = "ui/shift_grid.html"
    ui_kind = "grid"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        getlist = getattr(data, "getlist", None)
        values = getlist(name) if getlist else data.get(name, [])
        return [str(value) for value in values] if isinstance(values, list | tuple) else [str(values)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        # Unticked boxes post nothing; an empty week is an answer.
        return False

    def id_for_label(self, id_: str | None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        mask = mask_of(value)
        language = get_language() or "en"
        short, long = day_names(language), day_names_long(language)
        context["grid"] = {
            "days": [{"index": day, "short": short[day], "long": long[day], "is_weekend": day >= 5} for day in range(DAYS)],
            "bands": [
                {
                    "index": band,
                    "label": BAND_LABELS[band],
                    "hours": BAND_HOURS[band],
                    "cells": [
                        {
                            "bit": day * BANDS + band,
                            "day": day,
                            "day_name": long[day],
                            "is_weekend": day >= 5,
                            "checked": bool(mask >> (day * BANDS + band) & 1),
                        }
                        for day in range(DAYS)
                    ],
                }
                for band in range(BANDS)
            ],
            "is_invalid": bool(context["widget"]["attrs"].get("aria-invalid")),
            "holiday_bit": HOLIDAY_BIT,
            "holidays": bool(mask >> HOLIDAY_BIT & 1),
        }
        return context


@per_language(64)
def week_grid(name: str, mask: int, id: str) -> SafeString:
    """The week as checkboxes outside a form of ours."""
    return ShiftGridWidget().render(name, mask, attrs={"id": id})


def mask_of(value: object) -> int:
    """The mask of whatever the widget is given to show; what makes no sense shows as unticked."""
    if isinstance(value, int):
        return value & FULL_MASK
    mask = 0
    for item in value if isinstance(value, list | tuple) else ():
        text = str(item)
        if text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= HOLIDAY_BIT:
            mask |= 1 << int(text)
    return mask


class ShiftGridField(forms.Field):
    """Cleans to a mask between 0 and ``FULL_MASK``. Required means: at least one part of the week."""

    widget = ShiftGridWidget
    default_error_messages = {
        "required": _("Choose at least one part of the week."),
        "invalid": _("Choose parts of the week from the table."),
    }

    def to_python(self, value: Any) -> int:
        if isinstance(value, int):
            return self._checked(value)
        mask = 0
        for item in value or ():
            text = str(item)
            if not (text.isascii() and text.isdecimal() and len(text) <= 2 and int(text) <= HOLIDAY_BIT):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            mask |= 1 << int(text)
        return mask

    def _checked(self, mask: int) -> int:
        if not 0 <= mask <= FULL_MASK:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return mask

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return mask_of(initial) != mask_of(data)
