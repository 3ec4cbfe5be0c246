"""The template has moved on: what changed, and taking over chosen parts of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from postings.access import Right, get_posting_for
from postings.models import Posting
from postings.presenters_template import shown_changes
from postings.services import template_changes
from postings.services.editing import EditConflict, EditRefused, version_of
from postings.services.publishing import PublishRefused
from postings.views.desk_common import actor, desk_url, page_context

LONGEST_NUMBER = 6


@require_http_methods(["GET", "HEAD", "POST"])
def posting_template(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    posting = get_posting_for(request.user, employer_slug, code, need=Right.EDIT_POSTINGS)
    if request.method != "POST":
        return _page(request, posting)
    given, seen = request.POST.get("number", ""), request.POST.get("version", "")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) <= LONGEST_NUMBER else 0
    try:
        if request.POST.get("do") == "keep":
            template_changes.keep_ours(posting=posting, number=number, by=actor(request), seen=seen)
            messages.success(request, _("Your words stay as they are."))
        else:
            refs = request.POST.getlist("part")
            count = template_changes.take_over(posting=posting, refs=refs, number=number, by=actor(request), seen=seen)
            text = ngettext("%(count)d part is taken over.", "%(count)d parts are taken over.", count)
            messages.success(request, text % {"count": count})
    except EditConflict as conflict:
        message = _("Somebody else has saved this posting meanwhile. Look again at what it says now.")
        return _page(request, conflict.posting, problems=[message], status=409)
    except PublishRefused as refusal:
        return _page(request, posting, problems=[text for _field, text in refusal.problems], status=422)
    except EditRefused as refusal:
        return _page(request, posting, problems=[refusal.message], status=422)
    return redirect(desk_url("posting", posting))


def _page(request: HttpRequest, posting: Posting, *, problems: list[str] | None = None, status: int = 200) -> HttpResponse:
    changes = template_changes.changes_of(posting)
    if changes is None:
        if problems:
            messages.error(request, problems[0])
        return redirect(desk_url("posting", posting))
    ticked = set(request.POST.getlist("part")) if request.method == "POST" else None
    context = page_context(
        posting, changes=changes, languages=shown_changes(changes, ticked), problems=problems or [], version=version_of(posting)
    )
    return render(request, "postings/desk/template_changes.html", context, status=status)
