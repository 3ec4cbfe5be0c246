"""The account page and the way in."""

from __future__ import annotations

from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.accounts import landing
from callcenter_jobs.accounts.forms import ProfileForm
from callcenter_jobs.accounts.models import User


@require_safe
def after_login(request: HttpRequest) -> HttpResponse:
    """Sends each person to their own home, in the language that they chose."""
    user = cast(User, request.user)
    with translation.override(user.language):
        return HttpResponseRedirect(landing.home_of(user))


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    # The form writes into its instance while it validates: a copy keeps a refused name out of the page's head.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        with translation.override(saved.language):
            messages.success(request, _("Your account is saved."))
            return HttpResponseRedirect(reverse("accounts:profile"))
    factors = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "form": form,
        "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
        "has_totp": Authenticator.Type.TOTP in factors,
        "has_passkey": Authenticator.Type.WEBAUTHN in factors,
        "session_count": UserSession.objects.filter(user=user).count(),
        "contact_email": settings.CONTACT_EMAIL,
    }
    return render(request, "account/profile.html", context, status=422 if form.errors else 200)
