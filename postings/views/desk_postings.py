"""The desk's postings: the list, and the page of one with its record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.pages import render_page
from callcenter_jobs.ui.pagination import paginate
from postings.access import Right, get_membership_for, get_posting_for, has_right
from postings.enums import PostingState
from postings.models import Employer, Posting, PostingText
from postings.presenters_revision import changes_between, labels_of
from postings.querysets import PostingQuerySet
from postings.services.publishing import problems_of
from postings.services.revisions import changed_fields
from postings.services.screening import active_questions
from postings.views.desk_common import page_context, plan_stops, problem_links

SEARCH_LENGTH = 80
REVISIONS_SHOWN = 20
LARGEST = 2**31 - 1


@require_safe
def posting_list(request: HttpRequest, employer_slug: str) -> HttpResponse:
    membership = get_membership_for(request.user, employer_slug)
    employer = membership.employer
    query = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:SEARCH_LENGTH]
    state = request.GET.get("state", "")
    state = state if state in PostingState.values else ""
    counts = dict(_found(employer, query).values_list("state").order_by("state").annotate(Count("pk")))
    rows = _found(employer, query).for_list().order_by("-updated_at", "-id")
    if state:
        rows = rows.filter(state=state)
    context = {
        "employer": employer,
        "page": paginate(request, rows, per_page=25),
        "query": query,
        "state": state,
        "tabs": [
            {"value": value, "label": label, "count": counts.get(value, 0) if value else sum(counts.values()), "selected": value == state}
            for value, label in [("", _("All")), *PostingState.choices]
        ],
        "can_edit": has_right(membership, Right.EDIT_POSTINGS),
        "has_any": bool(sum(counts.values())) or bool(query) or Posting.objects.of(employer).exists(),
    }
    return render_page(request, "postings/desk/list.html", context, fragment="postings/desk/_list.html")


def _found(employer: Employer, query: str) -> PostingQuerySet:
    postings: PostingQuerySet = Posting.objects.of(employer)
    for word in query.split():
        titled = PostingText.objects.filter(title__icontains=word, posting__employer=employer).values("posting")
        about = Q(city__icontains=word) | Q(code__iexact=word) | Q(client_program__icontains=word) | Q(site__name__icontains=word)
        postings = postings.filter(Q(pk__in=titled) | about)
    return postings


@require_safe
def posting(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """The posting's facts, what can be done with it, and its record."""
    found = get_posting_for(request.user, employer_slug, code)
    membership = get_membership_for(request.user, employer_slug)
    revisions = list(found.revisions.select_related("created_by")[: REVISIONS_SHOWN + 1])
    record = []
    for place, shown in enumerate(revisions):
        older = revisions[place + 1] if place + 1 < len(revisions) else None
        record.append({"revision": shown, "changes": labels_of(changed_fields(older.content, shown.content)) if older else []})
    context = page_context(
        found,
        can_edit=has_right(membership, Right.EDIT_POSTINGS),
        problems=problem_links(found, problems_of(found)) if found.state == PostingState.DRAFT else [],
        events=found.events.select_related("by").order_by("-at", "-id")[:50],
        revisions=record[:REVISIONS_SHOWN],
        stops=plan_stops(found),
        questions=[(question, question.text_in(found.language)) for question in active_questions(found)],
        languages=_language_rows(found),
    )
    return render(request, "postings/desk/posting.html", context)


def _language_rows(found: Posting) -> list[dict[str, Any]]:
    written = {text.language: text for text in found.texts.all()}
    return [{"code": code, "text": written.get(code), "is_main": code == found.language} for code, _name in settings.LANGUAGES]


@require_safe
def revision(request: HttpRequest, employer_slug: str, code: str, number: int) -> HttpResponse:
    """What applicants saw from this moment on, against what they saw before."""
    found = get_posting_for(request.user, employer_slug, code)
    shown = found.revisions.select_related("created_by").filter(number__lte=min(number, LARGEST)).order_by("-number")[:2]
    pair = list(shown)
    if not pair or pair[0].number != number:
        raise Http404
    newest = pair[0]
    older = pair[1] if len(pair) > 1 else None
    changes = changes_between(older.content if older else {}, newest.content)
    next_one = found.revisions.filter(number=min(number + 1, LARGEST)).first()
    context = page_context(found, revision=newest, older=older, next_one=next_one, changes=changes)
    return render(request, "postings/desk/revision.html", context)
