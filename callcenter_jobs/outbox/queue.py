"""Putting mails into the outbox, taking them back, and the hint to deliver them.

Everything here runs inside the caller's transaction: the mail exists exactly if the change does.
"""

from __future__ import annotations

import json
import logging
import time
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from callcenter_jobs.lib.rows import insert_of, values_of
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.hints import hint_giver
from callcenter_jobs.outbox.models import OPEN, Message, MessageClass, State, digest_id
from callcenter_jobs.prepared import Prepared

logger = logging.getLogger(__name__)

CONTEXT_BYTES = 4_000
RAW_BYTES = 64_000
# A reset link is worthless long before this; a late one only puzzles.
RAW_LIFETIME = timedelta(days=1)
# After a refused hint the next ones are saved the wait: the sweep looks every 5 s anyway.
QUIET_SECONDS = 5.0
MAX_RESENDS = 20
_quiet_until = 0.0


class NotResendable(Exception):
    """A mail that cannot be sent again: it has not been sent yet, its text is gone, or it was sent too often."""


class _Needed(TypedDict):
    kind: str
    to: str
    language: str
    context: dict[str, Any]
    dedupe_key: str


class Letter(_Needed, total=False):
    message_class: str
    thread: str
    about: str
    not_before: datetime | None
    expires_at: datetime | None
    at_hand: object


def enqueue(**words: Unpack[Letter]) -> Message:
    """Write one mail into the outbox, in the caller's transaction: see ``letter``.

    A second call with the same ``dedupe_key`` returns the first mail.
    """
    return _insert(letter(**words))


def letter(
    *,
    kind: str,
    to: str,
    language: str,
    context: dict[str, Any],
    dedupe_key: str,
    message_class: str = MessageClass.STATUS,
    thread: str = "",
    about: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    at_hand: object = None,
) -> Message:
    """One mail as it goes into the outbox, which it is not in yet (``WRITTEN``).

    ``dedupe_key`` names the event and the recipient.
    ``context`` holds references (codes, stage keys), small and JSON; the text is written when the mail is sent.
    ``at_hand`` is the row that the mail is about, when the caller has just written it: the subject is made from it.
    Mails ``about`` the same thing to the same person leave in the order in which they were written.
    Raises ``UnknownKind``, ``BadHeader`` or ``ValueError`` here, in the caller's hands, instead of later in a worker.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValueError(f"Mails are not written in {language!r}.")
    message = Message(
        kind=kind,
        message_class=MessageClass(message_class),
        to_addr=compose.clean_address(to),
        language=language,
        context=_small(context, CONTEXT_BYTES),
        template=compose.get_kind(kind).template,
        about=about,
        thread=thread,
        dedupe_key=dedupe_key,
        not_before=not_before,
        expires_at=expires_at,
    )
    message.at_hand = at_hand
    message.subject = compose.subject_of(message)
    message.at_hand = None
    return _addressed(message)


def enqueue_raw(*, subject: str, text: str, html: str, to: str, reply_to: str = "") -> Message:
    """A mail that somebody else has written (allauth, Django's error mails). Its text leaves the row once it is sent."""
    message = Message(
        kind=compose.RAW,
        message_class=MessageClass.SECURITY,
        to_addr=compose.clean_address(to),
        language=_current_language(),
        context=_small({"text": text, "html": html, "reply_to": compose.clean_address(reply_to) if reply_to else ""}, RAW_BYTES),
        subject=compose.clean_subject(subject),
        expires_at=timezone.now() + RAW_LIFETIME,
    )
    # Every call is a mail of its own: asking twice for a reset link sends two.
    message.dedupe_key = f"raw:{message.code}:{time.time_ns()}"
    return _insert(_addressed(message))


def cancel(*, about: str, kinds: list[str] | None = None, by: str = "", held_at: datetime | None = None) -> int:
    """Take back what is still waiting. Returns how many mails that were; one already on its way is not stopped.

    ``held_at`` spares mails that were free to leave by then and wait for the mail server only.
    """
    waiting = Message.objects.filter(about=about, state=State.PENDING)
    if held_at is not None:
        waiting = waiting.filter(not_before__gt=held_at)
    if kinds is not None:
        waiting = waiting.filter(kind__in=kinds)
    return waiting.update(state=State.CANCELLED, cancelled_by=by[:120], last_error="")


def resend(message: Message, *, by: str) -> Message:
    """Send a mail once more because a human asks: a new row with its own Message-ID, which names the one it repeats.

    A failed mail, and one that is only presumed sent, are repeated likewise. Pressing twice while the
    repetition is still under way gives that repetition.
    """
    first = message.resend_of or message
    with transaction.atomic():
        first = Message.objects.select_for_update().get(pk=first.pk)
        earlier = list(first.resends.order_by("pk"))
        for repeat in earlier:
            if repeat.state in OPEN:
                return repeat
        if first.state not in {State.SENT, State.PRESUMED_SENT, State.FAILED} or first.kind == compose.RAW or len(earlier) >= MAX_RESENDS:
            raise NotResendable(first.state)
        again = Message(
            resend_of=first,
            requested_by=by[:120],
            dedupe_key=f"{first.dedupe_key[:230]}#again-{len(earlier) + 1}",
            **{
                name: getattr(first, name)
                for name in ("kind", "message_class", "to_addr", "language", "context", "subject", "template", "about", "thread")
            },
        )
        return _insert(_addressed(again))


def requeue(message: Message) -> bool:
    """Give a parked mail eight new attempts, under its old Message-ID. False if it is not parked (any more)."""
    changed = (
        Message.objects.filter(pk=message.pk, state=State.FAILED)
        .exclude(kind=compose.RAW, context={})
        .update(state=State.PENDING, attempts=0, next_at=Now(), token=None, lease_until=None, data_at=None, expires_at=None)
    )
    if changed:
        _hint_on_commit(message.pk)
    return changed == 1


def nudge(pk: int) -> None:
    """Hint a worker at a due mail. Never raises for a sick broker, and never waits long (0.07 s refused, 0.6 s frozen)."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    from callcenter_jobs.outbox.tasks import deliver

    try:
        deliver.apply_async((pk,), retry=False, expires=60, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("outbox: no hint given, the broker answers %s; the sweep will find the mail", type(error).__name__)


def _addressed(message: Message) -> Message:
    message.message_id = digest_id(message.dedupe_key)
    now = timezone.now()
    message.next_at = max(message.not_before, now) if message.not_before else now
    return message


# A mail of ``letter`` as part of a statement that writes what it is about. Its event is new, as the rows are: a second
# mail of one event is an error here. ``taken_in`` is told the key.
WRITTEN = f"mail AS ({insert_of(Message)} RETURNING id)"
# Written out because the ORM inserts without conflict and without telling which row is new.
INSERT = Prepared(f"{insert_of(Message)} ON CONFLICT DO NOTHING RETURNING id")


def _insert(message: Message) -> Message:
    """The mail with its key. An event that was written before is one mail, the first, and the caller's transaction stays usable."""
    rows = INSERT.rows(values_of(message))
    if not rows:
        return Message.objects.get(dedupe_key=message.dedupe_key)
    taken_in(message, rows[0][0])
    return message


def taken_in(message: Message, pk: int) -> None:
    """The mail is a row now: a worker is told of it, unless it has to wait."""
    message.pk, message._state.adding = pk, False
    if message.next_at <= timezone.now():
        _hint_on_commit(pk)


def _hint_on_commit(pk: int) -> None:
    """One hint per transaction: whoever takes it goes on with whatever else is due."""
    connection = transaction.get_connection()
    if any(getattr(entry[1], "outbox_hint", False) for entry in connection.run_on_commit):
        return

    def hint() -> None:
        hint_giver.give(nudge, pk)

    hint.outbox_hint = True  # type: ignore[attr-defined]
    transaction.on_commit(hint, robust=True)


def _small(context: dict[str, Any], limit: int) -> dict[str, Any]:
    """``context`` as JSON would give it back, or ``ValueError`` when it is too much for a row."""
    packed = json.dumps(context)
    if len(packed) > limit:
        raise ValueError(f"The context of a mail holds references, not texts: {len(packed)} bytes, allowed are {limit}.")
    if "\\u0000" in packed:
        raise ValueError("The context of a mail holds no NUL.")
    unpacked: dict[str, Any] = json.loads(packed)
    return unpacked


def _current_language() -> str:
    from django.utils.translation import get_language

    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
