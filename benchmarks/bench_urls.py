"""The product's addresses, and the two pages that everything is compared with: both pass the whole middleware."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.utils.html import escape

from callcenter_jobs import urls
from postings.models import Posting

_LINE = '<p class="lead">A line of a page that never changes, as long as a line of a page is.</p>\n'
_PAGE = '<!doctype html>\n<html lang="en"><head><title>{}</title></head><body>\n<h1>{}</h1>\n' + _LINE * 230 + "</body></html>\n"
BARE = _PAGE.format("Bare", "Bare")


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    """About 20 kB that are the same each time: what the server and the middleware cost by themselves."""
    return HttpResponse(BARE)


@login_not_required
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page with one row in it, read by its primary key."""
    found = Posting.objects.get(pk=pk)
    return HttpResponse(_PAGE.format(escape(found.code), escape(found.city or found.country)))


class CountQueries:
    """Says in ``X-Queries`` how many statements an answer took, and in ``X-Statements`` how they begin."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen: list[str] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            seen.append(" ".join(sql.split())[:60])
            return execute(sql, params, many, context)

        with ExitStack() as stack:
            stack.enter_context(connections["default"].execute_wrapper(note))
            response = self.get_response(request)
        response.headers["X-Queries"] = str(len(seen))
        response.headers["X-Statements"] = " | ".join(seen).encode("ascii", "replace").decode()[:2000]
        return response


urlpatterns: list[URLPattern | URLResolver] = [
    path("bench/bare", bare),
    path("bench/row/<int:pk>", row),
    *urls.urlpatterns,
]
