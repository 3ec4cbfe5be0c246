"""The page of the local mailbox. It exists only in a local run, where the machine's user is its only reader."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from callcenter_jobs.local.mailstore import Entry, MailStore
from callcenter_jobs.ui.pagination import paginate

PER_PAGE = 50
SHOWN_HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "List-Unsubscribe",
)
# A mail is somebody else's document: it may draw itself and be linked from, and nothing more.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


def _store() -> MailStore:
    if not settings.MAILBOX_DIR:
        raise Http404("Mail goes to another server.")
    return MailStore(Path(settings.MAILBOX_DIR))


def _open(relay_id: str) -> tuple[Entry, EmailMessage, bytes]:
    store = _store()
    entry = store.find(relay_id)
    if entry is None:
        raise Http404("No such mail.")
    try:
        content = store.path_of(relay_id).read_bytes()
    except OSError:
        raise Http404("This mail was deleted.") from None
    return entry, BytesParser(policy=policy.default).parsebytes(content), content


def _text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:  # a charset that does not exist
        return payload.decode("utf-8", "replace")


def _attachments(message: EmailMessage) -> list[tuple[str, str, bytes]]:
    """Name, type and bytes of every attachment."""
    found = []
    for number, part in enumerate(message.iter_attachments()):
        payload = part.get_payload(decode=True)
        found.append((part.get_filename() or f"part-{number + 1}", part.get_content_type(), payload if isinstance(payload, bytes) else b""))
    return found


@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    recipient = request.GET.get("to", "")[:254]
    page = paginate(request, _store().present(recipient), per_page=PER_PAGE)
    return render(request, "local/mailbox.html", {"page": page, "recipient": recipient})


@login_not_required
@require_safe
@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]  # its type forgets arguments from the address
def mail(request: HttpRequest, relay_id: str) -> HttpResponse:
    entry, message, _content = _open(relay_id)
    context = {
        "entry": entry,
        "headers": [(name, str(value)) for name in SHOWN_HEADERS for value in message.get_all(name, [])],
        "text": _text_of(message, "plain"),
        "has_html": bool(_text_of(message, "html")),
        "attachments": [(number, name, kind, len(data)) for number, (name, kind, data) in enumerate(_attachments(message))],
    }
    return render(request, "local/mail.html", context)


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp(MAIL_POLICY)  # type: ignore[arg-type]
def mail_html(request: HttpRequest, relay_id: str) -> HttpResponse:
    _entry, message, _content = _open(relay_id)
    html = _text_of(message, "html")
    if not html:
        raise Http404("This mail has no HTML part.")
    # Its links open beside the mailbox: the portal's pages refuse to be shown inside a frame.
    return HttpResponse('<base target="_blank">' + html)


@login_not_required
@require_safe
def mail_source(request: HttpRequest, relay_id: str) -> HttpResponse:
    _entry, _message, content = _open(relay_id)
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def attachment(request: HttpRequest, relay_id: str, number: int) -> HttpResponse:
    _entry, message, _content = _open(relay_id)
    found = _attachments(message)
    if number >= len(found):
        raise Http404("No such attachment.")
    name, _kind, data = found[number]
    response = HttpResponse(data, content_type="application/octet-stream")
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name)[:100]
    response["Content-Disposition"] = f'attachment; filename="{safe or "attachment"}"'
    return response


@login_not_required
@require_POST
def delete_all(request: HttpRequest) -> HttpResponse:
    count = _store().delete_all()
    messages.success(request, ngettext("%(count)d mail deleted.", "%(count)d mails deleted.", count) % {"count": count})
    return HttpResponseRedirect(reverse("mailbox:list"))
