"""Whether a duty starts with a verb, as its language writes duties."""

from __future__ import annotations

import re

from postings.coach.facts import Duty
from postings.coach.findings import Finding, Mend, Place
from postings.coach.kinds import PART_OF_KIND, Kind
from postings.coach.patterns import fold
from postings.coach.rules import DEFAULT_SEVERITY, Rules
from postings.coach.words import in_case_of

_FIRST = re.compile(r"\W*(\w[\w'’-]*)")


def verb_finding(duty: Duty, index: int, rules: Rules) -> Finding | None:
    """A finding when the duty surely does not start with a verb. In doubt there is none."""
    start = 0
    while first := _FIRST.match(duty.text, start):
        rest = fold(duty.text[first.start(1) :])
        known = next((old for old in rules.duty_mends if re.match(rf"{re.escape(old)}(?!\w)", rest)), None)
        if known is None and any(pattern.begins(rest) for pattern in rules.verbs):
            return None
        if known is None and any(pattern.begins(rest) for pattern in rules.before_verbs):
            start = first.end()
            continue
        if known is None and not any(pattern.begins(rest) for pattern in rules.not_verbs):
            return None
        begin = first.start(1)
        end = begin + len(known) if known else first.end()
        words = duty.text[begin:end]
        mend = Mend(in_case_of(words, rules.duty_mends[known])) if known else None
        place = Place("duties", index, begin, end)
        kind = Kind.DUTY_VERB
        return Finding(str(kind), PART_OF_KIND[kind], DEFAULT_SEVERITY[kind], place, words=words, mend=mend, rule_key="duty_verb")
    return None
