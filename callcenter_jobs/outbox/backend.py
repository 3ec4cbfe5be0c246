"""Django's mail door leads into the outbox: what allauth or anybody else sends is a row like all others."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from callcenter_jobs.outbox.queue import enqueue_raw


class OutboxBackend(BaseEmailBackend):
    """Writes one row per recipient, all or none. Attachments are refused: nothing in the portal mails files."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        with transaction.atomic():
            for message in email_messages:
                self._write(message)
        return len(email_messages)

    @staticmethod
    def _write(message: EmailMessage) -> None:
        if message.attachments:
            raise ValueError("The outbox takes no attachments.")
        html = next((str(content) for content, kind in getattr(message, "alternatives", []) if kind == "text/html"), "")
        text = str(message.body)
        if message.content_subtype == "html":
            text, html = "", text
        reply_to = parseaddr(message.reply_to[0])[1] if message.reply_to else ""
        for recipient in message.recipients():
            enqueue_raw(subject=str(message.subject), text=text, html=html, to=parseaddr(recipient)[1], reply_to=reply_to)
