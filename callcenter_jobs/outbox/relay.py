"""The relay: the SMTP server that takes our mail, and the question whether it took one.

Errors say what is *known* about the mail, because that alone decides whether it may be sent again:

- ``RelayDown``: nothing of this mail was offered; the relay or the way to it is at fault, not the mail.
- ``Refused``: the relay answered 4xx (``permanent`` false) or 5xx; it does not have the mail.
- ``AnswerLost``: the mail was on its way and no answer came. The relay may have it (RFC 1047).
"""

from __future__ import annotations

import enum
import http.client
import json
import smtplib
import ssl
import urllib.parse
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from django.conf import settings

LOOKUP_TIMEOUT = 5
LOOKUP_MAX_BYTES = 16_384
# What a broken, slow or closed connection raises anywhere in smtplib; SMTPException covers its own errors.
CONNECTION_ERRORS = (OSError, smtplib.SMTPException)


class RelayDown(Exception):
    """No session with the relay: the mail was not offered."""


class Refused(Exception):
    """The relay answered that it does not take this mail, now (4xx) or ever (5xx)."""

    def __init__(self, step: str, code: int) -> None:
        super().__init__(f"{step}: {code}")
        self.permanent = 500 <= code <= 599


class AnswerLost(Exception):
    """The mail was sent and the answer did not arrive."""


class Standing(enum.Enum):
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    standing: Standing
    relay_id: str = ""


def _reason(error: BaseException) -> str:
    """The kind of an error without its text: relays quote addresses in their answers."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


class Session:
    """One SMTP conversation for one mail, step by step, so that the caller can commit between the steps."""

    def __init__(self) -> None:
        self._smtp = self._connect()

    @staticmethod
    def _connect() -> smtplib.SMTP:
        timeout = settings.EMAIL_TIMEOUT
        smtp: smtplib.SMTP | None = None
        try:
            if settings.EMAIL_USE_SSL:
                smtp = smtplib.SMTP_SSL(
                    settings.EMAIL_HOST,
                    settings.EMAIL_PORT,
                    local_hostname=settings.MAIL_DOMAIN,
                    timeout=timeout,
                    context=ssl.create_default_context(),
                )
            else:
                smtp = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname=settings.MAIL_DOMAIN, timeout=timeout)
            smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        except CONNECTION_ERRORS as error:
            if smtp is not None:
                smtp.close()
            raise RelayDown(_reason(error)) from error
        return smtp

    def envelope(self, sender: str, recipient: str) -> None:
        """MAIL and RCPT. A refusal names this mail; a broken connection does not."""
        for step, call, address in (("MAIL", self._smtp.mail, sender), ("RCPT", self._smtp.rcpt, recipient)):
            try:
                code, _text = call(address)
            except CONNECTION_ERRORS as error:
                raise RelayDown(f"{step}: {_reason(error)}") from error
            if code == 421:  # the relay is closing, for everybody
                raise RelayDown(f"{step}: 421")
            if not 200 <= code <= 299:
                raise Refused(step, code)

    def data(self, payload: bytes) -> str:
        """DATA and the mail. Returns the relay's own id of it (the text after its 250), at most 200 characters."""
        try:
            code, _text = self._smtp.docmd("DATA")
        except CONNECTION_ERRORS as error:
            # Without the 354 not one byte of the mail left this process.
            raise RelayDown(f"DATA: {_reason(error)}") from error
        if code != 354:
            raise Refused("DATA", code)
        try:
            self._smtp.send(smtp_payload(payload))
            code, text = self._smtp.getreply()
        except CONNECTION_ERRORS as error:
            raise AnswerLost(_reason(error)) from error
        if code == 421 or not 200 <= code <= 599:
            raise AnswerLost(f"end of data: {code}")
        if code != 250:
            raise Refused("end of data", code)
        return text.decode("utf-8", "replace")[:200]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Say goodbye only after a success; nothing the relay says now changes what is known about the mail."""
        if kind is None:
            try:
                self._smtp.docmd("QUIT")
            except CONNECTION_ERRORS:
                self._smtp.close()
                return
        self._smtp.close()


def smtp_payload(payload: bytes) -> bytes:
    """CRLF line ends, leading dots doubled, closed by the lone dot (RFC 5321 4.5.2)."""
    lines = payload.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def lookup(message_id: str) -> Answer:
    """Ask the relay whether it accepted a Message-ID: GET ``MAIL_LOOKUP_URL?message_id=…``.

    It answers ``{"status": "accepted" | "unknown", "relay_id": "…"}``. Only these two words count as an
    answer; a relay that is down, slow or talks nonsense is asked again later.
    """
    base = settings.MAIL_LOOKUP_URL
    if not base:
        return Answer(Standing.UNSUPPORTED)
    url = f"{base}{'&' if '?' in base else '?'}{urllib.parse.urlencode({'message_id': message_id})}"
    # The operator's own address; outbox.E004 refuses other schemes than http and https.
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=LOOKUP_TIMEOUT) as response:  # noqa: S310
            reply = json.loads(response.read(LOOKUP_MAX_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(Standing.UNREACHABLE)
    if not isinstance(reply, dict):
        return Answer(Standing.UNREACHABLE)
    match reply.get("status"):
        case "accepted":
            return Answer(Standing.ACCEPTED, str(reply.get("relay_id") or "")[:200])
        case "unknown":
            return Answer(Standing.UNKNOWN)
        case _:
            return Answer(Standing.UNREACHABLE)
