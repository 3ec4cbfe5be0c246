"""What every response carries, whatever made it.

``SecurityHeadersMiddleware`` stands first in ``MIDDLEWARE``: a refused host name, a crash, a static file and
a redirect to TLS are answered by something further in and still pass through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from callcenter_jobs.ui.kept import per_process

Handler = Callable[[HttpRequest], HttpResponse]

# For answers that no page of ours made: an error before the policy of the pages was set.
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class SecurityHeadersMiddleware:
    """Adds each header that the inner layers have not set."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in sorted(settings.PERMISSIONS_POLICY)),
            "Content-Security-Policy": BARE_POLICY,
        }
        if settings.USES_TLS:
            self.headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        return response


class PolicyMiddleware(CSPMiddleware):
    """The policy of the pages, put together once: nothing but the nonce differs from page to page, unless a view changed its own.

    That takes a twentieth of what django-csp needs to write eleven directives, which it does for every answer.
    """

    # What the decorators of django-csp leave on an answer.
    CHANGED = ("_csp_config", "_csp_update", "_csp_replace", "_csp_exempt")

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        nonce = getattr(request, "_csp_nonce", None)
        if nonce is None or settings.DEBUG or not vars(response).keys().isdisjoint(self.CHANGED):
            return super().process_response(request, response)
        if HEADER not in response:
            response.headers[HEADER] = _policy_of_the_pages().replace(PLACE, nonce)
        return response


# Of a nonce, wherever the policy has one.
PLACE = "{nonce}"


@per_process(1)
def _policy_of_the_pages() -> str:
    return build_policy(nonce=PLACE)


class SharedAnswersMiddleware:
    """Answers that are the same for everybody, so that any cache on the way may keep one copy: the API, feeds, suggestions, robots.txt.

    No cookie gets further in, so nothing there can depend on who asks, and none of these addresses depends on the language of
    the browser. What the layers within say on principle (``Vary``) would make caches keep one copy for each cookie: none that
    serves anybody else.
    """

    AREAS = re.compile(r"^/(?:robots\.txt$|api/|(?:[a-z]{2}/)?(?:feeds|jobs/suggest)/)")
    NOT_LOOKED_AT = frozenset({"cookie", "accept-language"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.AREAS.match(request.path_info):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        response = self.get_response(request)
        names = [name.strip() for name in response.headers.get("Vary", "").split(",")]
        del response.headers["Vary"]
        if looked_at := [name for name in names if name and name.lower() not in self.NOT_LOOKED_AT]:
            response.headers["Vary"] = ", ".join(looked_at)
        return response


class PrivatePagesMiddleware:
    """Keeps personal pages out of every cache: ``Cache-Control: private, no-store``.

    Personal are the areas behind an account or a private link, whoever looks at them, and any page that was
    made for somebody who is signed in.

    Browsers keep some answers for good when nothing is said: a closed posting would stay closed for whoever saw it after
    it is reopened, and a title changed there and back would be a redirect in circles. These are asked for again each time.
    """

    KEPT_UNLESS_TOLD = frozenset({301, 308, 404, 405, 410, 414, 501})
    PRIVATE_AREAS = re.compile(r"^/(?:[a-z]{2}/)?(?:account|admin|alerts|apply|curate|desk|invitation|me|status)(?:/|$)")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self.is_personal(request):
            response.headers["Cache-Control"] = "private, no-store"
        elif response.has_header("Set-Cookie") or response.cookies:
            patch_cache_control(response, private=True)
        if response.status_code in self.KEPT_UNLESS_TOLD and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-cache"
        return response

    def is_personal(self, request: HttpRequest) -> bool:
        if self.PRIVATE_AREAS.match(request.path_info):
            return True
        user = getattr(request, "user", None)
        # A visitor without a session cookie has no user to look up.
        return bool(user is not None and settings.SESSION_COOKIE_NAME in request.COOKIES and user.is_authenticated)
