"""Delivering one mail without losing or doubling it, whatever process dies when.

Every step is a committed conditional UPDATE that names the claim's token. A row count of 0 means that the claim
is lost, and the process stops without touching anything. The order that matters:

    claim → connect, MAIL, RCPT → commit ``data_at`` (fence) → DATA → commit the outcome

A mail whose lease ran out *without* the mark was certainly not sent and is simply taken again. One *with* the mark
is asked about at the relay, and only after the relay has surely hung up on a frozen sender.
"""

from __future__ import annotations

import enum
import logging
import random
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from callcenter_jobs.outbox import compose, relay
from callcenter_jobs.outbox.models import MAX_ATTEMPTS, Message, MessageClass, State

logger = logging.getLogger(__name__)

# Seconds before the next attempt after the 1st, 2nd, … refusal: 6.5 hours in all, as greylisting and full mailboxes need.
BACKOFF = (10, 60, 300, 900, 3_600, 7_200, 10_800)
# A relay that cannot be reached says nothing about the mail: keep trying, at a steady pace.
OUTAGE_WAIT = 20
ASK_AGAIN = 15
# How long an uncertain mail waits for a word: from a relay that cannot be asked, and from one that should answer but does not.
CANNOT_SAY = timedelta(minutes=15)
DOES_NOT_SAY = timedelta(hours=6)
BATCH = 50


class Outcome(enum.Enum):
    NOT_TAKEN = "not taken"
    SENT = "sent"
    LATER = "later"
    RELAY_DOWN = "relay down"
    PARKED = "parked"
    CANCELLED = "canceled"
    UNCERTAIN = "uncertain"
    LOST_CLAIM = "lost claim"


def fence_is_up() -> bool:
    """The mark and the question. They can be removed in a local run only, to prove what they are for."""
    return settings.OUTBOX_FENCE or not settings.LOCAL_MODE


def deliver(pk: int) -> Outcome:
    """Try to deliver one mail now. Safe to call from anywhere, at any time, any number of times."""
    message = claim(pk)
    if message is None:
        return Outcome.NOT_TAKEN
    if message.expires_at is not None and message.expires_at <= timezone.now():
        return _finish(message, Outcome.CANCELLED, state=State.CANCELLED, last_error="expired", **_forget(message))
    if message.attempts > MAX_ATTEMPTS:
        # It was claimed eight times and nobody came back to say how it went: it kills its workers.
        return _park(message, "no attempt came back")
    try:
        payload = compose.build(message)
    except compose.Obsolete:
        return _finish(message, Outcome.CANCELLED, state=State.CANCELLED, last_error="nothing left to say")
    except (compose.UnknownKind, compose.BadHeader) as error:
        return _park(message, type(error).__name__)
    except Exception as error:
        # Whatever a builder or template raises concerns this mail alone: the others must go on.
        logger.exception("outbox: mail %s (%s) cannot be composed", message.code, message.kind)
        return _later(message, f"cannot be composed: {type(error).__name__}")
    return _send(message, payload)


def claim(pk: int) -> Message | None:
    """Take a due mail for ``OUTBOX_LEASE`` seconds; ``None`` if it is not due, not its turn, or taken."""
    token = uuid.uuid4()
    try:
        with transaction.atomic(durable=True):
            taken = (
                Message.objects.due()
                .unblocked()
                .filter(pk=pk)
                .update(
                    state=State.SENDING,
                    token=token,
                    lease_until=Now() + timedelta(seconds=settings.OUTBOX_LEASE),
                    attempts=F("attempts") + 1,
                )
            )
    except IntegrityError as error:
        # Another mail about the same thing was taken at the same moment; this one's turn comes after it.
        if "outbox_one_in_flight" not in str(error):
            raise
        return None
    return Message.objects.filter(pk=pk, token=token).first() if taken else None


def mark(message: Message) -> bool:
    """Commit "the relay may have it from now on", if the claim still holds. The next thing after this is DATA."""
    with transaction.atomic(durable=True):
        return (
            Message.objects.filter(pk=message.pk, token=message.token, state=State.SENDING, lease_until__gt=Now()).update(data_at=Now())
            == 1
        )


def _send(message: Message, payload: bytes) -> Outcome:
    fence = fence_is_up()
    try:
        with relay.Session() as session:
            session.envelope(compose.sender(), compose.envelope_address(message.to_addr))
            if fence and not mark(message):
                return Outcome.LOST_CLAIM
            relay_id = session.data(payload)
    except relay.RelayDown as error:
        return _relay_down(message, str(error))
    except relay.Refused as error:
        return _park(message, str(error)) if error.permanent else _later(message, str(error))
    except relay.AnswerLost as error:
        return _uncertain(message, str(error)) if fence else _later(message, str(error))
    return _sent(message, relay_id)


def settle_expired(limit: int = BATCH) -> int:
    """Judge claims whose lease ran out: never offered → free again; perhaps sent → ask the relay after a grace."""
    expired = Message.objects.filter(state=State.SENDING, lease_until__lt=Now())
    count = 0
    for pk, token, marked in list(expired.order_by("lease_until").values_list("pk", "token", "data_at")[:limit]):
        claimed = expired.filter(pk=pk, token=token)
        if marked is None:
            count += claimed.filter(data_at=None).update(state=State.PENDING, token=None, lease_until=None, next_at=Now())
        else:
            count += claimed.update(
                state=State.UNCERTAIN,
                lease_until=None,
                next_at=Now() + timedelta(seconds=settings.OUTBOX_GRACE),
                last_error="lease ran out",
            )
    return count


def resolve_uncertain(limit: int = BATCH, budget: float = 20.0) -> int:
    """Ask the relay about mails that it may have, for at most ``budget`` seconds. Returns how many were decided."""
    until = time.monotonic() + budget
    decided = 0
    for message in Message.objects.filter(state=State.UNCERTAIN, next_at__lte=Now()).order_by("next_at")[:limit]:
        if time.monotonic() > until:
            break
        decided += _resolve(message)
    return decided


def take_due(limit: int = BATCH) -> list[int]:
    """The mails whose turn it is, those that have waited longest first."""
    return list(Message.objects.due().unblocked().order_by("next_at", "pk").values_list("pk", flat=True)[:limit])


def drain(*, first: int | None = None, limit: int = BATCH, budget: float = 15.0) -> int:
    """Deliver ``first`` and then whatever is due, until ``limit`` mails or ``budget`` seconds. Returns how many were sent.

    Stops at once when the relay is down, so that an outage costs one attempt and not one per mail.
    """
    until = time.monotonic() + budget
    sent = tried = 0
    queue = [first] if first is not None else take_due(limit)
    seen: set[int] = set()
    while queue and tried < limit and time.monotonic() < until:
        pk = queue.pop(0)
        seen.add(pk)
        outcome = deliver(pk)
        tried += outcome is not Outcome.NOT_TAKEN
        sent += outcome is Outcome.SENT
        if outcome is Outcome.RELAY_DOWN:
            break
        if not queue:
            queue = [due for due in take_due(limit) if due not in seen]
    return sent


def _resolve(message: Message) -> bool:
    answer = relay.lookup(message.message_id)
    asked_for = timezone.now() - (message.data_at or message.created_at)
    if answer.standing is relay.Standing.ACCEPTED:
        return _change(
            message, State.UNCERTAIN, state=State.SENT, sent_at=F("data_at"), relay_id=answer.relay_id, last_error="", **_forget(message)
        )
    if answer.standing is relay.Standing.UNKNOWN:
        return _free(message)
    patience = CANNOT_SAY if answer.standing is relay.Standing.UNSUPPORTED else DOES_NOT_SAY
    if asked_for < patience:
        _change(message, State.UNCERTAIN, next_at=Now() + timedelta(seconds=ASK_AGAIN))
        return False
    logger.warning("outbox: nobody knows what became of mail %s (%s)", message.code, message.message_class)
    if message.message_class == MessageClass.SECURITY:
        # A second reset link is harmless, none is not. The Message-ID stays, so a mailbox may still fold them.
        return _free(message)
    return _change(message, State.UNCERTAIN, state=State.PRESUMED_SENT, sent_at=F("data_at"), last_error="the relay could not say")


def _free(message: Message) -> bool:
    if message.attempts >= MAX_ATTEMPTS:
        return _change(message, State.UNCERTAIN, state=State.FAILED, last_error="no attempt arrived", **_forget(message))
    return _change(message, State.UNCERTAIN, state=State.PENDING, next_at=Now(), token=None, lease_until=None, data_at=None)


def _sent(message: Message, relay_id: str) -> Outcome:
    return _finish(message, Outcome.SENT, state=State.SENT, sent_at=Now(), relay_id=relay_id, last_error="", **_forget(message))


def _uncertain(message: Message, reason: str) -> Outcome:
    grace = timedelta(seconds=settings.OUTBOX_GRACE)
    return _finish(message, Outcome.UNCERTAIN, state=State.UNCERTAIN, lease_until=None, next_at=Now() + grace, last_error=reason[:200])


def _later(message: Message, reason: str) -> Outcome:
    if message.attempts >= MAX_ATTEMPTS:
        return _park(message, reason)
    wait = BACKOFF[min(message.attempts, len(BACKOFF)) - 1]
    return _postpone(message, Outcome.LATER, wait, reason)


def _relay_down(message: Message, reason: str) -> Outcome:
    """An outage is not the mail's fault: the attempt is given back, so no outage however long parks anything."""
    logger.warning("outbox: the mail server cannot be used (%s)", reason)
    return _postpone(message, Outcome.RELAY_DOWN, OUTAGE_WAIT, reason, attempts=F("attempts") - 1)


def _postpone(message: Message, outcome: Outcome, wait: float, reason: str, /, **fields: object) -> Outcome:
    # Jitter of a fifth, so that what failed together does not come back together.
    at = Now() + timedelta(seconds=wait * random.uniform(0.8, 1.2))
    return _finish(
        message, outcome, state=State.PENDING, next_at=at, token=None, lease_until=None, data_at=None, last_error=reason[:200], **fields
    )


def _park(message: Message, reason: str) -> Outcome:
    logger.error("outbox: mail %s (%s) is parked after %d attempts: %s", message.code, message.kind, message.attempts, reason)
    return _finish(message, Outcome.PARKED, state=State.FAILED, last_error=reason[:200])


def _finish(message: Message, outcome: Outcome, /, **fields: object) -> Outcome:
    if _change(message, State.SENDING, **fields):
        return outcome
    logger.warning("outbox: the claim on mail %s was lost before its outcome (%s) was written", message.code, outcome.value)
    return Outcome.LOST_CLAIM


def _change(message: Message, state: State, /, **fields: object) -> bool:
    with transaction.atomic(durable=True):
        return Message.objects.filter(Q(pk=message.pk, token=message.token, state=state)).update(**fields) == 1


def _forget(message: Message) -> dict[str, object]:
    """The text of a foreign mail may hold a reset link: it leaves the row as soon as nobody needs it."""
    return {"context": {}} if message.kind == compose.RAW else {}
