"""A signed-in candidate's own applications."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applicants.access import status_token
from applicants.services import candidate_words
from applicants.services.candidate_view import views_of
from applicants.services.linking import applications_of, link_candidate, verified_addresses
from callcenter_jobs.accounts.models import User
from callcenter_jobs.ui.pagination import paginate


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was sent with the person's verified addresses; with an unverified one nothing shows."""
    user = cast(User, request.user)  # LoginRequiredMiddleware lets nobody else in
    link_candidate(user)
    page = paginate(request, applications_of(user), per_page=20)
    rows = [
        {
            "view": view,
            "application": view.application,
            "headline": candidate_words.headline(view),
            "next_step": candidate_words.next_step(view),
            "token": status_token(view.application),
        }
        for view in views_of(list(page.items))
    ]
    return render(request, "applicants/me/home.html", {"page": page, "rows": rows, "addresses": verified_addresses(user)})
