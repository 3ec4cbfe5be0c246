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
from postings.services import library, library_titles, missed_searches
from postings.views.curate_common import actor, language_or_404, rights, tried

MISSED_SHOWN = 5


@require_safe
def title_list(request: HttpRequest) -> HttpResponse:
    rights(request)
    rows = []
    missed = missed_searches.missed_terms()[:MISSED_SHOWN]
    for role in Role.objects.prefetch_related("titles"):
        counts = {code: 0 for code, _name in settings.LANGUAGES}
        for title in role.titles.all():
            counts[title.language] += 1
        rows.append((role, counts))
    context = {"rows": rows, "languages": [code for code, _name in settings.LANGUAGES], "missed": missed}
    return render(request, "postings/curate/title_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def titles(request: HttpRequest, key: str, language: str) -> HttpResponse:
    may = rights(request, LibraryRight.EDIT if request.method == "POST" else LibraryRight.VIEW)
    language_or_404(language)
    role = get_object_or_404(Role.objects.prefetch_related("titles"), key=key)
    form = TitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            library_titles.add_title(role, language=language, text=form.cleaned_data["text"], by=actor(request))
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
    done = _("“%(title)s” no longer leads to this role.") % {"title": title.text}
    tried(request, lambda: library_titles.remove_title(title, by=actor(request)), done)
    return redirect("curate:titles", key, language)


@post_or_back("curate:titles", "key", "language")
def prefer(request: HttpRequest, key: str, language: str, pk: int) -> HttpResponse:
    title = _title(request, key, language, pk)
    done = _("“%(title)s” is now the title that pages show.") % {"title": title.text}
    tried(request, lambda: library_titles.prefer_title(title, by=actor(request)), done)
    return redirect("curate:titles", key, language)


@require_safe
def missed(request: HttpRequest) -> HttpResponse:
    """Searches that found nothing, each with the role it may mean and one button to make it a title."""
    may = rights(request)
    language = request.GET.get("language", "")
    language = language if language in dict(settings.LANGUAGES) else ""
    terms = missed_searches.missed_terms(language=language)
    context = {
        "terms": terms,
        "top": max((term.count for term in terms), default=0),
        "roles": Role.objects.filter(is_active=True).prefetch_related("titles"),
        "language": language,
        "days": missed_searches.DAYS,
        "fewest": missed_searches.FEWEST,
        "may": may,
    }
    return render(request, "postings/curate/missed.html", context)


@post_or_back("curate:missed")
def missed_decide(request: HttpRequest) -> HttpResponse:
    """Make a missed term a title of the chosen role, or set it aside."""
    rights(request, LibraryRight.EDIT)
    term, language = request.POST.get("term", "")[:60], request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES) or missed_searches.term_of(term) != term or not term:
        messages.error(request, _("This search is not in the list any more."))
        return redirect("curate:missed")
    if request.POST.get("do") == "ignore":
        missed_searches.set_aside(term, language=language, by=actor(request))
        messages.success(request, _("“%(term)s” is set aside and is not suggested again.") % {"term": term})
        return redirect("curate:missed")
    role = Role.objects.filter(key=request.POST.get("role", "")).prefetch_related("titles").first()
    if role is None:
        messages.error(request, _("Choose the role that “%(term)s” should lead to.") % {"term": term})
        return redirect("curate:missed")
    try:
        missed_searches.take_as_title(term, language=language, role=role, by=actor(request))
    except library.LibraryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("“%(title)s” now leads to the role %(role)s.") % {"title": term, "role": role.title_in()})
    return redirect("curate:missed")
