"""Who must have a second factor.

Operators must when ``REQUIRE_MFA_FOR_STAFF`` is on; an app may register further rules in its
``AppConfig.ready()`` (``postings`` does, for members of hiring teams).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

Rule = Callable[["User"], bool]

_rules: list[Rule] = []


def register(rule: Rule) -> None:
    if rule not in _rules:
        _rules.append(rule)


def must_have(user: User) -> bool:
    if settings.REQUIRE_MFA_FOR_STAFF and (user.is_staff or user.is_superuser):
        return True
    return any(rule(user) for rule in _rules)


def is_missing(user: User) -> bool:
    return must_have(user) and not is_mfa_enabled(user)
