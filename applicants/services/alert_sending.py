"""Telling what is new: each posting in exactly one mail of an alert, however often and by how many this is run.

An alert looks at the postings first published from its watermark on and before a moment that lies some minutes back.
Mail, watermark and the next due time are one transaction on the locked row, and the mail's dedupe key is the old
watermark: a run that is repeated, killed halfway or joined by others writes nothing twice and leaves nothing out. The
minutes are for postings whose publication is stamped but not yet committed, and for the index to have read them.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from applicants.models import JobAlert
from applicants.services.alerts import ENDED, MATCHES, due_after
from callcenter_jobs.outbox import queue
from callcenter_jobs.outbox.models import MessageClass
from postings import saved_searches

logger = logging.getLogger(__name__)
SETTLED = timedelta(minutes=5)
LISTED = 10
# So many alerts that cannot be worked out are a fault of ours and not theirs.
MOST_FAILURES = 5


@dataclass(slots=True)
class Run:
    looked: int = 0
    mails: int = 0
    is_finished: bool = False


def send_due(*, at: datetime | None = None, seconds: float = 20.0) -> Run:
    """Look at what is due, those that wait longest first, for so many seconds. Several may do this at once.

    An alert that fails is logged and left for the next run, so that it does not hold up the others.
    """
    now, until = at or timezone.now(), time.monotonic() + seconds
    run, failed = Run(), list[int]()
    while time.monotonic() < until:
        with transaction.atomic():
            alert = JobAlert.objects.due(at=now).exclude(pk__in=failed).select_for_update(skip_locked=True).first()
            if alert is None:
                run.is_finished = True
                break
            try:
                with transaction.atomic():
                    run.mails += tell(alert, at=now)
            except Exception:
                logger.exception("job alert %s: not worked out", alert.code)
                failed.append(alert.pk)
                if len(failed) >= MOST_FAILURES:
                    raise
            run.looked += 1
    return run


def tell(alert: JobAlert, *, at: datetime) -> int:
    """Write the mail of one alert, if there is anything new, and move its watermark. The row is locked by the caller."""
    until = at - SETTLED
    try:
        found = saved_searches.found_by(alert.query, language=alert.language, since=alert.told_until, until=until, limit=LISTED)
    except saved_searches.Unusable:
        return _end(alert, at)
    if found.total:
        queue.enqueue(
            kind=MATCHES,
            to=alert.email,
            language=alert.language,
            context={"alert": alert.code, "total": found.total, "postings": list(found.ids)},
            dedupe_key=f"{alert.about}:{alert.told_until.isoformat()}",
            message_class=MessageClass.DIGEST,
            thread=alert.about,
            about=alert.about,
        )
        alert.last_sent_at = at
    alert.told_until = max(alert.told_until, until)
    alert.due_at = due_after(alert.frequency, at)
    alert.save(update_fields=["last_sent_at", "told_until", "due_at"])
    return int(found.total > 0)


def _end(alert: JobAlert, at: datetime) -> int:
    """Part of the search is past (a start date, an employer): the rest would be another search, so it ends and says so."""
    alert.stopped_at, alert.due_at = at, None
    alert.save(update_fields=["stopped_at", "due_at"])
    queue.enqueue(
        kind=ENDED,
        to=alert.email,
        language=alert.language,
        context={"alert": alert.code},
        dedupe_key=f"{alert.about}:ended:{at.isoformat()}",
        message_class=MessageClass.DIGEST,
        thread=alert.about,
        about=alert.about,
    )
    return 1
