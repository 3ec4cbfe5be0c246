"""How allauth behaves here: who a person is, where they may be sent, what a mail is told."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from callcenter_jobs.accounts.limits import client_ip
from callcenter_jobs.accounts.models import User
from callcenter_jobs.lib.mail_css import inlined

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

# A first guess, to be changed on the account page.
LIKELY_ZONES = {"nb": "Europe/Oslo", "sv": "Europe/Stockholm", "hr": "Europe/Zagreb"}
# Addresses in mails are built on BASE_URL: a forged Host header must not choose where a reset link points.
LINKS_IN_MAILS = ("activate_url", "password_reset_url", "signup_url")


def display_name(user: AbstractBaseUser) -> str:
    return str(user)


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: AbstractBaseUser, form: forms.BaseForm, commit: bool = True) -> AbstractBaseUser:
        """A new account reads its mails in the language of the page where it was made."""
        assert isinstance(user, User)
        user.name = form.cleaned_data.get("name", "")
        user.language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
        user.time_zone = LIKELY_ZONES.get(user.language, settings.TIME_ZONE)
        return super().save_user(request, user, form, commit)

    def is_safe_url(self, url: str | None) -> bool:
        """Only a path of this site: nothing that names a host, however spelled."""
        if not url or not url.startswith("/") or any(ord(character) < 32 or ord(character) == 127 for character in url):
            return False
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGOUT_REDIRECT_URL)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        told = {**context, "site_name": settings.SITE_NAME, "site_url": settings.BASE_URL}
        for key in LINKS_IN_MAILS:
            if key in told:
                told[key] = settings.BASE_URL + urlsplit(told[key])._replace(scheme="", netloc="").geturl()
        super().send_mail(template_prefix, email, told)

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """The text as it is written, and the same text in the frame of our other mails."""
        mail = super().render_mail(template_prefix, email, context, headers)
        told = {
            "site_name": settings.SITE_NAME,
            "language": get_language() or settings.LANGUAGE_CODE,
            "subject": mail.subject,
            "written_on": timezone.localdate(),
            # What follows the dashes is the signature, which the frame has already.
            "text": str(mail.body).partition("\n-- \n")[0].strip(),
        }
        assert isinstance(mail, EmailMultiAlternatives)
        mail.attach_alternative(inlined(render_to_string("account/email/message.html", told)), "text/html")
        return mail


class MFAAdapter(DefaultMFAAdapter):
    """Authenticator secrets are encrypted with ``SECRET_KEY``: a copy of the database alone is no second factor.

    Changing the key keeps them readable as long as the old one stands in ``SECRET_KEY_FALLBACKS``.
    """

    def _fernet(self) -> MultiFernet:
        # Megabytes in every process, for the moment in which somebody types a second factor.
        from cryptography.fernet import Fernet, MultiFernet

        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        digests = [hashlib.sha256(b"openline.mfa:" + str(key).encode()).digest() for key in keys]
        return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def encrypt(self, text: str) -> str:
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._fernet().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)
