"""The words of a template's draft, part by part beside those of another language; saved by themselves while one writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import render_form
from postings import presenters_library
from postings.access import LibraryRight
from postings.enums import VersionState
from postings.forms.library import TemplateTextForm
from postings.forms.library_settings import TemplateSettingsForm
from postings.models import Posting, RoleTemplate, TemplateText, TemplateVersion
from postings.presenters_revision import LISTS, Change
from postings.services import completeness, library, library_templates
from postings.services.completeness import LanguageState
from postings.views.curate_common import Rights, actor, language_or_404, rights
from postings.views.curate_templates import template_of
from postings.views.curate_writing import LONGEST_MARK, is_autosave, language_beside, not_saved, sent, why_shut
from postings.views.curate_writing import saved as answer_saved


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk: a draft in one language, and the language beside it (none chosen: empty)."""

    item: RoleTemplate
    draft: TemplateVersion
    language: str
    beside: str
    may: Rights

    @property
    def texts(self) -> dict[str, TemplateText]:
        return {row.language: row for row in self.draft.texts.all()}

    @property
    def target(self) -> TemplateText | None:
        return self.texts.get(self.language)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """One language of the draft. A script saves with ``X-Autosave`` and gets JSON; everybody else gets pages."""
    rights(request, LibraryRight.TRANSLATE)
    item = template_of(key)
    may = rights(request, LibraryRight.TRANSLATE, language=language_or_404(language))
    draft = library_templates.draft_version(item)
    by_script = is_autosave(request)
    if draft is None or draft.state != VersionState.DRAFT:
        return _shut(request, item, draft, by_script)
    desk = Desk(item, draft, language, language_beside(request, language), may)
    if request.method != "POST":
        return _page(request, desk, TemplateTextForm(initial=TemplateTextForm.initial_of(desk.target)))
    form = TemplateTextForm(sent(request))
    if not form.is_valid():
        return not_saved(form) if by_script else _page(request, desk, form)
    return _save(request, desk, form, by_script)


def _shut(request: HttpRequest, item: RoleTemplate, draft: TemplateVersion | None, by_script: bool) -> HttpResponse:
    words = why_shut(draft)
    if by_script:
        return JsonResponse({"status": words}, status=409)
    messages.info(request, words)
    return redirect("curate:template", item.role.key)


def _save(request: HttpRequest, desk: Desk, form: TemplateTextForm, by_script: bool) -> HttpResponse:
    mark = request.POST.get("mark", "")[:LONGEST_MARK]
    try:
        stored = library_templates.save_template_text(
            desk.draft, language=desk.language, content=form.content(), by=actor(request), seen=form.cleaned_data["seen"], mark=mark
        )
    except library.ChangedMeanwhile as clash:
        return _clash(request, desk, form, cast(TemplateText, clash.current), clash.message, by_script)
    except library.LibraryRefused as refusal:
        if by_script:
            return JsonResponse({"status": refusal.message}, status=409)
        form.add_error(None, refusal.message)
        return _page(request, desk, form)
    if by_script:
        return answer_saved(stored.updated_at.isoformat())
    messages.success(request, _("Saved and marked as up to date.") if mark else _("Saved."))
    return redirect(request.get_full_path())


def _clash(request: HttpRequest, desk: Desk, form: TemplateTextForm, theirs: TemplateText, message: str, by_script: bool) -> HttpResponse:
    """Both texts are shown. The form still has not seen theirs: to save over it is a decision, with a button of its own."""
    mine = TemplateText(version=desk.draft, language=desk.language, **form.content())
    conflict = {
        "clash": list(presenters_library.text_changes(theirs, mine, desk.language).values()),
        "theirs": theirs,
        "their_seen": theirs.updated_at.isoformat(),
        "here": request.get_full_path(),
        "language": desk.language,
    }
    if by_script:
        panel = render_to_string("postings/curate/_conflict.html", conflict, request=request)
        return JsonResponse({"status": message, "panel": panel}, status=409)
    form.add_error(None, message)
    return _page(request, desk, form, conflict, status=409)


def _page(
    request: HttpRequest, desk: Desk, form: TemplateTextForm, conflict: dict[str, Any] | None = None, *, status: int | None = None
) -> HttpResponse:
    versions = list(desk.item.versions.prefetch_related("texts").order_by("-number"))
    states = completeness.of_template(desk.draft, versions)
    state = next(row for row in states if row.language == desk.language)
    source = desk.texts.get(desk.beside)
    since, compared = _since(desk, state, versions)
    for field in form.fields.values():
        field.widget.attrs["lang"] = desk.language  # for spelling and for voices
    context = {
        "item": desk.item,
        "draft": desk.draft,
        "language": desk.language,
        "beside": desk.beside,
        "source": source,
        "sources": [row.language for row in states if row.language != desk.language and row.language in desk.texts],
        "form": form,
        "pairs": _pairs(form, source, since if desk.beside == library.SOURCE else {}),
        "state": state,
        "target": desk.target,
        "missing": presenters_library.missing_parts(desk.target),
        "states": states,
        "compared": compared,
        "mark": library.source_digest(desk.texts.get(library.SOURCE)) if state.behind else "",
        "may": desk.may,
        **(conflict or {}),
    }
    return render_form(request, "postings/curate/template_text.html", context, status=status)


def _since(desk: Desk, state: LanguageState, versions: list[TemplateVersion]) -> tuple[dict[str, Change], int]:
    """What changed in English since the translation, by part, and the version that this compares with. When that English
    is not kept any more (it was a draft's), what is published stands in."""
    if not state.behind:
        return {}, 0
    number = state.made_from or next((row.number for row in versions if row.state == VersionState.PUBLISHED), 0)
    old = presenters_library.text_in(next((row for row in versions if row.number == number), None), library.SOURCE)
    if old is None:
        return {}, 0
    return presenters_library.text_changes(old, desk.texts.get(library.SOURCE), library.SOURCE), number


def _pairs(form: TemplateTextForm, source: TemplateText | None, since: dict[str, Change]) -> list[dict[str, Any]]:
    """The fields in order, each with the same part in the language beside it and what changed there."""
    words = presenters_library.parts_of(source)
    pairs = []
    for name in presenters_library.PARTS:
        # As one would type them: the share of a duty stands behind a bar.
        typed = str(form.fields[name].prepare_value(words.get(name) or ""))
        is_list = name in LISTS
        pairs.append(
            {
                "field": form[name],
                "words": "" if is_list else typed,
                "lines": typed.splitlines() if is_list else [],
                "change": since.get(name),
            }
        )
    return pairs


@require_http_methods(["GET", "HEAD", "POST"])
def template_settings(request: HttpRequest, key: str) -> HttpResponse:
    """What postings made from the draft start with besides its words."""
    may = rights(request, LibraryRight.EDIT)
    item = template_of(key)
    draft = library_templates.draft_version(item)
    if draft is None or draft.state != VersionState.DRAFT:
        return _shut(request, item, draft, by_script=False)
    form = TemplateSettingsForm(request.POST if request.method == "POST" else None, version=draft)
    context: dict[str, Any] = {"item": item, "draft": draft, "form": form, "may": may}
    if form.is_valid():
        try:
            library_templates.save_template_settings(draft, values=form.cleaned_data, by=actor(request), seen=form.cleaned_data["seen"])
        except library_templates.SettingsChanged as clash:
            form.add_error(None, clash.message)
            mine = library.copied(clash.current, **{name: form.cleaned_data[name] for name in library_templates.FACTS})
            context["clash"] = presenters_library.fact_changes(clash.current, mine)
            # Both are shown; saving again is then a decision. Several channels stay several.
            form.data = request.POST.copy()
            form.data["seen"] = library_templates.settings_mark(clash.current)
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("curate:template", key)
    return render_form(request, "postings/curate/template_settings.html", context)


@require_safe
def preview(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """The draft, else what is published, as the posting it would start, in that language throughout."""
    may = rights(request)
    item = template_of(key)
    language_or_404(language)
    shown = library_templates.draft_version(item) or library_templates.published_version(item)
    text = presenters_library.text_in(shown, language)
    with translation.override(language):
        posting = Posting(language=language, role=item.role, tier=item.role.tier, work_type=item.role.work_type)
        for name in ("channels", "education", "experience_months", "minimum_age", "training_weeks", "response_promise_days"):
            if shown is not None:
                setattr(posting, name, getattr(shown, name))
        article = render_to_string("postings/curate/_preview_article.html", {"text": text, "posting": posting}) if text else ""
    context = {"item": item, "shown": shown, "language": language, "article": article, "may": may}
    return render(request, "postings/curate/template_preview.html", context)
