"""What the workshop's views share: who acts, and what the pages offer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest

from callcenter_jobs.accounts.models import User
from postings.access import LibraryRight, get_library_member, has_library_right
from postings.models import LibraryMember


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
