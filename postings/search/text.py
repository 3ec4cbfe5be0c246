"""What was typed into the first box, and all the ways it can be meant.

"CSR night shift oslo" is four words in any of five languages; it is also the role of a CSR, with the words "night
shift" beside it, in Oslo. Each way is a ``Reading``; a posting is found when one of them fits. PostgreSQL stems
the words, the dictionary of titles knows the roles, the gazetteer the places: one statement each.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from callcenter_jobs.lib.text import search_key
from postings.search import concepts
from postings.search.concepts import Named
from postings.search.query import Area, Node, Reading, Text
from postings.search.tsquery import Ask, Heard, Kind, both, either, hear, write

MAX_LENGTH = 100
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
WORD = re.compile(r"\w")
# Quotes and a minus before a word ask for exactly that; a hyphen inside a word does not.
OPERATORS = re.compile(r'"|(?<!\S)-\w')
OR = re.compile(r"\s+(?:or|eller|ili|или)\s+", re.IGNORECASE)
BETWEEN = re.compile(r"(?<=\w)[-–—/](?=\w)")
PREFIX_FROM = 3
MOST_SIDES = 4
MOST_NAMES = 2
# Said around a title and found in no posting: everything here is a job.
JOB_WORDS = frozenset(
    "job jobs vacancy vacancies hiring career careers "
    "jobb jobber jobben stilling stillinger ledig ledige lediga ledigt vakans sokes "
    "platsannons platsannonser "
    "posao posla poslovi zaposlenje oglas oglasi trazi trazimo "
    "работа работу работы вакансия вакансии вакансий требуется требуются ищу".split()
)


def clean(text: str) -> str:
    """One line without control characters, at most ``MAX_LENGTH`` long."""
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text[: MAX_LENGTH * 4])).split())[:MAX_LENGTH].strip()


def read(typed: str, *, language: str, only_words: bool = False) -> Text | None:
    """What was typed, in all its meanings; with ``only_words`` no role is meant. ``None`` for a line without a word.

    At most two statements beside those that look for places.
    """
    line = clean(typed)
    if not WORD.search(line):
        return None
    if OPERATORS.search(line):
        return Text(line, (_literal(OR.sub(" or ", line)),))
    sides = [side for side in OR.split(line) if WORD.search(side)][:MOST_SIDES]
    variants = [variant for side in sides for variant in _variants(side, language, is_literal=only_words)]
    heard = hear(ask for variant in variants for ask in variant.asks)
    names: list[list[Named]] = [[] for _variant in variants]
    if not only_words:
        stems = {ask.text: {code: said.stems for code, said in by_code.items()} for ask, by_code in heard.items() if ask.kind is Kind.WORD}
        names = concepts.names_in([variant.parts for variant in variants], stems)
    readings = [reading for variant, named in zip(variants, names, strict=True) for reading in _readings(variant, named, heard, language)]
    return Text(line, tuple(readings))


# --- the line and its parts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Variant:
    """A line as the parts of its words, in an area if it says one. ``is_started``: its last word may go on.
    ``is_literal``: no other spelling is meant."""

    parts: tuple[str, ...]
    area: Area | None = None
    is_started: bool = False
    is_literal: bool = False

    @property
    def asks(self) -> Iterator[Ask]:
        for part in self.parts:
            yield from (Ask(Kind.WORD, form) for form in self.spellings(part))
        if self.start:
            yield self.start

    def spellings(self, part: str) -> tuple[str, ...]:
        return (part,) if self.is_literal else concepts.spellings(part)

    @property
    def start(self) -> Ask | None:
        """The last part as the beginning of a word: somebody who stops in the middle means the words that begin so."""
        last = self.parts[-1] if self.parts else ""
        return Ask(Kind.START, last) if self.is_started and len(last) >= PREFIX_FROM and last.isalnum() else None


def _variants(line: str, language: str, *, is_literal: bool) -> list[_Variant]:
    found = [_Variant(parts_of(line), is_started=True, is_literal=is_literal)]
    place = _place_in(line, language)
    if place:
        rest, area = place
        found.append(_Variant(parts_of(rest), area, is_literal=is_literal))
    return found


def parts_of(line: str) -> tuple[str, ...]:
    """The words of a line, those with hyphens apart; without the words that say "job", as long as others are left."""
    words = [word for word in BETWEEN.sub(" ", line.lower()).split() if WORD.search(word)]
    telling = [word for word in words if search_key(word) not in JOB_WORDS]
    return tuple(telling or words)


def _place_in(line: str, language: str) -> tuple[str, Area] | None:
    return None


# --- readings -----------------------------------------------------------------------------------------------------

_Heard = Mapping[Ask, Mapping[str, Heard]]


def _literal(line: str) -> Reading:
    """The words as PostgreSQL takes what has quotes and minus signs."""
    ask = Ask(Kind.LINE, line)
    trees = {code: said.tree for code, said in hear([ask])[ask].items() if said.tree is not None}
    return Reading(trees=trees, sources=_sources(trees))


def _readings(variant: _Variant, named: Sequence[Named], heard: _Heard, language: str) -> Iterator[Reading]:
    """The line as words and as the name of a role; or, when only a part of it is a name, that part with the rest."""
    everything = range(len(variant.parts))
    longest = max((name.length for name in named), default=0)
    beside = []
    for name in [name for name in named if name.length == longest][:MOST_NAMES]:
        part = range(name.start, name.end)
        rest = _trees(variant, [at for at in everything if at not in part], heard)
        # "CSR in the": what is left says nothing in the languages that matter here.
        if rest and all(code in rest for code in {language, *name.languages}):
            beside.append((name, part, rest))
        else:
            trees = _trees(variant, everything, heard)
            yield Reading(trees=trees, sources=_sources(trees), roles=name.roles, area=variant.area)
            return
    for name, part, rest in beside:
        trees = _trees(variant, part, heard)
        yield Reading(trees=trees, sources=_sources(trees), roles=name.roles, rest=rest, rest_sources=_sources(rest), area=variant.area)
    if not beside:
        trees = _trees(variant, everything, heard)
        yield Reading(trees=trees, sources=_sources(trees), area=variant.area)


def _trees(variant: _Variant, places: Iterable[int], heard: _Heard) -> dict[str, Node]:
    """By language, all the parts at ``places``. A language in which they say nothing has no tree."""
    wanted = list(places)
    found: dict[str, Node] = {}
    for code, _name in settings.LANGUAGES:
        tree = both(_node(variant, place, code, heard) for place in wanted)
        if tree is not None:
            found[code] = tree
    return found


def _node(variant: _Variant, place: int, code: str, heard: _Heard) -> Node | None:
    start = variant.start
    if start and place == len(variant.parts) - 1 and heard[start][code].tree is not None:
        return heard[start][code].tree
    return either(heard[Ask(Kind.WORD, form)][code].tree for form in variant.spellings(variant.parts[place]))


def _sources(trees: Mapping[str, Node]) -> dict[str, str]:
    return {code: write(tree) for code, tree in trees.items()}
