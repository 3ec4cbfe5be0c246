"""Asking for a job alert, and what its owner can do with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applicants.enums import AlertFrequency
from applicants.forms.fields import MailField
from applicants.forms.screens import TrapMixin
from applicants.models.alert import QUERY_LENGTH
from callcenter_jobs.ui.forms import BaseForm
from postings.saved_searches import alert_query


class AlertForm(TrapMixin, BaseForm):
    """An address and how often. ``search`` is the query of the results page; what is no filter is left out of it."""

    email = MailField(label=_("E-mail address"), help_text=_("We first send you a link to confirm it."))
    frequency = forms.ChoiceField(
        label=_("How often at most"),
        choices=AlertFrequency.choices,
        initial=AlertFrequency.DAILY.value,
        widget=forms.RadioSelect,
    )
    search = forms.CharField(required=False, widget=forms.HiddenInput)
    field_order = ("email", "frequency")

    def clean_search(self) -> str:
        return kept_search(str(self.cleaned_data["search"]))


def kept_search(typed: str) -> str:
    """The search as it is kept. One that is too long to be kept is refused, not cut: it would be another search."""
    if len(typed) <= 4 * QUERY_LENGTH:
        kept = alert_query(QueryDict(typed), language=get_language() or "en")
        if len(kept) <= QUERY_LENGTH:
            return kept
    raise ValidationError(_("This search is too long for an alert. Take away some filters."), code="too_long")


class ManageForm(forms.Form):
    """What the owner's page posts. ``alert`` is the code of one of the address's alerts; not needed for all of them."""

    ACTIONS = ("confirm", "stop", "resume", "daily", "weekly", "delete_all")

    alert = forms.CharField(required=False, max_length=26)
    action = forms.ChoiceField(choices=[(name, name) for name in ACTIONS])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("action") != "delete_all" and not cleaned.get("alert"):
            raise ValidationError(_("Choose an alert."), code="no_alert")
        return cleaned
