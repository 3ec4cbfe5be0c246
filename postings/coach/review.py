"""The whole review of a posting: findings in the order of the form, and the score with its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from postings.coach import rules as coach_rules
from postings.coach import settings as coach_settings
from postings.coach.fact_rules import fact_findings
from postings.coach.facts import PostingFacts, passages
from postings.coach.findings import Finding
from postings.coach.kinds import WORD_FIELDS, Part, Severity
from postings.coach.settings import Settings
from postings.coach.text_rules import text_findings
from postings.coach.words import Joined, word_findings

# Nobody reads more remarks about words; the rest is said when these are mended.
MOST_REMARKS = 200
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class PartScore:
    """What is left of a part, and of how many points."""

    part: Part
    points: int
    most: int
    findings: int


@dataclass(frozen=True, slots=True)
class Review:
    """``has_word_rules`` is false for a language nobody has written rules for yet: only its shape and facts were read."""

    language: str
    findings: tuple[Finding, ...]
    parts: tuple[PartScore, ...]
    has_word_rules: bool

    @property
    def score(self) -> int:
        """0 to 100. Show it with ``parts``, never alone."""
        return sum(part.points for part in self.parts)

    @property
    def grave(self) -> int:
        return sum(finding.severity == Severity.HIGH for finding in self.findings)


def review(facts: PostingFacts) -> Review:
    """Reads no database and takes a few milliseconds. Raises ``CoachError`` when a file of rules is broken."""
    settings = coach_settings.current()
    rules = coach_rules.for_language(facts.words.language)
    found = list(text_findings(facts, rules, settings))
    found += fact_findings(facts, settings)
    if rules:
        found += _beside(found, word_findings(Joined.of(passages(facts)), rules, names=facts.names))[:MOST_REMARKS]
    found.sort(key=_order)
    costed, parts = _scored(found, settings)
    return Review(facts.words.language, tuple(costed), parts, rules is not None)


def _beside(found: list[Finding], words: list[Finding]) -> list[Finding]:
    """The finds about words that lie outside of what is to be taken out of the title anyway."""
    cuts = [finding.place for finding in found if finding.place.field == "title" and finding.place.end]
    return [
        finding
        for finding in words
        if finding.place.field != "title" or not any(cut.start <= finding.place.start and finding.place.end <= cut.end for cut in cuts)
    ]


def _order(finding: Finding) -> tuple[int, int, int]:
    place = finding.place
    row = WORD_FIELDS.index(place.field) if place.field in WORD_FIELDS else len(WORD_FIELDS)
    return row, place.index, place.start


def _scored(found: list[Finding], settings: Settings) -> tuple[list[Finding], tuple[PartScore, ...]]:
    """Each finding costs what its severity says, as far as its part has points left; the grave ones are counted first."""
    left = dict(settings.parts)
    costs: dict[int, int] = {}
    for place in sorted(range(len(found)), key=lambda place: _GRAVITY[found[place].severity]):
        part = found[place].part
        costs[place] = min(settings.costs[found[place].severity], left[part])
        left[part] -= costs[place]
    costed = [replace(finding, points=costs[place]) for place, finding in enumerate(found)]
    parts = tuple(PartScore(part, left[part], settings.parts[part], sum(finding.part == part for finding in found)) for part in Part)
    return costed, parts
