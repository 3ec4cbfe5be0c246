"""From a row to a mail: who may write which kind, in whose language, with which headers.

A domain app registers a builder per kind in ``AppConfig.ready()``::

    compose.register("stage_moved", build_stage_moved, template="applicants/stage_moved")

The builder gets the row and returns the context of three templates, ``emails/<template>/subject.txt``,
``body.txt`` and ``body.html`` (extending ``emails/base.txt`` and ``emails/base.html``). It runs with the
recipient's language active, so ``reverse()`` gives links in that language; make them absolute with
``compose.absolute``. With ``masked=True`` it must leave out private links (use ``compose.MASK``), because a
recruiter is reading over the candidate's shoulder. It raises ``Obsolete`` when there is nothing left to say.

Context keys that the layout knows: ``preheader``, ``button_url``, ``button_label``, ``reason`` (why the reader
gets this mail), ``stops`` (the line as a list of ``(name, state)``, state done, here or next), and for headers
``reply_to`` and, in digests only, ``unsubscribe_url`` and ``list_id``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import utf8_charset_qp
from django.core.validators import validate_email
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from callcenter_jobs.lib.mail_css import inlined
from callcenter_jobs.outbox.models import Message, MessageClass

MASK = "https://…"
RAW = "raw"
SUBJECT_LENGTH = 250
NOT_IN_ADDRESS = re.compile(r"[\x00-\x1f\x7f,;<>]")
NOT_IN_SUBJECT = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class UnknownKind(ValueError):
    """No builder is registered for this kind of mail."""


class BadHeader(ValueError):
    """An address or a subject that must not reach a mail header."""


class Obsolete(Exception):
    """What the mail was about is gone; it is canceled, not sent."""


class Builder(Protocol):
    def __call__(self, message: Message, *, masked: bool) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    builder: Builder
    template: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What the desk shows of a mail, private links masked."""

    subject: str
    text: str
    html: str


@dataclass(slots=True)
class _Registry:
    kinds: dict[str, Kind] = field(default_factory=dict)


_registry = _Registry()


def register(kind: str, builder: Builder, *, template: str = "") -> None:
    """Let ``builder`` write the mails of ``kind``; ``template`` is a folder below ``templates/emails/`` (default: the kind)."""
    known = _registry.kinds.get(kind)
    if kind == RAW or (known is not None and known.builder is not builder):
        raise ValueError(f"Mail kind {kind!r} is already taken.")
    _registry.kinds[kind] = Kind(builder, template or kind)


def unregister(kind: str) -> None:
    _registry.kinds.pop(kind, None)


def registered() -> dict[str, Kind]:
    """All kinds, for the preview page and its test."""
    return dict(_registry.kinds)


def get_kind(name: str) -> Kind:
    try:
        return _registry.kinds[name]
    except KeyError:
        raise UnknownKind(f"No mail of kind {name!r} is registered.") from None


def absolute(path: str) -> str:
    """The full address of a path of this site; a full address stays as it is."""
    return path if path.startswith(("https://", "http://")) else f"{settings.BASE_URL}{path}"


def clean_address(address: str) -> str:
    """The address as it may stand in an envelope and a header, or ``BadHeader``."""
    try:
        validate_email(address)
        envelope_address(address)
    except (ValidationError, UnicodeError):
        raise BadHeader("Not an e-mail address.") from None
    if NOT_IN_ADDRESS.search(address) or len(address) > 320:
        raise BadHeader("Not an e-mail address.")
    return address


def clean_subject(subject: str) -> str:
    """One line of at most 250 characters. Line breaks and NUL are refused, not repaired: they are an attack or a mistake."""
    subject = subject.strip()
    if not subject or NOT_IN_SUBJECT.search(subject):
        raise BadHeader("A subject is one line without control characters.")
    return subject if len(subject) <= SUBJECT_LENGTH else subject[: SUBJECT_LENGTH - 1].rstrip() + "…"


def subject_of(message: Message) -> str:
    """The subject in the recipient's language, checked. Runs at enqueue, so a bad one is the caller's error and never a stuck row."""
    kind = get_kind(message.kind)
    with translation.override(message.language):
        context = kind.builder(message, masked=False)
        return clean_subject(_render(f"emails/{kind.template}/subject.txt", context, autoescape=False))


def bodies_of(message: Message, *, masked: bool = False) -> tuple[str, str, dict[str, Any]]:
    """Text, HTML with its styles inlined, and the builder's context."""
    if message.kind == RAW:
        return message.context.get("text", ""), message.context.get("html", ""), {"reply_to": message.context.get("reply_to", "")}
    kind = get_kind(message.kind)
    with translation.override(message.language):
        context = {
            "site_name": settings.SITE_NAME,
            "site_url": absolute("/"),
            "subject": message.subject,
            "language": message.language,
            "written_on": timezone.localdate(message.created_at or timezone.now()),
            **kind.builder(message, masked=masked),
        }
        text = _render(f"emails/{kind.template}/body.txt", context, autoescape=False)
        html = _render(f"emails/{kind.template}/body.html", context, autoescape=True)
    return _tidy(text), inlined(html), context


def preview(message: Message) -> Preview:
    """The mail as the desk may see it, also of a row that was never saved.

    The text of a security mail (a reset link) is nobody's but the recipient's.
    """
    if message.kind == RAW or message.message_class == MessageClass.SECURITY:
        return Preview(message.subject, "", "")
    message.subject = message.subject or subject_of(message)
    text, html, _context = bodies_of(message, masked=True)
    return Preview(message.subject, text, html)


def build(message: Message) -> bytes:
    """The mail as bytes for DATA: 7-bit clean, one recipient, the Message-ID that the row was born with."""
    text, html, context = bodies_of(message)
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to_addr],
        reply_to=[clean_address(context["reply_to"])] if context.get("reply_to") else None,
        headers=_headers(message, context),
    )
    mail.encoding = utf8_charset_qp
    if html:
        mail.attach_alternative(html, "text/html")
    # Django's parts bring a linesep argument that the type stubs of the standard library do not know.
    built: Any = mail.message()
    payload: bytes = built.as_bytes(linesep="\r\n")
    return payload


def sender() -> str:
    """The bare address for the envelope."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def envelope_address(address: str) -> str:
    """An address with its domain as DNS knows it (``å.example`` becomes ``xn--5ca.example``)."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}" if not domain.isascii() else address


def _headers(message: Message, context: dict[str, Any]) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if message.thread_id:
        headers |= {"References": message.thread_id, "In-Reply-To": message.thread_id}
    if message.message_class == MessageClass.DIGEST:
        headers["Precedence"] = "bulk"
        if context.get("list_id"):
            headers["List-Id"] = f"<{context['list_id']}.{settings.MAIL_DOMAIN}>"
        if context.get("unsubscribe_url"):
            headers["List-Unsubscribe"] = f"<{context['unsubscribe_url']}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _render(name: str, context: dict[str, Any], *, autoescape: bool) -> str:
    template: Any = get_template(name)
    rendered: str = template.template.render(Context(context, autoescape=autoescape))
    return rendered


def _tidy(text: str) -> str:
    """Plain text without the blank lines that template tags leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(line for index, line in enumerate(lines) if line or lines[index - 1]) + "\n"
