"""Knock-outs: an answer that does not meet one flags the application for a person's eye. It never rejects."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from applicants.models import Application
from postings.enums import ScreeningKind
from postings.models import ScreeningQuestion


def is_flagged(question: ScreeningQuestion, value: str) -> bool:
    """Whether ``value`` fails the question's knock-out. Without an answer there is nothing to judge."""
    if not question.is_knockout or not question.accepted or not value:
        return False
    if question.kind == ScreeningKind.NUMBER:
        try:
            return Decimal(value) < Decimal(str(question.accepted[0]))
        except InvalidOperation:
            # A threshold that is no number was a mistake of the posting; a person decides.
            return True
    return value not in question.accepted


def refresh_flag(application: Application) -> None:
    """Let the application's flag say what its answers say."""
    application.is_flagged = application.answers.filter(is_flagged=True).exists()
    application.save(update_fields=["is_flagged"])
