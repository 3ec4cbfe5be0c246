"""The team's pages: members and invitations."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callcenter_jobs.accounts.limits import limited, network_key
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.people import owns_address
from callcenter_jobs.ui.pages import post_or_back
from callcenter_jobs.ui.pagination import paginate
from postings.access import Right, get_employer_for, get_membership_for, has_right
from postings.enums import MemberRole
from postings.forms.team import InviteForm, RoleForm
from postings.models import Employer, Invitation, Membership
from postings.services import team

# What each role is for, in the words of docs/permissions.md.
ROLE_ORDER = {role: place for place, role in enumerate(MemberRole.values)}


def actor(request: HttpRequest) -> User:
    return cast(User, request.user)


def _pending(employer: Employer) -> list[Invitation]:
    waiting = Invitation.objects.filter(employer=employer, accepted_at=None, revoked_at=None).select_related("invited_by")
    return list(waiting[: team.MOST_PENDING * 2])


def _members_page(request: HttpRequest, membership: Membership, form: InviteForm | None, *, status: int = 200) -> HttpResponse:
    employer = membership.employer
    people = Membership.objects.filter(employer=employer).select_related("user").order_by("joined_at", "id")
    can_manage = has_right(membership, Right.MANAGE_TEAM)
    context = {
        "employer": employer,
        "membership": membership,
        "page": paginate(request, people, per_page=50),
        "can_manage": can_manage,
        "invitations": _pending(employer) if can_manage else [],
        "form": form or InviteForm(),
        "roles": MemberRole.choices,
        "now": timezone.now(),
    }
    return render(request, "postings/team/members.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def members(request: HttpRequest, employer_slug: str) -> HttpResponse:
    """Every member may see who else is in the team; only owners see invitations and may change anything."""
    return _members_page(request, get_membership_for(request.user, employer_slug), None)


@post_or_back("team:members", "employer_slug")
@limited("team-invite", amount=40, seconds=3600)
def invite(request: HttpRequest, employer_slug: str) -> HttpResponse:
    membership = get_membership_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            team.invite(employer=membership.employer, email=form.cleaned_data["email"], role=form.cleaned_data["role"], by=actor(request))
        except team.TeamError as error:
            form.add_error("email", error)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("team:members", employer_slug)
    return _members_page(request, membership, form, status=422)


def _invitation_of(request: HttpRequest, employer_slug: str, code: str) -> Invitation:
    employer = get_employer_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    return get_object_or_404(Invitation.objects.select_related("employer"), employer=employer, code=code)


@post_or_back("team:members", "employer_slug")
@limited("team-resend", amount=20, seconds=3600)
def resend(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    invitation = _invitation_of(request, employer_slug, code)
    try:
        team.resend(invitation, by=actor(request))
    except team.TeamError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("A new link is on its way. The old one no longer works."))
    return redirect("team:members", employer_slug)


@post_or_back("team:members", "employer_slug")
def revoke(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    if team.revoke(_invitation_of(request, employer_slug, code), by=actor(request)):
        messages.success(request, _("The invitation is revoked. Its link no longer works."))
    else:
        messages.info(request, _("This invitation was closed already."))
    return redirect("team:members", employer_slug)


def _member_of(request: HttpRequest, employer_slug: str, code: str) -> Membership:
    employer = get_employer_for(request.user, employer_slug, need=Right.MANAGE_TEAM)
    return get_object_or_404(Membership.objects.select_related("user", "employer"), employer=employer, code=code)


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """One member: change the role, or remove them."""
    person = _member_of(request, employer_slug, code)
    form = RoleForm(request.POST or None, initial={"role": person.role})
    if request.method == "POST" and form.is_valid():
        try:
            team.change_role(person, role=form.cleaned_data["role"], by=actor(request))
        except team.TeamError as error:
            form.add_error("role", error)
        else:
            messages.success(request, _("The role is changed."))
            return redirect("team:members", employer_slug)
    context = {"employer": person.employer, "person": person, "form": form, "is_self": person.user_id == actor(request).pk}
    return render(request, "postings/team/member.html", context, status=422 if form.errors else 200)


@post_or_back("team:member", "employer_slug", "code")
def remove(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    person = _member_of(request, employer_slug, code)
    try:
        team.remove(person, by=actor(request))
    except team.TeamError as error:
        messages.error(request, error.message)
        return redirect("team:member", employer_slug, code)
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": person.user})
    # Someone who left their own team has no page of it to go back to.
    return redirect("team:chooser" if person.user_id == actor(request).pk else reverse("team:members", args=[employer_slug]))


# --- the link in the mail ----------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("invitation", amount=60, seconds=600, methods=("GET", "POST"), key=network_key)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows, only a deliberate POST accepts: mail scanners open links."""
    found = team.find_invitation(token)
    if found is None:
        raise Http404
    user = request.user
    if not isinstance(user, User):
        return _invitation_for_visitor(request, found)
    if found.accepted_by_id == user.pk:
        return redirect("hiring:home", found.employer.slug)
    context = {"invitation": found, "is_open": team.is_open(found), "is_mine": owns_address(user, found.email), "here": request.path}
    if not context["is_open"]:
        return render(request, "postings/team/invitation.html", context, status=410)
    if request.method != "POST":
        return render(request, "postings/team/invitation.html", context)
    try:
        membership = team.accept(token=token, by=user)
    except team.WrongAccount:
        return render(request, "postings/team/invitation.html", context, status=403)
    except team.TeamError:
        return render(request, "postings/team/invitation.html", {**context, "is_open": False}, status=410)
    messages.success(request, _("Welcome to the team of %(employer)s.") % {"employer": membership.employer})
    return redirect("hiring:home", membership.employer.slug)


def _invitation_for_visitor(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Shows who invites, and the two ways in; both come back here. The sign-up form starts with the address."""
    if not team.is_open(found):
        return render(request, "postings/team/invitation.html", {"invitation": found, "is_open": False}, status=410)
    if request.method == "POST":
        return redirect_to_login(request.path)
    request.session["invited_email"] = found.email
    return render(request, "postings/team/invitation.html", {"invitation": found, "is_open": True, "here": request.path})
