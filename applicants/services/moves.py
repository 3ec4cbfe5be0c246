"""What a move would do for the person, in words, before anybody decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants import emails
from applicants.models import Application, StageChange
from applicants.stages import stage_key
from callcenter_jobs.lib.locale_names import language_name
from postings.models import Employer, Stage

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User


@dataclass(frozen=True, slots=True)
class Consequence:
    """One stage that may follow. ``sentence`` says who is told what."""

    stage: Stage
    key: str
    sentence: str
    is_silent: bool


def consequences(application: Application, stages: list[Stage]) -> list[Consequence]:
    language = language_name(application.language, get_language() or "en")
    listed = []
    for stage in stages:
        is_silent = emails.kind_for(stage) is None
        sentence = _("No e-mail") if is_silent else _("Sends an e-mail in %(language)s") % {"language": language}
        listed.append(Consequence(stage, stage_key(stage), sentence, is_silent))
    return listed


def told_at(application: Application, *, decided_at: datetime | None = None) -> datetime:
    """When a candidate who is rejected now (or was, at ``decided_at``) is told."""
    return delay_until(application.employer, decided_at=decided_at)


def delay_until(employer: Employer, *, decided_at: datetime | None = None) -> datetime:
    """The end of the employer's undo window."""
    return (decided_at or timezone.now()) + timedelta(hours=employer.rejection_undo_hours)


def is_done(application: Application, *, to: Stage, by: User, version: int) -> bool:
    """Whether the very move that is asked for was made by the same person on top of the version they saw."""
    change = StageChange.objects.filter(application=application).order_by("-seq").first()
    return change is not None and change.to_stage_id == to.pk and change.by_id == by.pk and change.seq == version + 1
