"""One view, two answers: the whole page, or the part of it that htmx asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers


def wants_fragment(request: HttpRequest) -> bool:
    """True for a swap by htmx; a boosted link or a restored history entry wants the page."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Renders ``fragment`` for htmx and ``template`` for everyone else; caches keep the two apart."""
    name = fragment if fragment and wants_fragment(request) else template
    response = render(request, name, context, status=status)
    if fragment:
        patch_vary_headers(response, ("HX-Request",))
    return response


def render_form(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str = "", status: int | None = None
) -> HttpResponse:
    """A page with forms: 422 when one of them was sent and refused, else 200."""
    given = [item for item in context.values() if isinstance(item, forms.BaseForm | forms.BaseFormSet)]
    refused = any(item.is_bound and not item.is_valid() for item in given)
    return render_page(request, template, context, fragment=fragment, status=status or (422 if refused else 200))


def post_or_back(name: str, *parts: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view that only takes POST. A refused form leaves its page at such an address: its language links, a reload
    or signing in again then ask for it by GET, and are sent to the page ``name``, with these ``parts`` of the address."""

    def decorated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method in {"GET", "HEAD"}:
                return HttpResponseRedirect(reverse(name, kwargs={part: kwargs[part] for part in parts}))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return answer

    return decorated
