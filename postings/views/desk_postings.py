"""The desk's postings: the list, a new one from a template, the page of one with its record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import render_page
from callcenter_jobs.ui.pagination import paginate
from postings.access import Right, get_membership_for, get_posting_for, has_right
from postings.enums import PostingState, VersionState
from postings.forms.posting_new import NewPostingForm, TemplateFilterForm
from postings.models import Employer, Posting, PostingText, TemplateVersion
from postings.presenters_revision import changes_between, labels_of
from postings.querysets import PostingQuerySet
from postings.services import drafting
from postings.services.editing import EditRefused
from postings.services.publishing import problems_of
from postings.services.revisions import changed_fields
from postings.services.screening import active_questions
from postings.views.desk_common import actor, newer_version, page_context, plan_stops, problem_links

MOST_COMPARED = 3
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


@require_http_methods(["GET", "HEAD", "POST"])
def posting_new(request: HttpRequest, employer_slug: str) -> HttpResponse:
    """Choose a template, a language and a site; the draft then opens at its first step."""
    employer = get_membership_for(request.user, employer_slug, need=Right.EDIT_POSTINGS).employer
    versions = published_versions()
    sent = request.POST if request.method == "POST" else None
    form = NewPostingForm(sent, employer=employer, versions=versions, initial=_start(request, employer, versions))
    if form.is_valid():
        data = form.cleaned_data
        fallback = "en" if data["from_english"] else None
        try:
            posting = drafting.create_posting_from_template(
                employer=employer, version=form.version, language=data["language"], site=data["site"], by=actor(request), fallback=fallback
            )
        except EditRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("The draft is made. Nobody sees it until you publish it."))
            return redirect("desk:posting_step", employer.slug, posting.code, "work")
    filters = TemplateFilterForm(request.GET or None)
    context = _template_context(request, versions, filters) | {"employer": employer, "form": form, "filters": filters}
    return render(request, "postings/desk/new.html", context, status=422 if form.errors else 200)


def published_versions() -> list[TemplateVersion]:
    """Every template's published version, with its words and titles: a few dozen at most."""
    return list(
        TemplateVersion.objects.filter(state=VersionState.PUBLISHED, template__role__is_active=True)
        .select_related("template__role")
        .prefetch_related("texts", "template__role__titles")
        .order_by("template__role__position", "template__role__key")
    )


def _start(request: HttpRequest, employer: Employer, versions: list[TemplateVersion]) -> dict[str, Any]:
    keys = {version.template.role.key for version in versions}
    wanted = request.GET.get("role", "")
    return {"role": wanted if wanted in keys else "", "language": employer.language}


def _template_context(request: HttpRequest, versions: list[TemplateVersion], filters: TemplateFilterForm) -> dict[str, Any]:
    """The rows of templates, and those that are looked at side by side."""
    chosen = [key for key in dict.fromkeys(request.GET.getlist("compare")) if any(v.template.role.key == key for v in versions)]
    chosen = chosen[:MOST_COMPARED]
    shown = filters.matching(versions) if filters.is_bound else versions
    here = get_language() or "en"
    rows = [_template_row(request, version, chosen, here) for version in versions]
    visible = {version.pk for version in shown}
    return {
        "rows": [row for row in rows if row["version"].pk in visible],
        "compared": [row for key in chosen for row in rows if row["key"] == key],
        "most_compared": MOST_COMPARED,
    }


def _template_row(request: HttpRequest, version: TemplateVersion, chosen: list[str], here: str) -> dict[str, Any]:
    key = version.template.role.key
    query = request.GET.copy()
    others = [item for item in chosen if item != key]
    query.setlist("compare", others if key in chosen else [*others, key][-MOST_COMPARED:])
    return {
        "key": key,
        "version": version,
        "role": version.template.role,
        "title": version.template.role.title_in(here),
        "text": drafting.template_text(version, here) or drafting.template_text(version, "en"),
        "languages": [code for code, _name in settings.LANGUAGES if drafting.template_text(version, code)],
        "is_compared": key in chosen,
        "compare_href": f"?{query.urlencode()}#compare",
    }


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
        newer=newer_version(found),
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
