"""A question of a bank's draft, part by part beside another language; saved by itself while one writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callcenter_jobs.ui.pages import render_form
from postings import presenters_bank
from postings.access import LibraryRight
from postings.enums import VersionState
from postings.forms.library_banks import QuestionForm, QuestionSeenField
from postings.models import BankVersion, Question, QuestionBank, QuestionText
from postings.presenters_revision import Change
from postings.services import completeness, library, library_banks, library_likeness, library_questions
from postings.services.library_usage import of_questions
from postings.views.curate_common import Rights, actor, language_or_404, rights
from postings.views.curate_writing import LONGEST_MARK, is_autosave, language_beside, not_saved, saved, sent, why_shut


@dataclass(frozen=True, slots=True)
class Desk:
    """What lies on the desk: a draft question in one language, and the language beside it (none chosen: empty)."""

    bank: QuestionBank
    draft: BankVersion
    question: Question
    language: str
    beside: str
    may: Rights

    @property
    def texts(self) -> dict[str, QuestionText]:
        return presenters_bank.texts_of(self.question)

    @property
    def target(self) -> QuestionText | None:
        return self.texts.get(self.language)

    def form(self, data: Any = None, **kwargs: Any) -> QuestionForm:
        return QuestionForm(data, language=self.language, edits_marks=self.may.edit, **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, key: str, question_key: str, language: str) -> HttpResponse:
    """One language of a draft question. A script saves with ``X-Autosave`` and gets JSON; everybody else gets pages."""
    rights(request, LibraryRight.TRANSLATE)
    bank = get_object_or_404(QuestionBank, key=key)
    may = rights(request, LibraryRight.TRANSLATE, language=language_or_404(language))
    draft = library_banks.draft_bank(bank)
    if draft is None or draft.state != VersionState.DRAFT:
        if not Question.objects.filter(version__bank=bank, key=question_key).exists():
            raise Http404
        return _shut(request, bank, draft)
    row = next((row for row in draft.questions.all() if row.key == question_key), None)
    if row is None:
        raise Http404
    desk = Desk(bank, draft, row, language, language_beside(request, language), may)
    if request.method != "POST":
        return _page(request, desk, desk.form(initial=QuestionForm.initial_of(row, desk.target)))
    form = desk.form(sent(request))
    if not form.is_valid():
        return not_saved(form) if is_autosave(request) else _page(request, desk, form)
    return _save(request, desk, form)


def _shut(request: HttpRequest, bank: QuestionBank, draft: BankVersion | None) -> HttpResponse:
    if is_autosave(request):
        return JsonResponse({"status": why_shut(draft)}, status=409)
    messages.info(request, why_shut(draft))
    return redirect("curate:bank", bank.key)


def _save(request: HttpRequest, desk: Desk, form: QuestionForm) -> HttpResponse:
    mark = request.POST.get("mark", "")[:LONGEST_MARK]
    try:
        stored = library_questions.save_question(
            desk.question,
            language=desk.language,
            content=form.content(),
            marks=form.marks(),
            by=actor(request),
            seen=form.cleaned_data["seen"],
            mark=mark,
        )
    except library.ChangedMeanwhile as clash:
        return _clash(request, desk, form, cast(QuestionText, clash.current), clash.message)
    except library_questions.FieldRefused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        if isinstance(refusal, library_questions.MarksChanged):
            now = Question.objects.get(pk=desk.question.pk)
            form.data = {**request.POST.dict(), "seen": QuestionSeenField.text_of(now, desk.target)}
        return not_saved(form) if is_autosave(request) else _page(request, desk, form)
    except library.LibraryRefused as refusal:
        if is_autosave(request):
            return JsonResponse({"status": refusal.message}, status=409)
        form.add_error(None, refusal.message)
        return _page(request, desk, form)
    if is_autosave(request):
        return saved(QuestionSeenField.text_of(Question.objects.get(pk=desk.question.pk), stored))
    messages.success(request, _("Saved and marked as up to date.") if mark else _("Saved."))
    return redirect(request.get_full_path())


def _clash(request: HttpRequest, desk: Desk, form: QuestionForm, theirs: QuestionText, message: str) -> HttpResponse:
    """Both texts are shown. The form still has not seen theirs: to save over it is a decision, with a button of its own."""
    mine = QuestionText(question=desk.question, language=desk.language, **form.content())
    conflict = {
        "clash": list(presenters_bank.text_changes(theirs, mine, desk.language).values()),
        "theirs": theirs,
        "their_seen": QuestionSeenField.text_of(desk.question, theirs),
        "here": request.get_full_path(),
        "language": desk.language,
    }
    if is_autosave(request):
        panel = render_to_string("postings/curate/_conflict.html", conflict, request=request)
        return JsonResponse({"status": message, "panel": panel}, status=409)
    form.add_error(None, message)
    return _page(request, desk, form, conflict, status=409)


def _page(
    request: HttpRequest, desk: Desk, form: QuestionForm, conflict: dict[str, Any] | None = None, *, status: int | None = None
) -> HttpResponse:
    states = completeness.of_question(desk.question)
    state = next(row for row in states if row.language == desk.language)
    source = desk.texts.get(desk.beside)
    since, compared = _since(desk) if state.behind else ({}, 0)
    for name, field in form.fields.items():
        if name not in QuestionForm.MARKS:
            field.widget.attrs["lang"] = desk.language  # for spelling and for voices
    typed = str(form["text"].value() or "")
    context = {
        "bank": desk.bank,
        "draft": desk.draft,
        "question": desk.question,
        "title": presenters_bank.wording(desk.question, desk.language),
        "language": desk.language,
        "beside": desk.beside,
        "source": source,
        "sources": [row.language for row in states if row.language != desk.language and row.language in desk.texts],
        "form": form,
        "pairs": _pairs(form, source, since if desk.beside == library.SOURCE else {}),
        "likes": library_likeness.like(typed, desk.language, but=desk.question.key),
        "use": of_questions([desk.question])[desk.question.key],
        "state": state,
        "target": desk.target,
        "missing": presenters_bank.missing_parts(desk.question, desk.target),
        "states": states,
        "compared": compared,
        "mark": library.source_digest(desk.texts.get(library.SOURCE)) if state.behind else "",
        "may": desk.may,
        **(conflict or {}),
    }
    return render_form(request, "postings/curate/question.html", context, status=status)


def _since(desk: Desk) -> tuple[dict[str, Change], int]:
    """What changed in English since the translation, by part, and the version this compares with: the newest whose English
    it was made from. Where no version kept that English (it was a draft's), what is published stands in."""
    target = desk.target
    rows = Question.objects.filter(version__bank=desk.bank, key=desk.question.key).exclude(pk=desk.question.pk)
    rows = rows.select_related("version").prefetch_related("texts").order_by("-version__number")
    older = [(row.version, presenters_bank.texts_of(row).get(library.SOURCE)) for row in rows]
    fits = [pair for pair in older if target and library.source_digest(pair[1]) == target.source_hash]
    published = [pair for pair in older if pair[0].state == VersionState.PUBLISHED]
    for version, text in (fits or published)[:1]:
        if text is not None:
            now = desk.texts.get(library.SOURCE)
            return presenters_bank.text_changes(text, now, library.SOURCE), version.number
    return {}, 0


def _pairs(form: QuestionForm, source: QuestionText | None, since: dict[str, Change]) -> list[dict[str, Any]]:
    """The fields in order, each with the same part in the language beside it and what changed there."""
    words = presenters_bank.parts_of(source)
    return [{"field": form[name], "words": words.get(name, ""), "change": since.get(name)} for name in presenters_bank.PARTS]
