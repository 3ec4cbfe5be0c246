"""Forms about the employer itself: its team, its sites, what it says about itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.accounts.forms import time_zones
from callcenter_jobs.accounts.validators import mailable_address, plain_line
from callcenter_jobs.lib.locale_names import countries, language_name
from callcenter_jobs.ui.forms import BaseForm, BaseModelForm
from postings.enums import MemberRole
from postings.models import Employer, Site

ABOUT_LENGTH = 2000


def _country_choices() -> list[tuple[str, str]]:
    return [("", str(_("Choose a country"))), *countries(get_language() or "en")]


def only_web_address(value: str) -> None:
    """A link that visitors click: the web and nothing else, and no name or password in front of the host."""
    try:
        parts = urlsplit(value)
        ok = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        ok = False
    if not ok:
        raise ValidationError(_("Enter an address that starts with https:// or http://."), code="scheme")


def line(label: Any, length: int, *, required: bool = True, help_text: Any = "", autocomplete: str = "off") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        validators=[plain_line],
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


class NewEmployerForm(BaseForm):
    name = line(_("Name of the employer"), 120, help_text=_("As candidates know it."), autocomplete="organization")
    country = forms.ChoiceField(label=_("Country"), choices=_country_choices, help_text=_("Where the employer is registered."))


class EmployerForm(BaseModelForm):
    """``about`` is one text per language; an empty one is not stored."""

    name = line(_("Name of the employer"), 120, autocomplete="organization")
    country = forms.ChoiceField(label=_("Country"), choices=_country_choices)
    website = forms.URLField(
        label=_("Website"), max_length=200, required=False, validators=[only_web_address], assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )  # fmt: skip
    response_promise_days = forms.IntegerField(
        label=_("Response promise in working days"),
        min_value=1,
        max_value=60,
        help_text=_("Candidates hear from you within this time. 1 to 60. Each posting can set its own."),
    )
    rejection_undo_hours = forms.IntegerField(
        label=_("Hours before a rejection is sent"),
        min_value=0,
        max_value=72,
        help_text=_("Until then you can undo it and the candidate was not told. 0 to 72."),
    )

    class Meta:
        model = Employer
        fields = ("name", "industry", "country", "website", "language", "response_promise_days", "rejection_undo_hours")
        labels = {"industry": _("Industry"), "language": _("Main language")}
        help_texts = {"language": _("Used where a text does not exist in the reader’s language.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts: dict[str, str] = self.instance.about or {}
        for code, _label in settings.LANGUAGES:
            self.fields[f"about_{code}"] = forms.CharField(
                label=_about_label(code),
                required=False,
                max_length=ABOUT_LENGTH,
                widget=forms.Textarea(attrs={"rows": 4, "lang": code}),
                initial=texts.get(code, ""),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        main = cleaned.get("language")
        texts = {code: cleaned.get(f"about_{code}", "").strip() for code, _label in settings.LANGUAGES}
        if main and any(texts.values()) and not texts[main] and f"about_{main}" not in self.errors:
            self.add_error(f"about_{main}", _("Write the text in your main language first."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        self.instance.about = {code: text for code, _label in settings.LANGUAGES if (text := self.cleaned_data[f"about_{code}"].strip())}
        return super().save(commit)


def _about_in(code: str) -> str:
    return str(_("About the employer, in %(language)s")) % {"language": language_name(code, get_language() or "en")}


_about_label = lazy(_about_in, str)


class SiteForm(BaseModelForm):
    name = line(_("Name of the site"), 80, help_text=_("For example Center Nord."))
    street = line(_("Street address"), 120, required=False, autocomplete="street-address")
    postal_code = line(_("Postal code"), 16, required=False, autocomplete="postal-code")
    city = line(_("City"), 80, autocomplete="address-level2")
    region = line(_("Region"), 80, required=False, autocomplete="address-level1")
    country = forms.ChoiceField(label=_("Country"), choices=_country_choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, help_text=_("Shifts at this site are in this zone."))

    class Meta:
        model = Site
        fields = ("name", "street", "postal_code", "city", "region", "country", "time_zone", "is_active")
        labels = {"is_active": _("In use: can be chosen for new postings")}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Site.objects.filter(employer_id=self.instance.employer_id, name__iexact=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("You have a site with this name already."), code="taken")
        return name


class InviteForm(BaseForm):
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, validators=[mailable_address], widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Only the owner of this address can accept."),
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, initial=MemberRole.RECRUITER)


class RoleForm(BaseForm):
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices)
