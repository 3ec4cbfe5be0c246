"""Making an account outside the sign-up form: demo people, tests, the first operator."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from callcenter_jobs.accounts.models import User


def create_person(*, email: str, name: str, password: str | None = None, language: str = "en", **fields: Any) -> User:
    """An account whose address counts as confirmed. Without a password it signs in by code or passkey."""
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, language=language, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def owns_address(user: User, email: str) -> bool:
    """Whether the person has shown that mail to ``email`` reaches them."""
    return bool(EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists())
