"""What every answer of the API has in common: who may read it, how long it keeps, how it says that it cannot."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from callcenter_jobs.accounts.limits import allow, network_key
from callcenter_jobs.database import was_given_up
from callcenter_jobs.edge import TRY_AGAIN

logger = logging.getLogger(__name__)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json; charset=utf-8"
METHODS = "GET, HEAD, OPTIONS"
# Of one network: two a second on end is a busy board.
CALLS, CALL_SECONDS = 600, 300
KEPT_SECONDS = 60


class Problem(Exception):
    """An answer that cannot be given (RFC 9457). ``detail`` says what to do about it; both are English, for developers."""

    def __init__(self, status: int, title: str, detail: str = "", **members: Any) -> None:
        super().__init__(title)
        self.status = status
        self.body = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {}) | members


def json_answer(body: dict[str, Any], *, status: int = 200, content_type: str = JSON) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False, indent=1), status=status, content_type=content_type)


def answer_unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """``response`` with its ``ETag``, or 304 when the client has just that. No ``Last-Modified``: when a posting closes, the last
    change of those that are left lies further back."""
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


def api_view(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open to everybody and every site, read-only, in the language of ``?language=``."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return _open_to_all(_answer(view, request, *args, **kwargs))

    # What login_not_required sets.
    wrapped.login_required = False  # type: ignore[attr-defined]
    # What csrf_exempt sets. Nothing is written here and no cookie read, and a refused method is to be refused as such (405).
    wrapped.csrf_exempt = True  # type: ignore[attr-defined]
    return wrapped


def _answer(view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
    try:
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in {"GET", "HEAD"}:
            raise Problem(405, "Method not allowed", "This API is read-only.")
        verdict = allow("api", network_key(request), amount=CALLS, seconds=CALL_SECONDS)
        if not verdict.allowed:
            raise Problem(429, "Too many requests", f"Try again in {verdict.retry_after} seconds.", retry_after=verdict.retry_after)
        with translation.override(language_of(request)):
            response = _in_time(view, request, *args, **kwargs)
    except Problem as problem:
        response = json_answer(problem.body, status=problem.status, content_type=PROBLEM)
        if problem.status == 405:
            response.headers["Allow"] = METHODS
        if "retry_after" in problem.body:
            response.headers["Retry-After"] = str(problem.body["retry_after"])
        return response
    response.headers["Content-Language"] = language_of(request)
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return answer_unless_known(request, response)


def _in_time(view: View[P], request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except Error as error:
        if not was_given_up(error):
            raise
        logger.error("%s: given up after %d s", request.path, settings.WEB_STATEMENT_TIMEOUT_S)
        raise Problem(503, "Too much at once", "Ask for less, or try again later.", retry_after=TRY_AGAIN) from error


def language_of(request: HttpRequest) -> str:
    """The language of titles and texts; English unless one of the portal's is asked for."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _preflight() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Allow": METHODS,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def _open_to_all(response: HttpResponse) -> HttpResponse:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
