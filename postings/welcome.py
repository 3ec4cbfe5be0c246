"""Where members and curators arrive after signing in, and whether they need a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from callcenter_jobs.accounts import landing, mfa
from postings.models import LibraryMember, Membership

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


def desk_home(user: User) -> str | None:
    """The only employer's desk, or the list of several."""
    slugs = list(Membership.objects.filter(user=user).values_list("employer__slug", flat=True)[:2])
    if not slugs:
        return None
    return reverse("hiring:home", args=slugs) if len(slugs) == 1 else reverse("team:chooser")


def library_home(user: User) -> str | None:
    return reverse("curate:home") if LibraryMember.objects.filter(user=user).exists() else None


def desk_needs_mfa(user: User) -> bool:
    return bool(settings.REQUIRE_MFA_FOR_DESK) and Membership.objects.filter(user=user).exists()


def register() -> None:
    landing.register(desk_home, order=10)
    landing.register(library_home, order=20)
    mfa.register(desk_needs_mfa)
