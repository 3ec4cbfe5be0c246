"""Fetching an application is the permission check, for the desk and for private links."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac

from applicants.models import Application, Candidate, Document, JobAlert
from postings.access import Right, get_membership_for, has_right
from postings.models import Membership, Posting

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

LINK_SALT = "applicants.status-link"
MAC_LENGTH = 43  # hexadecimal characters of the mac that stand in the link: 172 bits
RELATED = ("employer", "posting", "posting__plan", "stage", "start_class", "candidate")


class AlertLink(StrEnum):
    """What a link in a mail about a job alert can do, and nothing else: mail providers see the one that stops."""

    CONFIRM = "confirm"
    STOP = "stop"
    MANAGE = "manage"


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


def _derived(salt: str, value: str, key: str | bytes | None = None) -> str:
    return salted_hmac(salt, value, secret=key, algorithm="sha256").hexdigest()[:MAC_LENGTH]


def _matches(mac: str, salt: str, value: str) -> bool:
    """Whether this or an earlier key made ``mac``. Takes the same time whatever is wrong with it."""
    keys: list[str | bytes | None] = [None, *settings.SECRET_KEY_FALLBACKS]
    found = [constant_time_compare(mac, _derived(salt, value, key)) for key in keys]
    return any(found)


def _value(application: Application) -> str:
    return f"{application.code}:{application.link_version}"


def status_token(application: Application) -> str:
    """The secret part of the private link. Nothing is stored: it is derived from the code, the link's version
    and SECRET_KEY, so raising ``link_version`` revokes every link given out before. A link made with an earlier
    key opens as long as that key stands in SECRET_KEY_FALLBACKS: links in mails outlive a change of the key."""
    return f"{application.code}-{_derived(LINK_SALT, _value(application))}"


def get_application_by_token(token: str) -> Application:
    """The application of a private link. A wrong, revoked or unknown link is 404, and takes the same time."""
    code, _, mac = token.partition("-")
    application = (
        Application.objects.select_related("employer", "posting", "posting__plan", "posting__site", "stage", "start_class", "candidate")
        .filter(code=code)
        .first()
    )
    if not _matches(mac, LINK_SALT, _value(application or Application(code=code))) or application is None:
        raise Http404
    return application


def alert_token(alert: JobAlert, link: AlertLink) -> str:
    """The secret part of a link in a job alert's mails. Derived like the status link, for one purpose each."""
    return f"{alert.code}-{_derived(_alert_salt(link), alert.code)}"


def get_alert_by_token(token: str, link: AlertLink) -> JobAlert:
    """The alert of a private link. A wrong link, one for another purpose and one of a deleted alert are 404 alike."""
    code, _dash, mac = token.partition("-")
    alert = JobAlert.objects.filter(code=code).first()
    if not _matches(mac, _alert_salt(link), code) or alert is None:
        raise Http404
    return alert


def _alert_salt(link: AlertLink) -> str:
    return f"applicants.alert-{link.value}"


def get_candidate_for(user: User) -> Candidate | None:
    """The signed-in person's candidate row, found by account; linked to it only through a verified address."""
    return Candidate.objects.filter(user=user).first()


def get_document_for(user: User | AnonymousUser, slug: str, code: str) -> Document:
    """The employer's document without its bytes; needs the right to see contact details."""
    membership = get_membership_for(user, slug)
    document = Document.objects.defer("text").select_related("application").filter(employer=membership.employer, code=code).first()
    if document is None:
        raise Http404
    if not has_right(membership, Right.SEE_CONTACT):
        raise PermissionDenied
    return document
