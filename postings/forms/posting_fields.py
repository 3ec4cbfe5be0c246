"""Fields of the posting form. Each states its limit, and refuses what a hurried or hostile person sends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib import locale_names
from callcenter_jobs.lib.collation import sorted_by
from callcenter_jobs.lib.text import NO_BREAK, one_line

TAG = re.compile(r"<\s*[/!?a-zA-Z]")
AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,4})?")
# Codes of ISO 639 that call centers ask for; the portal's own languages first.
_WORK_LANGUAGES = """
en nb sv hr ru da fi is nn de nl fr es pt it pl cs sk sl sr bs mk bg ro hu el sq et lv lt uk be tr az ka hy he
ar fa ur hi bn pa ta te vi th id ms fil zh ja ko so ti am sw
"""
WORK_LANGUAGES = tuple(_WORK_LANGUAGES.split())
_CURRENCIES = """
NOK SEK DKK EUR ISK GBP CHF USD CAD AUD NZD PLN CZK HUF RON BGN RSD BAM MKD ALL TRY UAH RUB GEL AMD AZN KZT
MDL ILS AED EGP MAD TND ZAR KES NGN INR PKR PHP MYR SGD JPY BRL MXN COP ARS CLP
"""
CURRENCIES = tuple(_CURRENCIES.split())
HORIZON = timedelta(days=730)


def refuse_tags(value: object) -> None:
    if isinstance(value, str) and TAG.search(value):
        raise ValidationError(_("Write plain text, without HTML tags."), code="tags")


def languages_of_work() -> list[tuple[str, str]]:
    """Languages by their name in the reader's language, in its alphabetical order."""
    return list(_languages_of_work(get_language() or "en"))


@cache
def _languages_of_work(here: str) -> tuple[tuple[str, str], ...]:
    named = [(code, locale_names.language_name(code, here)) for code in WORK_LANGUAGES]
    return tuple(sorted_by(named, here, key=lambda pair: pair[1]))


def currencies() -> list[tuple[str, str]]:
    here = get_language() or "en"
    return [(code, f"{code} – {locale_names.currency_name(code, here)}") for code in CURRENCIES]


def countries(first: Iterable[str] = ()) -> list[tuple[str, str]]:
    """All countries, those of ``first`` on top."""
    here = get_language() or "en"
    near = list(dict.fromkeys(code for code in first if code in locale_names.ISO_3166_1))
    rest = [pair for pair in locale_names.countries(here) if pair[0] not in near]
    return [(code, locale_names.country_name(code, here)) for code in near] + rest


class LineField(forms.CharField):
    """One line of plain text that says how long it may be."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", format_lazy(_("At most {limit} characters."), limit=max_length))
        super().__init__(max_length=max_length, **kwargs)
        self.validators.append(refuse_tags)


class FlowField(LineField):
    """One sentence in a box that shows all of it; line breaks are taken for spaces."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": 2}), **kwargs)

    def to_python(self, value: Any) -> str:
        return one_line(str(super().to_python(value)))


class TextField(forms.CharField):
    """Several lines of plain text; the field template counts the characters."""

    def __init__(self, *, max_length: int, rows: int = 4, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.validators.append(refuse_tags)

    def to_python(self, value: Any) -> str:
        # A browser sends CRLF for every line; two characters would count for one.
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class LinesField(forms.CharField):
    """A list, written as one item per line; cleans to a list of strings."""

    def __init__(self, *, most: int, longest: int = 200, rows: int = 6, **kwargs: Any) -> None:
        self.most, self.longest = most, longest
        kwargs.setdefault(
            "help_text",
            format_lazy(_("One per line, at most {most} lines of {longest} characters."), most=most, longest=longest),
        )
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(item) for item in value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        items = [one_line(line) for line in str(super().clean(value)).splitlines()]
        items = [item.lstrip(f"-•*· {NO_BREAK}").strip() for item in items]
        items = list(dict.fromkeys(item for item in items if item))
        if self.required and not items:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(items) > self.most:
            raise ValidationError(_("These are %(found)d lines; at most %(most)d fit.") % {"found": len(items), "most": self.most})
        for place, item in enumerate(items, 1):
            refuse_tags(item)
            if len(item) > self.longest:
                raise ValidationError(
                    _("Line %(place)d has %(length)d characters; at most %(longest)d fit.")
                    % {"place": place, "length": len(item), "longest": self.longest}
                )
        return items

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial or []) != (data or ""))


class AmountField(forms.DecimalField):
    """A number as people write it: ``210,50``, ``23 500``, ``1.234,5``. A separator before exactly three digits groups thousands."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    ui_width = "short"

    def __init__(self, *, places: int, low: Decimal | int, high: Decimal | int, **kwargs: Any) -> None:
        super().__init__(max_digits=14, decimal_places=places, min_value=Decimal(low), max_value=Decimal(high), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        text = re.sub(r"[\s\u00a0\u202f']", "", str(value))
        text = re.sub(r"[.,](?=\d{3}(?:[.,]|$))", "", text).replace(",", ".")
        if not (text.isascii() and AMOUNT.fullmatch(text)):
            raise ValidationError(_("Enter a number, for example 210 or 210.50."), code="invalid")
        return Decimal(text)

    def prepare_value(self, value: Any) -> Any:
        # No empty decimals: 210.00 was typed as 210.
        return f"{value:.0f}" if isinstance(value, Decimal) and value % 1 == 0 else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class WholeField(forms.IntegerField):
    """A whole number within bounds, which its help text names."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    ui_width = "short"

    def __init__(self, *, low: int, high: int, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", format_lazy(_("{low} to {high}."), low=low, high=high))
        super().__init__(min_value=low, max_value=high, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and len(value.strip()) > 9:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class DayField(forms.DateField):
    """A day between today and two years ahead; ``known`` days are accepted although they have passed."""

    ui_width = "medium"

    def __init__(self, **kwargs: Any) -> None:
        self.known: frozenset[date] = frozenset()
        kwargs.setdefault("help_text", _("A day from today, at most two years ahead."))
        super().__init__(
            input_formats=["%Y-%m-%d", "%d.%m.%Y"], widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
        )

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is None or day in self.known:
            return day
        today = timezone.localdate()
        if day < today:
            raise ValidationError(_("This day lies in the past."), code="past")
        if day > today + HORIZON:
            raise ValidationError(_("This day lies more than two years ahead."), code="far")
        return day


class PickManyField(forms.MultipleChoiceField):
    """Any of a closed list, as checkboxes; cleans to a list without doubles, in the order of the list."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        chosen = set(super().clean(value))
        return [str(key) for key, _label in cast("Iterable[tuple[str, str]]", self.choices) if key in chosen]


class YesField(forms.BooleanField):
    """A single checkbox."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
