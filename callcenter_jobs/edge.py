"""Small answers at the edge: for robots, for finders of holes, for a form without its token, and for what went wrong."""

from __future__ import annotations

import sys
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.defaults import server_error as fault

from callcenter_jobs.database import was_given_up

# Seconds after which asking again makes sense.
TRY_AGAIN = 30
# Pages that belong to one person, and pages that only differ by a filter: nothing for a search engine.
NOT_FOR_ROBOTS = ("account", "alerts", "apply", "curate", "desk", "invitation", "me", "status")


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def robots_txt(request: HttpRequest) -> HttpResponse:
    prefixes = ["" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _name in settings.LANGUAGES]
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /api/"]
    lines += [f"Disallow: {prefix}/{area}/" for prefix in prefixes for area in NOT_FOR_ROBOTS]
    lines += ["", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. The date of expiry is always half a year ahead, rounded to a day: a served file is a maintained one."""
    expires = (timezone.now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers look for the page (https://w3c.github.io/webappsec-change-password-url/)."""
    return HttpResponseRedirect(reverse("account_change_password"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is missing or old: says how to go on, never why the check failed."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our mistake, or a statement that took too long (503). Neither page looks anything up: the database may be what is ill."""
    if not was_given_up(sys.exc_info()[1]):
        return fault(request)
    page = loader.get_template("503.html").render({"LANGUAGE_CODE": get_language()})
    return HttpResponse(page, status=503, headers={"Retry-After": str(TRY_AGAIN)})
