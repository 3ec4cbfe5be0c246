"""What the editors of drafts share: the language beside, what keeps a draft shut, and the answers to a script that saves."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.dates import clock
from callcenter_jobs.ui.forms import summary_of
from postings.models import BankVersion, TemplateVersion
from postings.services import library

LONGEST_MARK = 64


def language_beside(request: HttpRequest, language: str) -> str:
    """The language to translate from: the chosen one, else English; beside English nothing, unless chosen."""
    asked = request.GET.get("source", "" if language == library.SOURCE else library.SOURCE)
    return asked if asked in dict(settings.LANGUAGES) and asked != language else ""


def is_autosave(request: HttpRequest) -> bool:
    return "X-Autosave" in request.headers


def sent(request: HttpRequest) -> dict[str, str]:
    """What was posted. Only the button of a comparison says that the text there has been seen and is to be saved over."""
    data = request.POST.dict()
    over = data.pop("over", "")
    return data | {"seen": over} if over else data


def why_shut(draft: TemplateVersion | BankVersion | None) -> str:
    """Why there is nothing to write in: no draft, or one in review."""
    if draft is None:
        return _("A published version does not change. Start a new version to edit it.")
    return _("This version is in review and cannot be changed. Take it back first, or send it back.")


def saved(seen: str) -> JsonResponse:
    words = _("Saved %(time)s") % {"time": clock(timezone.localtime(), get_language() or "en")}
    return JsonResponse({"status": words, "seen": seen})


def not_saved(form: forms.BaseForm) -> JsonResponse:
    """What keeps the draft from being saved, in one line."""
    first = next((entry for entry in summary_of(form) if entry.message), None)
    reason = _("%(field)s: %(problem)s") % {"field": first.label, "problem": first.message} if first and first.label else ""
    return JsonResponse({"status": _("Not saved yet. %(reason)s") % {"reason": reason or (first.message if first else "")}}, status=422)
