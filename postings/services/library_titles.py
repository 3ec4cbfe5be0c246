"""The title dictionary: adding, removing and preferring what people call a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.enums import LibraryAction, LibraryArea
from postings.models import Role, TitleAlias
from postings.services.library import LibraryRefused
from postings.services.library_history import record

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

MOST_TITLES = 80


@transaction.atomic
def add_title(role: Role, *, language: str, text: str, by: User) -> TitleAlias:
    """A further name that people search for. Raises ``LibraryRefused`` for one that is there already, or that
    leads to another role: a name that meant two roles would bring the wrong postings to half of its searchers."""
    Role.objects.select_for_update().get(pk=role.pk)
    if role.titles.filter(language=language).count() >= MOST_TITLES:
        raise LibraryRefused(_("A role has at most %(limit)d titles per language.") % {"limit": MOST_TITLES})
    other = TitleAlias.objects.filter(language=language, normalized=search_key(text)).exclude(role=role).select_related("role").first()
    if other is not None:
        raise LibraryRefused(_("“%(title)s” already leads to the role %(role)s.") % {"title": text, "role": other.role.title_in()})
    is_first = not role.titles.filter(language=language, is_preferred=True).exists()
    try:
        with transaction.atomic():
            title = TitleAlias.objects.create(
                role=role, language=language, text=text, normalized=search_key(text), is_preferred=is_first, source="curator"
            )
    except IntegrityError:
        raise LibraryRefused(_("“%(title)s” is already in this list.") % {"title": text}) from None
    record(LibraryArea.TITLE, role.key, LibraryAction.CREATED, by=by, language=language, after=text)
    return title


@transaction.atomic
def remove_title(title: TitleAlias, *, by: User) -> None:
    if _locked(title).is_preferred:
        raise LibraryRefused(_("The preferred title cannot be removed. Prefer another one first."))
    record(LibraryArea.TITLE, title.role.key, LibraryAction.REMOVED, by=by, language=title.language, before=title.text)
    title.delete()


@transaction.atomic
def prefer_title(title: TitleAlias, *, by: User) -> None:
    """Make ``title`` the one that pages show."""
    _locked(title)
    rows = TitleAlias.objects.filter(role_id=title.role_id, language=title.language)
    before = next((row.text for row in rows if row.is_preferred), "")
    rows.filter(is_preferred=True).update(is_preferred=False)
    rows.filter(pk=title.pk).update(is_preferred=True)
    record(LibraryArea.TITLE, title.role.key, LibraryAction.PREFERRED, by=by, language=title.language, before=before, after=title.text)


def _locked(title: TitleAlias) -> TitleAlias:
    """The title as it is now, with its role locked: as many as act on a role's titles do so one after the other."""
    Role.objects.select_for_update().get(pk=title.role_id)
    found = TitleAlias.objects.filter(pk=title.pk).first()
    if found is None:
        raise LibraryRefused(_("Somebody has removed this title meanwhile."))
    return found
