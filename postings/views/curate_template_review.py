"""A template's way from draft to published: submit, read what changes, publish or send back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from postings import presenters_library
from postings.access import LibraryRight
from postings.enums import VersionState
from postings.forms.library import PublishForm, SendBackForm
from postings.models import RoleTemplate, TemplateVersion
from postings.services import completeness, library, library_review, library_templates
from postings.views.curate_common import actor, rights, tried
from postings.views.curate_templates import template_of, template_page


@post_or_back("curate:template", "key")
def start(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    draft = library_templates.start_template_draft(template_of(key), by=actor(request))
    messages.success(request, _("Version %(number)d is open as a draft. Nobody sees it until you publish it.") % {"number": draft.number})
    return redirect("curate:template", key)


@post_or_back("curate:template", "key")
def submit(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    form = PublishForm(request.POST)

    def send(draft: TemplateVersion, note: str) -> str:
        library_templates.submit_template(draft, by=actor(request), note=note)
        return _("Version %(number)d is in review. Nobody changes it until it is published or sent back.") % {"number": draft.number}

    return _with_note(request, template_of(key), form, send)


@post_or_back("curate:template_review", "key")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """What lies in review; a curator may also publish a draft at once, where one person is enough."""
    may = rights(request, LibraryRight.REVIEW)
    item = template_of(key)
    form = PublishForm(request.POST)

    def out(draft: TemplateVersion, note: str) -> str:
        if draft.state == VersionState.DRAFT and not may.edit:
            raise library.LibraryRefused(_("This version is not in review any more."))
        library_templates.publish_template(draft, by=actor(request), note=note, read=request.POST.get("read", ""))
        return _("Version %(number)d is published. New postings start from it; existing ones keep theirs.") % {"number": draft.number}

    return _with_note(request, item, form, out)


def _with_note(request: HttpRequest, item: RoleTemplate, form: PublishForm, act: Callable[[TemplateVersion, str], str]) -> HttpResponse:
    """Do ``act`` with the open version and the note, or show the form again with what is wrong."""
    draft = library_templates.draft_version(item)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("curate:template", item.role.key)
    if form.is_valid():
        try:
            messages.success(request, act(draft, form.cleaned_data["note"]))
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
            draft = library_templates.draft_version(item) or draft
            # The page shows what stands there now; publishing it then is a decision.
            form.data = {**request.POST.dict(), "read": library_review.sent_mark(draft)}
        else:
            return redirect("curate:template", item.role.key)
    if draft.state == VersionState.IN_REVIEW:
        return _review_page(request, item, draft, publish_form=form, status=422)
    return template_page(request, item, form, status=422)


@require_safe
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that the open version changes, in all languages."""
    rights(request)
    item = template_of(key)
    draft = library_templates.draft_version(item)
    if draft is None:
        messages.info(request, _("Nothing of this template is in review."))
        return redirect("curate:template", key)
    return _review_page(request, item, draft)


def _review_page(
    request: HttpRequest,
    item: RoleTemplate,
    draft: TemplateVersion,
    *,
    publish_form: PublishForm | None = None,
    back_form: SendBackForm | None = None,
    status: int | None = None,
) -> HttpResponse:
    versions = list(item.versions.prefetch_related("texts").order_by("-number"))
    published = next((version for version in versions if version.state == VersionState.PUBLISHED), None)
    changes = presenters_library.version_changes(published, draft)
    context = {
        "item": item,
        "draft": draft,
        "published": published,
        "states": completeness.of_template(draft, versions),
        "changes": changes,
        "facts": presenters_library.fact_changes(published, draft),
        "unchanged": presenters_library.unchanged_languages(changes, draft),
        "publish_form": publish_form
        or PublishForm(initial={"note": draft.change_note, "read": library_review.sent_mark(draft)}, auto_id="id_publish_%s"),
        "back_form": back_form or SendBackForm(auto_id="id_back_%s"),
        "may": rights(request),
        "in_review": draft.state == VersionState.IN_REVIEW,
        "objection": library_review.objection(library_templates.KIND, draft, by=actor(request)),
    }
    return render_form(request, "postings/curate/template_review.html", context, status=status)


@post_or_back("curate:template_review", "key")
def send_back(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.REVIEW)
    item = template_of(key)
    draft = library_templates.draft_version(item)
    form = SendBackForm(request.POST, auto_id="id_back_%s")
    if draft is None or draft.state != VersionState.IN_REVIEW:
        messages.info(request, _("Nothing of this template is in review."))
        return redirect("curate:template", key)
    if form.is_valid():
        try:
            library_templates.send_back_template(draft, by=actor(request), reason=form.cleaned_data["reason"])
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Sent back. The reason stands on the page of the template."))
            return redirect("curate:template", key)
    return _review_page(request, item, draft, back_form=form, status=422)


@post_or_back("curate:template", "key")
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    draft = library_templates.draft_version(template_of(key))
    if draft is not None and draft.state == VersionState.IN_REVIEW:
        tried(request, lambda: library_templates.take_back_template(draft, by=actor(request)), _("The version is a draft again."))
    return redirect("curate:template", key)


@post_or_back("curate:template", "key")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    rights(request, LibraryRight.EDIT)
    draft = library_templates.draft_version(template_of(key))
    if draft is not None:
        done = _("The draft is gone. The published version stays as it was.")
        tried(request, lambda: library_templates.drop_template_draft(draft, by=actor(request)), done)
    return redirect("curate:template", key)
