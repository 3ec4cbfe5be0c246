"""What happens around signing in."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in as signed_in_on_our_page
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from callcenter_jobs.accounts.models import User

DEVICE_COOKIE = "device"
DEVICE_SALT = "accounts.device"
DEVICE_AGE = 400 * 24 * 3600
MOST_ON_A_DEVICE = 10
# Right after signing up the first sign-in is no news.
NEWCOMER_SECONDS = 3600


@receiver(user_logged_in)
def start_clocks(sender: type[User], request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """The session's age counts from here (``SessionAgeMiddleware``)."""
    if request is not None and hasattr(request, "session"):
        request.session["signed_in_at"] = request.session["seen_at"] = int(time.time())


@receiver(signed_in_on_our_page)
def tell_of_a_new_device(sender: type[User], request: HttpRequest, response: HttpResponse, user: User, **kwargs: Any) -> None:
    """Writes to the owner when a browser signs in that has not been used for this account before."""
    known = _known_on(request)
    if user.pk in known:
        return
    if (timezone.now() - user.joined_at).total_seconds() > NEWCOMER_SECONDS:
        get_adapter(request).send_notification_mail("account/email/new_device", user)
    value = signing.dumps([*known, user.pk][-MOST_ON_A_DEVICE:], salt=DEVICE_SALT)
    response.set_cookie(DEVICE_COOKIE, value, max_age=DEVICE_AGE, secure=settings.USES_TLS, httponly=True, samesite="Lax")


def _known_on(request: HttpRequest) -> list[int]:
    """The accounts that have signed in with this browser, from its signed cookie."""
    try:
        return list(signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_AGE))
    except signing.BadSignature:
        return []
