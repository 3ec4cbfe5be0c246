"""The title dictionary: adding, removing and preferring what people call a role."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.models import Role, TitleAlias
from postings.services.library import LibraryRefused

MOST_TITLES = 80


def add_title(role: Role, *, language: str, text: str) -> TitleAlias:
    """A further name that people search for. Raises ``LibraryRefused`` for one that is there already."""
    if role.titles.filter(language=language).count() >= MOST_TITLES:
        raise LibraryRefused(_("A role has at most %(limit)d titles per language.") % {"limit": MOST_TITLES})
    is_first = not role.titles.filter(language=language, is_preferred=True).exists()
    try:
        with transaction.atomic():
            return TitleAlias.objects.create(
                role=role, language=language, text=text, normalized=search_key(text), is_preferred=is_first, source="curator"
            )
    except IntegrityError:
        raise LibraryRefused(_("“%(title)s” is already in this list.") % {"title": text}) from None


def remove_title(title: TitleAlias) -> None:
    if title.is_preferred:
        raise LibraryRefused(_("The preferred title cannot be removed. Prefer another one first."))
    title.delete()


@transaction.atomic
def prefer_title(title: TitleAlias) -> None:
    """Make ``title`` the one that pages show."""
    rows = TitleAlias.objects.select_for_update().filter(role_id=title.role_id, language=title.language)
    rows.filter(is_preferred=True).update(is_preferred=False)
    rows.filter(pk=title.pk).update(is_preferred=True)
