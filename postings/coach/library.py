"""What the word rules find in the texts that we ship ourselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from postings.coach import rules as coach_rules
from postings.coach.duties import verb_finding
from postings.coach.facts import Duty, Measure, PostingFacts, Words, passages
from postings.coach.findings import Finding
from postings.coach.words import Joined, word_findings


def words_of_template(language: str, text: dict[str, Any]) -> Words:
    return Words(
        language=language,
        title=text["title"],
        summary=text["summary"],
        duties=tuple(Duty(row["text"], row.get("share")) for row in text["duties"]),
        must_haves=tuple(text["must_haves"]),
        nice_to_haves=tuple(text["nice_to_haves"]),
        measures=tuple(Measure(row["name"], row.get("typical", "")) for row in text["measures"]),
        reports_to=text["reports_to"],
        preview=tuple(text["preview"].items()),
        call_to_action=text["call_to_action"],
    )


def templates(language: str, folder: Path = coach_rules.CONTENT) -> Iterator[tuple[str, Words]]:
    """The key and words of every shipped template in ``language``."""
    for path in sorted((folder / language).glob("templates*/*.yaml")) + sorted((folder / language).glob("templates.yaml")):
        for key, text in coach_rules.load_yaml(path, f"{language}/{path.name}").items():
            yield key, words_of_template(language, text)


def findings_in(words: Words) -> list[Finding]:
    """Findings about words alone."""
    rules = coach_rules.for_language(words.language)
    if rules is None:
        return []
    found = word_findings(Joined.of(passages(PostingFacts(words=words))), rules)
    return found + [hit for index, duty in enumerate(words.duties) if (hit := verb_finding(duty, index, rules))]


def library_findings(language: str) -> list[str]:
    """A line for each finding in the shipped templates of ``language``."""
    return [
        f"{key}: {hit.place.field} {hit.place.index + 1}: {hit.severity} {hit.rule} ({hit.rule_key}): {hit.words!r}"
        for key, words in templates(language)
        for hit in findings_in(words)
    ]
