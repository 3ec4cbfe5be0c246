"""What the desk's views share: who acts, whose clock counts, and where to go back to."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from callcenter_jobs.accounts.models import User
from postings.access import Right, has_right
from postings.models import Membership

View = Callable[..., HttpResponse]


def actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def desk_view(*methods: str) -> Callable[[View], View]:
    """Allows ``methods`` only, and shows times on the clock of the person who looks."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            zone = getattr(request.user, "time_zone", "") or "UTC"
            with timezone.override(ZoneInfo(zone)):
                return view(request, *args, **kwargs)

        return require_http_methods(methods)(inner)

    return decorate


READ = ("GET", "HEAD")


def rights_of(membership: Membership) -> dict[str, bool]:
    """For templates: what to offer. The gates check again."""
    return {
        "can_move": has_right(membership, Right.MOVE),
        "can_note": has_right(membership, Right.NOTE),
        "can_edit_postings": has_right(membership, Right.EDIT_POSTINGS),
        "can_manage_team": has_right(membership, Right.MANAGE_TEAM),
        "see_contact": has_right(membership, Right.SEE_CONTACT),
    }


def way_back(request: HttpRequest, default: str) -> str:
    """The page that a form names in ``next``, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if wanted.startswith("/") and allowed else default


def linked(sentence: str, href: str, label: str) -> SafeString:
    """A message that ends in a link."""
    return format_html('{} <a href="{}">{}</a>', sentence, href, label)
