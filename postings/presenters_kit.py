"""An interview kit as the interviewer gets it, and a plan as a line."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from callcenter_jobs.ui.line import Stop
from postings.models import InterviewKit, InterviewPlan, QuestionText


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a kit; ``is_fallback`` when it is not written in the reader's language."""

    key: str
    category: str
    text: QuestionText
    is_fallback: bool
    anchors: list[tuple[int, str]]


def asked(kit: InterviewKit, language: str) -> list[Asked]:
    """The questions in order, in ``language`` or else in English. Reads the prefetched ``kit_questions__question__texts``."""
    found = []
    for row in kit.kit_questions.all():
        text = row.question.text_in(language)
        if text is not None:
            anchors = [(score, str(text.anchors.get(str(score)) or "")) for score in range(1, 6)] if text.anchors else []
            found.append(Asked(row.question.key, row.question.get_category_display(), text, text.language != language, anchors))
    return found


def plan_stops(plan: InterviewPlan, language: str) -> list[Stop]:
    """The stages of a library plan with the kit each uses. The three ends belong to every plan and are left out."""
    return [
        Stop(
            label=stage.desk_name,
            note=_kit_note(stage.kit, language),
            href=reverse("curate:kit", args=[stage.kit.key]) if stage.kit else "",
        )
        for stage in plan.stages.all()
        if not stage.is_terminal
    ]


def minutes_of(plan: InterviewPlan) -> int:
    """What the kits of a plan take together."""
    return sum(stage.kit.minutes for stage in plan.stages.all() if stage.kit and not stage.is_terminal)


def _kit_note(kit: InterviewKit | None, language: str) -> str:
    if kit is None:
        return ""
    words = ngettext("%(kit)s, %(minutes)d minute", "%(kit)s, %(minutes)d minutes", kit.minutes)
    return words % {"kit": kit.name_in(language), "minutes": kit.minutes}
