"""A posting with people in every stage, for the desk's tests."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from applicants import pipeline
from applicants.models import Application, ApplicationLanguage
from applicants.tests.factories import ApplicationFactory
from postings.enums import StageKind
from postings.models import InterviewKit, KitQuestion, Posting, Question, QuestionBank, QuestionText
from postings.models.kit import BankVersion
from postings.tests.factories import stage_of

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

NAMES = (
    "Ana Kovačić", "Bjørn Åsen", "Dmitrij Volkov", "Elin Öberg", "Farah Haddad", "Goran Šimić", "Hanne Lunde", "Ilse de Vries",
    "Jovana Petrović", "Karim Benali", "Liv Solheim", "Maja Đurić", "Nils Ek", "Olga Смирнова", "Petra Juhász", "Qasim Ali",
)  # fmt: skip
MASKS = (0b11111 * 0b0000100001, 0x7FFFFFFFF, 0b01110_01110_01110_01110_01110, 0x3FF, 0x1F << 25 | 0b00110_00110_00110, 1 << 35 | 0x7FFF)
SPOKEN = ((("nb", "C1"), ("en", "B2")), (("hr", "C2"), ("en", "C1"), ("de", "A2"), ("ru", "B1")), (("sv", "B2"),), ())


def many(posting: Posting, number: int, *, days: int = 1) -> list[Application]:
    """``number`` new applications, the first one the oldest; languages, weeks and mail languages vary."""
    made = []
    now = timezone.now()
    for place in range(number):
        application = ApplicationFactory.create(
            posting=posting,
            name=NAMES[place % len(NAMES)] + (f" {place}" if place >= len(NAMES) else ""),
            language=("en", "nb", "hr")[place % 3],
            availability_mask=MASKS[place % len(MASKS)],
            phone="+4798765432",
        )
        at = now - timedelta(days=days * (number - place) % 20)
        Application.objects.filter(pk=application.pk).update(stage_entered_at=at, submitted_at=at, is_flagged=place % 5 == 3)
        ApplicationLanguage.objects.bulk_create(
            ApplicationLanguage(application=application, language=language, level=level) for language, level in SPOKEN[place % len(SPOKEN)]
        )
        application.refresh_from_db()
        made.append(application)
    return made


def spread(applications: list[Application], *, by: User) -> None:
    """Moves them through the stages: about half stays new, one is hired, one rejected, one withdraws."""
    posting = applications[0].posting
    ways = (
        (), (), (), ("screening",), ("screening", "interview"), ("screening",), (), ("screening", "interview", "offer"),
        ("offer", "hired"), ("rejected",), ("withdrawn",),
    )  # fmt: skip
    for place, application in enumerate(applications):
        for kind in ways[place % len(ways)]:
            if kind == StageKind.REJECTED:
                pipeline.reject(application, disposition="shifts", by=by)
            elif kind == StageKind.WITHDRAWN:
                pipeline.withdraw(application, disposition="other_job")
            else:
                pipeline.move(application, to=stage_of(posting, kind), by=by)


def give_kit(posting: Posting, kind: str = "interview", *, questions: int = 3) -> InterviewKit:
    """A kit on the posting's stage of that kind, in English and, for the first question, in Norwegian."""
    bank = QuestionBank.objects.create(key=f"bank-{posting.code.lower()}", tier=posting.tier, names={"en": "Agents"})
    version = BankVersion.objects.create(bank=bank, number=1, state="published", published_at=timezone.now())
    kit = InterviewKit.objects.create(key=f"kit-{posting.code.lower()}", names={"en": "Interview", "nb": "Intervju"}, minutes=45)
    for place in range(questions):
        question = Question.objects.create(version=version, key=f"q-{place}", category="situations", position=place)
        for language in ("en", "nb")[: 2 if place == 0 else 1]:
            QuestionText.objects.create(
                question=question,
                language=language,
                text=f"Tell me about a caller who was angry from the first second. What did you do? ({language} {place})",
                probes="Staying calm, taking the heat out, finding the fact behind the anger.",
                strong="Lets the caller finish, names the problem in own words, says what happens next and by when.",
                weak="Argues, hides behind rules, or passes the caller on at once.",
                anchors={str(score): f"Anchor {score}: what such an answer sounds like in one or two sentences." for score in range(1, 6)},
            )
        KitQuestion.objects.create(kit=kit, question=question, position=place)
    stage = stage_of(posting, kind)
    stage.kit = kit
    stage.save()
    return kit
