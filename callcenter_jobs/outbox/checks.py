"""What a deployment must not get wrong about mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@register()
def outbox_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The fence stands, every mail goes through the outbox, and a password never travels in the clear."""
    found: list[CheckMessage] = []
    if not settings.OUTBOX_FENCE and not settings.LOCAL_MODE:
        found.append(
            Error(
                "OUTBOX_FENCE is off, which would send mails twice.",
                hint="Remove OUTBOX_FENCE from the environment. It exists for `make chaos` alone and is ignored outside a local run.",
                id="outbox.E001",
            )
        )
    if not settings.LOCAL_MODE and not settings.EMAIL_BACKEND.startswith("callcenter_jobs.outbox."):
        found.append(Error("EMAIL_BACKEND bypasses the outbox.", hint="Remove the setting.", id="outbox.E002"))
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if settings.EMAIL_HOST_USER and not encrypted and settings.EMAIL_HOST not in LOOPBACK:
        found.append(
            Error("The mail password would travel unencrypted.", hint="Use smtp+tls:// or smtps:// in EMAIL_URL.", id="outbox.E003")
        )
    if settings.MAIL_LOOKUP_URL and not settings.MAIL_LOOKUP_URL.startswith(("http://", "https://")):
        found.append(Error("MAIL_LOOKUP_URL must begin with http:// or https://.", id="outbox.E004"))
    if not settings.LOCAL_MODE and not settings.MAIL_LOOKUP_URL:
        found.append(
            Info(
                "The mail server cannot be asked what it accepted.",
                hint="Set MAIL_LOOKUP_URL if it can (docs/notifications.md). Without it, a mail whose answer was lost is marked as "
                "probably sent (status mails) or sent again under the same Message-ID (security mails).",
                id="outbox.I001",
            )
        )
    return found
