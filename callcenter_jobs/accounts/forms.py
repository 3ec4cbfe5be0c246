"""The forms of an account. allauth's own are used, with our labels and without placeholders in place of labels."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.validators import mailable_address, plain_line


class PlainFieldsMixin:
    """A placeholder disappears when one types, so it can't be the label."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in {"email", "login"}:
                field.label = _("E-mail address")
                field.widget.attrs["autocomplete"] = "username" if name == "login" else "email"
                field.widget.attrs["maxlength"] = "254"
                field.validators = [*field.validators, mailable_address]
            elif name == "code":
                field.widget.attrs["maxlength"] = "20"
                field.widget.attrs.setdefault("autocomplete", "one-time-code")
            elif name in {"password", "oldpassword", "password1", "password2"}:
                field.widget.attrs["maxlength"] = "128"
                field.widget.attrs.setdefault("autocomplete", "new-password")


class LoginForm(PlainFieldsMixin, allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class SignupForm(PlainFieldsMixin, allauth_forms.SignupForm):
    field_order = ("name", "email", "password1")
    name = forms.CharField(
        label=_("Your name"), max_length=120, validators=[plain_line], widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Somebody who came from an invitation starts with the address that it was sent to.
        request = context.request
        invited = request.session.get("invited_email", "") if request is not None else ""
        if invited:
            self.fields["email"].initial = invited


class AddEmailForm(PlainFieldsMixin, allauth_forms.AddEmailForm):
    pass


class ResetPasswordForm(PlainFieldsMixin, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainFieldsMixin, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(PlainFieldsMixin, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainFieldsMixin, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(PlainFieldsMixin, allauth_forms.ReauthenticateForm):
    pass


class RequestLoginCodeForm(PlainFieldsMixin, allauth_forms.RequestLoginCodeForm):
    pass


class ChangeEmailForm(PlainFieldsMixin, allauth_forms.ChangeEmailForm):
    pass


class ConfirmLoginCodeForm(PlainFieldsMixin, allauth_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailForm(PlainFieldsMixin, allauth_forms.ConfirmEmailVerificationCodeForm):
    pass


class ActivateTOTPForm(PlainFieldsMixin, totp_forms.ActivateTOTPForm):
    pass


class AuthenticateForm(PlainFieldsMixin, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateMFAForm(PlainFieldsMixin, mfa_forms.ReauthenticateForm):
    pass


@cache
def time_zones() -> list[tuple[str, str]]:
    """Every zone that is named after a place, with UTC first."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    name = forms.CharField(
        label=_("Your name"), max_length=120, validators=[plain_line], widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, help_text=_("Dates and times are shown in this zone."))

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        labels = {"language": _("Language")}
        help_texts = {"language": _("Our e-mails to you use this language.")}
