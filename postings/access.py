"""The gate of the hiring team's and the curators' areas: fetching is the permission check.

A stranger gets 404, exactly as for a thing that does not exist; a member whose role lacks the right gets
403. docs/permissions.md shows the table.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from postings.enums import LibraryRole, MemberRole
from postings.models import Employer, LibraryMember, Membership, Posting

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


class Right(Enum):
    """What a member may do for their employer."""

    VIEW = auto()  # see postings, boards and applications
    EDIT_POSTINGS = auto()  # write, publish, pause, close
    MOVE = auto()  # move, reject, resend mails
    NOTE = auto()  # write notes on applications
    SEE_CONTACT = auto()  # e-mail address, phone, résumé
    MANAGE_TEAM = auto()  # members, invitations, sites, settings


RIGHTS: dict[MemberRole, frozenset[Right]] = {
    MemberRole.OWNER: frozenset(Right),
    MemberRole.RECRUITER: frozenset({Right.VIEW, Right.EDIT_POSTINGS, Right.MOVE, Right.NOTE, Right.SEE_CONTACT}),
    MemberRole.HIRING_MANAGER: frozenset({Right.VIEW, Right.MOVE, Right.NOTE, Right.SEE_CONTACT}),
    MemberRole.INTERVIEWER: frozenset({Right.VIEW, Right.NOTE}),
}


def has_right(membership: Membership, need: Right) -> bool:
    return need in RIGHTS[MemberRole(membership.role)]


def get_membership_for(user: User | AnonymousUser, slug: str, *, need: Right = Right.VIEW) -> Membership:
    """The user's membership of the employer, with the employer; 404 for strangers, 403 without ``need``."""
    membership = (
        Membership.objects.select_related("employer").filter(employer__slug=slug, user_id=user.pk, user__is_active=True).first()
        if user.is_authenticated
        else None
    )
    if membership is None:
        raise Http404
    if not has_right(membership, need):
        raise PermissionDenied
    return membership


def get_employer_for(user: User | AnonymousUser, slug: str, *, need: Right = Right.VIEW) -> Employer:
    return get_membership_for(user, slug, need=need).employer


def get_posting_for(user: User | AnonymousUser, slug: str, code: str, *, need: Right = Right.VIEW) -> Posting:
    """The employer's posting, checked in this order: membership, posting, right."""
    membership = get_membership_for(user, slug)
    posting = Posting.objects.for_page().filter(employer=membership.employer, code=code).first()
    if posting is None:
        raise Http404
    if not has_right(membership, need):
        raise PermissionDenied
    return posting


class LibraryRight(Enum):
    """What a keeper of the role library may do."""

    VIEW = auto()  # see everything, history included
    TRANSLATE = auto()  # write words in the languages they were given
    EDIT = auto()  # order, facts, titles, pay figures, careers, kits; start, submit and drop drafts
    REVIEW = auto()  # publish what was sent to review, or send it back
    IMPORT = auto()  # apply imported files


LIBRARY_RIGHTS: dict[LibraryRole, frozenset[LibraryRight]] = {
    LibraryRole.CURATOR: frozenset(LibraryRight),
    LibraryRole.REVIEWER: frozenset({LibraryRight.VIEW, LibraryRight.TRANSLATE, LibraryRight.REVIEW}),
    LibraryRole.TRANSLATOR: frozenset({LibraryRight.VIEW, LibraryRight.TRANSLATE}),
}


def has_library_right(member: LibraryMember, need: LibraryRight, *, language: str = "") -> bool:
    """``language`` bounds writing words: a member with languages of their own writes in those only."""
    if need not in LIBRARY_RIGHTS[LibraryRole(member.role)]:
        return False
    return not (language and member.languages and language not in member.languages)


def get_library_member(user: User | AnonymousUser, *, need: LibraryRight = LibraryRight.VIEW, language: str = "") -> LibraryMember:
    """The user's place among the curators; 404 for everybody else, 403 without ``need`` (in ``language``)."""
    member = LibraryMember.objects.filter(user_id=user.pk, user__is_active=True).first() if user.is_authenticated else None
    if member is None:
        raise Http404
    if not has_library_right(member, need, language=language):
        raise PermissionDenied
    return member
