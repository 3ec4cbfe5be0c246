"""The library as data: what the database holds, in the shapes of the files, to be exported, compared and merged.

A ``State`` has facts by part and key, and words by language, part and key. It differs from the files in three
small ways, which make two of them comparable: interview kits are a part of their own, the words of a plan's
stages are a list in the order of its stages, and questions stand in their order instead of carrying a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from callcenter_jobs.lib.text import search_key
from postings.enums import ScreeningKind, VersionState
from postings.models import (
    BankVersion,
    CareerMove,
    CareerStep,
    Certificate,
    InstructionClause,
    InterviewKit,
    InterviewPlan,
    LibraryScreeningQuestion,
    PayFigure,
    QuestionBank,
    Role,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.services.library_files import TEXT_FILES, Library, Tree

FACT_PARTS = ("screening", "banks", "kits", "plans", "roles", "pay", "steps", "moves", "certificates", "clauses")
WORD_PARTS = ("templates", "titles", *FACT_PARTS[:4], "questions", *FACT_PARTS[6:])
ROLE_FIELDS = ("tier", "family", "work_type", "direction", "isco", "esco_uri", "soc", "codes_source")
DEFAULT_FIELDS = ("education", "experience_months", "minimum_age", "training_weeks", "response_promise_days")
PAY_TEXTS = (
    *("tier", "country", "industry", "employer_name", "currency", "period", "measure"),
    *("source_name", "source_url", "source_note", "conversion"),
)
# Words that are one text and no mapping, and what that text is called.
ONE_WORD = {"banks": "name", "moves": "changes", "certificates": "about", "clauses": "text"}
# Where the files keep the words of a part.
HOMES: dict[str, tuple[str, ...]] = {
    "banks": ("questions", "banks"),
    "questions": ("questions", "questions"),
    "steps": ("career", "steps"),
    "moves": ("career", "moves"),
    "certificates": ("career", "certificates"),
    "clauses": ("instruction",),
}
STAGE_NAMES = {"screening": "phone-screen"}
OPEN = (VersionState.DRAFT, VersionState.IN_REVIEW)


@dataclass(slots=True)
class State:
    facts: dict[str, dict[str, Tree]] = field(default_factory=dict)
    words: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def part(self, name: str) -> dict[str, Tree]:
        return self.facts.setdefault(name, {})

    def words_of(self, language: str, name: str) -> dict[str, Any]:
        return self.words.setdefault(language, {}).setdefault(name, {})

    def parts(self) -> set[str]:
        """The parts that hold something."""
        return {name for name, rows in self.facts.items() if rows} | {
            name for there in self.words.values() for name, rows in there.items() if rows
        }

    def payload(self) -> dict[str, Any]:
        """As JSON that keeps the order of the facts, which ``jsonb`` would not keep for keys of an object."""
        return {"facts": {name: list(rows.values()) for name, rows in self.facts.items() if rows}, "words": self.words}

    @classmethod
    def of_payload(cls, payload: dict[str, Any]) -> State:
        facts = {name: {row["key"]: row for row in rows} for name, rows in (payload.get("facts") or {}).items()}
        return cls(facts, payload.get("words") or {})


def current(parts: Iterable[str] = (*FACT_PARTS, *WORD_PARTS), *, drafts: bool = False) -> State:
    """What is published now, of these parts. With ``drafts``: the open drafts of templates and banks instead."""
    wanted, state = set(parts), State()
    states = OPEN if drafts else (VersionState.PUBLISHED,)
    if wanted & {"roles", "templates"}:
        _roles(state, TemplateVersion.objects.filter(state__in=states), drafts=drafts)
    if wanted & {"banks", "questions"}:
        _banks(state, BankVersion.objects.filter(state__in=states), drafts=drafts)
    if "titles" in wanted:
        _titles(state)
    if wanted & {"plans", "kits"}:
        _kits(state)
        _plans(state)
    if "screening" in wanted:
        _screening(state)
    if "pay" in wanted:
        state.facts["pay"] = {figure.key: pay_entry(figure) for figure in PayFigure.objects.select_related("role").iterator()}
    if wanted & {"steps", "moves", "certificates"}:
        _career(state)
    if "clauses" in wanted:
        for clause in InstructionClause.objects.order_by("position", "key"):
            values = {"section": clause.section, "tiers": list(clause.tiers), "families": list(clause.families)}
            state.part("clauses")[clause.key] = {"key": clause.key, **values}
            _texts(state, "clauses", clause.key, {code: (words or {}).get("text", "") for code, words in clause.texts.items()})
    return state


def _roles(state: State, versions: QuerySet[TemplateVersion], *, drafts: bool) -> None:
    by_role = {version.template.role_id: version for version in versions.select_related("template").prefetch_related("texts")}
    for role in Role.objects.all():
        version = by_role.get(role.pk)
        if version is None and drafts:
            continue
        defaults = version or TemplateVersion()
        state.part("roles")[role.key] = {
            "key": role.key,
            **{name: getattr(role, name) for name in ROLE_FIELDS},
            "channels": list(defaults.channels),
            **{name: getattr(defaults, name) for name in DEFAULT_FIELDS},
            "screening": list(defaults.screening_keys),
            "plan": defaults.plan_key,
            "bank": defaults.bank_key,
        }
        for text in version.texts.all() if version else []:
            state.words_of(text.language, "templates")[role.key] = template_words(text)


def template_words(text: TemplateText) -> dict[str, Any]:
    return {name: getattr(text, name) for name in (*TemplateText.REQUIRED, "reports_to")}


def _titles(state: State) -> None:
    for title in TitleAlias.objects.select_related("role").order_by("role__position", "role__key", "-is_preferred", "text", "pk"):
        titles = state.words_of(title.language, "titles").setdefault(title.role.key, {"preferred": "", "aliases": []})
        if title.is_preferred:
            titles["preferred"] = title.text
        else:
            titles["aliases"].append({"text": title.text, "source": title.source})


def _banks(state: State, versions: QuerySet[BankVersion], *, drafts: bool) -> None:
    by_bank = {version.bank_id: version for version in versions.prefetch_related("questions__texts")}
    for bank in QuestionBank.objects.select_related("role"):
        version = by_bank.get(bank.pk)
        if version is None and drafts:
            continue
        questions = list(version.questions.all()) if version else []
        state.part("banks")[bank.key] = {
            "key": bank.key,
            "tier": bank.tier,
            "role": bank.role.key if bank.role else "",
            "questions": [{"key": row.key, "category": row.category, "is_public": row.is_public} for row in questions],
        }
        _texts(state, "banks", bank.key, bank.names)
        for question in questions:
            for text in question.texts.all():
                words = {name: getattr(text, name) for name in ("text", "probes", "strong", "weak", "tip")}
                state.words_of(text.language, "questions")[question.key] = {**words, "anchors": dict(text.anchors)}


def _kits(state: State) -> None:
    kits = InterviewKit.objects.filter(employer=None).prefetch_related("kit_questions__question__version__bank").order_by("key")
    for kit in kits:
        rows = [row.question for row in kit.kit_questions.all()]
        bank = rows[0].version.bank.key if rows else ""
        state.part("kits")[kit.key] = {"key": kit.key, "bank": bank, "minutes": kit.minutes, "questions": [row.key for row in rows]}
        for code in {*kit.names, *kit.intros}:
            state.words_of(code, "kits")[kit.key] = {"name": kit.names.get(code, ""), "intro": kit.intros.get(code, "")}


def _plans(state: State) -> None:
    for plan in InterviewPlan.objects.exclude(key=None).prefetch_related("stages__kit").order_by("pk"):
        key, stages = str(plan.key), list(plan.stages.all())
        rows = [{"kind": stage.kind, "kit": stage.kit.key if stage.kit else ""} for stage in stages]
        state.part("plans")[key] = {"key": key, "stages": rows}
        for code in {*plan.names, *plan.descriptions}:
            names = [{name: (stage.names.get(code) or {}).get(name, "") for name in ("desk", "candidate")} for stage in stages]
            words = {"name": plan.names.get(code, ""), "description": plan.descriptions.get(code, ""), "stages": names}
            state.words_of(code, "plans")[key] = words


def _screening(state: State) -> None:
    for question in LibraryScreeningQuestion.objects.all():
        is_number = question.kind == ScreeningKind.NUMBER
        accepted = [str(value) for value in question.accepted]
        state.part("screening")[question.key] = {
            "key": question.key,
            "kind": question.kind,
            "is_knockout": question.is_knockout,
            "expected": [] if is_number else accepted,
            "min": int(accepted[0]) if is_number and accepted and accepted[0].isdecimal() else None,
            "options": [str(option) for option in question.options],
        }
        _texts(state, "screening", question.key, question.texts)


def pay_entry(figure: PayFigure) -> Tree:
    """As in ``pay.yaml``, with every field; the amount as text with two decimals."""
    return {
        "key": figure.key,
        "role": figure.role.key if figure.role else "",
        **{name: getattr(figure, name) for name in PAY_TEXTS},
        "amount": f"{figure.amount:.2f}",
        "year": figure.year,
        "is_converted": figure.is_converted,
        "is_active": figure.is_active,
    }


def _career(state: State) -> None:
    for step in CareerStep.objects.select_related("role"):
        entry = {"key": step.key, "tier": step.tier, "role": step.role.key if step.role else ""}
        state.part("steps")[step.key] = {**entry, "months": _months(step)}
        _texts(state, "steps", step.key, step.texts)
    for move in CareerMove.objects.select_related("from_role", "to_role"):
        ends = {"from": move.from_role.key, "to": move.to_role.key}
        state.part("moves")[move.key] = {"key": move.key, **ends, "kind": move.kind, "months": _months(move)}
        _texts(state, "moves", move.key, {code: (words or {}).get("changes", "") for code, words in move.texts.items()})
    for certificate in Certificate.objects.prefetch_related("roles"):
        facts = {name: getattr(certificate, name) for name in ("name", "issuer", "url", "source")}
        state.part("certificates")[certificate.key] = {
            "key": certificate.key,
            **facts,
            "roles": sorted(role.key for role in certificate.roles.all()),
        }
        _texts(state, "certificates", certificate.key, {code: (words or {}).get("about", "") for code, words in certificate.texts.items()})


def _months(row: CareerStep | CareerMove) -> list[int]:
    return [] if row.months_min is None or row.months_max is None else [row.months_min, row.months_max]


def _texts(state: State, part: str, key: str, texts: dict[str, Any]) -> None:
    for code, words in texts.items():
        if words:
            state.words_of(code, part)[key] = words


# --- merging ------------------------------------------------------------------------------------


def merged(base: State, over: State) -> State:
    """``base`` with what ``over`` brings. An entry replaces the one of its key; a pay figure keeps the fields that are
    not named, and an entry marked ``adds`` (a table's rows) adds to titles and questions and takes nothing away."""
    facts = {name: dict(rows) for name, rows in base.facts.items()}
    for name, rows in over.facts.items():
        there = facts.setdefault(name, {})
        for key, row in rows.items():
            there[key] = _joined(name, there.get(key), row)
    words = {code: {name: dict(rows) for name, rows in parts.items()} for code, parts in base.words.items()}
    for code, parts in over.words.items():
        for name, brought in parts.items():
            here = words.setdefault(code, {}).setdefault(name, {})
            for key, row in brought.items():
                here[key] = _joined(name, here.get(key), row)
    return State(facts, words)


def _joined(part: str, old: Any, new: Any) -> Any:
    if not isinstance(new, dict):
        return new
    if part == "pay":
        return {**(old or {}), **new}
    if not new.get("adds"):
        return new
    row = {name: value for name, value in new.items() if name != "adds"}
    if part == "titles":
        return _more_titles(old or {"preferred": "", "aliases": []}, row)
    if not old:
        return row
    if part == "banks":
        questions = {question["key"]: question for question in old["questions"]}
        questions |= {question["key"]: {**questions.get(question["key"], {}), **question} for question in row["questions"]}
        return {**old, "questions": list(questions.values())}
    return {**old, **row, **({"anchors": {**old.get("anchors", {}), **row["anchors"]}} if "anchors" in row else {})}


def _more_titles(old: Tree, new: Tree) -> Tree:
    """Titles added or written anew; a row that names no source keeps the one there is."""
    preferred = new["preferred"] or old["preferred"]
    named = {search_key(alias["text"]): alias for alias in old["aliases"]}
    for alias in new["aliases"]:
        key = search_key(alias["text"])
        source = alias["source"] or named.get(key, {}).get("source") or "trade"
        named[key] = {"text": alias["text"], "source": source}
    if old["preferred"]:
        named.setdefault(search_key(old["preferred"]), {"text": old["preferred"], "source": "trade"})
    named.pop(search_key(preferred), None)
    return {"preferred": preferred, "aliases": list(named.values())}


# --- as files have it ---------------------------------------------------------------------------


def stage_keys(stages: list[Tree]) -> list[str]:
    """Names for the stages of a plan: ``phone-screen``, ``interview-1``, ``interview-2``, ``offer``."""
    names = [STAGE_NAMES.get(str(stage["kind"]), str(stage["kind"])) for stage in stages]
    return [name if names.count(name) == 1 else f"{name}-{names[: place + 1].count(name)}" for place, name in enumerate(names)]


def to_library(state: State) -> Library:
    """The same as the files' ``Library``, for their checks, for the loader's functions and for the export."""
    planned = {stage["kit"] for plan in state.part("plans").values() for stage in plan["stages"]}
    library = Library(
        roles=state.part("roles"),
        kits={key: kit for key, kit in state.part("kits").items() if key not in planned},
        banks={key: _bank_of(bank) for key, bank in state.part("banks").items()},
        screening=state.part("screening"),
        plans={key: _plan_of(plan, state.part("kits")) for key, plan in state.part("plans").items()},
        pay=state.part("pay"),
        steps={key: _with_months(row) for key, row in state.part("steps").items()},
        moves={key: _with_months(row) for key, row in state.part("moves").items()},
        certificates=state.part("certificates"),
        clauses=state.part("clauses"),
    )
    keys = {key: stage_keys(plan["stages"]) for key, plan in state.part("plans").items()}
    for code, parts in state.words.items():
        files: dict[str, Tree] = {name: {} for name in TEXT_FILES}
        for part, rows in parts.items():
            home = files
            for step in HOMES.get(part, (part,)):
                home = home.setdefault(step, {})
            for key, words in rows.items():
                home[key] = _words_of_file(part, words, keys.get(key, []))
        library.texts[code] = files
    return library


def _bank_of(bank: Tree) -> Tree:
    questions = [{**question, "position": place} for place, question in enumerate(bank["questions"], 1)]
    return {"key": bank["key"], "tier": bank["tier"], "role": bank["role"] or None, "questions": questions}


def _plan_of(plan: Tree, kits: dict[str, Tree]) -> Tree:
    stages = [
        {"key": key, "kind": stage["kind"], "kit": kits.get(stage["kit"]) if stage["kit"] else None}
        for key, stage in zip(stage_keys(plan["stages"]), plan["stages"], strict=True)
    ]
    return {"key": plan["key"], "stages": stages}


def _with_months(row: Tree) -> Tree:
    return {**row, "months": row.get("months") or None}


def _words_of_file(part: str, words: Any, stages: list[str]) -> Any:
    if part == "plans":
        return {**words, "stages": dict(zip(stages, words["stages"], strict=False))}
    if part == "questions":
        return {**words, "anchors": {int(score): text for score, text in words.get("anchors", {}).items() if str(score).isdecimal()}}
    return words
