"""The smaller texts of the library in one way: career steps and moves, certificates, clauses of the job instruction,
screening questions and interview plans. Each has *slots*, named texts that every language fills."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postings.enums import LibraryAction, LibraryArea
from postings.models import CareerMove, CareerStep, Certificate, InstructionClause, InterviewKit, InterviewPlan, LibraryScreeningQuestion
from postings.models.facts import WithTexts
from postings.services.completeness import LanguageState
from postings.services.library import SOURCE, LibraryRefused
from postings.services.library_files import digest
from postings.services.library_history import record
from postings.services.library_schema import CLAUSE_PLACEHOLDERS, PLACEHOLDER
from postings.services.question_check import objections

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from callcenter_jobs.accounts.models import User

LONG, SHORT = 1500, 120
LABELS: dict[str, StrOrPromise] = {
    "name": gettext_lazy("Name"),
    "about": gettext_lazy("What it is about"),
    "changes": gettext_lazy("What changes"),
    "promoted": gettext_lazy("What leads to the next step"),
    "text": gettext_lazy("Text"),
    "question": gettext_lazy("Question"),
    "help": gettext_lazy("Help"),
    "description": gettext_lazy("Description"),
    "intro": gettext_lazy("What the interviewer should know before starting"),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A text to fill: its name in the form, what the reader calls it, and the most characters."""

    name: str
    label: str
    limit: int = LONG


class WordsChanged(LibraryRefused):
    """Somebody else saved these words after they were opened; ``current`` is what stands there now, ``seen`` its fingerprint."""

    def __init__(self, current: dict[str, str], seen: str) -> None:
        super().__init__(_("Somebody else has changed this since you opened it. Compare the two, then save again."))
        self.current, self.seen = current, seen


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text. ``slots``, ``read`` and ``write`` know where a row keeps its words; ``write`` does not save."""

    slug: str
    label: StrOrPromise
    area: LibraryArea
    rows: Callable[[], QuerySet[Any]]
    slots: Callable[[Any], list[Slot]]
    read: Callable[[Any, str], dict[str, str]]
    write: Callable[[Any, str, dict[str, str]], None]
    facts: tuple[str, ...] = ()

    def history_key(self, key: str) -> str:
        return f"{self.slug}/{key}" if self.area == LibraryArea.CAREER else key


# --- rows with their words in one column ------------------------------------------------------------


def _plain_slots(row: WithTexts) -> list[Slot]:
    return [Slot(name, str(LABELS[name]), SHORT if name == "name" else LONG) for name in row.WORDS]


def _plain_read(row: WithTexts, language: str) -> dict[str, str]:
    words = row.texts.get(language) or {}
    return {name: str(words.get(name) or "") for name in row.WORDS}


def _plain_write(row: WithTexts, language: str, words: dict[str, str]) -> None:
    _put(row.texts, language, {name: text for name, text in words.items() if text})


def _put(texts: dict[str, Any], language: str, words: Any) -> None:
    """No entry rather than an empty one: what a language lacks falls back to English."""
    if words:
        texts[language] = words
    else:
        texts.pop(language, None)


# --- screening questions ----------------------------------------------------------------------------


def _screening_slots(row: LibraryScreeningQuestion) -> list[Slot]:
    options = [Slot(f"option-{key}", _("Answer “%(key)s”") % {"key": key}, SHORT) for key in row.options]
    return [Slot("question", str(LABELS["question"]), 300), Slot("help", str(LABELS["help"]), 500), *options]


def _screening_read(row: LibraryScreeningQuestion, language: str) -> dict[str, str]:
    words = row.texts.get(language) or {}
    options = words.get("options") or {}
    found = {"question": str(words.get("question") or ""), "help": str(words.get("help") or "")}
    return found | {f"option-{key}": str(options.get(key) or "") for key in row.options}


def _screening_write(row: LibraryScreeningQuestion, language: str, words: dict[str, str]) -> None:
    options = {str(key): words[f"option-{key}"] for key in row.options if words.get(f"option-{key}")}
    has_any = any(words.values())
    _put(row.texts, language, {"question": words["question"], "help": words["help"], "options": options} if has_any else {})


# --- interview plans --------------------------------------------------------------------------------


def _plan_slots(row: InterviewPlan) -> list[Slot]:
    slots = [Slot("name", str(LABELS["name"]), SHORT), Slot("description", str(LABELS["description"]), 500)]
    for place, stage in enumerate(row.stages.all(), 1):
        names = {"number": place, "kind": stage.get_kind_display()}
        slots.append(Slot(f"desk-{place}", _("Stage %(number)d (%(kind)s), for the hiring team") % names, SHORT))
        slots.append(Slot(f"candidate-{place}", _("Stage %(number)d (%(kind)s), for the candidate") % names, SHORT))
    return slots


def _plan_read(row: InterviewPlan, language: str) -> dict[str, str]:
    found = {"name": row.names.get(language) or "", "description": row.descriptions.get(language) or ""}
    for place, stage in enumerate(row.stages.all(), 1):
        names = stage.names.get(language) or {}
        found |= {f"{reader}-{place}": names.get(reader) or "" for reader in ("desk", "candidate")}
    return found


def _plan_write(row: InterviewPlan, language: str, words: dict[str, str]) -> None:
    _put(row.names, language, words["name"])
    _put(row.descriptions, language, words["description"])
    for place, stage in enumerate(row.stages.all(), 1):
        names = {reader: words[f"{reader}-{place}"] for reader in ("desk", "candidate") if words.get(f"{reader}-{place}")}
        _put(stage.names, language, names)
        stage.save(update_fields=["names"])


# --- interview kits -----------------------------------------------------------------------------------


def _kit_slots(_row: InterviewKit) -> list[Slot]:
    return [Slot("name", str(LABELS["name"]), SHORT), Slot("intro", str(LABELS["intro"]), 1000)]


def _kit_read(row: InterviewKit, language: str) -> dict[str, str]:
    return {"name": row.names.get(language) or "", "intro": row.intros.get(language) or ""}


def _kit_write(row: InterviewKit, language: str, words: dict[str, str]) -> None:
    _put(row.names, language, words["name"])
    _put(row.intros, language, words["intro"])


def _kits() -> QuerySet[InterviewKit]:
    return InterviewKit.objects.filter(employer=None).order_by("key")


# --- all kinds --------------------------------------------------------------------------------------


def _plans() -> QuerySet[InterviewPlan]:
    return InterviewPlan.objects.exclude(key=None).prefetch_related("stages").order_by("key")


KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(
            "steps", gettext_lazy("Career steps"), LibraryArea.CAREER, CareerStep.objects.all, _plain_slots, _plain_read, _plain_write,
            ("months",),
        ),
        Kind(
            "moves", gettext_lazy("Career moves"), LibraryArea.CAREER,
            lambda: CareerMove.objects.select_related("from_role", "to_role").prefetch_related("from_role__titles", "to_role__titles"),
            _plain_slots, _plain_read, _plain_write, ("months",),
        ),
        Kind(
            "certificates", gettext_lazy("Certificates"), LibraryArea.CAREER, Certificate.objects.all,
            _plain_slots, _plain_read, _plain_write, ("name", "issuer", "url", "source"),
        ),
        Kind(
            "clauses", gettext_lazy("Job instruction"), LibraryArea.CLAUSE, InstructionClause.objects.all, _plain_slots, _plain_read,
            _plain_write, ("tiers", "families"),
        ),
        Kind(
            "screening", gettext_lazy("Screening questions"), LibraryArea.SCREENING, LibraryScreeningQuestion.objects.all,
            _screening_slots, _screening_read, _screening_write,
        ),
        Kind("plans", gettext_lazy("Interview plans"), LibraryArea.PLAN, _plans, _plan_slots, _plan_read, _plan_write),
        Kind("kits", gettext_lazy("Interview kits"), LibraryArea.KIT, _kits, _kit_slots, _kit_read, _kit_write, ("minutes",)),
    )
}  # fmt: skip


def title_of(kind: Kind, row: Any) -> str:
    """What a list calls the row, in the active language."""
    if isinstance(row, CareerMove):
        return f"{row.from_role.title_in()} → {row.to_role.title_in()}"
    if isinstance(row, Certificate):
        return row.name
    if isinstance(row, InterviewPlan | InterviewKit | LibraryScreeningQuestion):
        return next((text for text in kind.read(row, SOURCE).values() if text), str(row.key))
    words: dict[str, str] = row.words_in()
    return next((text for text in words.values() if text), str(row.key))


def states_of(kind: Kind, row: Any) -> list[LanguageState]:
    """How much of what English says each language says."""
    source = kind.read(row, SOURCE)
    wanted = [name for name, text in source.items() if text]
    return [
        LanguageState(code, sum(1 for name in wanted if words.get(name)), len(wanted))
        for code, _name in settings.LANGUAGES
        for words in [kind.read(row, code)]
    ]


def facts_of(kind: Kind, row: Any) -> dict[str, Any]:
    """The facts that can be changed beside the words, under their names in the form."""
    found: dict[str, Any] = {}
    for name in kind.facts:
        if name == "months":
            found |= {"months_min": row.months_min, "months_max": row.months_max}
        else:
            found[f"fact_{name}" if name == "name" else name] = getattr(row, name)
    return found


def fingerprint(kind: Kind, row: Any, language: str) -> str:
    """What an editor has seen of one language, with the facts."""
    return digest([kind.read(row, language), facts_of(kind, row)])


def placeholder_problem(kind: Kind, words: dict[str, str]) -> str:
    """Only clauses may hold placeholders, and only known ones; a slip would stand in every job instruction."""
    known = CLAUSE_PLACEHOLDERS if kind.slug == "clauses" else frozenset()
    strange = sorted({name for text in words.values() for name in PLACEHOLDER.findall(text)} - known)
    if not strange:
        return ""
    names = ", ".join(f"{{{name}}}" for name in strange)
    return _("There is no placeholder %(names)s here.") % {"names": names}


def forbidden_problem(kind: Kind, words: dict[str, str], language: str) -> str:
    """What a screening question asks for and must not. Its help may name such a thing: "not your date of birth"."""
    return " ".join(objections(words.get("question", ""), language)) if kind.slug == "screening" else ""


@transaction.atomic
def save_words(
    kind: Kind, row: Model, *, language: str, words: dict[str, str], facts: dict[str, Any] | None = None, by: User, seen: str
) -> None:
    """Write one language of a row, and its facts when given. Raises ``WordsChanged`` when ``seen`` is no longer what
    stands there, ``LibraryRefused`` when English would lose what the other languages fall back to."""
    there = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    fresh = kind.rows().filter(pk=row.pk).first() if there else None
    if fresh is None:
        raise LibraryRefused(_("Somebody has removed this meanwhile."))
    before, old_facts = kind.read(fresh, language), facts_of(kind, fresh)
    now = fingerprint(kind, fresh, language)
    if now != seen:
        raise WordsChanged(before, now)
    problem = placeholder_problem(kind, words) or forbidden_problem(kind, words, language)
    if problem:
        raise LibraryRefused(problem)
    if language == SOURCE and any(before[name] and not words.get(name) for name in before):
        raise LibraryRefused(_("English cannot be emptied: the other languages fall back to it."))
    after = {name: words.get(name, "") for name in before}
    new_facts = {**old_facts, **(facts or {})}
    if after == before and new_facts == old_facts:
        return
    kind.write(fresh, language, after)
    for name, value in (facts or {}).items():
        setattr(fresh, name.removeprefix("fact_"), value)
    fresh.edited_at = timezone.now()
    if hasattr(fresh, "edited_by_id"):
        fresh.edited_by = by
    fresh.save()
    old, new = before | _as_text(old_facts), after | _as_text(new_facts)
    names = [name for name in old if old[name] != new[name]]
    record(
        kind.area,
        kind.history_key(fresh.key),
        LibraryAction.CHANGED,
        by=by,
        language=language,
        before={name: old[name] for name in names},
        after={name: new[name] for name in names},
    )


def _as_text(facts: dict[str, Any]) -> dict[str, str]:
    return {name: ", ".join(value) if isinstance(value, list) else "" if value is None else str(value) for name, value in facts.items()}
