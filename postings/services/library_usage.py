"""Where questions and kits are used. Of employers only a number is told: the library shows nobody's data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from postings.models import InterviewKit, InterviewPlan, KitQuestion, Posting, Question


@dataclass(slots=True)
class QuestionUse:
    """Library kits by name; employers' kits and open postings as numbers."""

    kits: list[InterviewKit] = field(default_factory=list)
    employer_kits: int = 0
    postings: int = 0

    @property
    def is_used(self) -> bool:
        return bool(self.kits or self.employer_kits or self.postings)


@dataclass(slots=True)
class KitUse:
    """Library plans by name; postings as numbers. ``all_postings`` counts those that are not open as well."""

    plans: list[InterviewPlan] = field(default_factory=list)
    postings: int = 0
    all_postings: int = 0

    @property
    def is_used(self) -> bool:
        return bool(self.plans or self.all_postings)


def of_questions(questions: Iterable[Question]) -> dict[str, QuestionUse]:
    """By key, in whatever version a kit holds the question. Three queries."""
    keys = [question.key for question in questions]
    found = {key: QuestionUse() for key in keys}
    rows = KitQuestion.objects.filter(question__key__in=keys)
    for row in rows.filter(kit__employer=None).select_related("kit", "question").order_by("kit__key"):
        use = found[row.question.key]
        if row.kit not in use.kits:
            use.kits.append(row.kit)
    own = rows.filter(kit__employer__isnull=False).values_list("question__key")
    for key, number in own.annotate(number=Count("kit", distinct=True)).order_by():
        found[key].employer_kits = number
    asked = "plan__stages__kit__kit_questions__question__key"
    live = Posting.objects.open().filter(**{f"{asked}__in": keys}).values_list(asked)
    for key, number in live.annotate(number=Count("pk", distinct=True)).order_by():
        found[key].postings = number
    return found


def of_kits(kits: Iterable[InterviewKit]) -> dict[int, KitUse]:
    """By primary key. Three queries."""
    keys = [kit.pk for kit in kits]
    found = {key: KitUse() for key in keys}
    plans = InterviewPlan.objects.filter(stages__kit__in=keys).exclude(key=None).distinct().prefetch_related("stages")
    for plan in plans.order_by("pk"):
        for key in dict.fromkeys(stage.kit_id for stage in plan.stages.all()):
            if key in found:
                found[key].plans.append(plan)
    stage = "plan__stages__kit"
    for name, postings in (("postings", Posting.objects.open()), ("all_postings", Posting.objects.all())):
        counted = postings.filter(**{f"{stage}__in": keys}).values_list(stage).annotate(number=Count("pk", distinct=True)).order_by()
        for key, number in counted:
            setattr(found[key], name, number)
    return found
