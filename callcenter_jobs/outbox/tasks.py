"""Celery's thin side of the outbox. Losing or repeating any of these changes nothing but the moment of delivery."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings

from callcenter_jobs.outbox import delivery, queue
from callcenter_jobs.outbox.models import Heartbeat

# A sweep works itself and wakes so many others; each goes on by itself while there is something due.
HINTS = 3


@shared_task(name="outbox.deliver")
def deliver(pk: int) -> None:
    """Deliver the mail that the hint names, then go on with what else is due, for a third of the lease at most."""
    delivery.drain(first=pk, budget=settings.OUTBOX_LEASE / 6)


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Find what hints have missed: expired claims, uncertain mails, and everything that became due."""
    delivery.settle_expired()
    delivery.resolve_uncertain(budget=settings.OUTBOX_LEASE / 6)
    due = delivery.take_due(1 + HINTS)
    for pk in due[1:]:
        queue.nudge(pk)
    if due:
        delivery.drain(first=due[0], budget=settings.OUTBOX_LEASE / 6)


@shared_task(name="outbox.heartbeat")
def heartbeat() -> None:
    """Prove that beat, broker, worker and database work together."""
    Heartbeat.beat("worker")
