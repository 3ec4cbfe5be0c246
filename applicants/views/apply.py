"""Applying without an account, in three screens. Every answer of the browser is saved before it is judged."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from applicants.forms.fields import CheckedFile
from applicants.forms.screens import FinishForm
from applicants.forms.typed import Typed, typed_of
from applicants.models import ApplicationDraft
from applicants.services import drafts
from applicants.services.applying import Filled, PostingNotOpen, receipt_of, submit_application
from applicants.services.asking import Asking
from applicants.views import apply_screens as screens
from callcenter_jobs.accounts.limits import Verdict, allow_each, network_key, too_many
from callcenter_jobs.ui.line import Stop, StopState
from postings.models import Posting, Stage

HOUR = 3600
# Of one network in an hour, for each application that it may send.
SHARES = {"apply-start": 4, "apply-file": 4, "apply-save": 40, "apply-send": 1}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Screen 1 of a new application. Looking writes nothing; the first answers make the draft."""
    asking, _draft = screens.get_asking(code)
    posting = asking.posting
    if not posting.is_open():
        return not_open(request, posting)
    if request.method != "POST":
        form = screens.contact_form(asking, initial=screens.initial_contact(request))
        return show(request, asking, None, screens.CONTACT, form)
    form = screens.contact_form(asking, request.POST)
    if not form.is_valid() and not is_autosave(request):
        return show(request, asking, None, screens.CONTACT, form)
    [verdict] = within(request, "apply-start")
    if not verdict.allowed:
        return too_many(request, verdict)
    draft = drafts.start_draft(
        posting=posting,
        language=get_language() or posting.language,
        source=request.GET.get("source", ""),
        data={screens.CONTACT: typed_of(form, request.POST)},
    )
    if is_autosave(request):
        return JsonResponse({"url": screens.screen_url(posting, draft, screens.CONTACT)}, status=201)
    return see_other(screens.screen_url(posting, draft, screens.WEEK))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, code: str, key: str, name: str) -> HttpResponse:
    """One screen of a draft: showing it as it was left, and taking what is posted."""
    asking, draft = screens.get_asking(code, key)
    if name not in screens.SCREENS:
        raise Http404
    if draft is None:
        return page(request, "gone", asking.posting, status=404)
    if drafts.was_sent(draft):
        return see_other(reverse("apply:sent", args=[code, key]))
    if request.method == "POST":
        return take(request, asking, draft, name)
    if not asking.posting.is_open():
        return not_open(request, asking.posting, draft)
    earlier = screens.earlier_screens(asking, draft) if name != screens.CONTACT else None
    if earlier and earlier.incomplete and screens.SCREENS.index(earlier.incomplete) < screens.SCREENS.index(name):
        return see_other(screens.screen_url(asking.posting, draft, earlier.incomplete))
    typed = draft.data.get(name, {})
    form = screens.form_for(name, asking, typed) if "check" in request.GET else screens.form_for(name, asking, initial=typed)
    return show(request, asking, draft, name, form, earlier=earlier, status=200)


@login_not_required
@require_safe
def sent(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The confirmation, the same for everybody: it never says whether the address had applied before."""
    asking, draft = screens.get_asking(code, key)
    posting = asking.posting
    if draft is None:
        return page(request, "gone", posting, status=404)
    receipt = receipt_of(draft)
    if receipt is None:
        return see_other(screens.screen_url(posting, draft, screens.CONTACT))
    first, *coming = [
        stage.candidate_name for stage in Stage.objects.filter(plan=posting.plan_id) if stage.is_visible and not stage.is_terminal
    ]
    stops = [Stop(label=first, state=StopState.CURRENT, at=receipt.sent_at), *(Stop(label=label) for label in coming)]
    return page(request, "sent", posting, {"receipt": receipt, "stops": stops})


def take(request: HttpRequest, asking: Asking, draft: ApplicationDraft, name: str) -> HttpResponse:
    """Save first, judge then: also what is refused, or comes when the posting has closed, is still there afterwards.

    What needs no correction is sent at once, and kept by ``send`` when that fails: one transaction instead of two.
    """
    form = screens.form_for(name, asking, request.POST, request.FILES)
    typed = typed_of(form, request.POST)
    filled = ready(request, asking, draft, form)
    scope = "apply-file" if request.FILES else "apply-save"
    verdict, *sending = within(request, scope, "apply-send") if filled else within(request, scope)
    if not verdict.allowed:
        return too_many(request, verdict)
    if filled:
        return send(request, asking, draft, filled, typed, sending[0])
    draft = drafts.save_screen(draft, screen=name, typed=typed)
    if drafts.was_sent(draft):
        return see_other(reverse("apply:sent", args=[asking.posting.code, draft.key]))
    if not asking.posting.is_open():
        return not_open(request, asking.posting, draft)
    if isinstance(form, FinishForm):
        draft = keep_file(request, draft, form)
        if "remove_file" in request.POST:
            return see_other(f"{screens.screen_url(asking.posting, draft, name)}#resume")
    if is_autosave(request):
        return autosaved(draft, form)
    if not form.is_valid():
        return show(request, asking, draft, name, form)
    if not isinstance(form, FinishForm):
        return see_other(screens.screen_url(asking.posting, draft, screens.SCREENS[screens.SCREENS.index(name) + 1]))
    earlier = screens.earlier_screens(asking, draft)
    if earlier.incomplete:
        return see_other(f"{screens.screen_url(asking.posting, draft, earlier.incomplete)}?check=1")
    [verdict] = within(request, "apply-send")
    return send(request, asking, draft, earlier.filled(form.answers), typed, verdict)


def ready(request: HttpRequest, asking: Asking, draft: ApplicationDraft, form: screens.ScreenForm) -> Filled | None:
    """What the three screens say, when nothing is left to do but to send it."""
    only_sends = not (request.FILES or "remove_file" in request.POST or is_autosave(request))
    if not (isinstance(form, FinishForm) and only_sends and asking.posting.is_open() and form.is_valid()):
        return None
    earlier = screens.earlier_screens(asking, draft)
    return None if earlier.incomplete else earlier.filled(form.answers)


def keep_file(request: HttpRequest, draft: ApplicationDraft, form: FinishForm) -> ApplicationDraft:
    """The chosen file stays with the draft, whatever the other fields say."""
    if "remove_file" in request.POST:
        return drafts.remove_file(draft)
    form.is_valid()
    file = form.cleaned_data.get("resume")
    if not isinstance(file, CheckedFile):
        return draft
    return drafts.attach_file(draft, name=file.name, content_type=file.kind.content_type, content=file.content)


def send(request: HttpRequest, asking: Asking, draft: ApplicationDraft, filled: Filled, typed: Typed, verdict: Verdict) -> HttpResponse:
    """Send what the three screens say. When that fails, whatever the reason, what was typed is kept."""
    keep = partial(drafts.save_screen, draft, screen=screens.QUESTIONS, typed=typed)
    if not verdict.allowed:
        keep()
        return too_many(request, verdict)
    try:
        submit_application(draft=draft, filled=filled)
    except PostingNotOpen:
        return not_open(request, asking.posting, keep())
    except Exception:
        keep()
        raise
    return see_other(reverse("apply:sent", args=[asking.posting.code, draft.key]))


def show(
    request: HttpRequest,
    asking: Asking,
    draft: ApplicationDraft | None,
    name: str,
    form: screens.ScreenForm,
    *,
    earlier: screens.Earlier | None = None,
    status: int = 0,
) -> HttpResponse:
    """The page of one screen; 422 when the form was refused, unless told otherwise."""
    posting = asking.posting
    if draft and name == screens.QUESTIONS:
        earlier = earlier or screens.earlier_screens(asking, draft)
    context: dict[str, Any] = {
        "draft": draft,
        "screen": name,
        "form": form,
        "stops": screens.progress(posting, draft, name),
        "place": screens.SCREENS.index(name) + 1,
        "count": len(screens.SCREENS),
        "review": earlier.filled({}) if name == screens.QUESTIONS and earlier and not earlier.incomplete else None,
        "contact_url": screens.screen_url(posting, draft, screens.CONTACT) if draft else "",
        "week_url": screens.screen_url(posting, draft, screens.WEEK) if draft else "",
    }
    return page(request, "screen", posting, context, status=status or (422 if form.errors else 200))


def not_open(request: HttpRequest, posting: Posting, draft: ApplicationDraft | None = None) -> HttpResponse:
    if is_autosave(request):
        return JsonResponse({}, status=410)
    return page(request, "not_open", posting, {"draft": draft}, status=410)


def page(request: HttpRequest, name: str, posting: Posting, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    return render(request, f"applicants/apply/{name}.html", {"posting": screens.titled(posting), **(context or {})}, status=status)


def autosaved(draft: ApplicationDraft, form: screens.ScreenForm) -> HttpResponse:
    """For the script: only a refused file is worth a word before the person goes on."""
    errors = form.errors.get("resume") if isinstance(form, FinishForm) else None
    if errors:
        return JsonResponse({"resume": str(errors[0])}, status=422)
    return JsonResponse({"file_name": draft.file_name})


def is_autosave(request: HttpRequest) -> bool:
    return request.method == "POST" and "X-Autosave" in request.headers


def within(request: HttpRequest, *scopes: str) -> list[Verdict]:
    """Counts the request in each of the scopes."""
    amounts = {scope: settings.APPLY_SENDS_PER_HOUR * SHARES[scope] for scope in scopes}
    return allow_each(amounts, network_key(request), seconds=HOUR)


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
