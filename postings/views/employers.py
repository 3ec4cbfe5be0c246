"""The employer itself: choosing one, opening one, its settings and sites."""

from __future__ import annotations

from contextlib import nullcontext

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.accounts.limits import limited
from callcenter_jobs.database import unhurried
from callcenter_jobs.ui.pagination import paginate
from postings.access import Right, get_employer_for
from postings.forms.team import EmployerForm, NewEmployerForm, SiteForm
from postings.models import Employer, Membership, Site
from postings.services import team
from postings.services.places import place_site
from postings.views.team import actor


@require_safe
def chooser(request: HttpRequest) -> HttpResponse:
    """The employers that the person hires for."""
    mine = Membership.objects.filter(user=actor(request)).select_related("employer").order_by("employer__name", "id")
    return render(request, "postings/team/chooser.html", {"page": paginate(request, mine, per_page=50)})


@require_http_methods(["GET", "HEAD", "POST"])
@limited("employer-new", amount=10, seconds=86400)
def create(request: HttpRequest) -> HttpResponse:
    form = NewEmployerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        employer = team.create_employer(name=form.cleaned_data["name"], country=form.cleaned_data["country"], by=actor(request))
        messages.success(request, _("%(employer)s is ready. Tell candidates about it here.") % {"employer": employer})
        return redirect("team:settings", employer.slug)
    return render(request, "postings/team/create.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, employer_slug: str) -> HttpResponse:
    employer = get_employer_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    # A second instance takes the form's input, so that a refused name never shows in the page's head.
    form = EmployerForm(request.POST or None, instance=Employer.objects.get(pk=employer.pk))
    if request.method == "POST" and form.is_valid():
        # A new name is written into what is searched of every text: with tens of thousands that takes longer than the limit.
        with unhurried() if "name" in form.changed_data else nullcontext():
            form.save()
        messages.success(request, _("The settings are saved."))
        return redirect("team:settings", employer_slug)
    return render(request, "postings/team/settings.html", {"employer": employer, "form": form}, status=422 if form.errors else 200)


@require_safe
def sites(request: HttpRequest, employer_slug: str) -> HttpResponse:
    employer = get_employer_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    page = paginate(request, Site.objects.filter(employer=employer).order_by("-is_active", "name", "id"), per_page=50)
    return render(request, "postings/team/sites.html", {"employer": employer, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: HttpRequest, employer_slug: str) -> HttpResponse:
    employer = get_employer_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    zone = actor(request).time_zone
    return _site_page(request, employer, Site(employer=employer, country=employer.country, time_zone=zone))


@require_http_methods(["GET", "HEAD", "POST"])
def site(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    employer = get_employer_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    return _site_page(request, employer, get_object_or_404(Site, employer=employer, code=code))


def _site_page(request: HttpRequest, employer: Employer, place: Site) -> HttpResponse:
    form = SiteForm(request.POST or None, instance=place)
    title = place.name
    if request.method == "POST" and form.is_valid():
        place_site(form.instance)
        try:
            form.save()
        except IntegrityError:
            # Two people added the same site at the same moment.
            form.add_error("name", _("You have a site with this name already."))
        else:
            messages.success(request, _("The site is saved."))
            return redirect("team:sites", employer.slug)
    context = {"employer": employer, "site": place, "title_name": title, "form": form}
    return render(request, "postings/team/site.html", context, status=422 if form.errors else 200)
