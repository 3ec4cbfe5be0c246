"""A bank's way from draft to published, its versions, and how any two of them differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from callcenter_jobs.ui.pages import post_or_back, render_form
from postings import presenters_bank
from postings.access import LibraryRight
from postings.enums import VersionState
from postings.forms.library import PublishForm, SendBackForm
from postings.models import BankVersion, QuestionBank
from postings.services import completeness, library, library_banks, library_kits, library_review
from postings.views.curate_banks import bank_of, bank_page
from postings.views.curate_common import actor, language_or_404, number_of, rights, tried

LARGEST = 2**31 - 1


@post_or_back("curate:bank", "key")
def start(request: HttpRequest, key: str) -> HttpResponse:
    draft = library_banks.start_bank_draft(bank_of(request, key, LibraryRight.EDIT), by=actor(request))
    messages.success(request, _("Version %(number)d is open as a draft. Nobody sees it until you publish it.") % {"number": draft.number})
    return redirect("curate:bank", key)


@post_or_back("curate:bank", "key")
def submit(request: HttpRequest, key: str) -> HttpResponse:
    item = bank_of(request, key, LibraryRight.EDIT)

    def send(draft: BankVersion, note: str) -> str:
        library_banks.submit_bank(draft, by=actor(request), note=note)
        return _("Version %(number)d is in review. Nobody changes it until it is published or sent back.") % {"number": draft.number}

    return _with_note(request, item, send)


@post_or_back("curate:bank_review", "key")
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """What lies in review; a curator may also publish a draft at once, where one person is enough."""
    item = bank_of(request, key, LibraryRight.REVIEW)
    may = rights(request, LibraryRight.REVIEW)

    def out(draft: BankVersion, note: str) -> str:
        if draft.state == VersionState.DRAFT and not may.edit:
            raise library.LibraryRefused(_("This version is not in review any more."))
        library_banks.publish_bank(draft, by=actor(request), note=note, read=request.POST.get("read", ""))
        return _("Version %(number)d is published. The kits of the library ask its questions from now on.") % {"number": draft.number}

    return _with_note(request, item, out)


def _with_note(request: HttpRequest, item: QuestionBank, act: Callable[[BankVersion, str], str]) -> HttpResponse:
    """Do ``act`` with the open version and the note, or show the form again with what is wrong."""
    form = PublishForm(request.POST)
    draft = library_banks.draft_bank(item)
    if draft is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("curate:bank", item.key)
    if form.is_valid():
        try:
            messages.success(request, act(draft, form.cleaned_data["note"]))
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
            draft = library_banks.draft_bank(item) or draft
            # The page shows what stands there now; publishing it then is a decision.
            form.data = {**request.POST.dict(), "read": library_review.sent_mark(draft)}
        else:
            return redirect("curate:bank", item.key)
    if draft.state == VersionState.IN_REVIEW:
        return _review_page(request, item, draft, publish_form=form, status=422)
    return bank_page(request, item, form=form, status=422)


@require_safe
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that the open version changes, in all languages, and what it takes from kits."""
    item = bank_of(request, key)
    draft = library_banks.draft_bank(item)
    if draft is None:
        messages.info(request, _("Nothing of this bank is in review."))
        return redirect("curate:bank", key)
    return _review_page(request, item, draft)


def _review_page(
    request: HttpRequest,
    item: QuestionBank,
    draft: BankVersion,
    *,
    publish_form: PublishForm | None = None,
    back_form: SendBackForm | None = None,
    status: int | None = None,
) -> HttpResponse:
    published = library_banks.published_bank(item)
    context = {
        "bank": item,
        "draft": draft,
        "published": published,
        "states": completeness.of_bank(draft),
        "changes": presenters_bank.version_changes(published, draft),
        "order": presenters_bank.order_change(published, draft),
        "losses": library_kits.losses(draft),
        "gaps": presenters_bank.public_gaps(draft),
        "publish_form": publish_form
        or PublishForm(initial={"note": draft.change_note, "read": library_review.sent_mark(draft)}, auto_id="id_publish_%s"),
        "back_form": back_form or SendBackForm(auto_id="id_back_%s"),
        "may": rights(request),
        "in_review": draft.state == VersionState.IN_REVIEW,
        "objection": library_review.objection(library_banks.KIND, draft, by=actor(request)),
    }
    return render_form(request, "postings/curate/bank_review.html", context, status=status)


@post_or_back("curate:bank_review", "key")
def send_back(request: HttpRequest, key: str) -> HttpResponse:
    item = bank_of(request, key, LibraryRight.REVIEW)
    draft = library_banks.draft_bank(item)
    form = SendBackForm(request.POST, auto_id="id_back_%s")
    if draft is None or draft.state != VersionState.IN_REVIEW:
        messages.info(request, _("Nothing of this bank is in review."))
        return redirect("curate:bank", key)
    if form.is_valid():
        try:
            library_banks.send_back_bank(draft, by=actor(request), reason=form.cleaned_data["reason"])
        except library.LibraryRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Sent back. The reason stands on the page of the bank."))
            return redirect("curate:bank", key)
    return _review_page(request, item, draft, back_form=form, status=422)


@post_or_back("curate:bank", "key")
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    draft = library_banks.draft_bank(bank_of(request, key, LibraryRight.EDIT))
    if draft is not None and draft.state == VersionState.IN_REVIEW:
        tried(request, lambda: library_banks.take_back_bank(draft, by=actor(request)), _("The version is a draft again."))
    return redirect("curate:bank", key)


@post_or_back("curate:bank", "key")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    draft = library_banks.draft_bank(bank_of(request, key, LibraryRight.EDIT))
    if draft is not None:
        done = _("The draft is gone. The published version stays as it was.")
        tried(request, lambda: library_banks.drop_bank_draft(draft, by=actor(request)), done)
    return redirect("curate:bank", key)


@require_safe
def version(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One version in one language, whole."""
    item = bank_of(request, key)
    shown = _version_of(item, number)
    asked = request.GET.get("language", "")
    language = language_or_404(asked) if asked else library.SOURCE
    before = item.versions.filter(number__lt=number).order_by("-number").values_list("number", flat=True).first()
    context = {
        "bank": item,
        "shown": shown,
        "before": before,
        "language": language,
        "rows": [(question, presenters_bank.texts_of(question).get(language)) for question in shown.questions.all()],
        "draft": library_banks.draft_bank(item),
        "may": rights(request),
    }
    return render(request, "postings/curate/bank_version.html", context)


@require_safe
def compare(request: HttpRequest, key: str) -> HttpResponse:
    """Any two versions side by side: ``?from=2&to=4``; without numbers the last two."""
    item = bank_of(request, key)
    numbers = sorted(item.versions.values_list("number", flat=True))
    after = _chosen(request.GET.get("to", ""), numbers, numbers[-1] if numbers else 0)
    before = _chosen(request.GET.get("from", ""), numbers, max((n for n in numbers if n < after), default=after))
    pair = {row.number: row for row in library_banks.bank_versions(item).filter(number__in={before, after})}
    context: dict[str, Any] = {"bank": item, "numbers": numbers, "before": pair.get(before), "after": pair.get(after)}
    if before in pair and after in pair:
        context["changes"] = presenters_bank.version_changes(pair[before], pair[after])
        context["order"] = presenters_bank.order_change(pair[before], pair[after])
    return render(request, "postings/curate/bank_compare.html", context)


@post_or_back("curate:bank_version", "key", "number")
def restore(request: HttpRequest, key: str, number: int) -> HttpResponse:
    item = bank_of(request, key, LibraryRight.EDIT)
    old = _version_of(item, number)
    done = _("The questions of version %(old)d are open as a draft.") % {"old": old.number}
    tried(request, lambda: library_banks.restore_bank_version(old, by=actor(request)), done)
    return redirect("curate:bank", key)


def _version_of(item: QuestionBank, number: int) -> BankVersion:
    return get_object_or_404(library_banks.bank_versions(item), number=min(number, LARGEST))


def _chosen(text: str, numbers: list[int], otherwise: int) -> int:
    wanted = number_of(text)
    return wanted if wanted in numbers else otherwise
