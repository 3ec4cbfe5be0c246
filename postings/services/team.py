"""Joining, changing and leaving a hiring team; opening an employer.

An invitation's token is derived from the row and ``SECRET_KEY`` and only its hash is stored: the mail can be
written (and written again) from the row, and a copy of the database opens no door. Renewing an invitation
moves its expiry, which makes a new token and so ends the old link.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.accounts.people import owns_address
from callcenter_jobs.lib.codes import new_code
from callcenter_jobs.lib.text import slug_of
from callcenter_jobs.outbox import queue
from postings.enums import MemberRole
from postings.models import Employer, Invitation, Membership

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

logger = logging.getLogger(__name__)

LIFETIME = timedelta(days=7)
MOST_PENDING = 50
LINK_SALT = "postings.invitation"
# Words that stand in the place of an employer's slug in our own addresses.
RESERVED_SLUGS = frozenset({"new", "team", "postings", "settings", "admin"})


class TeamError(ValidationError):
    """What the person asked for is not possible now; the message says why, for them to read."""


class WrongAccount(TeamError):
    """The invitation is for an address that this account has not confirmed as its own."""


# --- invitations -----------------------------------------------------------------------------


def token_of(invitation: Invitation) -> str:
    """The secret of the link: 256 bits, the same each time for the same row and expiry."""
    value = f"{invitation.code}:{int(invitation.expires_at.timestamp())}"
    return salted_hmac(LINK_SALT, value, algorithm="sha256").hexdigest()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation of a link, whatever its state; ``None`` for a link that never was or was replaced."""
    return Invitation.objects.select_related("employer", "invited_by").filter(token_hash=hash_of(token)).first()


def is_open(invitation: Invitation, *, at: datetime | None = None) -> bool:
    at = at or timezone.now()
    return invitation.accepted_at is None and invitation.revoked_at is None and invitation.expires_at > at


def invite(*, employer: Employer, email: str, role: str, by: User) -> Invitation:
    """Invites an address and queues its mail. Raises ``TeamError`` when it makes no sense."""
    email = email.strip().lower()
    role = MemberRole(role)
    if Membership.objects.filter(employer=employer, user__emailaddress__email__iexact=email, user__emailaddress__verified=True).exists():
        raise TeamError(_("This person is in the team already."), code="member")
    pending = Invitation.objects.filter(employer=employer, accepted_at=None, revoked_at=None)
    if pending.filter(expires_at__gt=timezone.now()).count() >= MOST_PENDING:
        raise TeamError(_("Too many invitations are waiting. Revoke some first."), code="too_many")
    try:
        with transaction.atomic():
            invitation = pending.select_for_update().filter(email__iexact=email).first()
            if invitation is not None and is_open(invitation):
                raise TeamError(_("An invitation to this address is waiting already. You can send it again below."), code="pending")
            invitation = invitation or Invitation(employer=employer, email=email)
            invitation.role, invitation.invited_by = role, by
            _renew(invitation)
    except IntegrityError:
        # Somebody else invited the same address between the look and the write.
        raise TeamError(_("An invitation to this address is waiting already. You can send it again below."), code="pending") from None
    logger.info("invitation %s made for employer %s by user %s as %s", invitation.code, employer.code, by.pk, role)
    return invitation


def resend(invitation: Invitation, *, by: User) -> Invitation:
    """A new link and a new mail; the old link stops working."""
    with transaction.atomic():
        locked = Invitation.objects.select_for_update().select_related("employer").get(pk=invitation.pk)
        if locked.accepted_at is not None or locked.revoked_at is not None:
            raise TeamError(_("This invitation is closed."), code="closed")
        queue.cancel(about=_about(locked), by=f"user:{by.pk}")
        _renew(locked)
    return locked


def revoke(invitation: Invitation, *, by: User) -> bool:
    """Ends the link and stops a mail that is still waiting. False when it was accepted or revoked before."""
    with transaction.atomic():
        changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())
        if changed:
            queue.cancel(about=_about(invitation), by=f"user:{by.pk}")
            logger.info("invitation %s revoked by user %s", invitation.code, by.pk)
    return bool(changed)


def accept(*, token: str, by: User) -> Membership:
    """Makes ``by`` a member. One conditional UPDATE decides, so of many at the same time one gets through."""
    invitation = find_invitation(token)
    if invitation is None or not is_open(invitation):
        raise TeamError(_("This invitation is no longer valid."), code="closed")
    if not owns_address(by, invitation.email):
        raise WrongAccount(_("This invitation is for another e-mail address."), code="wrong_account")
    with transaction.atomic():
        now = timezone.now()
        consumed = Invitation.objects.filter(
            pk=invitation.pk, token_hash=invitation.token_hash, accepted_at=None, revoked_at=None, expires_at__gt=now
        ).update(accepted_at=now, accepted_by=by)
        if not consumed:
            raise TeamError(_("This invitation is no longer valid."), code="closed")
        # Someone who joined by another way keeps the role that they have.
        membership, _created = Membership.objects.get_or_create(employer=invitation.employer, user=by, defaults={"role": invitation.role})
    logger.info("invitation %s accepted by user %s", invitation.code, by.pk)
    return membership


def _about(invitation: Invitation) -> str:
    return f"invitation:{invitation.code}"


def _renew(invitation: Invitation) -> None:
    """Sets a new expiry and with it a new token, saves, and queues the mail."""
    expires_at = (timezone.now() + LIFETIME).replace(microsecond=0)
    # Twice within a second must still make two links.
    if invitation.pk and invitation.expires_at and expires_at <= invitation.expires_at:
        expires_at = invitation.expires_at + timedelta(seconds=1)
    invitation.expires_at = expires_at
    invitation.token_hash = hash_of(token_of(invitation))
    invitation.save()
    queue.enqueue(
        kind="invitation",
        to=invitation.email,
        language=_language_for(invitation),
        context={"invitation": invitation.code},
        dedupe_key=f"invitation:{invitation.code}:{int(expires_at.timestamp())}",
        message_class="security",
        about=_about(invitation),
        expires_at=expires_at,
    )


def _language_for(invitation: Invitation) -> str:
    """The language of the account that owns the address, else the employer's."""
    from callcenter_jobs.accounts.models import User as Person

    known = Person.objects.filter(emailaddress__email__iexact=invitation.email, emailaddress__verified=True).values_list(
        "language", flat=True
    )
    return known.first() or invitation.employer.language


# --- members ---------------------------------------------------------------------------------


def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Raises ``TeamError`` when nobody would be left to manage the team."""
    role = MemberRole(role)
    with transaction.atomic():
        locked = _lock_team(membership)
        if role != MemberRole.OWNER:
            _keep_an_owner(locked)
        locked.role = role
        locked.save(update_fields=["role"])
    logger.info("membership %s is now %s, by user %s", membership.code, role, by.pk)
    return locked


def remove(membership: Membership, *, by: User) -> None:
    """From the next request on the person sees nothing of this employer."""
    with transaction.atomic():
        locked = _lock_team(membership)
        _keep_an_owner(locked)
        locked.delete()
    logger.info("membership %s removed by user %s", membership.code, by.pk)


def _lock_team(membership: Membership) -> Membership:
    """Locks the employer's row: two owners who remove each other come one after the other."""
    Employer.objects.select_for_update().get(pk=membership.employer_id)
    found = Membership.objects.filter(pk=membership.pk).first()
    if found is None:
        raise TeamError(_("This person is not in the team anymore."), code="gone")
    return found


def _keep_an_owner(membership: Membership) -> None:
    if membership.role != MemberRole.OWNER:
        return
    others = Membership.objects.filter(employer_id=membership.employer_id, role=MemberRole.OWNER, user__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise TeamError(_("A team needs an owner. Make somebody else an owner first."), code="last_owner")


# --- employers -------------------------------------------------------------------------------


def create_employer(*, name: str, country: str, by: User) -> Employer:
    """A new employer, owned by ``by``. The slug comes from the name; a taken one gets a random tail."""
    base = slug_of(name)[:50] or "employer"
    taken = base in RESERVED_SLUGS or Employer.objects.filter(slug=base).exists()
    slug = f"{base}-{new_code(5).lower()}" if taken else base
    with transaction.atomic():
        employer = _insert_employer(name=name, slug=slug, country=country, by=by)
        Membership.objects.create(employer=employer, user=by, role=MemberRole.OWNER)
    logger.info("employer %s opened by user %s", employer.code, by.pk)
    return employer


def _insert_employer(*, name: str, slug: str, country: str, by: User) -> Employer:
    try:
        with transaction.atomic():
            return Employer.objects.create(name=name, slug=slug, country=country, language=by.language)
    except IntegrityError:
        # The same name at the same moment: the tail makes it ours.
        return Employer.objects.create(name=name, slug=f"{slug[:50]}-{new_code(5).lower()}", country=country, language=by.language)
