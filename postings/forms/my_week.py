"""What a visitor can and wants: the form behind the wishes that the device keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.forms import BaseForm
from callcenter_jobs.ui.widgets import ShiftGridField
from postings.enums import LanguageLevel
from postings.filters import plain
from postings.forms.posting_fields import AmountField, currencies, languages_of_work
from postings.search import places
from postings.search.fit import MOST_LANGUAGES, PLACE_LENGTH, Wishes

ROWS_AT_FIRST = 2


class MyWeekForm(BaseForm):
    """Nothing is required: what is not said judges nothing. ``rows`` of a language with its level, at most eight."""

    marks_optional = False

    week = ShiftGridField(label=_("When I can work"), required=False)
    place = forms.CharField(
        label=_("Where I want to work"),
        required=False,
        max_length=PLACE_LENGTH,
        help_text=_("A city, a region or a country."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    km = forms.TypedChoiceField(label=_("How far from there"), required=False, coerce=int, empty_value=None)
    pay = AmountField(label=_("Lowest pay per hour"), required=False, places=2, low=0, high=1_000_000)
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, wishes: Wishes, rows: int) -> None:
        self.rows = max(1, min(rows, MOST_LANGUAGES))
        super().__init__(data, initial=_initial(wishes))
        kilometers = [(km, _("Within %(km)s km") % {"km": km}) for km in (10, 25, 50, 100, 200)]
        self.fields["km"].choices = [(0, _("In the town itself")), *kilometers]  # type: ignore[attr-defined]
        self.fields["currency"].choices = [("", _("Choose")), *currencies()]  # type: ignore[attr-defined]
        spoken = [(code, capfirst(name)) for code, name in languages_of_work()]
        for row in range(self.rows):
            own = str(self.initial.get(f"language_{row}", ""))
            known = spoken if not own or own in dict(spoken) else [*spoken, (own, capfirst(language_name(own, get_language() or "en")))]
            self.fields[f"language_{row}"] = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("Choose")), *known])
            self.fields[f"level_{row}"] = forms.ChoiceField(
                label=_("My level"), required=False, choices=[("", _("Choose")), *LanguageLevel.choices]
            )

    @property
    def languages(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"language_{row}"], self[f"level_{row}"]) for row in range(self.rows)]

    @property
    def can_grow(self) -> bool:
        return self.rows < MOST_LANGUAGES

    def clean_place(self) -> str:
        text = " ".join(str(self.cleaned_data.get("place") or "").split())
        if text:
            found = places.resolve(text, language=get_language() or "en")
            if found is None or found.kind == "text":
                raise forms.ValidationError(_("We do not know this place. Write the nearest larger town, or the country."), code="unknown")
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("pay") is not None and not data.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Choose the currency."))
        for row in range(self.rows):
            language, level = data.get(f"language_{row}"), data.get(f"level_{row}")
            if language and not level and f"level_{row}" not in self.errors:
                self.add_error(f"level_{row}", _("Choose how well you speak it."))
            if level and not language and f"language_{row}" not in self.errors:
                self.add_error(f"language_{row}", _("Choose the language."))
        return data

    @property
    def wishes(self) -> Wishes:
        """What was said; only of a valid form."""
        data = self.cleaned_data
        pairs = [(data[f"language_{row}"], data[f"level_{row}"]) for row in range(self.rows)]
        pay = data["pay"]
        return Wishes(
            week=data["week"],
            languages=tuple(dict(pair for pair in pairs if pair[0]).items()),
            place=data["place"],
            km=(data["km"] or 0) if data["place"] else 0,
            pay=pay,
            currency=data["currency"] if pay is not None else "",
        )


def _initial(wishes: Wishes) -> dict[str, Any]:
    spoken = {
        name: value
        for row, (language, level) in enumerate(wishes.languages)
        for name, value in ((f"language_{row}", language), (f"level_{row}", level))
    }
    pay = {"pay": plain(wishes.pay), "currency": wishes.currency} if wishes.pay is not None else {}
    return {"week": wishes.week, "place": wishes.place, "km": wishes.km, **pay, **spoken}
