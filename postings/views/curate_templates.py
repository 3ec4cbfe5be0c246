"""Role templates: the list, the page of one, its versions and how any two differ."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from postings import presenters_library
from postings.access import LibraryRight
from postings.enums import VersionState
from postings.forms.library import PublishForm
from postings.models import Role, RoleTemplate, TemplateVersion
from postings.services import completeness, library, library_review, library_templates
from postings.views.curate_common import actor, language_or_404, number_of, rights

# The newest versions carry the work; older ones are read on their own page.
VERSIONS = TemplateVersion.objects.select_related("submitted_by").prefetch_related("texts").order_by("-number")
LARGEST = 2**31 - 1


def roles_with_versions() -> QuerySet[Role]:
    """Roles that have a template, with titles, versions and their words, in a fixed number of queries."""
    return (
        Role.objects.filter(template__isnull=False)
        .select_related("template")
        .prefetch_related("titles", Prefetch("template__versions", queryset=VERSIONS))
    )


def template_of(key: str) -> RoleTemplate:
    return get_object_or_404(RoleTemplate.objects.select_related("role").prefetch_related("role__titles"), role__key=key)


def working_version(versions: list[TemplateVersion]) -> TemplateVersion | None:
    """What the workshop shows of a template: the open draft, else what is published. ``versions``: newest first."""
    wanted = [*library.OPEN_STATES, VersionState.PUBLISHED]
    return next((version for state in wanted for version in versions if version.state == state), None)


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    may = rights(request)
    rows = []
    for role in roles_with_versions():
        versions = list(role.template.versions.all())
        shown = working_version(versions)
        rows.append({"role": role, "shown": shown, "states": completeness.of_template(shown, versions)})
    return render(request, "postings/curate/template_list.html", {"rows": rows, "may": may})


@require_safe
def template(request: HttpRequest, key: str) -> HttpResponse:
    rights(request)
    return template_page(request, template_of(key))


def template_page(request: HttpRequest, item: RoleTemplate, form: PublishForm | None = None, *, status: int | None = None) -> HttpResponse:
    people = ("created_by", "submitted_by", "published_by")
    versions = list(
        item.versions.select_related(*people).prefetch_related("texts").annotate(posting_count=Count("postings")).order_by("-number")
    )
    draft = next((version for version in versions if version.state in library.OPEN_STATES), None)
    published = next((version for version in versions if version.state == VersionState.PUBLISHED), None)
    context = {
        "item": item,
        "versions": versions,
        "draft": draft,
        "published": published,
        "shown": draft or published,
        "states": completeness.of_template(draft or published, versions),
        "form": form or PublishForm(initial={"note": draft.change_note if draft else ""}),
        "may": rights(request),
        "may_publish_at_once": library_review.may_publish_at_once(),
    }
    return render_form(request, "postings/curate/template.html", context, status=status)


@require_safe
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version in one language, with what changed since the one before."""
    may = rights(request)
    item = template_of(key)
    shown = _version_of(item, number)
    before = item.versions.filter(number__lt=number).prefetch_related("texts").order_by("-number").first()
    language = _language(request)
    text = presenters_library.text_in(shown, language)
    old = presenters_library.text_in(before, language)
    context = {
        "item": item,
        "shown": shown,
        "before": before,
        "language": language,
        "text": text,
        "changes": list(presenters_library.text_changes(old, text, language).values()) if old and text else [],
        "is_new": bool(text and before and not old),
        "draft": library_templates.draft_version(item),
        "preview_labels": presenters_library.PREVIEW_LABELS,
        "may": may,
    }
    return render(request, "postings/curate/template_version.html", context)


@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """Any two versions side by side: ``?from=2&to=4``; without numbers the last two."""
    may = rights(request)
    item = template_of(key)
    numbers = sorted(item.versions.values_list("number", flat=True))
    after = _chosen(request.GET.get("to", ""), numbers, numbers[-1] if numbers else 0)
    before = _chosen(request.GET.get("from", ""), numbers, max((n for n in numbers if n < after), default=after))
    pair = {row.number: row for row in item.versions.filter(number__in={before, after}).prefetch_related("texts")}
    context: dict[str, Any] = {"item": item, "numbers": numbers, "before": pair.get(before), "after": pair.get(after), "may": may}
    if before in pair and after in pair:
        changes = presenters_library.version_changes(pair[before], pair[after])
        context |= {
            "changes": changes,
            "facts": presenters_library.fact_changes(pair[before], pair[after]),
            "unchanged": presenters_library.unchanged_languages(changes, pair[after]),
        }
    return render(request, "postings/curate/template_compare.html", context)


@post_or_back("curate:template_version", "key", "number")
def restore(request: HttpRequest, key: str, number: int) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    item = template_of(key)
    try:
        draft = library_templates.restore_template_version(_version_of(item, number), by=actor(request))
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        words = {"number": draft.number, "old": number}
        messages.success(request, _("Version %(number)d is open as a draft with the words of version %(old)d.") % words)
    return redirect("curate:template", key)


@post_or_back("curate:template", "key")
def retire(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    if library_templates.set_role_in_use(template_of(key).role, in_use=False, by=actor(request)):
        messages.success(request, _("The template is retired: no new posting starts from it. Postings keep what they have."))
    return redirect("curate:template", key)


@post_or_back("curate:template", "key")
def revive(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    if library_templates.set_role_in_use(template_of(key).role, in_use=True, by=actor(request)):
        messages.success(request, _("The template is in use again."))
    return redirect("curate:template", key)


def _version_of(item: RoleTemplate, number: int) -> TemplateVersion:
    return get_object_or_404(item.versions.prefetch_related("texts"), number=min(number, LARGEST))


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return language_or_404(asked) if asked else library.SOURCE


def _chosen(text: str, numbers: list[int], otherwise: int) -> int:
    wanted = number_of(text)
    return wanted if wanted in numbers else otherwise
