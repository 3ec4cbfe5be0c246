"""One search over the whole library."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.forms import clean_text
from postings.presenters_facts import href_of
from postings.services import library_search
from postings.views.curate_common import rights


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    rights(request)
    query = clean_text(request.GET.get("q", ""))[: library_search.LONGEST].strip()
    groups = [
        (group.area.label, group.has_more, [(hit, href_of(hit.area, hit.key, hit.language)) for hit in group.hits])
        for group in library_search.find(query)
    ]
    number = sum(len(hits) for _label, _more, hits in groups)
    has_more = any(more for _label, more, _hits in groups)
    return render(request, "postings/curate/search.html", {"query": query, "groups": groups, "number": number, "has_more": has_more})
