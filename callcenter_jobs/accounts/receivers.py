"""What happens around signing in."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from callcenter_jobs.accounts.models import User


@receiver(user_logged_in)
def start_clocks(sender: type[User], request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """The session's age counts from here (``SessionAgeMiddleware``)."""
    if request is not None and hasattr(request, "session"):
        request.session["signed_in_at"] = request.session["seen_at"] = int(time.time())
