"""A posting's screening questions. A posting that was ever public keeps the old question when one is changed or taken
away: it is retired, so that answers given to it still have their question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from postings.models import LibraryScreeningQuestion, Posting, ScreeningQuestion
from postings.services.drafting import copy_library_questions
from postings.services.editing import EditRefused, editing

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

# Applying fits on three short screens of a phone.
MAX_QUESTIONS = 12


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """A question as a recruiter writes it, in the posting's language. ``options`` maps keys to labels, in order."""

    kind: str
    question: str
    help: str = ""
    options: dict[str, str] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    is_knockout: bool = False
    is_required: bool = True


def active_questions(posting: Posting) -> list[ScreeningQuestion]:
    """Those that are asked now, in order. Reads the prefetched rows."""
    return [question for question in posting.screening_questions.all() if question.is_active]


def unused_library_questions(posting: Posting) -> list[LibraryScreeningQuestion]:
    used = {question.library_key for question in active_questions(posting)}
    return [question for question in LibraryScreeningQuestion.objects.all() if question.key not in used]


def add_library_questions(*, posting: Posting, keys: Iterable[str], by: User, seen: str | None = None) -> None:
    """Add the named library questions; one that is already there is not added twice."""
    with editing(posting, by=by, seen=seen) as locked:
        used = set(_active(locked).values_list("library_key", flat=True))
        new = [key for key in dict.fromkeys(keys) if key not in used]
        if LibraryScreeningQuestion.objects.filter(key__in=new).count() != len(new):
            raise EditRefused("library", _("Choose questions from the list."))
        _check_room(locked, len(new))
        copy_library_questions(locked, new)


def add_own_question(*, posting: Posting, content: QuestionContent, by: User, seen: str | None = None) -> None:
    with editing(posting, by=by, seen=seen) as locked:
        _check_room(locked, 1)
        ScreeningQuestion.objects.create(posting=locked, position=locked.screening_questions.count(), **_columns(locked, content))


def change_question(*, posting: Posting, place: int, content: QuestionContent, by: User, seen: str | None = None) -> None:
    """Change the question at ``place`` (from 1). Library wording is kept; its flags may change."""
    with editing(posting, by=by, seen=seen) as locked:
        question = _at(locked, place)
        columns = _columns(locked, content)
        if question.library_key:
            columns |= {"texts": question.texts, "options": question.options, "kind": question.kind}
        if all(getattr(question, name) == value for name, value in columns.items()):
            return
        if locked.published_at is None or {name for name, value in columns.items() if getattr(question, name) != value} == {"is_required"}:
            ScreeningQuestion.objects.filter(pk=question.pk).update(**columns)
            return
        ScreeningQuestion.objects.filter(pk=question.pk).update(is_active=False)
        ScreeningQuestion.objects.create(posting=locked, library_key=question.library_key, position=question.position, **columns)


def remove_question(*, posting: Posting, place: int, by: User, seen: str | None = None) -> None:
    with editing(posting, by=by, seen=seen) as locked:
        question = _at(locked, place)
        if locked.published_at is None:
            question.delete()
        else:
            ScreeningQuestion.objects.filter(pk=question.pk).update(is_active=False)


def move_question(*, posting: Posting, place: int, up: bool, by: User, seen: str | None = None) -> None:
    """Swap the question at ``place`` with its neighbor; at the end of the list nothing moves."""
    with editing(posting, by=by, seen=seen) as locked:
        _at(locked, place)
        order = list(_active(locked))
        other = place - 2 if up else place
        if 0 <= other < len(order):
            order[place - 1], order[other] = order[other], order[place - 1]
        for position, question in enumerate(order):
            if question.position != position:
                ScreeningQuestion.objects.filter(pk=question.pk).update(position=position)


def _active(posting: Posting) -> QuerySet[ScreeningQuestion]:
    return posting.screening_questions.filter(is_active=True)


def _at(posting: Posting, place: int) -> ScreeningQuestion:
    order = list(_active(posting))
    if not 1 <= place <= len(order):
        raise EditRefused("questions", _("This question is no longer there."))
    found: ScreeningQuestion = order[place - 1]
    return found


def _check_room(posting: Posting, more: int) -> None:
    if _active(posting).count() + more > MAX_QUESTIONS:
        raise EditRefused("library", _("Ask at most %(limit)d questions, so that people finish.") % {"limit": MAX_QUESTIONS})


def _columns(posting: Posting, content: QuestionContent) -> dict[str, object]:
    text: dict[str, object] = {"question": content.question, "help": content.help}
    if content.options:
        text["options"] = dict(content.options)
    return {
        "kind": content.kind,
        "texts": {posting.language: text},
        "options": list(content.options),
        "accepted": list(content.accepted),
        "is_knockout": content.is_knockout,
        "is_required": content.is_required,
    }
