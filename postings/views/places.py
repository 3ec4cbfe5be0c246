"""What to offer while somebody types what they look for, and where."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from callcenter_jobs.accounts.limits import limited, network_key
from postings.search import places, titles

# The same for everybody, and it changes with the work on offer: nobody notices five minutes.
KEPT_SECONDS = 300
# Of one network, for each list: an office in which ten people type all the time.
ASKED, ASKED_SECONDS = 1200, 600


@login_not_required
@require_safe
@limited("suggest-places", amount=ASKED, seconds=ASKED_SECONDS, methods=("GET", "HEAD"), key=network_key)
@cache_control(public=True, max_age=KEPT_SECONDS)
def suggest_places(request: HttpRequest) -> JsonResponse:
    """``{"places": [{"label", "key", "kind", "country"}, …]}``, best first, for what ``q`` begins. ``label`` goes into the box."""
    found = places.suggest(request.GET.get("q", ""), language=get_language() or "en")
    return JsonResponse({"places": [asdict(suggestion) for suggestion in found]})


@login_not_required
@require_safe
@limited("suggest-titles", amount=ASKED, seconds=ASKED_SECONDS, methods=("GET", "HEAD"), key=network_key)
@cache_control(public=True, max_age=KEPT_SECONDS)
def suggest_titles(request: HttpRequest) -> JsonResponse:
    """``{"suggestions": [{"label", "language", "note", "name", "value"}, …]}`` for what ``q`` begins."""
    found = titles.suggest(request.GET.get("q", ""), language=get_language() or "en")
    return JsonResponse({"suggestions": [asdict(suggestion) for suggestion in found]})
