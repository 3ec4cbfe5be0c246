"""Fields that take what they can use of an address and keep the rest aside, to be said instead of refusing the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.locale_names import currency_name, language_name
from postings.search.facets import NO_START, band_range
from postings.search.text import clean

# Of a facet; nobody clicks more, and each costs a little.
MOST_VALUES = 40
# Looked at at all: an address can hold thousands.
MOST_LOOKED_AT = 200
MOST_IGNORED = 12
SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in the address that was left out: what the filter is called, what stood there, why, and its parameter."""

    label: str
    value: str
    reason: str
    name: str = ""


class Sifted(NamedTuple):
    """Values in a fixed order, and those that were kept aside: nobody knows them, or they are too many."""

    good: list[str]
    unknown: list[str]
    surplus: list[str]


class KnownValues(forms.Field):
    """Several values, of which some may be known."""

    widget = forms.SelectMultiple

    def __init__(self, *, known: Callable[[str], bool], **kwargs: Any) -> None:
        self.known = known
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:
        return self.sifted(value).good

    def sifted(self, value: Any) -> Sifted:
        given = list(dict.fromkeys([str(item) for item in value or () if item]))
        looked_at = given[:MOST_LOOKED_AT]
        good = [item for item in looked_at if self.known(item)]
        unknown = [item for item in looked_at if item not in good] if len(good) < len(looked_at) else []
        return Sifted(sorted(good[:MOST_VALUES], key=in_order), unknown, [*good[MOST_VALUES:], *given[MOST_LOOKED_AT:]])


def in_order(value: str) -> tuple[int, str]:
    """Numbers by size, everything else by itself."""
    return (len(value), value) if value.isdecimal() else (0, value)


class ManyFilter(django_filters.Filter):
    """A facet: several values, any of which will do."""

    field_class = KnownValues

    def __init__(self, *, known: Callable[[str], bool] | Iterable[str], label: Any) -> None:
        test = known if callable(known) else frozenset(known).__contains__
        super().__init__(label=label, known=test)


class Amount(forms.DecimalField):
    def to_python(self, value: Any) -> Any:
        """``210,50`` and ``34 000`` are numbers too."""
        return super().to_python("".join(value.split()).replace(",", ".") if isinstance(value, str) else value)


class AmountFilter(django_filters.Filter):
    """An amount per hour."""

    field_class = Amount

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, min_value=0, max_value=1_000_000, max_digits=10, decimal_places=2)


class LineField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return clean(str(value or ""))


class LineFilter(django_filters.Filter):
    field_class = LineField


class Shared(dict[str, forms.Field]):
    """The fields of a kept form: one of these notes nothing of what it cleans, so no form needs copies of its own."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Shared:
        return self


class LenientForm(forms.Form):
    """Leaves out what it cannot use and remembers it in ``ignored``, instead of refusing the page."""

    _errors: ErrorDict | None

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        # Nobody draws its labels, so the sign behind them need not be put into the reader's language.
        super().__init__(data, label_suffix="", **kwargs)

    def full_clean(self) -> None:
        # Not the inherited one: that binds each field for being drawn, which nobody does.
        self.cleaned_data: dict[str, Any] = {}
        self.ignored: list[Ignored] = []
        self._errors = ErrorDict()
        aside: list[tuple[str, Sifted]] = []
        for name, field in self.fields.items() if self.is_bound else ():
            given = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if isinstance(field, KnownValues):
                sifted = field.sifted(given)
                self.cleaned_data[name] = sifted.good
                if sifted.unknown or sifted.surplus:
                    aside.append((name, sifted))
                continue
            try:
                self.cleaned_data[name] = field.clean(given)
            except ValidationError as refused:
                # A list says itself what it offers; a number or a day needs its reason.
                reason = "" if isinstance(field, forms.ChoiceField) else " ".join(refused.messages)
                self.leave_out(name, self.data.get(name, ""), reason)
        for name, sifted in aside:
            for value in sifted.unknown:
                self.note(name, value)
            for value in sifted.surplus[:1]:
                self.note(name, value, str(_("There are too many at once.")))

    def leave_out(self, name: str, value: object, reason: str = "") -> None:
        self.cleaned_data[name] = None
        self.note(name, value, reason)

    def note(self, name: str, value: object, reason: str = "") -> None:
        if len(self.ignored) < MOST_IGNORED:
            label = str(self.fields[name].label or name)
            self.ignored.append(Ignored(label, clean(str(value))[:SHOWN_LENGTH], reason, name))


# --- what is known ------------------------------------------------------------------------------------------


def is_language(code: str) -> bool:
    return code.isascii() and code.isalpha() and len(code) in {2, 3} and language_name(code, "en") != code


def is_currency(code: str) -> bool:
    return code.isascii() and code.isalpha() and code.isupper() and len(code) == 3 and currency_name(code, "en") != code


def is_pay_band(value: str) -> bool:
    band = band_range(value) if len(value) <= SHOWN_LENGTH else None
    return band is not None and is_currency(band[0])


def is_start(value: str) -> bool:
    """``2026-12``, or ``open``."""
    year, _dash, month = value.partition("-")
    is_number = year.isascii() and year.isdecimal() and month.isascii() and month.isdecimal()
    return value == NO_START or (is_number and len(year) == 4 and len(month) == 2 and year >= "2000" and "01" <= month <= "12")
