"""What the workshop's views share: who acts, and what the pages offer them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest

from callcenter_jobs.accounts.models import User
from postings.access import LibraryRight, get_library_member, has_library_right
from postings.models import LibraryMember
from postings.services.library import LibraryRefused


def actor(request: HttpRequest) -> User:
    """Who acts; only after ``rights`` has let them in."""
    return cast(User, request.user)


@dataclass(frozen=True, slots=True)
class Rights:
    """For templates, as ``may``: what to offer. The gates check again."""

    member: LibraryMember

    @property
    def edit(self) -> bool:
        return has_library_right(self.member, LibraryRight.EDIT)

    @property
    def review(self) -> bool:
        return has_library_right(self.member, LibraryRight.REVIEW)

    @property
    def import_files(self) -> bool:
        return has_library_right(self.member, LibraryRight.IMPORT)

    @property
    def languages(self) -> list[str]:
        """The languages whose words this member may write, in the order of the portal."""
        return [code for code, _name in settings.LANGUAGES if has_library_right(self.member, LibraryRight.TRANSLATE, language=code)]


def rights(request: HttpRequest, need: LibraryRight = LibraryRight.VIEW, *, language: str = "") -> Rights:
    """Lets in whoever has ``need`` (in ``language``): 404 for everybody outside the library, 403 for a member without it."""
    return Rights(get_library_member(request.user, need=need, language=language))


def language_or_404(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return language


def tried(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do ``act`` and tell how it went: ``done``, or why it was refused."""
    try:
        act()
    except LibraryRefused as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, done)
    return True


def number_of(text: str, otherwise: int = 0) -> int:
    """A place or a version number out of an address or a field."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise
