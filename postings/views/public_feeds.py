"""Searches as feeds, for feed readers and for other sites."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.accounts.limits import limited, network_key
from postings import saved_searches
from postings.api.http import answer_unless_known
from postings.feeds import CONTENT_TYPE, ENTRIES, job_feed


@login_not_required
@require_safe
@limited("feed", amount=600, seconds=600, methods=("GET", "HEAD"), key=network_key)
def jobs(request: HttpRequest) -> HttpResponse:
    """The newest postings of the search in the address; what makes no sense in it is left out, as on the page."""
    language = get_language() or "en"
    query = saved_searches.canonical_query(request.GET, language=language)
    mark = f"?{query}" if query else ""
    words = " · ".join(saved_searches.words_of(query, language=language))
    names = {"site": settings.SITE_NAME, "search": words or _("All open jobs")}
    feed = job_feed(
        saved_searches.newest(query, language=language, limit=ENTRIES),
        title=_("%(site)s: %(search)s") % names,
        page=f"{reverse('public:job_list')}{mark}",
        here=f"{reverse('public:job_feed')}{mark}",
        language=language,
    )
    response = HttpResponse(feed.writeString("utf-8"), content_type=CONTENT_TYPE)
    # For readers and other sites, not for the index of a search engine.
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=300)
    return answer_unless_known(request, response)
