"""The outbox: one row per mail, written in the transaction of the change that causes it.

The row is the only truth about a mail. A Celery message is a hint to look at it, and may be lost, late or doubled.

States::

    pending ──claim──▶ sending ──250──▶ sent
       ▲                │  │ └─5xx, unknown kind, 8th attempt─▶ failed (parked, shown, may be requeued)
       ├──4xx, no relay─┘  └─no answer after DATA, or the lease ran out with the mark set─▶ uncertain
       ├──relay never saw it──────────────────────────────────────────────────────────────────┤
       │                                             sent / presumed_sent ◀──relay has it / ──┘
       └──cancel, expiry──▶ cancelled                                        relay cannot say
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.codes import short_code

MAX_ATTEMPTS = 8


class State(models.TextChoices):
    PENDING = "pending", _("waiting")
    SENDING = "sending", _("being sent")
    UNCERTAIN = "uncertain", _("asking the mail server")
    SENT = "sent", _("sent")
    PRESUMED_SENT = "presumed_sent", _("probably sent")
    FAILED = "failed", _("not delivered")
    CANCELLED = "cancelled", _("canceled")


class MessageClass(models.TextChoices):
    """What a loss or a double would mean, which decides when the relay cannot say what became of a mail."""

    SECURITY = "security", _("security")
    STATUS = "status", _("status")
    DIGEST = "digest", _("digest")


IN_FLIGHT = (State.SENDING, State.UNCERTAIN)
OPEN = (State.PENDING, State.SENDING, State.UNCERTAIN)


def digest_id(text: str) -> str:
    """A Message-ID that depends on ``text`` alone, so that every attempt and every process writes the same one."""
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:32]}@{settings.MAIL_DOMAIN}>"


class MessageQuerySet(models.QuerySet["Message"]):
    def about(self, about: str) -> Self:
        """The mails of one thing, such as ``application:K7M2PX94QR``, oldest first."""
        return self.filter(about=about).order_by("pk")

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def due(self) -> Self:
        return self.filter(state=State.PENDING, next_at__lte=Now())

    def unblocked(self) -> Self:
        """Without those that wait for an earlier mail about the same thing to the same person.

        A resend was asked for by a human just now and waits for nobody.
        """
        earlier = Message.objects.filter(about=OuterRef("about"), to_addr=OuterRef("to_addr"), pk__lt=OuterRef("pk"), state__in=OPEN)
        return self.filter(Q(about="") | Q(resend_of__isnull=False) | ~Exists(earlier))

    def parked(self) -> Self:
        return self.filter(state=State.FAILED)

    def health(self) -> dict[str, Any]:
        """How far behind delivery is: ``late_s`` seconds of the oldest due mail, and the counts that want a human's eye."""
        now = timezone.now()
        oldest = self.due().unblocked().aggregate(at=Min("next_at"))["at"]
        unsure = self.filter(state=State.UNCERTAIN).aggregate(at=Min("data_at"))["at"]
        return {
            "due": self.due().count(),
            "late_s": max(0.0, (now - oldest).total_seconds()) if oldest else 0.0,
            "uncertain_s": max(0.0, (now - unsure).total_seconds()) if unsure else 0.0,
            "parked": self.parked().count(),
        }


class Message(models.Model):
    """One mail to one recipient.

    ``token`` names the claim: whoever changes a claimed row must still hold it, so a process that slept past
    its lease changes nothing. ``data_at`` is committed before the first byte of the mail can reach the relay:
    without it a mail was certainly not sent, with it nobody sends again before the relay was asked.
    """

    code = models.CharField(max_length=10, unique=True, default=short_code, editable=False)
    kind = models.CharField(max_length=64)
    message_class = models.CharField(max_length=10, choices=MessageClass.choices, default=MessageClass.STATUS)
    to_addr = models.CharField(max_length=320)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    context = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=250)
    template = models.CharField(max_length=100, blank=True)
    about = models.CharField(max_length=80, blank=True)
    thread = models.CharField(max_length=120, blank=True)
    dedupe_key = models.CharField(max_length=250, unique=True)
    message_id = models.CharField(max_length=320, unique=True, editable=False)
    resend_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="resends")
    requested_by = models.CharField(max_length=120, blank=True)

    state = models.CharField(max_length=14, choices=State.choices, default=State.PENDING)
    not_before = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    data_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    relay_id = models.CharField(max_length=200, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    cancelled_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    # Never stored: lent to the builder while the subject is made (``queue.enqueue``).
    at_hand: object = None

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], name="outbox_due", condition=Q(state__in=["pending", "uncertain"])),
            models.Index(fields=["lease_until"], name="outbox_leased", condition=Q(state="sending")),
            models.Index(
                fields=["about", "to_addr", "id"], name="outbox_order", condition=Q(state__in=["pending", "sending", "uncertain"])
            ),
            models.Index(fields=["about", "id"], name="outbox_about", condition=~Q(about="")),
            models.Index(fields=["-id"], name="outbox_parked", condition=Q(state="failed")),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="outbox_state_known"),
            models.CheckConstraint(condition=Q(message_class__in=MessageClass.values), name="outbox_class_known"),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(token__isnull=False, lease_until__isnull=False),
                name="outbox_sending_is_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(state="uncertain") | Q(token__isnull=False, data_at__isnull=False),
                name="outbox_uncertain_has_mark",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(token__isnull=True, lease_until__isnull=True, data_at__isnull=True),
                name="outbox_pending_is_free",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "presumed_sent"]) | Q(sent_at__isnull=False),
                name="outbox_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=r"[\r\n]") & ~Q(to_addr__regex=r"[\r\n]"),
                name="outbox_headers_are_lines",
            ),
            models.CheckConstraint(condition=~Q(to_addr=""), name="outbox_has_recipient"),
            models.UniqueConstraint(
                fields=["about", "to_addr"],
                condition=Q(state__in=["sending", "uncertain"]) & ~Q(about=""),
                name="outbox_one_in_flight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind} {self.state}"

    @property
    def thread_id(self) -> str:
        """The reference that all mails of a thread share; empty for a mail that stands alone."""
        return digest_id(f"thread:{self.thread}") if self.thread else ""

    @property
    def is_waiting_for_undo(self) -> bool:
        return self.state == State.PENDING and self.not_before is not None and self.not_before > timezone.now()


class Heartbeat(models.Model):
    """The last sign of life of a part that runs in the background; ``/readyz`` shows its age."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"beat_at": Now()})

    @classmethod
    def age(cls, name: str) -> float | None:
        """Seconds since the last beat, or ``None`` if there was never one."""
        at = cls.objects.filter(name=name).values_list("beat_at", flat=True).first()
        return None if at is None else (timezone.now() - at).total_seconds()
