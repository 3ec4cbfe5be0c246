"""One function per message to a candidate or a hiring team. Each writes one outbox row in the caller's transaction.

The dedupe key is derived from the row that caused the message, so the same cause can never write two.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from callcenter_jobs.outbox import queue
from callcenter_jobs.outbox.models import Message
from postings.enums import StageKind

if TYPE_CHECKING:
    from applicants.models import Application, Correction, StageChange
    from postings.models import Stage

KIND_OF_STAGE = {
    StageKind.INTERVIEW: "interview_stage",
    StageKind.OFFER: "offer_made",
    StageKind.HIRED: "hired",
}


def application_received(application: Application) -> Message:
    """The confirmation, which is written together with the application: it is not in the outbox yet."""
    return queue.letter(**_words(application, "application_received", "received", {"already_applied": False}, at_hand=application))


def applied_already(application: Application, *, cause: str) -> Message:
    """What a second attempt is answered with; ``cause`` tells attempts apart."""
    context = {"already_applied": True}
    return queue.enqueue(**_words(application, "application_received", f"received:again:{cause}", context, at_hand=application))


def correction_noted(application: Application, correction: Correction) -> Message:
    return _to_candidate(application, "correction_noted", f"correction:{correction.pk}", {})


def stage_moved(application: Application, change: StageChange) -> Message | None:
    """Nothing is written for a stage that the candidate is not meant to know of."""
    kind = kind_for(change.to_stage)
    if kind is None:
        return None
    return _to_candidate(application, kind, f"change:{change.seq}", {"stage": change.to_stage.pk})


def kind_for(stage: Stage) -> str | None:
    """Which mail entering a stage writes: none for a stage that is hidden from the candidate."""
    if stage.kind == StageKind.REJECTED:
        return "rejected"
    if not stage.is_visible or stage.kind == StageKind.APPLIED:
        return None
    return KIND_OF_STAGE.get(StageKind(stage.kind), "stage_moved")


def draft(application: Application, *, to: Stage) -> Message | None:
    """The mail that moving ``application`` to ``to`` would write, unsaved: for a preview, never for sending."""
    kind = kind_for(to)
    if kind is None:
        return None
    context: dict[str, Any] = {"application": application.code}
    if kind != "rejected":
        context["stage"] = to.pk
    return Message(kind=kind, to_addr=application.email, language=application.language, context=context)


def rejected(application: Application, change: StageChange, *, not_before: datetime) -> Message:
    return _to_candidate(application, "rejected", f"change:{change.seq}", {}, not_before=not_before)


def withdrawn(application: Application, change: StageChange) -> Message:
    return _to_candidate(application, "withdrawn", f"change:{change.seq}", {})


def posting_closed(application: Application, change: StageChange) -> Message:
    return _to_candidate(application, "posting_closed", f"change:{change.seq}", {})


def _to_candidate(
    application: Application, kind: str, cause: str, context: dict[str, Any], *, not_before: datetime | None = None
) -> Message:
    return queue.enqueue(**_words(application, kind, cause, context, not_before=not_before))


def _words(
    application: Application,
    kind: str,
    cause: str,
    context: dict[str, Any],
    *,
    not_before: datetime | None = None,
    at_hand: Application | None = None,
) -> queue.Letter:
    return {
        "kind": kind,
        "to": application.email,
        "language": application.language,
        "context": {"application": application.code, **context},
        "dedupe_key": f"{application.about}:{cause}:{kind}",
        "message_class": "status",
        "thread": application.about,
        "about": application.about,
        "not_before": not_before,
        "at_hand": at_hand,
    }
