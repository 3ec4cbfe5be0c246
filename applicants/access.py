"""Fetching an application is the permission check, for the desk and for the private status link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from applicants.models import Application, ApplicationDraft, Candidate, Document
from postings.access import Right, get_membership_for, has_right
from postings.models import Membership, Posting

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

LINK_SALT = "applicants.status-link"
MAC_LENGTH = 43  # hexadecimal characters of the mac that stand in the link: 172 bits


RELATED = ("employer", "posting", "posting__plan", "stage", "start_class", "candidate")


def open_application(user: User | AnonymousUser, slug: str, code: str, *, need: Right = Right.VIEW) -> tuple[Membership, Application]:
    """The employer's application and who is looking: membership first, then the row, then the right."""
    membership = get_membership_for(user, slug)
    application = Application.objects.of(membership.employer).select_related(*RELATED).filter(code=code).first()
    if application is None:
        raise Http404
    _require(membership, need)
    return membership, application


def get_application_for(user: User | AnonymousUser, slug: str, code: str, *, need: Right = Right.VIEW) -> Application:
    return open_application(user, slug, code, need=need)[1]


def open_board(user: User | AnonymousUser, slug: str, code: str, *, need: Right = Right.VIEW) -> tuple[Membership, Posting]:
    """The employer's posting with its stages and titles, and who is looking; leaner than the posting's own page."""
    membership = get_membership_for(user, slug)
    postings = Posting.objects.of(membership.employer).select_related("plan").prefetch_related("texts", "plan__stages")
    posting = postings.filter(code=code).first()
    if posting is None:
        raise Http404
    posting.employer = membership.employer
    _require(membership, need)
    return membership, posting


def _require(membership: Membership, need: Right) -> None:
    if not has_right(membership, need):
        raise PermissionDenied


def _mac(application: Application, *, key: str | bytes | None = None) -> str:
    value = f"{application.code}:{application.link_version}"
    return salted_hmac(LINK_SALT, value, secret=key, algorithm="sha256").hexdigest()[:MAC_LENGTH]


def status_token(application: Application) -> str:
    """The secret part of the private link. Nothing is stored: it is derived from the code, the link's version
    and SECRET_KEY, so raising ``link_version`` revokes every link given out before. A link made with an earlier
    key opens as long as that key stands in SECRET_KEY_FALLBACKS: links in mails outlive a change of the key."""
    return f"{application.code}-{_mac(application)}"


def get_application_by_token(token: str) -> Application:
    """The application of a private link. A wrong, revoked or unknown link is 404, and takes the same time."""
    code, _, mac = token.partition("-")
    application = (
        Application.objects.select_related("employer", "posting", "posting__plan", "posting__site", "stage", "start_class", "candidate")
        .filter(code=code)
        .first()
    )
    keys: list[str | bytes | None] = [None, *settings.SECRET_KEY_FALLBACKS]
    matches = [constant_time_compare(mac, _mac(application or Application(code=code), key=key)) for key in keys]
    if application is None or not any(matches):
        raise Http404
    return application


def get_candidate_for(user: User) -> Candidate | None:
    """The signed-in person's candidate row, found by account; linked to it only through a verified address."""
    return Candidate.objects.filter(user=user).first()


def get_draft(code: str, key: str) -> ApplicationDraft:
    """The draft of a posting. Its key is the permission; an expired one is gone, like an unknown one."""
    draft = ApplicationDraft.objects.filter(posting__code=code, key=key, expires_at__gt=timezone.now()).first()
    if draft is None:
        raise Http404
    return draft


def get_document_for(user: User | AnonymousUser, slug: str, code: str) -> Document:
    """The employer's document without its bytes; needs the right to see contact details."""
    membership = get_membership_for(user, slug)
    document = Document.objects.defer("text").select_related("application").filter(employer=membership.employer, code=code).first()
    if document is None:
        raise Http404
    if not has_right(membership, Right.SEE_CONTACT):
        raise PermissionDenied
    return document
