"""Job alerts: asked for by anybody, confirmed from the mailbox, stopped and taken up again by private link.

Whoever types an address learns nothing about it: the page is the same whether it is new, known, or has as many
alerts as one address may have. What is the case is written to the address alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from applicants.enums import AlertFrequency
from applicants.models import JobAlert
from callcenter_jobs.outbox import queue
from callcenter_jobs.outbox.models import MessageClass

CONFIRM, MATCHES, ENDED = "alert_confirm", "alert_matches", "alert_ended"
# What the first mail says: confirm it, you have it already, you have too many.
NEW, KNOWN, FULL = "new", "known", "full"
MOST_OF_ADDRESS = 20
KEPT_UNCONFIRMED = timedelta(days=7)
KEPT_STOPPED = timedelta(days=30)
# Less by half an hour, so that what is looked at every hour does not slip by an hour each day.
PERIODS = {
    AlertFrequency.DAILY: timedelta(days=1, minutes=-30),
    AlertFrequency.WEEKLY: timedelta(days=7, minutes=-30),
}


class AddressFull(Exception):
    """The address has as many running alerts as one may have."""


def due_after(frequency: str, at: datetime) -> datetime:
    return at + PERIODS[AlertFrequency(frequency)]


@transaction.atomic
def ask_for_alert(*, email: str, query: str, language: str, frequency: str, at: datetime | None = None) -> None:
    """Note a wish and write to the address. Nobody else is told anything, so nothing is returned.

    ``query`` comes from ``saved_searches.canonical_query``. An alert that runs is not changed: whoever asks has not
    shown that the address is theirs.
    """
    now, email = at or timezone.now(), email.lower()
    _lock_address(email)
    alert = JobAlert.objects.of_address(email).filter(query=query).first()
    if alert is not None and alert.is_active:
        _write_to(alert, KNOWN, now)
        return
    is_full = JobAlert.objects.of_address(email).running().count() >= MOST_OF_ADDRESS
    if is_full and (alert is None or not alert.is_pending):
        newest = JobAlert.objects.of_address(email).running().order_by("-pk")[0]
        _write_to(newest, FULL, now)
        return
    if alert is None:
        alert = JobAlert(email=email, query=query, created_at=now, told_until=now)
    elif not alert.is_pending:
        # Stopped before: from the beginning, as if it had never been.
        alert.created_at = alert.told_until = now
        alert.confirmed_at = alert.stopped_at = alert.last_sent_at = None
    alert.language, alert.frequency = language, frequency
    alert.save()
    _write_to(alert, NEW, now)


def _write_to(alert: JobAlert, variant: str, now: datetime) -> None:
    """One such mail an hour at most, however often the form is sent."""
    queue.enqueue(
        kind=CONFIRM,
        to=alert.email,
        language=alert.language,
        context={"alert": alert.code, "variant": variant},
        dedupe_key=f"{alert.about}:{variant}:{alert.created_at.isoformat()}:{now:%Y-%m-%dT%H}",
        # Repeated when its fate is unknown: a second one harms nobody, a lost one is an alert that never begins.
        message_class=MessageClass.SECURITY,
        about=alert.about,
        expires_at=now + KEPT_UNCONFIRMED,
    )


@transaction.atomic
def confirm_alert(alert: JobAlert, *, at: datetime | None = None) -> JobAlert:
    """Pending → running. Once is enough: a second time, and of a stopped one, changes nothing."""
    locked = _lock(alert)
    if locked.is_pending:
        locked.confirmed_at = at or timezone.now()
        locked.due_at = due_after(locked.frequency, locked.confirmed_at)
        locked.save(update_fields=["confirmed_at", "due_at"])
    return locked


@transaction.atomic
def stop_alert(alert: JobAlert, *, at: datetime | None = None) -> JobAlert:
    """No more mails, and what still waits to leave is taken back."""
    locked = _lock(alert)
    if locked.stopped_at is None:
        locked.stopped_at, locked.due_at = at or timezone.now(), None
        locked.save(update_fields=["stopped_at", "due_at"])
    queue.cancel(about=locked.about, by="reader")
    return locked


@transaction.atomic
def resume_alert(alert: JobAlert, *, at: datetime | None = None) -> JobAlert:
    """Take a stopped one up again, from now on. The private link has shown whose it is. Raises ``AddressFull``."""
    _lock_address(alert.email)
    locked = _lock(alert)
    if locked.stopped_at is not None:
        if JobAlert.objects.of_address(locked.email).running().count() >= MOST_OF_ADDRESS:
            raise AddressFull
        now = at or timezone.now()
        locked.stopped_at = None
        locked.confirmed_at = locked.confirmed_at or now
        locked.told_until, locked.due_at = now, due_after(locked.frequency, now)
        locked.save(update_fields=["stopped_at", "confirmed_at", "told_until", "due_at"])
    return locked


@transaction.atomic
def change_frequency(alert: JobAlert, *, frequency: str, at: datetime | None = None) -> JobAlert:
    """The next mail comes one period after the last, or now when that has passed."""
    locked = _lock(alert)
    locked.frequency = frequency
    if locked.due_at is not None and locked.confirmed_at is not None:
        locked.due_at = max(at or timezone.now(), due_after(frequency, locked.last_sent_at or locked.confirmed_at))
    locked.save(update_fields=["frequency", "due_at"])
    return locked


@transaction.atomic
def delete_alerts(email: str) -> int:
    """Everything that this address asked for, for good."""
    _lock_address(email.lower())
    alerts = list(JobAlert.objects.of_address(email).select_for_update())
    for alert in alerts:
        queue.cancel(about=alert.about, by="reader")
    JobAlert.objects.filter(pk__in=[alert.pk for alert in alerts]).delete()
    return len(alerts)


def clear_alerts(*, at: datetime | None = None) -> int:
    """Delete what nobody confirmed in a week and what has been stopped for a month."""
    now = at or timezone.now()
    unconfirmed = JobAlert.objects.filter(confirmed_at__isnull=True, created_at__lt=now - KEPT_UNCONFIRMED)
    stopped = JobAlert.objects.filter(stopped_at__lt=now - KEPT_STOPPED)
    return unconfirmed.delete()[0] + stopped.delete()[0]


def _lock(alert: JobAlert) -> JobAlert:
    """The row as it is now. One that was deleted meanwhile is a stopped one nobody can change: ``DoesNotExist``."""
    return JobAlert.objects.select_for_update().get(pk=alert.pk)


def _lock_address(email: str) -> None:
    """One after the other for one address, so that nobody gets past the limit by pressing twice. Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"job-alerts:{email}"])
