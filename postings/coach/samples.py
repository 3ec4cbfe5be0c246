"""How well a language's word rules do on labelled sentences.

A sample is a sentence as an ad writes it, the field it stands in, and the kinds of findings a careful person would
mark. Precision and recall count pairs of sentence and kind.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from postings.coach.duties import verb_finding
from postings.coach.facts import Duty, Passage
from postings.coach.kinds import WORD_FIELDS, Kind
from postings.coach.rules import CoachError, Rules, load_yaml
from postings.coach.words import Joined, word_findings


@dataclass(frozen=True, slots=True)
class Sample:
    text: str
    expect: frozenset[str]
    field: str


@dataclass(slots=True)
class Score:
    """``right`` were found and expected, ``wrong`` found only, ``missed`` expected only; per kind."""

    sentences: int = 0
    clean: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    slips: list[str] = field(default_factory=list)

    def precision(self, kind: str = "") -> float:
        return _share(self._of(self.right, kind), self._of(self.wrong, kind))

    def recall(self, kind: str = "") -> float:
        return _share(self._of(self.right, kind), self._of(self.missed, kind))

    @staticmethod
    def _of(counts: Counter[str], kind: str) -> int:
        return counts[kind] if kind else counts.total()

    @property
    def kinds(self) -> list[str]:
        seen = set(self.right) | set(self.wrong) | set(self.missed)
        return [str(kind) for kind in Kind if str(kind) in seen]


def _share(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else 1.0


def read_samples(path: Path) -> list[Sample]:
    """Raises ``CoachError`` naming the entry."""
    where = f"{path.parent.name}/{path.name}"
    rows = load_yaml(path, where)
    if not isinstance(rows, list):
        raise CoachError([f"{where}: must be a list of sentences"])
    problems, samples = [], []
    kinds = {str(kind) for kind in Kind}
    for place, row in enumerate(rows, 1):
        text = row.get("text") if isinstance(row, dict) else None
        expect = row.get("expect") if isinstance(row, dict) else None
        name = row.get("field", "summary") if isinstance(row, dict) else ""
        if not isinstance(text, str) or not isinstance(expect, list) or set(row) - {"text", "expect", "field"}:
            problems.append(f"{where}: entry {place} needs text, a list expect, and perhaps field")
        elif set(map(str, expect)) - kinds:
            problems.append(f"{where}: entry {place} expects the unknown {', '.join(sorted(set(map(str, expect)) - kinds))}")
        elif name not in WORD_FIELDS:
            problems.append(f"{where}: entry {place} stands in the unknown field {name!r}")
        else:
            samples.append(Sample(text, frozenset(expect), name))
    if problems:
        raise CoachError(problems)
    return samples


def kinds_in(sample: Sample, rules: Rules) -> set[str]:
    found = {finding.rule for finding in word_findings(Joined.of([Passage(sample.field, 0, sample.text)]), rules)}
    if sample.field == "duties" and (finding := verb_finding(Duty(sample.text), 0, rules)):
        found.add(finding.rule)
    return found


def measure(samples: list[Sample], rules: Rules) -> Score:
    score = Score(sentences=len(samples), clean=sum(not sample.expect for sample in samples))
    for sample in samples:
        found = kinds_in(sample, rules)
        score.right.update(found & sample.expect)
        score.wrong.update(found - sample.expect)
        score.missed.update(sample.expect - found)
        score.slips += [f"found {kind}: {sample.text}" for kind in sorted(found - sample.expect)]
        score.slips += [f"missed {kind}: {sample.text}" for kind in sorted(sample.expect - found)]
    return score
