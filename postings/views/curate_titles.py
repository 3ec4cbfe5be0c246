"""The title dictionary: what people call a role, per language."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from postings.access import LibraryRight
from postings.forms.library import TitleForm
from postings.models import Role, TitleAlias
from postings.services import library, library_titles
from postings.views.curate_common import language_or_404, rights


@require_safe
def title_list(request: HttpRequest) -> HttpResponse:
    rights(request)
    rows = []
    for role in Role.objects.prefetch_related("titles"):
        counts = {code: 0 for code, _name in settings.LANGUAGES}
        for title in role.titles.all():
            counts[title.language] += 1
        rows.append((role, counts))
    return render(request, "postings/curate/title_list.html", {"rows": rows, "languages": [code for code, _name in settings.LANGUAGES]})


@require_http_methods(["GET", "HEAD", "POST"])
def titles(request: HttpRequest, key: str, language: str) -> HttpResponse:
    may = rights(request, LibraryRight.EDIT if request.method == "POST" else LibraryRight.VIEW)
    language_or_404(language)
    role = get_object_or_404(Role.objects.prefetch_related("titles"), key=key)
    form = TitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            library_titles.add_title(role, language=language, text=form.cleaned_data["text"])
        except library.LibraryRefused as refusal:
            form.add_error("text", refusal.message)
        else:
            messages.success(request, _("“%(title)s” now leads to this role.") % {"title": form.cleaned_data["text"]})
            return redirect("curate:titles", key, language)
    rows = [title for title in role.titles.all() if title.language == language]
    context = {"role": role, "language": language, "titles": rows, "form": form, "may": may}
    return render_form(request, "postings/curate/titles.html", context)


def _title(request: HttpRequest, key: str, language: str, pk: int) -> TitleAlias:
    rights(request, LibraryRight.EDIT)
    return get_object_or_404(TitleAlias, pk=pk, role__key=key, language=language)


@post_or_back("curate:titles", "key", "language")
def remove(request: HttpRequest, key: str, language: str, pk: int) -> HttpResponse:
    title = _title(request, key, language, pk)
    try:
        library_titles.remove_title(title)
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("“%(title)s” no longer leads to this role.") % {"title": title.text})
    return redirect("curate:titles", key, language)


@post_or_back("curate:titles", "key", "language")
def prefer(request: HttpRequest, key: str, language: str, pk: int) -> HttpResponse:
    title = _title(request, key, language, pk)
    library_titles.prefer_title(title)
    messages.success(request, _("“%(title)s” is now the title that pages show.") % {"title": title.text})
    return redirect("curate:titles", key, language)
