"""The interview kits of the library: what an interviewer asks in a stage, in which order, and in how many minutes.

**A kit follows its bank.** ``KitQuestion`` points at a row of one version of a bank, and versions come and go. When a
new version is published, every library kit moves on to the question of the same key (``follow``), in the same
transaction: an interviewer always gets the wording, guidance and anchors that curators stand by. A question that the new
version does not have leaves the kits; ``losses`` names them, and the page says so before anybody publishes. Kits of an
employer are that employer's own and keep the questions they were made with.

A kit draws on one bank: that is how the files describe it (``plans.yaml``), and so it can be exported and imported.
Kits have no versions: each change is live at once, is made under a lock, and writes a line of history. Their names,
introductions and minutes are kept as the other small texts are (``library_words``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import slug_of
from postings.enums import LibraryAction, LibraryArea, VersionState
from postings.models import BankVersion, InterviewKit, InterviewPlan, KitQuestion, Question, QuestionBank, Stage
from postings.services.library import SOURCE, LibraryRefused, placed
from postings.services.library_history import record, record_sitting

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

MOST_QUESTIONS = 20
# A rule of thumb for the hint beside the minutes: opening and the candidate's own questions, then asking, listening and
# noting a score. The shortest kits of the shipped library take this long.
MINUTES_AROUND, MINUTES_A_QUESTION = 3, 4


def library_kits() -> QuerySet[InterviewKit]:
    return InterviewKit.objects.filter(employer=None).order_by("key")


# --- kits and their questions -----------------------------------------------------------------------


@transaction.atomic
def create_kit(*, name: str, minutes: int, by: User) -> InterviewKit:
    """A kit without questions, named in English."""
    stem = slug_of(name)[:70] or "kit"
    taken = set(InterviewKit.objects.filter(key__startswith=stem).values_list("key", flat=True))
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    kit = InterviewKit.objects.create(key=key, names={SOURCE: name}, minutes=minutes, edited_at=timezone.now())
    record(LibraryArea.KIT, key, LibraryAction.CREATED, by=by, after={"name": name, "minutes": minutes})
    return kit


def bank_of(kit: InterviewKit) -> QuestionBank | None:
    """The bank that a kit draws on; none while it is empty."""
    first = kit.kit_questions.select_related("question__version__bank").first()
    return first.question.version.bank if first else None


def choosable(kit: InterviewKit) -> QuerySet[Question]:
    """Published questions that the kit does not have yet; only of its own bank, once it draws on one."""
    taken = kit.kit_questions.values("question__key")
    found = Question.objects.filter(version__state=VersionState.PUBLISHED).exclude(key__in=taken)
    bank = bank_of(kit)
    if bank is not None:
        found = found.filter(version__bank=bank)
    return found.select_related("version__bank").order_by("version__bank__position", "version__bank__key", "position", "id")


@transaction.atomic
def add_question(kit: InterviewKit, *, key: str, by: User) -> Question:
    """Append the published question of that key."""
    # Banks are locked before kits, as publishing does: or a version published in between would leave this kit behind.
    bank = QuestionBank.objects.select_for_update(of=("self",)).filter(versions__state=VersionState.PUBLISHED, versions__questions__key=key)
    list(bank)
    locked = _locked(kit)
    question = choosable(locked).filter(key=key).first()
    if question is None:
        raise LibraryRefused(_("This question cannot be added. It may be in the kit already, or in another bank."))
    asked = list(locked.kit_questions.all())
    if len(asked) >= MOST_QUESTIONS:
        raise LibraryRefused(_("A kit holds at most %(limit)d questions.") % {"limit": MOST_QUESTIONS})
    before = _keys(locked)
    KitQuestion.objects.create(kit=locked, question=question, position=max((row.position for row in asked), default=-1) + 1)
    _changed(locked, before, by=by)
    return question


@transaction.atomic
def remove_question(kit: InterviewKit, *, key: str, by: User) -> None:
    locked = _locked(kit)
    before = _keys(locked)
    locked.kit_questions.filter(question__key=key).delete()
    _changed(locked, before, by=by)


@transaction.atomic
def place_question(kit: InterviewKit, *, key: str, place: int, by: User) -> int:
    """Move a question to ``place`` (from 1); returns the place it has now."""
    locked = _locked(kit)
    rows = list(locked.kit_questions.select_related("question"))
    row = next((row for row in rows if row.question.key == key), None)
    if row is None:
        raise LibraryRefused(_("Somebody has removed this question meanwhile."))
    before = [other.question.key for other in rows]
    rows = placed(rows, row, place)
    for position, other in enumerate(rows):
        other.position = position
    KitQuestion.objects.bulk_update(rows, ["position"])
    _changed(locked, before, by=by)
    return rows.index(row) + 1


@transaction.atomic
def remove_kit(kit: InterviewKit, *, by: User) -> None:
    """Refused while any stage uses it, of the library or of a posting: the stage would silently lose what to ask."""
    locked = _locked(kit)
    if Stage.objects.filter(kit=locked).exists():
        raise LibraryRefused(_("This kit is in use. Take it out of the plans first; postings keep theirs until they are gone."))
    record(LibraryArea.KIT, locked.key, LibraryAction.REMOVED, by=by, before={"name": locked.name_in(SOURCE), "questions": _keys(locked)})
    locked.delete()


def minutes_needed(questions: int) -> int:
    """About how long asking them takes; a hint, no rule."""
    return MINUTES_AROUND + MINUTES_A_QUESTION * questions if questions else 0


def _locked(kit: InterviewKit) -> InterviewKit:
    locked = InterviewKit.objects.select_for_update(of=("self",)).filter(pk=kit.pk, employer=None).first()
    if locked is None:
        raise LibraryRefused(_("Somebody has removed this kit meanwhile."))
    return locked


def _keys(kit: InterviewKit) -> list[str]:
    return list(kit.kit_questions.values_list("question__key", flat=True))


def _changed(kit: InterviewKit, before: list[str], *, by: User) -> None:
    after = _keys(kit)
    if after == before:
        return
    InterviewKit.objects.filter(pk=kit.pk).update(edited_at=timezone.now())
    action = LibraryAction.CHANGED
    record(LibraryArea.KIT, kit.key, action, by=by, before={"questions": before}, after={"questions": after})


# --- following the banks ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Loss:
    """A library kit that would lose questions, by their keys; ``left`` is how many it keeps."""

    kit: InterviewKit
    keys: list[str]
    left: int


def losses(version: BankVersion) -> list[Loss]:
    """What publishing ``version`` takes from library kits."""
    there = set(version.questions.values_list("key", flat=True))
    found: dict[int, tuple[InterviewKit, list[str]]] = {}
    gone = KitQuestion.objects.filter(kit__employer=None, question__version__bank=version.bank_id).exclude(question__key__in=there)
    for row in gone.select_related("kit", "question").order_by("kit__key", "position"):
        found.setdefault(row.kit_id, (row.kit, []))[1].append(row.question.key)
    return [Loss(kit, keys, kit.kit_questions.count() - len(keys)) for kit, keys in found.values()]


def follow(version: BankVersion, *, by: User | None = None) -> list[Loss]:
    """Point the library's kits at ``version``, which is published now, question by question; call inside the transaction
    that publishes it. Returns what was lost."""
    list(library_kits().filter(kit_questions__question__version__bank=version.bank_id).select_for_update(of=("self",)))
    lost = losses(version)
    new = {question.key: question for question in version.questions.all()}
    rows = KitQuestion.objects.filter(kit__employer=None, question__version__bank=version.bank_id).select_related("question")
    moving, gone = [], []
    placed_already = {(row.kit_id, row.question.key) for row in rows if row.question.version_id == version.pk}
    for row in rows:
        if row.question.version_id == version.pk:
            continue
        fresh = new.get(row.question.key)
        if fresh is None or (row.kit_id, row.question.key) in placed_already:
            gone.append(row.pk)
        else:
            row.question = fresh
            moving.append(row)
            placed_already.add((row.kit_id, fresh.key))
    KitQuestion.objects.bulk_update(moving, ["question"])
    KitQuestion.objects.filter(pk__in=gone).delete()
    for loss in lost:
        record(LibraryArea.KIT, loss.kit.key, LibraryAction.CHANGED, by=by, before={"lost": loss.keys}, after={"version": version.number})
    return lost


# --- plans ------------------------------------------------------------------------------------------


def library_plans() -> QuerySet[InterviewPlan]:
    """Plans that postings start from, with their stages and kits."""
    return InterviewPlan.objects.exclude(key=None).prefetch_related("stages__kit").order_by("pk")


class PlanChanged(LibraryRefused):
    """Somebody else changed which kits the plan uses."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else has changed the kits of this plan since you opened it. They are shown here now; choose again."))


def kits_of(plan: InterviewPlan) -> dict[int, str]:
    """The key of the kit of each open stage, by the stage's position; empty where it has none."""
    return {stage.position: stage.kit.key if stage.kit else "" for stage in plan.stages.all() if not stage.is_terminal}


@transaction.atomic
def choose_kits(plan: InterviewPlan, *, chosen: dict[int, str], seen: dict[int, str] | None, by: User) -> None:
    """Set the kit of each named stage of a library plan. Postings have plans of their own and keep theirs."""
    locked = InterviewPlan.objects.select_for_update().get(pk=plan.pk)
    now = kits_of(locked)
    wanted = now | {position: key for position, key in chosen.items() if position in now}
    if wanted == now:
        return
    if seen is not None and seen != now:
        raise PlanChanged
    kits = {kit.key: kit for kit in library_kits().filter(key__in=set(wanted.values()))}
    if set(wanted.values()) - set(kits) - {""}:
        raise LibraryRefused(_("Choose kits from the list."))
    for stage in locked.stages.all():
        if stage.position in wanted and wanted[stage.position] != now[stage.position]:
            stage.kit = kits.get(wanted[stage.position])
            stage.save(update_fields=["kit"])
    InterviewPlan.objects.filter(pk=locked.pk).update(edited_at=timezone.now())
    record_sitting(LibraryArea.PLAN, str(locked.key), by=by, before={"kits": _listed(now)}, after={"kits": _listed(wanted)})


def _listed(kits: dict[int, str]) -> list[Any]:
    return [kits[position] for position in sorted(kits)]
