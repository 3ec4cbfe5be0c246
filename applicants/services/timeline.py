"""All that happened to an application, newest first: moves, mails, corrections, notes, documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from applicants.enums import ActorKind, Disposition
from applicants.models import Answer, Application, Correction, StageChange
from applicants.services.mail_words import MailState, may_resend, state_of
from callcenter_jobs.outbox.models import Message
from postings.enums import ScreeningKind, StageKind
from postings.models import ScreeningQuestion

# What one page shows; an application that outgrows it keeps its latest.
MOST = 200
ICONS = {"move": "milestone", "mail": "mail", "note": "message-square-text", "correction": "pencil", "document": "file-text"}


@dataclass(frozen=True, slots=True)
class Entry:
    """``title`` is a whole sentence; ``text`` what somebody wrote, shown as it is. A mail carries its row and state."""

    kind: str
    at: datetime
    title: str
    text: str = ""
    mail: Message | None = None
    state: MailState | None = None

    @property
    def icon(self) -> str:
        return ICONS[self.kind]

    @property
    def can_resend(self) -> bool:
        return self.mail is not None and may_resend(self.mail)


def build(application: Application, *, see_contact: bool) -> list[Entry]:
    """Five queries. Without ``see_contact`` the documents stay unmentioned, as everywhere else on the page."""
    entries = [_change(row) for row in application.stage_changes.select_related("from_stage", "to_stage", "by").order_by("-seq")[:MOST]]
    entries += [_mail(row) for row in Message.objects.about(application.about).order_by("-pk")[:MOST]]
    entries += [_correction(row) for row in application.corrections.select_related("answer__question").order_by("-at", "-id")[:MOST]]
    entries += [
        Entry("note", row.at, _("%(who)s noted") % {"who": row.author or _("A former member")}, row.text)
        for row in application.notes.select_related("author").order_by("-at", "-id")[:MOST]
    ]
    if see_contact:
        entries += [
            Entry("document", row.uploaded_at, _("Document received: %(name)s") % {"name": row.original_name})
            for row in application.documents.defer("text")[:MOST]
        ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST]


def failed_mails(entries: Iterable[Entry]) -> list[Entry]:
    """Mails that did not arrive and that nobody has sent again yet."""
    listed = [entry for entry in entries if entry.mail]
    repeated = {entry.mail.resend_of_id for entry in listed if entry.mail}
    return [entry for entry in listed if entry.mail and entry.state and entry.state.is_bad and entry.mail.pk not in repeated]


def _change(row: StageChange) -> Entry:
    return Entry("move", row.at, _change_title(row), row.note)


def _change_title(row: StageChange) -> str:
    words = {
        "who": row.by or _("A former member"),
        "from": row.from_stage.desk_name if row.from_stage else "",
        "to": row.to_stage.desk_name,
        "why": Disposition(row.disposition).label if row.disposition else "",
    }
    match StageKind(row.to_stage.kind):
        case _kind if row.from_stage is None:
            return pgettext("what happened", "Applied")
        case StageKind.WITHDRAWN:
            return _("The candidate withdrew: %(why)s") % words
        case StageKind.REJECTED if row.disposition == Disposition.CLOSED and row.actor == ActorKind.SYSTEM:
            return _("Ended because the posting closed")
        case StageKind.REJECTED if row.disposition == Disposition.CLOSED:
            return _("Ended because %(who)s closed the posting") % words
        case StageKind.REJECTED:
            return _("%(who)s rejected: %(why)s") % words
    if row.from_stage and row.from_stage.kind == StageKind.REJECTED:
        return _("%(who)s undid the rejection: back to “%(to)s”") % words
    return _("%(who)s moved from “%(from)s” to “%(to)s”") % words


def _mail(row: Message) -> Entry:
    title = _("E-mail sent again: %(subject)s") if row.resend_of_id else _("E-mail: %(subject)s")
    return Entry("mail", row.created_at, title % {"subject": row.subject}, mail=row, state=state_of(row))


def _correction(row: Correction) -> Entry:
    if row.answer is None:
        return Entry("correction", row.at, _("The candidate changed: %(field)s") % {"field": _field_name(row.field)}, "")
    question = row.answer.question
    asked = str(question.text_in(get_language() or "en").get("question", ""))
    values = {"before": value_text(question, row.before), "after": value_text(question, row.after)}
    return Entry(
        "correction", row.at, _("The candidate changed an answer: %(question)s") % {"question": asked}, _("%(before)s → %(after)s") % values
    )


def _field_name(name: str) -> str:
    """A field of the application that a candidate may correct, in words."""
    names = {
        "name": _("name"),
        "phone": _("phone number"),
        "availability": _("when they can work"),
        "availability_mask": _("when they can work"),
        "languages": _("languages"),
        "start_class": _("preferred start"),
    }
    return names.get(name, name.replace("_", " "))


def value_text(question: ScreeningQuestion, value: str) -> str:
    """An answer as people say it, in the active language."""
    if not value:
        return _("no answer")
    if question.kind == ScreeningKind.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(value, value)
    if question.kind == ScreeningKind.CHOICE:
        options = question.text_in(get_language() or "en", question_language(question)).get("options")
        return str(options.get(value, value)) if isinstance(options, dict) else value
    return value


def question_language(question: ScreeningQuestion) -> str:
    """The language to fall back to: the first one that the question was written in."""
    return next(iter(question.texts), "en")


@dataclass(frozen=True, slots=True)
class Answered:
    question: str
    value: str
    is_flagged: bool
    is_knockout: bool


def answers(application: Application) -> list[Answered]:
    """What was asked and answered; flagged ones first, since a human has to decide about them."""
    rows: list[Answer] = list(application.answers.select_related("question"))
    language = get_language() or "en"
    listed = [
        Answered(
            question=str(row.question.text_in(language, question_language(row.question)).get("question", "")),
            value=value_text(row.question, row.value),
            is_flagged=row.is_flagged,
            is_knockout=row.question.is_knockout,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda item: not item.is_flagged)
