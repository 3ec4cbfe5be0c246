"""Who keeps the library: adding, changing and removing members. The last curator stays one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from postings.enums import LibraryAction, LibraryArea, LibraryRole
from postings.models import LibraryMember
from postings.services.library import LibraryRefused
from postings.services.library_history import record

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


@transaction.atomic
def add_member(*, email: str, role: str, languages: list[str], by: User) -> LibraryMember:
    """Takes in the person whose account has this confirmed address. Raises ``LibraryRefused`` when there is none."""
    from callcenter_jobs.accounts.models import User as Person

    address = email.strip()
    person = Person.objects.filter(emailaddress__email__iexact=address, emailaddress__verified=True, is_active=True).first()
    if person is None:
        raise LibraryRefused(_("No account has this confirmed address. Ask the person to sign up first, then add them."))
    try:
        with transaction.atomic():
            member = LibraryMember.objects.create(user=person, role=LibraryRole(role), languages=_in_order(languages))
    except IntegrityError:
        raise LibraryRefused(_("This person keeps the library already. Change their role in the list.")) from None
    record(LibraryArea.MEMBER, _key(member), LibraryAction.CREATED, by=by, after=_state(member))
    return member


@transaction.atomic
def change_member(member: LibraryMember, *, role: str, languages: list[str], by: User) -> LibraryMember:
    locked = _locked(member)
    before = _state(locked)
    if role != LibraryRole.CURATOR:
        _keep_a_curator(locked)
    locked.role, locked.languages = LibraryRole(role), _in_order(languages)
    if _state(locked) != before:
        locked.save()
        record(LibraryArea.MEMBER, _key(locked), LibraryAction.CHANGED, by=by, before=before, after=_state(locked))
    return locked


@transaction.atomic
def remove_member(member: LibraryMember, *, by: User) -> None:
    """From the next request on the person sees nothing of the workshop; what they wrote stays."""
    locked = _locked(member)
    _keep_a_curator(locked)
    record(LibraryArea.MEMBER, _key(locked), LibraryAction.REMOVED, by=by, before=_state(locked))
    locked.delete()


def _locked(member: LibraryMember) -> LibraryMember:
    """Locks all curators, so that two who remove each other come one after the other."""
    list(LibraryMember.objects.select_for_update().filter(role=LibraryRole.CURATOR).order_by("pk"))
    found = LibraryMember.objects.select_for_update(of=("self",)).select_related("user").filter(pk=member.pk).first()
    if found is None:
        raise LibraryRefused(_("This person does not keep the library any more."))
    return found


def _keep_a_curator(member: LibraryMember) -> None:
    if member.role != LibraryRole.CURATOR:
        return
    others = LibraryMember.objects.filter(role=LibraryRole.CURATOR, user__is_active=True).exclude(pk=member.pk)
    if not others.exists():
        raise LibraryRefused(_("The library needs a curator. Make somebody else a curator first."))


def _key(member: LibraryMember) -> str:
    """The account by number: its name and address leave with it, the history does not."""
    return f"user-{member.user_id}"


def _state(member: LibraryMember) -> dict[str, Any]:
    return {"role": str(member.role), "languages": list(member.languages)}


def _in_order(languages: list[str]) -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code in languages]
