"""Findings about words: listed words, unexplained abbreviations, shouting."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from postings.coach.facts import Passage
from postings.coach.findings import Finding, Mend, Place
from postings.coach.kinds import PART_OF_KIND, Kind, Severity
from postings.coach.patterns import SEAM, Folded, Pattern, folded
from postings.coach.rules import DEFAULT_SEVERITY, Rules, WordRule

# Two to six capitals, perhaps with an English plural s; a hyphen or colon with an ending may follow (CRM-u, KPI:er).
_UPPER = "[A-ZÀ-ÖØ-ÞČĆŠĐŽА-ЯЁ]"
_CAPITALS = re.compile(rf"(?<![\w-])({_UPPER}{{2,6}})(s?)(?!\w)")
_ASIDE = re.compile(r"(?<=\w)[^\S\x00]*\(([^()\x00]{2,31})\)")
_BEFORE_WORDS = re.compile(rf"(?<!\w)({_UPPER}{{2,6}})(?:[-:]?\w+)?[^\S\x00]*\([^()\x00]{{6,}}\)")
BESIDE = 12  # letters that may stand beside an abbreviation in its brackets
_LOUD_WORD = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?!\w)")
_EXCLAMATIONS = re.compile(r"[!¡！](?:\s*[!?¡！])+")
_WORD_START = re.compile(r"[\w]")
LONG_LOUD = 6
RUN_LOUD = 4


@dataclass(frozen=True, slots=True)
class Joined:
    """The passages as one text, so that a posting of thirty passages is searched once per pattern and not thirty times."""

    passages: Sequence[Passage]
    starts: Sequence[int]
    text: Folded

    @classmethod
    def of(cls, passages: Iterable[Passage]) -> Joined:
        kept = [passage for passage in passages if passage.text]
        starts, place = [], 0
        for passage in kept:
            starts.append(place)
            place += len(passage.text) + len(SEAM)
        return cls(kept, starts, folded(SEAM.join(passage.text for passage in kept)))

    def place(self, start: int, end: int) -> tuple[Passage, Place]:
        row = bisect_right(self.starts, start) - 1
        passage, base = self.passages[row], self.starts[row]
        return passage, Place(passage.field, passage.index, start - base, end - base)


def word_findings(joined: Joined, rules: Rules, *, names: Sequence[str] = ()) -> list[Finding]:
    """In the order of the text. Words inside a longer find are reported once."""
    shouts = shouting(joined, rules, names)
    found = [hit for rule in rules.words for hit in _hits(joined, rule)]
    found += [(start, end, _shout(joined, start, end)) for start, end in shouts]
    found += _exclamations(joined)
    found += _abbreviations(joined, rules, names, shouts)
    found.sort(key=lambda hit: (hit[0], -hit[1]))
    kept: list[tuple[int, int, Finding]] = []
    for hit in found:
        if not kept or hit[1] > kept[-1][1]:
            kept.append(hit)
    return [finding for _start, _end, finding in kept]


def _hits(joined: Joined, rule: WordRule) -> list[tuple[int, int, Finding]]:
    spans = [span for pattern in rule.patterns for span in pattern.spans(joined.text)]
    if not spans:
        return []
    fine = _spans(rule.exceptions, joined.text)
    hits = []
    for start, end in spans:
        if any(low < end and start < high for low, high in fine):
            continue
        passage, place = joined.place(start, end)
        if rule.only and passage.field not in rule.only:
            continue
        hits.append((start, end, _finding(rule, passage, place)))
    return hits


def _spans(patterns: Iterable[Pattern], text: Folded) -> list[tuple[int, int]]:
    return [span for pattern in patterns for span in pattern.spans(text)]


def _finding(rule: WordRule, passage: Passage, place: Place) -> Finding:
    words = passage.text[place.start : place.end]
    new = rule.mend_of(words)
    mend = None
    if new == "":
        mend = taking_out(passage.text, place.start, place.end)
    elif new is not None:
        mend = Mend(in_case_of(words, new))
    return Finding(
        rule=str(rule.kind),
        part=PART_OF_KIND[rule.kind],
        severity=rule.severity,
        place=place,
        words=words,
        mend=mend,
        instead=rule.instead,
        rule_key=rule.key,
    )


def taking_out(text: str, start: int, end: int) -> Mend:
    """Taking words out takes one blank with them, and what follows at the start of a sentence gets its capital."""
    begins = not text[:start].strip() or text[:start].rstrip()[-1] in ".!?:…"
    if end < len(text) and text[end] in " \u00a0" and (start == 0 or text[start - 1] in " \u00a0\n("):
        end += 1
    elif start and text[start - 1] in " \u00a0":
        start -= 1
    if begins and end < len(text) and _WORD_START.match(text, end):
        return Mend(text[end].upper(), start=start, end=end + 1, cuts=True)
    return Mend("", start=start, end=end, cuts=True)


def in_case_of(words: str, new: str) -> str:
    """``new`` with the capitals of ``words``: Salesman → Salesperson, SALESMAN → SALESPERSON."""
    letters = [letter for letter in words if letter.isalpha()]
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return new.upper()
    return new[:1].upper() + new[1:] if letters and letters[0].isupper() else new


def _named(names: Sequence[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in re.findall(r"\w+", name.upper()))


def shouting(joined: Joined, rules: Rules, names: Sequence[str]) -> list[tuple[int, int]]:
    """Runs of words in capitals: one of six letters or more, or two in a row with one of at least four."""
    quiet = _named(names) | rules.known_abbreviations | set(rules.explained)
    spans: list[tuple[int, int]] = []
    run: list[re.Match[str]] = []

    def close() -> None:
        loud = [match.group() for match in run if match.group() not in quiet]
        if loud and (max(map(len, loud)) >= LONG_LOUD or (len(run) > 1 and max(map(len, loud)) >= RUN_LOUD)):
            spans.append((run[0].start(), run[-1].end()))
        run.clear()

    text = joined.text.text
    for match in _LOUD_WORD.finditer(text):
        if not match.group().isupper():
            close()
            continue
        if run and text[run[-1].end() : match.start()].strip(" \u00a0-–&"):
            close()
        run.append(match)
    close()
    return spans


def _shout(joined: Joined, start: int, end: int) -> Finding:
    passage, place = joined.place(start, end)
    words = passage.text[place.start : place.end]
    before = passage.text[: place.start].rstrip()
    calm = words.lower()
    if not before or before[-1] in ".!?:…":
        calm = calm[:1].upper() + calm[1:]
    return _sign(Kind.SHOUTING, place, words, Mend(calm))


def _exclamations(joined: Joined) -> list[tuple[int, int, Finding]]:
    hits = []
    for match in _EXCLAMATIONS.finditer(joined.text.text):
        passage, place = joined.place(*match.span())
        calm = "?" if "?" in match.group() else "" if passage.field == "title" else "!"
        hits.append((match.start(), match.end(), _sign(Kind.SHOUTING, place, match.group(), Mend(calm, cuts=not calm))))
    for match in re.finditer(r"(?<![!?¡！])!(?!\s*[!?¡！])", joined.text.text):
        passage, place = joined.place(*match.span())
        if passage.field == "title":
            hits.append((match.start(), match.end(), _sign(Kind.SHOUTING, place, "!", Mend(cuts=True))))
    return hits


def _abbreviations(joined: Joined, rules: Rules, names: Sequence[str], shouts: Sequence[tuple[int, int]]) -> list[tuple[int, int, Finding]]:
    """The first place of each abbreviation that is not explained anywhere in the posting."""
    text, known = joined.text.text, _named(names) | rules.known_abbreviations | _explained(joined.text.text)
    hits: dict[str, tuple[int, int, Finding]] = {}
    for match in _CAPITALS.finditer(text):
        short, start, end = match.group(1), match.start(), match.end()
        if short in known or short in hits or any(low <= start < high for low, high in shouts):
            continue
        passage, place = joined.place(start, end)
        full = rules.explained.get(short) if not match.group(2) and text[end : end + 1] not in "-:" else None
        mend = Mend(f"{full} ({short})") if full and passage.field != "title" else None
        hits[short] = (start, end, _sign(Kind.ABBREVIATION, place, match.group(), mend, instead="" if mend else full or ""))
    return list(hits.values())


def _explained(text: str) -> set[str]:
    """Those in brackets after their words, ``quality score (QS)``, or with their words in brackets behind, ``QS (quality score)``."""
    found = {match.group(1) for match in _BEFORE_WORDS.finditer(text)}
    for aside in _ASIDE.findall(text):
        for match in _CAPITALS.finditer(aside):
            if match.start() <= BESIDE and len(aside) - match.end() <= BESIDE:
                found.add(match.group(1))
    return found


def _sign(kind: Kind, place: Place, words: str, mend: Mend | None, *, instead: str = "") -> Finding:
    severity: Severity = DEFAULT_SEVERITY[kind]
    return Finding(str(kind), PART_OF_KIND[kind], severity, place, words=words, mend=mend, instead=instead, rule_key=str(kind))
