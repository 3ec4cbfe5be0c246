"""The addresses of the portal and one that answers questions straight from this process's index."""

from __future__ import annotations

import os
import pickle

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from callcenter_jobs.urls import urlpatterns as portal
from postings.search.backend import get_backend


@csrf_exempt
@login_not_required
def examine(request: HttpRequest) -> HttpResponse:
    """Questions come pickled, as do the answers: this address exists in chaos runs only, on loopback."""
    backend = get_backend()
    answers = [backend.search(query, limit=limit, facets=facets) for query, limit, facets in pickle.loads(request.body)]
    generation = getattr(backend, "_generation", 0)
    return HttpResponse(pickle.dumps((os.getpid(), generation, answers)), content_type="application/octet-stream")


urlpatterns = [path("_examine", examine), *portal]
