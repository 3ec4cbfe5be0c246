"""A member's hourly mail about new applications: stopping it by link, and switching it at the desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from applicants.services import digest
from applicants.views.desk_common import desk_view
from callcenter_jobs.accounts.limits import limited, network_key
from postings.access import get_membership_for


# Exempt and open on purpose (RFC 8058): a mail program posts here without a cookie. The link can switch one
# person's digest and nothing else, and opening it changes nothing, because mail scanners open links.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("digest-off", amount=60, seconds=600, methods=("POST",), key=network_key)
def digest_off(request: HttpRequest, employer_slug: str, token: str) -> HttpResponse:
    membership = digest.membership_of_token(token, slug=employer_slug)
    if request.method == "POST":
        digest.set_digest(membership, wanted=request.POST.get("again") == "1")
    context = {
        "organization": membership.employer,
        "is_on": membership.wants_digest,
        "here": request.path,
        "was_sent": request.method == "POST",
    }
    return render(request, "applicants/desk/digest_off.html", context)


@desk_view("POST")
def digest_switch(request: HttpRequest, employer_slug: str) -> HttpResponse:
    """From the desk's home: the same switch for the person who is signed in."""
    membership = get_membership_for(request.user, employer_slug)
    digest.set_digest(membership, wanted=request.POST.get("wanted") == "1")
    if membership.wants_digest:
        messages.success(request, _("You get an e-mail about new applications, at most once an hour."))
    else:
        messages.success(request, _("You get no more e-mails about new applications."))
    return redirect("hiring:home", employer_slug)
