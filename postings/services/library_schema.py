"""What a library file must hold: shapes, closed lists, lengths and references. Every problem is a sentence."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from callcenter_jobs.lib.locale_names import ISO_3166_1, currency_codes
from postings.enums import (
    Channel,
    ClauseSection,
    Direction,
    Education,
    Industry,
    MoveKind,
    PayMeasure,
    PayPeriod,
    QuestionCategory,
    RoleFamily,
    ScreeningKind,
    StageKind,
    Tier,
    WorkType,
)
from postings.services.question_check import forbidden_topics

if TYPE_CHECKING:
    from postings.services.library_files import Library, Tree

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SCORES = {1, 2, 3, 4, 5}
PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
CLAUSE_PLACEHOLDERS = frozenset({"line", "title", "reports_to", "employer"})
PREVIEW_PARTS = ("contacts", "script", "monitoring", "hard", "good")
# The database's own limits, so that a file is refused before loading and not in the middle of it.
LENGTHS = {"title": 120, "summary": 1200, "reports_to": 120, "call_to_action": 300}
QUESTION_LENGTHS = {"text": 500, "probes": 500, "strong": 1000, "weak": 1000, "tip": 1000}
MOST_DUTY, MOST_LINE = 300, 200


def fact_problems(library: Library) -> list[str]:
    """Everything wrong with the language-neutral files."""
    found = _bad_keys(library)
    for key, role in library.roles.items():
        found += _role_problems(f"roles: {key}", role, library)
    for key, bank in library.banks.items():
        found += _bank_problems(f"questions: {key}", bank, library)
    for key, question in library.screening.items():
        found += _closed(f"screening: {key}", question, "kind", ScreeningKind.values)
    for key, plan in library.plans.items():
        found += _plan_problems(f"plans: {key}", plan, library)
    for key, kit in library.kits.items():
        known = {question["key"] for question in library.banks.get(kit.get("bank") or "", {}).get("questions", [])}
        found += [f"kits: {key} names the unknown question {name}" for name in kit.get("questions") or [] if name not in known]
    for key, figure in library.pay.items():
        found += pay_problems(f"pay: {key}", figure, set(library.roles))
    for key, step in library.steps.items():
        found += _closed(f"career steps: {key}", step, "tier", Tier.values) + _months(f"career steps: {key}", step)
        found += _known(f"career steps: {key}", step, "role", set(library.roles))
    for key, move in library.moves.items():
        where = f"career moves: {key}"
        found += _closed(where, move, "kind", MoveKind.values) + _months(where, move)
        found += _known(where, move, "from", set(library.roles), must=True) + _known(where, move, "to", set(library.roles), must=True)
    for key, certificate in library.certificates.items():
        found += _list_of(f"certificates: {key}", certificate, "roles", set(library.roles))
        found += [f"certificates: {key}: {name} is missing" for name in ("name", "issuer") if not certificate.get(name)]
    for key, clause in library.clauses.items():
        found += _closed(f"instruction: {key}", clause, "section", ClauseSection.values)
        found += _list_of(f"instruction: {key}", clause, "tiers", set(Tier.values))
        found += _list_of(f"instruction: {key}", clause, "families", set(RoleFamily.values))
    return found


def pay_problems(where: str, figure: Tree, roles: set[str]) -> list[str]:
    """One pay figure, as files and tables bring it."""
    found = _closed(where, figure, "tier", Tier.values)
    found += _closed(where, figure, "industry", Industry.values, may_be_empty=True)
    found += _closed(where, figure, "period", PayPeriod.values) + _closed(where, figure, "measure", PayMeasure.values)
    found += _known(where, figure, "role", roles)
    for name, pattern, known, standard in (
        ("country", r"[A-Z]{2}", ISO_3166_1, "ISO 3166"),
        ("currency", r"[A-Z]{3}", currency_codes(), "ISO 4217"),
    ):
        value = str(figure.get(name) or "")
        if not re.fullmatch(pattern, value):
            found.append(f"{where}: {name} must be {'two' if name == 'country' else 'three'} capital letters")
        elif value not in known:
            found.append(f"{where}: {name} {value} is not a code of {standard}")
    try:
        amount = Decimal(str(figure.get("amount")))
        if not (amount.is_finite() and 0 < amount < Decimal("1e10")):
            found.append(f"{where}: amount must be above zero")
    except InvalidOperation:
        found.append(f"{where}: amount must be a number")
    year = figure.get("year")
    if year and not (str(year).isdecimal() and 1990 <= int(year) <= 2100):
        found.append(f"{where}: year must be between 1990 and 2100, or empty when the source does not say")
    if not figure.get("source_name"):
        found.append(f"{where}: source_name is missing")
    if bool(figure.get("is_converted")) != bool(figure.get("conversion")):
        found.append(f"{where}: a converted figure says how it was converted, and no other does")
    return found


def text_problems(library: Library) -> list[str]:
    """Everything wrong with the words, language by language."""
    public = {q["key"]: bool(q.get("is_public")) for bank in library.banks.values() for q in bank["questions"]}
    found = []
    for language, files in library.texts.items():
        for key, text in files["templates"].items():
            found += template_problems(f"{language}/templates: {key}", text)
        for key, titles in files["titles"].items():
            found += _title_problems(f"{language}/titles: {key}", titles)
        for key, text in (files["questions"].get("questions") or {}).items():
            where = f"{language}/questions: {key}"
            found += question_problems(where, text, is_public=public.get(key, False))
            found += [f"{where} asks for {topic}" for topic in forbidden_topics(str(text.get("text")), language)]
        for key, text in files["plans"].items():
            stages = [stage["key"] for stage in library.plans[key]["stages"]]
            found += [f"{language}/plans: {key} has no words for the stage {name}" for name in stages if name not in text["stages"]]
        for key, text in files["instruction"].items():
            unknown = set(PLACEHOLDER.findall(str(text))) - CLAUSE_PLACEHOLDERS
            found += [f"{language}/instruction: {key} holds the unknown placeholder {{{name}}}" for name in sorted(unknown)]
    return found


def template_problems(where: str, text: Any) -> list[str]:
    if not isinstance(text, dict):
        return [f"{where} must be a mapping"]
    found = [
        f"{where}: {part} is empty"
        for part in ("title", "summary", "must_haves", "nice_to_haves", "measures", "reports_to", "preview", "call_to_action")
        if not text.get(part)
    ]
    duties = text.get("duties") or []
    if not isinstance(duties, list) or not all(isinstance(duty, dict) and isinstance(duty.get("text"), str) for duty in duties):
        return [*found, f"{where}: duties must be a list of text and share"]
    if not 5 <= len(duties) <= 7:
        found.append(f"{where} has {len(duties)} duties, not 5 to 7")
    if sum(duty.get("share") or 0 for duty in duties) != 100:
        found.append(f"{where}: the shares of the duties do not add up to 100")
    found += [f"{where}: duty {place} is longer than {MOST_DUTY}" for place, duty in enumerate(duties, 1) if len(duty["text"]) > MOST_DUTY]
    found += [f"{where}: {name} is longer than {most}" for name, most in LENGTHS.items() if len(str(text.get(name) or "")) > most]
    preview = text.get("preview") or {}
    if not isinstance(preview, dict) or any(not preview.get(part) for part in PREVIEW_PARTS):
        found.append(f"{where}: preview needs {', '.join(PREVIEW_PARTS)}")
    if PLACEHOLDER.search(str(text)):
        found.append(f"{where}: placeholders are not allowed here")
    return found


def question_problems(where: str, text: Any, *, is_public: bool) -> list[str]:
    if not isinstance(text, dict):
        return [f"{where} must be a mapping"]
    found = [f"{where}: {part} is empty" for part in ("text", "probes", "strong", "weak") if not text.get(part)]
    if set(text.get("anchors") or {}) != SCORES:
        found.append(f"{where}: the anchors are not 1 to 5")
    if bool(text.get("tip")) != is_public:
        found.append(f"{where}: a public question has a tip, and no other does")
    found += [f"{where}: {name} is longer than {most}" for name, most in QUESTION_LENGTHS.items() if len(str(text.get(name) or "")) > most]
    return found


def _title_problems(where: str, titles: Any) -> list[str]:
    if not isinstance(titles, dict) or not titles.get("preferred"):
        return [f"{where}: preferred is missing"]
    aliases = titles.get("aliases") or []
    if not all(isinstance(row, dict) and row.get("text") and row.get("source") for row in aliases):
        return [f"{where}: every alias has a text and a source"]
    found = [f"{where}: {str(row['text'])[:40]}… is longer than 120" for row in aliases if len(str(row["text"])) > 120]
    return found + [f"{where}: the source {str(row['source'])[:20]}… is longer than 20" for row in aliases if len(str(row["source"])) > 20]


def _role_problems(where: str, role: Tree, library: Library) -> list[str]:
    found = []
    for name, allowed in (
        ("tier", Tier),
        ("family", RoleFamily),
        ("work_type", WorkType),
        ("direction", Direction),
        ("education", Education),
    ):
        found += _closed(where, role, name, allowed.values)
    found += _list_of(where, role, "channels", set(Channel.values))
    for name in ("experience_months", "minimum_age", "training_weeks", "response_promise_days"):
        if not isinstance(role.get(name), int):
            found.append(f"{where}: {name} must be a whole number")
    found += [
        f"{where} names the unknown screening question {name}" for name in role.get("screening") or [] if name not in library.screening
    ]
    if role.get("plan") not in library.plans:
        found.append(f"{where} names the unknown plan {role.get('plan')}")
    if role.get("bank") not in library.banks:
        found.append(f"{where} names the unknown bank {role.get('bank')}")
    return found


def _bank_problems(where: str, bank: Tree, library: Library) -> list[str]:
    found = _closed(where, bank, "tier", Tier.values) + _known(where, bank, "role", set(library.roles))
    seen: set[str] = set()
    for question in bank.get("questions") or []:
        found += _closed(f"{where}: {question.get('key')}", question, "category", QuestionCategory.values)
        if question.get("key") in seen:
            found.append(f"{where}: {question['key']} stands twice")
        seen.add(question.get("key"))
    return found if seen else [*found, f"{where}: has no questions"]


def _plan_problems(where: str, plan: Tree, library: Library) -> list[str]:
    found = []
    in_bank = {key: {question["key"] for question in bank["questions"]} for key, bank in library.banks.items()}
    for stage in plan.get("stages") or []:
        found += _closed(f"{where}: {stage.get('key')}", stage, "kind", StageKind.values)
        kit = stage.get("kit")
        if kit:
            known = in_bank.get(kit["bank"], set())
            found += [f"plans: kit {kit['key']} names the unknown question {name}" for name in kit["questions"] if name not in known]
    return found


def _bad_keys(library: Library) -> list[str]:
    every = {
        "roles": library.roles,
        "questions": library.banks,
        "screening": library.screening,
        "plans": library.plans,
        "pay": library.pay,
        "career steps": library.steps,
        "career moves": library.moves,
        "certificates": library.certificates,
        "instruction": library.clauses,
    }
    return [
        f"{name}: {key} is not a key (lowercase words with hyphens)"
        for name, rows in every.items()
        for key in rows
        if not KEY.fullmatch(key)
    ]


def _closed(where: str, row: Tree, name: str, allowed: list[str], *, may_be_empty: bool = False) -> list[str]:
    value = row.get(name)
    if value in allowed or (may_be_empty and not value):
        return []
    return [f"{where}: {name} is {value!r}, not one of {', '.join(allowed)}"]


def _known(where: str, row: Tree, name: str, keys: set[str], *, must: bool = False) -> list[str]:
    value = row.get(name)
    return [] if value in keys or (not value and not must) else [f"{where}: {name} names the unknown role {value}"]


def _list_of(where: str, row: Tree, name: str, allowed: set[str]) -> list[str]:
    values = row.get(name) or []
    if not isinstance(values, list):
        return [f"{where}: {name} must be a list"]
    return [f"{where}: {name} holds {value!r}, which is unknown" for value in values if value not in allowed]


def _months(where: str, row: Tree) -> list[str]:
    months = row.get("months")
    if months is None or (
        isinstance(months, list) and len(months) == 2 and all(isinstance(m, int) for m in months) and months[0] <= months[1]
    ):
        return []
    return [f"{where}: months must be [from, to]"]
