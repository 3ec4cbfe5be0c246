"""Rules about what the posting states beside its words: shifts, training, targets, pay and what the day is like."""

from __future__ import annotations

from collections.abc import Iterator

from postings.coach.facts import PostingFacts
from postings.coach.findings import Finding, Place
from postings.coach.kinds import Part, Severity
from postings.coach.settings import Settings

AGENT = "agent"
AT_HOME = frozenset({"remote", "hybrid"})
PIECEWORK = frozenset({"minute", "call"})
# What the preview says, and how much it matters that it is said.
PREVIEW = {
    "contacts": Severity.MEDIUM,
    "script": Severity.LOW,
    "monitoring": Severity.LOW,
    "hard": Severity.MEDIUM,
    "good": Severity.LOW,
}


def fact_findings(facts: PostingFacts, settings: Settings) -> Iterator[Finding]:
    yield from _facts(facts, settings)
    yield from _targets(facts)
    yield from _pay(facts, settings)
    said = {part for part, text in facts.words.preview if text.strip()}
    for part, severity in PREVIEW.items():
        if part not in said:
            yield _of(f"preview_{part}_missing", Part.HONESTY, severity, f"preview_{part}")


def _of(rule: str, part: Part, severity: Severity, where: str, index: int = 0, **facts: object) -> Finding:
    return Finding(rule, part, severity, Place(where, index), rule_key=rule, facts=facts)


def _facts(facts: PostingFacts, settings: Settings) -> Iterator[Finding]:
    if not facts.has_shifts:
        yield _of("shifts_missing", Part.FACTS, Severity.HIGH, "shift_mask")
    if not facts.training_weeks and facts.tier == AGENT:
        yield _of("training_missing", Part.FACTS, Severity.MEDIUM, "training_weeks")
    if facts.workplace in AT_HOME and not facts.says_equipment:
        yield _of("equipment_missing", Part.FACTS, Severity.MEDIUM, "needs_own_computer")
    longest = int(settings.number("response_promise", "longest"))
    if not facts.response_promise_days:
        yield _of("response_missing", Part.FACTS, Severity.HIGH, "response_promise_days")
    elif facts.response_promise_days > longest:
        yield _of("response_late", Part.FACTS, Severity.MEDIUM, "response_promise_days", number=facts.response_promise_days, limit=longest)
    if not facts.words.reports_to.strip():
        yield _of("reports_to_missing", Part.FACTS, Severity.LOW, "reports_to")
    usual = int(settings.number("minimum_age", "usual"))
    if facts.minimum_age > usual:
        yield _of("minimum_age_high", Part.FAIRNESS, Severity.MEDIUM, "minimum_age", number=facts.minimum_age, usual=usual)


def _targets(facts: PostingFacts) -> Iterator[Finding]:
    measures = [(index, measure) for index, measure in enumerate(facts.words.measures) if measure.name.strip()]
    if not measures:
        severity = Severity.HIGH if facts.tier == AGENT else Severity.MEDIUM
        yield _of("measures_missing", Part.FACTS, severity, "measures")
    for index, measure in measures:
        if not measure.typical.strip():
            yield _of("measure_open", Part.FACTS, Severity.LOW, "measures", 2 * index + 1, name=measure.name)


def _pay(facts: PostingFacts, settings: Settings) -> Iterator[Finding]:
    if facts.training_weeks and not facts.is_training_paid:
        yield _of("training_unpaid", Part.PAY, Severity.MEDIUM, "is_training_paid", number=facts.training_weeks)
    if facts.has_variable_pay and not facts.pay_extra.strip():
        yield _of("variable_pay_unexplained", Part.PAY, Severity.MEDIUM, "pay_extra")
    if facts.pay_min is None or facts.pay_max is None:
        rule, severity = _missing_pay(facts.country, settings)
        yield _of(rule, Part.PAY, severity, "pay_min", country=facts.country)
        return
    if facts.pay_basis in PIECEWORK:
        yield _of("pay_piecework", Part.PAY, Severity.MEDIUM, "pay_basis")
    if facts.pay_min > 0:
        ratio = float(facts.pay_max / facts.pay_min)
        if ratio > settings.number("pay", "widest_ratio"):
            severity = Severity.HIGH if ratio > settings.number("pay", "far_too_wide") else Severity.MEDIUM
            percent = round((ratio - 1) * 100)
            limit = round((settings.number("pay", "widest_ratio") - 1) * 100)
            yield _of("pay_wide", Part.PAY, severity, "pay_max", percent=percent, limit=limit)


def _missing_pay(country: str, settings: Settings) -> tuple[str, Severity]:
    for name, rule in (
        ("in_the_ad", "pay_missing_law"),
        ("directive", "pay_missing_directive"),
        ("expected", "pay_missing_expected"),
    ):
        if country in settings.codes("pay_rules", name):
            return rule, Severity.HIGH
    return ("pay_missing_parts" if country in settings.codes("pay_rules", "in_parts") else "pay_missing"), Severity.MEDIUM
