"""Rules about the shape of the text: title, summary, duties, requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from postings.coach.duties import verb_finding
from postings.coach.facts import PostingFacts
from postings.coach.findings import Finding, Mend, Place
from postings.coach.kinds import Part, Severity
from postings.coach.likeness import alike
from postings.coach.patterns import fold
from postings.coach.rules import Rules
from postings.coach.settings import Settings

# Internal codes: REQ-2024-118, (ref. 4711), #123, AB1234, a number of five digits, a grade in Roman figures.
_CODE = re.compile(
    r"[\[(]?(?<![\w-])(?:(?:ref|req|job|id|nr|no|šifra|код)\b[.:#\s-]*[\w/-]*\d[\w/-]*|[A-ZА-Я]{1,5}[-_/]?\d{2,}[\w/-]*|\d{5,})(?!\w)[\])]?"
    r"|#\s?\d+|(?<=\s)(?:II|III|IV)(?!\w)",
    re.IGNORECASE,
)
_CAPITAL_CODE = re.compile(r"[A-ZА-Я]|\d")
_GENDER_MARK = re.compile(r"\(\s*[a-zåäöžčšđа-яё]{1,2}(?:\s*[/|,+]\s*[a-zåäöžčšđа-яё]{1,2}){1,3}\s*\)", re.IGNORECASE)
_GENDER_LETTERS = frozenset("mwfdhkxžzvnigмж")
_PIECE = re.compile(r"\s[-–—|/·•]\s|\s*[|•·]\s*|,\s")
_DECORATION = re.compile(r"[\u2190-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+|[*~=_<>^]{2,}|\*")
# Possessive: a row of a thousand dots is looked at once.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”»’)]*+(?=\s+[\"“«(]?[A-ZÀ-ÖØ-ÞČĆŠĐŽА-ЯЁ0-9]|\s*$)")
# Longer than any abbreviation with a dot, and short enough to be looked at for every sentence.
LONGEST_DOTTED = 40


def text_findings(facts: PostingFacts, rules: Rules | None, settings: Settings) -> Iterator[Finding]:
    yield from _title(facts, settings)
    yield from _summary(facts, rules, settings)
    yield from _duties(facts, rules, settings)
    yield from _requirements(facts, settings)
    if not facts.words.call_to_action.strip():
        yield _of("call_to_action_missing", Part.STRUCTURE, Severity.LOW, "call_to_action")


def _of(rule: str, part: Part, severity: Severity, where: str, index: int = 0, **facts: object) -> Finding:
    return Finding(rule, part, severity, Place(where, index), rule_key=rule, facts=facts)


def _title(facts: PostingFacts, settings: Settings) -> Iterator[Finding]:
    title = facts.words.title
    if not title.strip():
        yield _of("title_missing", Part.STRUCTURE, Severity.HIGH, "title")
        return
    longest = int(settings.number("title", "longest"))
    if len(title.strip()) > longest:
        yield _of("title_long", Part.STRUCTURE, Severity.MEDIUM, "title", length=len(title.strip()), limit=longest)
    elif len(_PIECE.split(title.strip())) > settings.number("title", "most_pieces"):
        yield _of("title_particular", Part.STRUCTURE, Severity.MEDIUM, "title")
    for match in _CODE.finditer(title):
        if _CAPITAL_CODE.search(match.group()):
            yield _cut(title, match, "title_code", Severity.MEDIUM)
    for match in _DECORATION.finditer(title):
        yield _cut(title, match, "title_decoration", Severity.LOW)
    by_country = facts.country in settings.codes("gender_marks", "usual_in")
    if facts.country and not by_country and facts.words.language not in settings.codes("gender_marks", "usual_in_language"):
        for match in _GENDER_MARK.finditer(title):
            if set(re.findall(r"\w+", fold(match.group()))) <= _GENDER_LETTERS:
                yield _cut(title, match, "gender_mark", Severity.LOW)


def _cut(text: str, match: re.Match[str], rule: str, severity: Severity) -> Finding:
    """Taking the match out, with the blanks and the dash before it, or behind it when it stands first."""
    start, end = match.span()
    while start and text[start - 1] in " \u00a0-–—|·,":
        start -= 1
    if start == 0:
        while end < len(text) and text[end] in " \u00a0-–—|·,:":
            end += 1
    mend = Mend(start=start, end=end, cuts=True)
    return Finding(rule, Part.STRUCTURE, severity, Place("title", 0, *match.span()), words=match.group().strip(), mend=mend, rule_key=rule)


def sentences_in(text: str, rules: Rules | None) -> int:
    """How many sentences; a dot behind a known abbreviation ends none."""
    dotted = rules.dotted if rules else frozenset()
    count, last, whole = 0, 0, len(text.rstrip())
    for end in _SENTENCE_END.finditer(text):
        words = text[max(0, end.end() - LONGEST_DOTTED) : end.end()].split()
        if words and fold(words[-1]) in dotted and end.end() < whole:
            continue
        count, last = count + 1, end.end()
    return count + bool(text[last:].strip())


def _summary(facts: PostingFacts, rules: Rules | None, settings: Settings) -> Iterator[Finding]:
    text = facts.words.summary.strip()
    if not text:
        yield _of("summary_missing", Part.STRUCTURE, Severity.HIGH, "summary")
        return
    count = sentences_in(text, rules)
    fewest, most = (int(settings.number("summary", name)) for name in ("fewest_sentences", "most_sentences"))
    if count < fewest or len(text) < settings.number("summary", "shortest"):
        yield _of("summary_short", Part.STRUCTURE, Severity.MEDIUM, "summary", number=count)
    elif count > most or len(text) > settings.number("summary", "longest"):
        yield _of("summary_long", Part.STRUCTURE, Severity.MEDIUM, "summary", number=count)


def _duties(facts: PostingFacts, rules: Rules | None, settings: Settings) -> Iterator[Finding]:
    duties = [(index, duty) for index, duty in enumerate(facts.words.duties) if duty.text.strip()]
    fewest, good, most, longest = (int(settings.number("duties", name)) for name in ("fewest", "good", "most", "longest"))
    if not duties:
        yield _of("duties_missing", Part.STRUCTURE, Severity.HIGH, "duties")
        return
    if len(duties) > most:
        yield _of("duties_too_many", Part.STRUCTURE, Severity.HIGH, "duties", number=len(duties), limit=most)
    elif len(duties) > good:
        yield _of("duties_many", Part.STRUCTURE, Severity.LOW, "duties", number=len(duties), limit=good)
    elif len(duties) < fewest:
        yield _of("duties_few", Part.STRUCTURE, Severity.MEDIUM, "duties", number=len(duties))
    shares = [duty.share for _index, duty in duties if duty.share]
    if shares and (len(shares) < len(duties) or sum(shares) != 100):
        yield _of("duties_shares", Part.STRUCTURE, Severity.LOW, "duties", total=sum(shares))
    for index, duty in duties:
        if rules and (finding := verb_finding(duty, index, rules)):
            yield finding
        if len(duty.text) > longest:
            yield _of("duty_long", Part.STRUCTURE, Severity.LOW, "duties", index, length=len(duty.text), limit=longest)


def _requirements(facts: PostingFacts, settings: Settings) -> Iterator[Finding]:
    must = [(index, item) for index, item in enumerate(facts.words.must_haves) if item.strip()]
    nice = [item for item in facts.words.nice_to_haves if item.strip()]
    most, without = (int(settings.number("must_haves", name)) for name in ("most", "without_nice"))
    if not must:
        yield _of("must_haves_missing", Part.STRUCTURE, Severity.LOW, "must_haves")
    if len(must) > most:
        yield _of("must_haves_many", Part.STRUCTURE, Severity.MEDIUM, "must_haves", number=len(must), limit=most)
    elif len(must) >= without and not nice:
        yield _of("nice_to_haves_missing", Part.STRUCTURE, Severity.LOW, "nice_to_haves", number=len(must))
    limit = settings.number("template", "alike")
    for index, item in must:
        place = Place("must_haves", index, 0, len(item))
        if any(alike(item, other) >= limit for other in nice):
            yield Finding("must_and_nice", Part.STRUCTURE, Severity.LOW, place, words=item, rule_key="must_and_nice")
            continue
        as_nice = max((alike(item, other) for other in facts.template_nice_to_haves), default=0.0)
        as_must = max((alike(item, other) for other in facts.template_must_haves), default=0.0)
        if as_nice >= limit and as_nice > as_must:
            mend = Mend(move_to="nice_to_haves")
            yield Finding("must_was_nice", Part.FAIRNESS, Severity.MEDIUM, place, words=item, mend=mend, rule_key="must_was_nice")
