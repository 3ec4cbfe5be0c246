"""Which applications are a signed-in person's own: those sent with an address that they have verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q

from applicants.models import Application, Candidate
from applicants.querysets import ApplicationQuerySet

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


def verified_addresses(user: User) -> list[str]:
    """In lower case, the primary one first."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").values_list("email", flat=True)
    return [address.lower() for address in found]


@transaction.atomic
def link_candidate(user: User) -> Candidate | None:
    """Tie the candidate of a verified address to the account, if neither is tied yet. Returns the account's candidate."""
    linked = Candidate.objects.filter(user=user).first()
    if linked:
        return linked
    addresses = verified_addresses(user)
    free = {item.email: item for item in Candidate.objects.select_for_update().filter(email__in=addresses, user=None)}
    for address in addresses:
        if address in free:
            free[address].user = user
            free[address].save(update_fields=["user"])
            return free[address]
    return None


def applications_of(user: User) -> ApplicationQuerySet:
    """Newest first. An address that now belongs to another account shows nothing here."""
    mine = Q(candidate__user=user) | Q(candidate__email__in=verified_addresses(user), candidate__user=None)
    return Application.objects.filter(mine).select_related("employer", "posting", "posting__plan", "posting__site", "stage", "candidate")
