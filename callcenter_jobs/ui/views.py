"""The style guide and the switch between light and dark."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from callcenter_jobs.ui import samples
from callcenter_jobs.ui.context import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 60 * 60


# Exempt on purpose: it changes nothing but the colors of one browser, and a token would put a cookie
# on every visitor of every public page.
@csrf_exempt
@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remembers light or dark in a cookie, so that the server draws the next page right at once."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response


def _only_for_builders(request: HttpRequest) -> None:
    if not (settings.LOCAL_MODE or settings.DEBUG or getattr(request.user, "is_staff", False)):
        raise Http404


@never_cache
@login_not_required
@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    _only_for_builders(request)
    return render(request, "ui/styleguide/index.html", samples.everything(request))


@never_cache
@login_not_required
@require_GET
def styleguide_frame(request: HttpRequest, frame: str) -> HttpResponse:
    """One of the frames around a page, with sample content."""
    _only_for_builders(request)
    if frame not in samples.FRAMES:
        raise Http404
    return render(request, f"ui/styleguide/frame_{frame}.html", samples.frame(request, frame))
