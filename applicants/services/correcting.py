"""A candidate corrects what they sent, as long as nobody has begun to work on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import emails
from applicants.models import Answer, Application, ApplicationLanguage, Correction
from applicants.services.candidate_view import view_of
from applicants.services.screening import is_flagged, refresh_flag
from postings.models import ScreeningQuestion, StartClass


class CorrectionRefused(Exception):
    """The application has moved on; ``message`` says so."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Corrected:
    """How it should be now. ``answers`` maps ids of questions to values; a question left out keeps its answer."""

    phone: str
    availability_mask: int
    start_class: StartClass | None
    languages: list[tuple[str, str]]
    answers: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def correct_application(application: Application, *, corrected: Corrected) -> list[Correction]:
    """Write what differs, one ``Correction`` for each difference, and one mail for all of them. Raises ``CorrectionRefused``."""
    locked = (
        Application.objects.select_for_update(of=("self",))
        # Without the joins that a move at the same time would change: see ``pipeline._lock``.
        .select_related("posting", "posting__plan", "employer", "candidate")
        .get(pk=application.pk)
    )
    view = view_of(locked)
    if not view.can_correct:
        raise CorrectionRefused(
            _("%(employer)s has begun to work on your application, so it can no longer be changed here.") % {"employer": locked.employer}
        )
    noted = [*_correct_details(locked, corrected), *_correct_languages(locked, corrected), *_correct_answers(locked, corrected)]
    if noted:
        refresh_flag(locked)
        # Beside a rejection that waits for its hour, mails keep their order, and this one would arrive after it.
        if locked.ended_at is None:
            emails.correction_noted(locked, noted[-1])
    return noted


def _note(application: Application, field_name: str, before: str, after: str, answer: Answer | None = None) -> Correction:
    return Correction.objects.create(
        application=application, answer=answer, field=field_name, before=before, after=after, at=timezone.now()
    )


def _correct_details(application: Application, corrected: Corrected) -> list[Correction]:
    noted: list[Correction] = []
    if application.phone != corrected.phone:
        noted.append(_note(application, "phone", application.phone, corrected.phone))
        application.phone = corrected.phone
    if application.availability_mask != corrected.availability_mask:
        noted.append(_note(application, "availability", str(application.availability_mask), str(corrected.availability_mask)))
        application.availability_mask = corrected.availability_mask
    if application.start_class_id != (corrected.start_class.pk if corrected.start_class else None):
        noted.append(_note(application, "start_class", _day(application.start_class), _day(corrected.start_class)))
        application.start_class = corrected.start_class
    if noted:
        application.save(update_fields=["phone", "availability_mask", "start_class"])
    return noted


def _correct_languages(application: Application, corrected: Corrected) -> list[Correction]:
    before = [(item.language, item.level) for item in application.languages.all()]
    if sorted(before) == sorted(corrected.languages):
        return []
    application.languages.all().delete()
    ApplicationLanguage.objects.bulk_create(
        ApplicationLanguage(application=application, language=language, level=level) for language, level in corrected.languages
    )
    return [_note(application, "languages", _pairs(before), _pairs(corrected.languages))]


def _correct_answers(application: Application, corrected: Corrected) -> list[Correction]:
    """Answers stay as rows, also when emptied, because corrections point to them."""
    existing = {answer.question_id: answer for answer in application.answers.all()}
    questions = ScreeningQuestion.objects.filter(posting=application.posting, pk__in=corrected.answers)
    noted: list[Correction] = []
    for question in questions:
        value = corrected.answers[question.pk]
        answer = existing.get(question.pk)
        before = answer.value if answer else ""
        if value == before:
            continue
        answer = answer or Answer(application=application, question=question)
        answer.value, answer.is_flagged, answer.answered_at = value, is_flagged(question, value), timezone.now()
        answer.save()
        noted.append(_note(application, "answer", before, value, answer))
    return noted


def _day(start: StartClass | None) -> str:
    return start.starts_on.isoformat() if start else ""


def _pairs(languages: list[tuple[str, str]]) -> str:
    return ", ".join(f"{language} {level}" for language, level in sorted(languages))
