"""Background work of applying: reading résumés, and clearing away what was never sent.

The rows are the truth: a document waits in state ``received`` until a sweep has read it, however many sweeps
were lost.
"""

from __future__ import annotations

import logging
import time

from celery import shared_task
from django.conf import settings
from django.db import transaction

from applicants.enums import DocumentState
from applicants.models import Document
from applicants.resumes import CONTENT_TYPES, Refused
from applicants.resumes.reader import read_text
from applicants.services import alert_sending, alerts, closing, digest, drafts

logger = logging.getLogger(__name__)
# One file takes at most 10 s; the task's own limit is 30 s.
SWEEP_SECONDS = 15.0
TYPES = {content_type: kind for kind, content_type in CONTENT_TYPES.items()}


@shared_task(name="applicants.read_documents")
def read_documents() -> int:
    """Read the text of waiting documents, oldest first. Several workers may do this at once."""
    until = time.monotonic() + SWEEP_SECONDS
    done = 0
    while time.monotonic() < until and read_next():
        done += 1
    return done


@transaction.atomic
def read_next() -> bool:
    """Read one document; False when none waits. A file whose text cannot be had is kept as it is."""
    waiting = Document.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=DocumentState.RECEIVED)
    document = waiting.select_related("blob").order_by("pk").first()
    if document is None:
        return False
    try:
        text = read_text(bytes(document.blob.content), TYPES[document.content_type])
    except Refused as refused:
        logger.info("document %s: no text, %s", document.code, refused.code)
        text = ""
    document.text = text
    document.state = DocumentState.READ if text else DocumentState.UNREADABLE
    document.save(update_fields=["text", "state"])
    return True


@shared_task(name="applicants.delete_expired_drafts")
def delete_expired_drafts() -> int:
    return drafts.delete_expired()


@shared_task(name="applicants.end_left_over")
def end_left_over() -> int:
    """End and tell those whom closing a large posting left over. Several workers may do this at once."""
    return closing.end_left_over()


@shared_task(name="applicants.new_applications_digest")
def new_applications_digest() -> int:
    """Tell hiring teams, once an hour, what arrived. Running it twice, late or at the same time doubles nothing."""
    return digest.send_digests()


@shared_task(name="applicants.send_alerts")
def send_alerts() -> int:
    """Write the job alerts that are due. What is too much for one run goes on in the next, at once; should that hint be
    lost, an hour later. Running it twice, late or at the same time doubles nothing."""
    run = alert_sending.send_due(seconds=settings.CELERY_TASK_SOFT_TIME_LIMIT * 2 / 3)
    if not run.is_finished and run.looked:
        send_alerts.apply_async(expires=3000, ignore_result=True)
    return run.mails


@shared_task(name="applicants.clear_alerts")
def clear_alerts() -> int:
    return alerts.clear_alerts()
