"""The public API (docs/api.md). Small on purpose: the filters are those of the page, the shapes live in ``postings.api``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from postings.api import listing, shapes
from postings.api.http import Problem, api_view, json_answer
from postings.enums import PostingState
from postings.models import Posting


@api_view
def index(request: HttpRequest) -> HttpResponse:
    """What there is, for people and programs that come to the door."""
    return json_answer(
        {
            "name": settings.SITE_NAME,
            "version": 1,
            "languages": [code for code, _name in settings.LANGUAGES],
            "postings": shapes.in_language(reverse("api:posting_list")),
            "posting": shapes.absolute(reverse("api:posting_list")) + "{code}/",
            "feed": shapes.absolute(reverse("public:job_feed")),
            "parameters": listing.parameters(),
        }
    )


@api_view
def posting_list(request: HttpRequest) -> HttpResponse:
    """One page of the open postings that the address asks for."""
    found = listing.read(request.GET)
    body: dict[str, Any] = {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "per_page": found.per_page,
        "links": found.links,
        "ignored": found.ignored,
    }
    if found.facets is not None:
        body["facets"] = found.facets
    response = json_answer(body | {"results": [shapes.in_short(posting) for posting in found.postings]})
    links = [f'<{found.links[name]}>; rel="{name}"' for name in ("prev", "next") if found.links[name]]
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


@api_view
def posting(request: HttpRequest, code: str) -> HttpResponse:
    """One open posting. A closed one is 410, a paused one and one that never was are 404."""
    found = Posting.objects.for_page().filter(code=code).exclude(state=PostingState.DRAFT).first()
    if found is None:
        raise Problem(404, "No such posting", "There is no posting with this code.")
    if found.state == PostingState.PAUSED:
        raise Problem(404, "Posting paused", "It may open again. Nobody can apply now.")
    if not found.is_open():
        raise Problem(410, "Posting closed", "It takes no more applications.")
    return json_answer(shapes.in_full(found))
