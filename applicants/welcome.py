"""Where somebody who only applies arrives after signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from callcenter_jobs.accounts import landing

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


def own_applications(user: User) -> str | None:
    return reverse("me:home")


def register() -> None:
    # After the hiring teams and the curators: everybody may have applied somewhere.
    landing.register(own_applications, order=90)
