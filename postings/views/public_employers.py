"""Employers as job seekers see them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.pagination import paginate
from postings import presenters
from postings.cards import cards_of
from postings.models import Posting
from postings.presenters_front import hirers
from postings.search.employers import described, hiring_list, known_employers


@login_not_required
@require_safe
def employer_list(request: HttpRequest) -> HttpResponse:
    page = paginate(request, hiring_list(), per_page=30)
    return render(request, "postings/public/employers.html", {"page": page, "employers": hirers(described(page.items))})


@login_not_required
@require_safe
def employer(request: HttpRequest, slug: str) -> HttpResponse:
    """About, sites, open postings. Nobody learns of an employer that never published anything."""
    found = known_employers().filter(slug=slug).prefetch_related("sites").first()
    if found is None:
        raise Http404
    page = paginate(request, Posting.objects.open().of(found).values_list("pk", flat=True), per_page=20)
    context = {
        "employer": found,
        "about": presenters.about_shown(found),
        "sites": [site for site in found.sites.all() if site.is_active],
        "page": page,
        "cards": cards_of(page.items, language=get_language() or "en"),
    }
    return render(request, "postings/public/employer.html", context)
