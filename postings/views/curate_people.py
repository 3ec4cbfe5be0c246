"""Who keeps the library: every member sees the list, curators change it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callcenter_jobs.accounts.limits import limited
from callcenter_jobs.ui.pages import post_or_back, render_form
from callcenter_jobs.ui.pagination import paginate
from postings.access import LibraryRight
from postings.enums import LibraryRole
from postings.forms.library import MemberForm, NewMemberForm
from postings.models import LibraryMember
from postings.services import library, library_people
from postings.views.curate_common import actor, rights


@require_http_methods(["GET", "HEAD", "POST"])
@limited("library-people", amount=60, seconds=3600)
def people(request: HttpRequest) -> HttpResponse:
    may = rights(request, LibraryRight.EDIT if request.method == "POST" else LibraryRight.VIEW)
    form = NewMemberForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            member = library_people.add_member(email=data["email"], role=data["role"], languages=data["languages"], by=actor(request))
        except library.LibraryRefused as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, _("%(name)s now keeps the library with you.") % {"name": member.user})
            return redirect("curate:people")
    members = LibraryMember.objects.select_related("user").order_by("user__name", "user__email")
    context = {"page": paginate(request, members, per_page=50), "form": form, "may": may, "roles": _explained()}
    return render_form(request, "postings/curate/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = MemberForm(request.POST if request.method == "POST" else None, initial=MemberForm.initial_of(member))
    if form.is_valid():
        try:
            library_people.change_member(
                member, role=form.cleaned_data["role"], languages=form.cleaned_data["languages"], by=actor(request)
            )
        except library.LibraryRefused as refusal:
            form.add_error("role", refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("curate:people")
    context = {"member": member, "form": form, "roles": _explained(), "is_self": member.user_id == actor(request).pk}
    return render_form(request, "postings/curate/person.html", context)


@post_or_back("curate:person", "pk")
def person_remove(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member(request, pk)
    is_self = member.user_id == actor(request).pk
    try:
        library_people.remove_member(member, by=actor(request))
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("curate:person", pk)
    messages.success(request, _("%(name)s no longer keeps the library.") % {"name": member.user})
    # Who left has no page here to go back to.
    return redirect("accounts:after_login" if is_self else "curate:people")


def _member(request: HttpRequest, pk: int) -> LibraryMember:
    rights(request, LibraryRight.EDIT)
    return get_object_or_404(LibraryMember.objects.select_related("user"), pk=pk)


def _explained() -> list[tuple[str, str]]:
    """What each role is for, in the words of docs/permissions.md."""
    return [
        (
            str(LibraryRole.CURATOR.label),
            _("Writes and orders everything, sends drafts to review, publishes, imports, and says who keeps the library."),
        ),
        (
            str(LibraryRole.REVIEWER.label),
            _("Publishes what was sent to review or sends it back, and writes words in the chosen languages."),
        ),
        (str(LibraryRole.TRANSLATOR.label), _("Writes words in the chosen languages.")),
    ]
