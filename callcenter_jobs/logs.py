"""What the log must not keep: Django names the address of every refused request, and some addresses are keys."""

from __future__ import annotations

import logging
import re

# The secret part of private links: applications and drafts, job alerts, invitations, digests, e-mail confirmations and resets.
SECRETS = re.compile(r"(/(?:status|invitation|digest|confirm-email|reset/key)/|/apply/[^/\s]+/|/alerts/(?:confirm|stop|manage)/)[^/\s]+")


class MaskPrivateLinks(logging.Filter):
    """Replaces the secret part of every private link in a message by ``…``."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        masked = SECRETS.sub(r"\1…", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


class RefusalsOnOneLine(logging.Filter):
    """A page that somebody may not see, or that does not exist, is no fault of ours: no traceback of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        return True
