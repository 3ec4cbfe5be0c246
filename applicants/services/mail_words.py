"""What became of a mail, in plain words for the hiring team."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from applicants.services.clock import moment
from callcenter_jobs.outbox.models import Message, State

RESENDABLE = frozenset({State.SENT, State.PRESUMED_SENT, State.FAILED})


@dataclass(frozen=True, slots=True)
class MailState:
    """``tone`` is one of the badge's; ``words`` stands in the badge, ``detail`` is the sentence beside it."""

    tone: str
    words: str
    detail: str

    @property
    def is_bad(self) -> bool:
        return self.tone == "bad"


def state_of(message: Message) -> MailState:
    match State(message.state):
        case State.PENDING if message.is_waiting_for_undo and message.not_before:
            return MailState("warn", _("Waiting"), _("Leaves %(when)s.") % {"when": moment(message.not_before)})
        case State.PENDING if message.attempts:
            return MailState(
                "warn", _("Waiting"), _("It did not go through yet. The next try is %(when)s.") % {"when": moment(message.next_at)}
            )
        case State.PENDING:
            return MailState("info", _("Waiting"), _("Leaves within a minute."))
        case State.SENDING:
            return MailState("info", _("On its way"), _("It is being handed to the mail server."))
        case State.UNCERTAIN:
            return MailState("info", _("On its way"), _("The mail server is being asked whether it has the mail."))
        case State.SENT if message.sent_at:
            return MailState("good", _("Sent"), _("Accepted by the mail server %(when)s.") % {"when": moment(message.sent_at)})
        case State.PRESUMED_SENT:
            return MailState(
                "warn", _("Probably sent"), _("The mail server did not confirm it. Ask the candidate before you send it again.")
            )
        case State.FAILED:
            return MailState("bad", _("Not delivered"), _("The mail server refused it. Check the address, then send it again."))
        case State.CANCELLED:
            return MailState("neutral", _("Canceled"), _("It was taken back before it left. Nobody got it."))
    return MailState("neutral", str(State(message.state).label), "")


def may_resend(message: Message) -> bool:
    return State(message.state) in RESENDABLE
