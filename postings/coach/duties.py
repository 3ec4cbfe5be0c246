"""Whether a duty starts with a verb, as its language writes duties."""

from __future__ import annotations

import re

from postings.coach.facts import Duty
from postings.coach.findings import Finding, Mend, Place
from postings.coach.kinds import PART_OF_KIND, Kind
from postings.coach.patterns import fold
from postings.coach.rules import DEFAULT_SEVERITY, Rules
from postings.coach.words import in_case_of, taking_out

_FIRST = re.compile(r"\W*(\w[\w'’-]*)")


def verb_finding(duty: Duty, index: int, rules: Rules) -> Finding | None:
    """A finding when the duty surely does not start with a verb. In doubt there is none."""
    start = 0
    while first := _FIRST.match(duty.text, start):
        rest = fold(duty.text[first.start(1) :])
        starts = [old for old in rules.duty_mends if rest.startswith(old) and not rest[len(old) : len(old) + 1].isalnum()]
        known = max(starts, key=len, default=None)
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
        new = rules.duty_mends[known] if known else None
        mend = taking_out(duty.text, begin, end) if new == "" else Mend(in_case_of(words, new)) if new else None
        place = Place("duties", index, begin, end)
        kind = Kind.DUTY_VERB
        return Finding(str(kind), PART_OF_KIND[kind], DEFAULT_SEVERITY[kind], place, words=words, mend=mend, rule_key="duty_verb")
    return None
