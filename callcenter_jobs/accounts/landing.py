"""Where somebody arrives after signing in.

The foundation knows no domain app; each app registers, in its ``AppConfig.ready()``, a function that answers
the URL of its own home for people who belong there, or ``None``. The lowest order that answers wins.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

Home = Callable[["User"], str | None]

_homes: list[tuple[int, Home]] = []


def register(home: Home, *, order: int) -> None:
    if all(known is not home for _order, known in _homes):
        _homes.append((order, home))
        _homes.sort(key=lambda entry: entry[0])


def home_of(user: User) -> str:
    """The page to open, in the active language; the account page when no app claims the person."""
    for _order, home in _homes:
        url = home(user)
        if url:
            return url
    return reverse("accounts:profile")
