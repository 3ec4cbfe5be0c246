"""The smaller texts: careers, certificates, clauses, screening questions and plans, each language beside English."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from callcenter_jobs.ui.pages import render_form
from postings.access import LibraryRight
from postings.forms.library_facts import WordsForm
from postings.services import completeness
from postings.services import library_words as words_service
from postings.services.library import SOURCE, LibraryRefused
from postings.services.library_words import KINDS, Kind
from postings.views.curate_common import Rights, actor, language_or_404, rights


@require_safe
def words_list(request: HttpRequest) -> HttpResponse:
    rights(request)
    shown = KINDS.get(request.GET.get("kind", ""), KINDS["steps"])
    rows = [(row, words_service.title_of(shown, row), words_service.states_of(shown, row)) for row in shown.rows()]
    context = {
        "kinds": KINDS.values(),
        "shown": shown,
        "rows": rows,
        "states": completeness.together(states for _row, _title, states in rows),
    }
    return render(request, "postings/curate/words_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def words(request: HttpRequest, kind: str, key: str, language: str) -> HttpResponse:
    """One text in one language beside English; for those who may, its facts beside the English words."""
    language_or_404(language)
    may = rights(request, LibraryRight.TRANSLATE, language=language) if request.method == "POST" else rights(request)
    if kind not in KINDS:
        raise Http404
    shown = KINDS[kind]
    row = get_object_or_404(shown.rows(), key=key)
    form = _form(request, shown, row, language, may)
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            words_service.save_words(
                shown, row, language=language, words=form.words(), facts=form.facts(), by=actor(request), seen=form.cleaned_data["seen"]
            )
        except words_service.WordsChanged as clash:
            form.add_error(None, clash.message)
            conflict = [(slot.label, clash.current.get(slot.name, ""), form.words()[slot.name]) for slot in form.slots]
            form.data = {**_sent(request), "seen": clash.seen}
        except LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("curate:words", kind, key, language)
    return render_form(request, "postings/curate/words.html", _context(shown, row, language, form, may, conflict))


def _form(request: HttpRequest, kind: Kind, row: Any, language: str, may: Rights) -> WordsForm:
    facts = words_service.facts_of(kind, row) if language == SOURCE and may.edit else {}
    english = words_service.KINDS[kind.slug].read(row, SOURCE)
    required = frozenset(name for name, text in english.items() if text) if language == SOURCE else frozenset()
    initial = {**kind.read(row, language), **facts, "seen": words_service.fingerprint(kind, row, language)}
    return WordsForm(request.POST or None, slots=kind.slots(row), required=required, facts=facts, initial=initial)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """The sent fields; those with several values keep them all."""
    return {name: values if len(values) > 1 or name in {"tiers", "families"} else values[0] for name, values in request.POST.lists()}


def _context(kind: Kind, row: Any, language: str, form: WordsForm, may: Rights, conflict: Any) -> dict[str, Any]:
    source = kind.read(row, SOURCE)
    return {
        "kind": kind,
        "row": row,
        "title": words_service.title_of(kind, row),
        "language": language,
        "form": form,
        "source": [(slot.label, source.get(slot.name, "")) for slot in form.slots] if language != SOURCE else [],
        "words": [(slot.label, kind.read(row, language).get(slot.name, "")) for slot in form.slots],
        "states": words_service.states_of(kind, row),
        "conflict": conflict,
        "may_write": language in may.languages,
    }
