"""How each smaller part of the shipped files becomes rows: screening questions, kits, plans, pay figures,
careers and the clauses of the job instruction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model

from postings.enums import StageKind, VersionState
from postings.models import (
    BankVersion,
    CareerMove,
    CareerStep,
    Certificate,
    InstructionClause,
    InterviewKit,
    InterviewPlan,
    KitQuestion,
    LibraryScreeningQuestion,
    PayFigure,
    Role,
    Stage,
)
from postings.services.library_files import Library, Tree

Apply = Callable[[Library, Tree], None]

# Where the words of each part stand: the text file and the mapping inside it.
WORDS: dict[str, tuple[str, ...]] = {
    "screening": ("screening",),
    "kit": ("kits",),
    "plan": ("plans",),
    "step": ("career", "steps"),
    "move": ("career", "moves"),
    "certificate": ("career", "certificates"),
    "clause": ("instruction",),
}
PAY_FIELDS = (
    *("tier", "country", "industry", "employer_name", "currency", "period", "measure"),
    *("source_name", "source_url", "source_note", "conversion"),
)


def words_of(library: Library, name: str) -> dict[str, Any]:
    """The words of ``kind/key`` in every language that has them."""
    kind, key = name.split("/", 1)
    if kind not in WORDS:
        return {}
    file, *inside = WORDS[kind]
    return library.words(file, key, *inside)


def screening(library: Library, facts: Tree) -> None:
    accepted = [str(value) for value in facts.get("expected") or []]
    if facts.get("min") is not None:
        accepted = [str(facts["min"])]
    LibraryScreeningQuestion.objects.update_or_create(
        key=facts["key"],
        defaults={
            "kind": facts["kind"],
            "options": [str(option) for option in facts.get("options") or []],
            "accepted": accepted,
            "is_knockout": facts["is_knockout"],
            "position": _place(facts["key"], library.screening),
            "texts": {
                language: {"question": text["question"], "help": text.get("help") or "", "options": text.get("options") or {}}
                for language, text in words_of(library, f"screening/{facts['key']}").items()
            },
        },
    )


def kit(library: Library, facts: Tree) -> None:
    texts = words_of(library, f"kit/{facts['key']}")
    row, _created = InterviewKit.objects.filter(employer=None).update_or_create(
        key=facts["key"],
        defaults={
            "minutes": facts["minutes"],
            "names": {language: text["name"] for language, text in texts.items()},
            "intros": {language: text.get("intro") or "" for language, text in texts.items()},
        },
    )
    published = BankVersion.objects.get(bank__key=facts["bank"], state=VersionState.PUBLISHED)
    questions = {question.key: question for question in published.questions.all()}
    row.kit_questions.all().delete()
    KitQuestion.objects.bulk_create(
        KitQuestion(kit=row, question=questions[key], position=position)
        for position, key in enumerate(facts["questions"])
        if key in questions  # a curator may have removed it from the published bank
    )


def plan(library: Library, facts: Tree) -> None:
    texts = words_of(library, f"plan/{facts['key']}")
    row, _created = InterviewPlan.objects.update_or_create(
        key=facts["key"],
        defaults={
            "names": {language: text["name"] for language, text in texts.items()},
            "descriptions": {language: text.get("description") or "" for language, text in texts.items()},
        },
    )
    # The files do not say which stages a candidate sees: those that stay where they are keep what they were.
    hidden = {(stage.position, stage.kind) for stage in row.stages.filter(is_visible=False)}
    row.stages.all().delete()  # nothing hires through a library plan: postings work on copies
    kits = {kit.key: kit for kit in InterviewKit.objects.filter(key__in=[s["kit"]["key"] for s in facts["stages"] if s.get("kit")])}
    for position, stage in enumerate(facts["stages"]):
        Stage.objects.create(
            plan=row,
            kind=StageKind(stage["kind"]),
            position=position,
            is_visible=(position, stage["kind"]) not in hidden,
            kit=kits[stage["kit"]["key"]] if stage.get("kit") else None,
            names={language: text["stages"][stage["key"]] for language, text in texts.items()},
        )


def pay(library: Library, facts: Tree) -> None:
    values: dict[str, Any] = {name: facts.get(name) or "" for name in PAY_FIELDS}
    values |= {
        "role": _role(facts.get("role")),
        "year": facts.get("year") or None,
        "amount": Decimal(str(facts["amount"])),
        "is_converted": bool(facts.get("is_converted")),
    }
    PayFigure.objects.update_or_create(key=facts["key"], defaults={**values, "position": _place(facts["key"], library.pay)})


def step(library: Library, facts: Tree) -> None:
    values = {"tier": facts["tier"], "role": _role(facts.get("role")), "position": _place(facts["key"], library.steps), **_months(facts)}
    CareerStep.objects.update_or_create(key=facts["key"], defaults={**values, "texts": words_of(library, f"step/{facts['key']}")})


def move(library: Library, facts: Tree) -> None:
    values = {
        "from_role": _role(facts["from"]),
        "to_role": _role(facts["to"]),
        "kind": facts["kind"],
        "position": _place(facts["key"], library.moves),
        **_months(facts),
    }
    texts = {language: {"changes": text} for language, text in words_of(library, f"move/{facts['key']}").items()}
    CareerMove.objects.update_or_create(key=facts["key"], defaults={**values, "texts": texts})


def certificate(library: Library, facts: Tree) -> None:
    values = {name: facts.get(name) or "" for name in ("name", "issuer", "url", "source")}
    texts = {language: {"about": text} for language, text in words_of(library, f"certificate/{facts['key']}").items()}
    row, _created = Certificate.objects.update_or_create(
        key=facts["key"], defaults={**values, "texts": texts, "position": _place(facts["key"], library.certificates)}
    )
    row.roles.set(Role.objects.filter(key__in=facts.get("roles") or []))


def clause(library: Library, facts: Tree) -> None:
    values = {
        "section": facts["section"],
        "tiers": facts.get("tiers") or [],
        "families": facts.get("families") or [],
        "position": _place(facts["key"], library.clauses),
    }
    texts = {language: {"text": text} for language, text in words_of(library, f"clause/{facts['key']}").items()}
    InstructionClause.objects.update_or_create(key=facts["key"], defaults={**values, "texts": texts})


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of row: its model, its entries in the files, and how one of them is written."""

    model: type[Model]
    rows: Callable[[Library], dict[str, Tree]]
    apply: Apply


# Loaded after the roles, in this order.
PARTS = {
    "pay": Part(PayFigure, lambda library: library.pay, pay),
    "step": Part(CareerStep, lambda library: library.steps, step),
    "move": Part(CareerMove, lambda library: library.moves, move),
    "certificate": Part(Certificate, lambda library: library.certificates, certificate),
    "clause": Part(InstructionClause, lambda library: library.clauses, clause),
}


def _role(key: str | None) -> Role | None:
    return Role.objects.get(key=key) if key else None


def _place(key: str, rows: dict[str, Tree]) -> int:
    return list(rows).index(key)


def _months(facts: Tree) -> dict[str, int | None]:
    low, high = facts.get("months") or (None, None)
    return {"months_min": low, "months_max": high}
