"""How long a session lives, who needs a second factor, and the status of a form that was not accepted."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter_jobs.accounts import mfa
from callcenter_jobs.accounts.models import User
from callcenter_jobs.lib.dates import known_time_zones

Handler = Callable[[HttpRequest], HttpResponse]

# Written at most once a minute: a session that is being used costs one small update a minute.
SEEN_STEP = 60


class SessionAgeMiddleware:
    """Ends a session 12 hours after signing in, and after an hour without a request (both are settings)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(time.time())
            signed_in_at = int(request.session.setdefault("signed_in_at", now))
            seen_at = int(request.session.setdefault("seen_at", now))
            if now - signed_in_at > settings.SESSION_COOKIE_AGE or now - seen_at > settings.SESSION_IDLE_SECONDS:
                logout(request)
                messages.info(request, _("You were signed out because you were away. Sign in again to go on."))
            elif now - seen_at >= SEEN_STEP:
                request.session["seen_at"] = now
        return self.get_response(request)


class TimeZoneMiddleware:
    """Shows times in the zone that the person has chosen; visitors read UTC and the zones that pages name."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        zone = user.time_zone if isinstance(user, User) else ""
        if zone not in known_time_zones():
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


class ActivityMiddleware(UserSessionsMiddleware):
    """Notes where a session is used from, at most once a minute: five queries that each request would pay for else.

    ``SessionAgeMiddleware``, further out, has just written ``seen_at`` when a minute is over.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: Handler = super().__call__ if request.session.modified else self.get_response
        return answer(request)


class RequireMFAMiddleware:
    """Sends people who must have a second factor, and have none, to the page where they set it up.

    Everything under ``/account/`` stays open, whole: exempting single views would break the steps between
    them (confirming who you are, adding the factor, saving the codes).
    """

    OPEN = re.compile(r"^/(?:[a-z]{2}/)?(?:account|static|healthz|readyz)(?:/|$)")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and not self.OPEN.match(request.path_info) and mfa.is_missing(user):
            messages.warning(request, _("Your role needs a second sign-in step. Set it up to go on."))
            return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)


class InvalidFormMiddleware:
    """Answers 422 where a class-based view shows a refused form again with 200 (allauth's do)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if request.method == "POST" and response.status_code == 200:
            values = (response.context_data or {}).values()
            if any(isinstance(value, BaseForm) and value.is_bound and value.errors for value in values):
                response.status_code = 422
        return response
