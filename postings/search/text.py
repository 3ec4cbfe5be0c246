"""What was typed into the first box, and all the ways it can be meant.

"CSR night shift oslo" is four words in any of five languages; it is also the role of a CSR, with the words "night
shift" beside it, in Oslo. Each way is a ``Reading``; a posting is found when one of them fits. PostgreSQL stems
the words, the dictionary of titles knows the roles, the gazetteer the places: one statement each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from callcenter_jobs.lib.text import search_key
from postings.search import concepts, facet_words, places
from postings.search.concepts import Named
from postings.search.places import Where
from postings.search.query import Area, Node, Reading, Text, Word
from postings.search.tsquery import Spoken, both, either, hear

MAX_LENGTH = 100
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
WORD = re.compile(r"\w")
# Quotes and a minus before a word ask for exactly that; a hyphen inside a word does not.
OPERATORS = re.compile(r'"|(?<!\S)-\w')
QUOTED = re.compile(r'-?"[^"]*"?')
UNWANTED = re.compile(r"(?<!\S)-(\w\S*)")
OR = re.compile(r"\s+(?:or|eller|ili|или)\s+", re.IGNORECASE)
# What stands between words: anything but what belongs into one ("L&D", "can't", "C++").
BETWEEN = re.compile(r"[^\w&'’+]+")
PREFIX_FROM = 3
LONGEST_ENDING = 3
MOST_SIDES = 4
MOST_NAMES = 2
HEAD_WORDS = 2
# Said around a title and found in no posting: everything here is a job. As ``search_key`` writes them.
SAID_OF_ALL = """
    job jobs vacancy vacancies hiring career careers
    jobb jobber jobben stilling stillinger ledig ledige lediga ledigt vakans sokes platsannons platsannonser
    posao posla poslovi zaposlenje oglas oglasi trazi trazimo
    работа работу работы вакансия вакансии вакансий требуется требуются ищу
"""
JOB_WORDS = frozenset(SAID_OF_ALL.split())


def clean(text: str) -> str:
    """One line without control characters, at most ``MAX_LENGTH`` long."""
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text[: MAX_LENGTH * 4])).split())[:MAX_LENGTH].strip()


def read(typed: str, *, language: str, only_words: bool = False, has_place: bool = False) -> Text | None:
    """What was typed, in all its meanings; with ``only_words`` no role is meant, with ``has_place`` no place, because one
    was said beside the line. ``None`` for a line that says nothing, or only that it is about jobs.

    At most one statement, beside those that look for a place where the line as a whole is no title.
    """
    line = clean(typed)
    if not WORD.search(line):
        return None
    if OPERATORS.search(line):
        return Text(line, (_literal(OR.sub(" or ", line), only_words=only_words),))
    sides = [_Side(side, parts) for side in OR.split(line)[:MOST_SIDES] if (parts := parts_of(side))]
    if not sides:
        return None
    words = [form for side in sides for part in side.parts for form in _spellings(part, is_literal=only_words)]
    heard = hear(words if only_words else [*concepts.PEOPLE.values(), *words])
    readings = [
        reading
        for side in sides
        for variant in _variants(side, heard, language, is_literal=only_words, has_place=has_place)
        for reading in _readings(variant, language)
    ]
    return Text(line, tuple(readings))


# --- the line and its parts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of an "or": as it was typed, and the parts of its words."""

    line: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Variant:
    """Parts of a line, each by language, and the names of roles among them; in an area and with facets, if other parts say so."""

    parts: tuple[Mapping[str, Node | None], ...]
    names: tuple[Named, ...]
    area: Area | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _variants(side: _Side, heard: Mapping[str, Spoken], language: str, *, is_literal: bool, has_place: bool) -> Iterator[_Variant]:
    """The line as a whole; what is left of it when a place and words that mean facets are taken away; and when words for a
    tier are taken away as well."""
    everything = list(range(len(side.parts)))
    names = () if is_literal else concepts.names_in(side.parts, heard)
    whole = _Variant(_in_languages(side.parts, heard, is_literal=is_literal), names)
    yield whole
    longest = max(names, key=lambda name: name.length, default=None)
    named = list(range(longest.start, longest.end)) if longest else []
    free = set(everything) - set(named)
    # "Team lead" is the name of a role, and what all of its tier are called.
    either_way = set(named) if facet_words.is_tier([side.parts[place] for place in named]) else set()
    tiers, called = ({}, set()) if is_literal else facet_words.read(side.parts, free | either_way, tiers=True)
    if named == everything:
        if called:
            yield replace(_kept(whole, []), choices=tiers)
        return
    choices, said = ({}, set()) if is_literal else facet_words.read(side.parts, free)
    unsaid = [place for place in everything if place not in said]
    kept, where = (unsaid, None) if has_place else _without_place(side, unsaid, named, language)
    area = places.area(where) if where else None
    if area and said:
        yield replace(_kept(whole, [place for place in everything if place in kept or place in said]), area=area)
    if area or said:
        yield replace(_kept(whole, kept), area=area, choices=choices)
    if facet_words.TIER in tiers:
        yield replace(_kept(whole, [place for place in kept if place not in called]), area=area, choices=tiers)


def _kept(whole: _Variant, kept: Sequence[int]) -> _Variant:
    """The parts at the places ``kept`` and the names that are whole among them."""
    names = tuple(
        Named(kept.index(name.start), kept.index(name.end - 1) + 1, name.roles, name.languages)
        for name in whole.names
        if all(place in kept for place in range(name.start, name.end))
    )
    return replace(whole, parts=tuple(whole.parts[place] for place in kept), names=names)


def _without_place(side: _Side, left: list[int], named: list[int], language: str) -> tuple[list[int], Where | None]:
    """Those of the parts at the places ``left`` that do not say where, and the place that the others say.

    Mostly a line ends in one; else what stands around a title may be one ("Oslo kundeservice"), or how the line begins.
    """

    def found(order: Sequence[int], *, said: str = "") -> tuple[list[int], Where | None]:
        line = " ".join(filter(None, (said, *(side.parts[place] for place in order))))
        rest, where = places.split_tail(side.line if list(order) == list(range(len(side.parts))) else line, language=language)
        kept = [word for word in parts_of(rest) if not said or word != said]
        ok = where is not None and kept == [side.parts[place] for place in order[: len(kept)]]
        return (list(order[: len(kept)]), where) if ok else (left, None)

    kept, where = found(left)
    if where is None and named:
        kept, where = found([place for place in left if place not in named], said="in")
        kept = sorted({*named, *kept}) if where else left
    elif where is None:
        for count in range(min(HEAD_WORDS, len(left) - 1), 0, -1):
            kept, where = found([*left[count:], *left[:count]])
            # Only if it is just the beginning that is a place.
            if where and kept == left[count:]:
                break
            kept, where = left, None
    return kept, where


def parts_of(line: str) -> tuple[str, ...]:
    """The words of a line, those with hyphens apart, without the words that say "job"."""
    words = (word.strip("'’&") for word in BETWEEN.sub(" ", line.lower()).split() if WORD.search(word))
    return tuple(word for word in words if search_key(word) not in JOB_WORDS)


# --- readings -----------------------------------------------------------------------------------------------------


def _literal(line: str, *, only_words: bool) -> Reading:
    """The words as PostgreSQL takes what has quotes and minus signs. "-remote" is without the word and without remote jobs;
    on one side of an "or" it is a word only."""
    trees = {code: said.tree for code, said in hear([line])[line].items() if said.tree is not None}
    unwanted = [] if only_words or OR.search(line) else UNWANTED.findall(QUOTED.sub(" ", line))
    return Reading(trees=trees, without=facet_words.meant(map(parts_of, unwanted)))


def _readings(variant: _Variant, language: str) -> Iterator[Reading]:
    """The line as words and as the name of a role; or, when only a part of it is a name, that part with the rest."""
    everything = range(len(variant.parts))
    longest = max((name.length for name in variant.names), default=0)
    beside = []
    for name in [name for name in variant.names if name.length == longest][:MOST_NAMES]:
        part = range(name.start, name.end)
        rest = _trees(variant, [at for at in everything if at not in part])
        # "CSR in the": what is left says nothing in the languages that matter here.
        if rest and all(code in rest for code in {language, *name.languages}):
            beside.append((name, part, rest))
        else:
            yield Reading(_trees(variant, everything), roles=name.roles, choices=variant.choices, area=variant.area)
            return
    for name, part, rest in beside:
        yield Reading(_trees(variant, part), rest, roles=name.roles, choices=variant.choices, area=variant.area)
    if not beside:
        yield Reading(_trees(variant, everything), choices=variant.choices, area=variant.area)


def _trees(variant: _Variant, places: Iterable[int]) -> dict[str, Node]:
    """By language, all the parts at ``places``. A language in which they say nothing has no tree."""
    parts = [variant.parts[place] for place in places]
    trees = {code: both([part[code] for part in parts]) for code, _name in settings.LANGUAGES}
    return {code: tree for code, tree in trees.items() if tree is not None}


def _in_languages(parts: Sequence[str], heard: Mapping[str, Spoken], *, is_literal: bool) -> tuple[Mapping[str, Node | None], ...]:
    """What each part says in each language, in all its spellings."""
    spellings = [_spellings(part, is_literal=is_literal) for part in parts]
    spoken = [[{code: said.tree for code, said in heard[form].items()} for form in forms] for forms in spellings]
    last = search_key(parts[-1])
    # Somebody who stops in the middle of a word means the words that begin so.
    if len(last) >= PREFIX_FROM and last.isalnum():
        start = Word(last, is_prefix=True)
        spoken[-1][0] = {code: tree and _begun(tree, start) for code, tree in spoken[-1][0].items()}
    return tuple({code: either([trees[code] for trees in forms]) for code, _name in settings.LANGUAGES} for forms in spoken)


def _spellings(part: str, *, is_literal: bool) -> tuple[str, ...]:
    """With ``is_literal`` no other spelling is meant."""
    return (part,) if is_literal else concepts.spellings(part)


def _begun(tree: Node, start: Word) -> Node:
    """The word or whatever begins as it does: "faktura" is in "fakturaspørsmål", too. Of half a word the stem may be anything."""
    if isinstance(tree, Word) and start.text.startswith(tree.text):
        ending = len(start.text) - len(tree.text)
        # A stem may be shorter than anything one would look up: half of all words begin with "по".
        if ending <= LONGEST_ENDING and len(tree.text) >= PREFIX_FROM:
            return Word(tree.text, is_prefix=True)
    return either((tree, start)) or tree
