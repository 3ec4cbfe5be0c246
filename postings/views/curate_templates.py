"""Role templates: their versions, and the words of a draft beside the English ones."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from postings.access import LibraryRight
from postings.forms.library import PREVIEW_LABELS, PublishForm, TemplateTextForm
from postings.models import Role, RoleTemplate, TemplateText, TemplateVersion
from postings.services import completeness, library, library_templates
from postings.views.curate_common import actor, language_or_404, rights

# The newest versions carry the work; older ones are read on their own page.
VERSIONS = TemplateVersion.objects.prefetch_related("texts").order_by("-number")


def roles_with_versions() -> QuerySet[Role]:
    """Roles that have a template, with titles, versions and their words, in a fixed number of queries."""
    return (
        Role.objects.filter(template__isnull=False)
        .select_related("template")
        .prefetch_related("titles", Prefetch("template__versions", queryset=VERSIONS))
    )


def _template_of(key: str) -> RoleTemplate:
    return get_object_or_404(RoleTemplate.objects.select_related("role").prefetch_related("role__titles"), role__key=key)


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    rights(request)
    rows = []
    for role in roles_with_versions():
        versions = list(role.template.versions.all())
        newest = versions[0] if versions else None
        rows.append(
            {
                "role": role,
                "newest": newest,
                "states": completeness.of_template(newest),
                "is_draft": bool(newest and newest.state in library.OPEN_STATES),
            }
        )
    return render(request, "postings/curate/template_list.html", {"rows": rows})


@require_safe
def template(request: HttpRequest, key: str) -> HttpResponse:
    rights(request)
    return _template_page(request, _template_of(key), PublishForm())


def _template_page(request: HttpRequest, item: RoleTemplate, form: PublishForm, *, status: int | None = None) -> HttpResponse:
    versions = list(
        item.versions.select_related("created_by", "published_by").prefetch_related("texts").annotate(posting_count=Count("postings"))
    )
    draft = next((version for version in versions if version.state in library.OPEN_STATES), None)
    published = next((version for version in versions if version.state == "published"), None)
    context = {
        "item": item,
        "versions": versions,
        "draft": draft,
        "published": published,
        "states": completeness.of_template(draft or published),
        "form": form,
    }
    return render_form(request, "postings/curate/template.html", context, status=status)


@post_or_back("curate:template", "key")
def start(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    draft = library_templates.start_template_draft(_template_of(key), by=actor(request))
    messages.success(request, _("Version %(number)d is open as a draft. Nobody sees it until you publish it.") % {"number": draft.number})
    return redirect("curate:template", key)


@post_or_back("curate:template", "key")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.REVIEW)
    item = _template_of(key)
    draft = library_templates.draft_version(item)
    form = PublishForm(request.POST)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("curate:template", key)
    if form.is_valid():
        try:
            library_templates.publish_template(draft, by=actor(request), note=form.cleaned_data["note"])
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request,
                _("Version %(number)d is published. New postings start from it; existing ones keep theirs.") % {"number": draft.number},
            )
            return redirect("curate:template", key)
    return _template_page(request, item, form, status=422)


@post_or_back("curate:template", "key")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    draft = library_templates.draft_version(_template_of(key))
    if draft is not None:
        library_templates.drop_template_draft(draft, by=actor(request))
        messages.success(request, _("The draft is gone. The published version stays as it was."))
    return redirect("curate:template", key)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """The draft's words in one language beside the English ones."""
    rights(request, LibraryRight.TRANSLATE)
    item = _template_of(key)
    rights(request, LibraryRight.TRANSLATE, language=language_or_404(language))
    draft = library_templates.draft_version(item)
    if draft is None:
        messages.info(request, _("A published version does not change. Start a new version to edit it."))
        return redirect("curate:template", key)
    texts = {row.language: row for row in draft.texts.all()}
    target = texts.get(language)
    form = TemplateTextForm(request.POST or None, initial=TemplateTextForm.initial_of(target))
    current: TemplateText | None = None
    if request.method == "POST" and form.is_valid():
        try:
            library_templates.save_template_text(
                draft, language=language, content=form.content(), by=actor(request), seen=form.cleaned_data["seen"]
            )
        except library.ChangedMeanwhile as clash:
            form.add_error(None, clash.message)
            current = cast(TemplateText, clash.current)
            form.data = {**request.POST.dict(), "seen": current.updated_at.isoformat()}  # saving again is then a decision
        else:
            messages.success(request, _("Saved."))
            return redirect("curate:template_text", key, language)
    context = {
        "item": item,
        "draft": draft,
        "language": language,
        "form": form,
        "source": texts.get(library.SOURCE) if language != library.SOURCE else None,
        "current": current,
        "is_behind": target is not None and library.is_behind(target, texts.get(library.SOURCE)),
        "states": completeness.of_template(draft),
        "preview_labels": PREVIEW_LABELS,
    }
    return render_form(request, "postings/curate/template_text.html", context)


@require_safe
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version in one language, with what changed since the one before."""
    rights(request)
    item = _template_of(key)
    shown = get_object_or_404(item.versions.prefetch_related("texts"), number=number)
    before = item.versions.filter(number__lt=number).prefetch_related("texts").order_by("-number").first()
    asked = request.GET.get("language", library.SOURCE)
    language = asked if asked in dict(settings.LANGUAGES) else library.SOURCE
    context = {
        "item": item,
        "shown": shown,
        "before": before,
        "language": language,
        "text": _text_in(shown, language),
        "changes": _changes(_text_in(before, language), _text_in(shown, language)),
        "preview_labels": PREVIEW_LABELS,
    }
    return render(request, "postings/curate/template_version.html", context)


def _text_in(shown: TemplateVersion | None, language: str) -> TemplateText | None:
    return next((row for row in shown.texts.all() if row.language == language), None) if shown else None


def _changes(before: TemplateText | None, after: TemplateText | None) -> list[tuple[str, str, str]]:
    """The parts that differ as (name, old words, new words)."""
    if before is None or after is None:
        return []
    parts = (*TemplateText.REQUIRED, "reports_to")
    labels = {field.name: str(getattr(field, "verbose_name", field.name)) for field in TemplateText._meta.get_fields()}
    return [
        (labels[name], _words(getattr(before, name)), _words(getattr(after, name)))
        for name in parts
        if getattr(before, name) != getattr(after, name)
    ]


def _words(value: Any) -> str:
    """A part of a text as lines of plain words."""
    if isinstance(value, dict):
        return "\n".join(str(part) for part in value.values() if part)
    if isinstance(value, list):
        return "\n".join(" – ".join(str(part) for part in row.values() if part) if isinstance(row, dict) else str(row) for row in value)
    return str(value)
