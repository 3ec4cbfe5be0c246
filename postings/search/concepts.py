"""Titles as concepts: which role a name means, in any of the portal's languages and in any form of its words.

The dictionary of titles is the database's: what a curator adds is found by searches within half a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils.translation import get_language

from callcenter_jobs.lib.kept import Kept
from callcenter_jobs.lib.text import search_key
from postings.models import Role, TitleAlias
from postings.search.query import Text
from postings.search.title_names import Pair, TitleNames, title_names
from postings.search.tsquery import Spoken

# The parts of words that a title is looked for in: "call-center" has two.
LONGEST = 7
MOST_PARTS = 24
# So many spellings of a short name are looked for, and so many of a longer one.
SPELLINGS_OF_SHORT, SPELLINGS_OF_LONG, SHORT = 40, 4, 3
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
# As ``letters`` of a title leaves them out (migration 0007).
SIGNS = str.maketrans("", "", " -–—/.,&'’+()")
# The same word in another spelling or another script, as people mix them: "колл-center operator".
SPELLINGS: dict[str, tuple[str, ...]] = {
    search_key(form): tuple(other for other in forms if other != form)
    for forms in (
        ("kundeservice", "kundesenter", "kundesupport", "kundestøtte"),
        ("kundtjänst", "kundservice", "kundcenter"),
        ("center", "centre", "centar", "центр", "центра"),
        ("callcenter", "callcentre", "callsenter"),
        ("колл", "кол", "call"),
        ("коллцентр", "колцентр", "callцентр"),
        ("contact", "kontakt", "контакт"),
        ("operator", "operater", "оператор"),
        ("agent", "агент"),
        ("manager", "менеджер"),
        ("supervisor", "супервизор", "супервайзер"),
        ("coach", "коуч"),
        ("chat", "chatt", "чат"),
        ("mail", "mejl"),
        ("telemarketing", "телемаркетинг"),
        ("helpdesk", "хелпдеск"),
        ("adviser", "advisor"),
        ("rep", "reps", "representative"),
    )
    for form in forms
}
# Endings that the stemmers leave on: "kundebehandlere", "säljarna", "prodavači", "agentica" are agents like others.
ENDINGS = (
    ("erne", "er"), ("eren", "er"), ("ere", "er"),
    ("arna", "are"),
    ("erka", "er"), ("arka", "ar"), ("erica", "er"), ("arica", "ar"), ("orica", "or"), ("ljica", "lj"), ("tica", "t"),
    ("sjobb", ""), ("jobb", ""), ("ova", ""), ("ovi", ""), ("šci", "ška"), ("sci", "ska"),
    ("aci", "ac"), ("ači", "ač"), ("nici", "nik"),
)  # fmt: skip
LEAST_LEFT = 3
# They change nothing in a title: "teamleder for kundeservice". Migration 0007 leaves them out, too.
SMALL_WORDS = frozenset(
    {"for", "pa", "som", "til", "till", "av", "at", "of", "to", "the", "a", "an", "i", "in", "and", "og", "och", "as", "med"}
    | {"u", "za", "na", "od", "s", "sa", "в", "на", "по", "для", "с", "со", "и", "при", "к"}
)
# They say only that a person does it: "contact center advisor" is "contact center agent".
PEOPLE = {
    "en": "agent advisor associate representative officer specialist clerk operator employee",
    "nb": "agent medarbeider konsulent rådgiver operatør",
    "sv": "agent medarbetare handläggare rådgivare",
    "hr": "agent djelatnik referent operater suradnik specijalist",
    "ru": "агент специалист сотрудник консультант оператор",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A name of ``roles`` in a line: the parts from ``start`` up to, not including, ``end``; ``languages`` have that name."""

    start: int
    end: int
    roles: tuple[str, ...]
    languages: frozenset[str]

    @property
    def length(self) -> int:
        return self.end - self.start


@lru_cache(maxsize=1024)
def spellings(part: str) -> tuple[str, ...]:
    """A word, its other spellings, and what it is without an ending that the stemmers leave on."""
    bare = (part[: -len(ending)] + instead for ending, instead in ENDINGS if part.endswith(ending))
    return tuple(dict.fromkeys((part, *SPELLINGS.get(search_key(part), ()), *(form for form in bare if len(form) >= LEAST_LEFT))))


def names_in(parts: Sequence[str], heard: Mapping[str, Spoken]) -> tuple[Named, ...]:
    """The names of roles in a line, which is given as the parts of its words.

    ``heard`` has every part, every other spelling of one, and the values of ``PEOPLE``.
    """
    people = {code: frozenset(heard[words][code].stems) for code, words in PEOPLE.items()}
    return tuple(_named(parts[:MOST_PARTS], heard, people, title_names()))


@dataclass(frozen=True, slots=True)
class _Form:
    """A spelling of a part: its letters, and in each language the stems that say something."""

    letters: str
    stems: Mapping[str, frozenset[str]]


def _named(parts: Sequence[str], heard: Mapping[str, Spoken], people: Mapping[str, frozenset[str]], known: TitleNames) -> Iterator[Named]:
    forms = [[_form(spelling, heard[spelling]) for spelling in spellings(part)] for part in parts]
    for start in range(len(parts)):
        for end in range(start + 1, min(start + LONGEST, len(parts)) + 1):
            most = SPELLINGS_OF_SHORT if end - start <= SHORT else SPELLINGS_OF_LONG
            if found := _called(list(islice(product(*forms[start:end]), most)), people, known):
                yield Named(start, end, tuple(sorted({role for role, _language in found})), frozenset(code for _role, code in found))


def _called(written: Sequence[Sequence[_Form]], people: Mapping[str, frozenset[str]], known: TitleNames) -> set[Pair]:
    """Who is called by words that are written in one of these ways."""
    # What is written exactly so means nothing else, too.
    found = {pair for words in written for pair in known.by_letters.get("".join([form.letters for form in words]), ())}
    if found:
        return found
    said = [list(_keys(words)) for words in written]
    found = {pair for keys in said for code, key in keys for pair in known.by_stems.get((code, _joined(key)), ())}
    if found:
        return found
    alike = ((code, other) for keys in said[:SPELLINGS_OF_LONG] for code, key in keys for other in _alike(key, people[code]))
    return {pair for code, other in alike for pair in known.by_stems.get((code, _joined(other)), ())}


def _form(spelling: str, spoken: Spoken) -> _Form:
    telling = {code: frozenset(said.stems) - SMALL_WORDS for code, said in spoken.items()}
    # Only Russian titles have Cyrillic letters; Latin ones are in all languages.
    return _Form(letters_of(spelling), telling if spelling.isascii() or not CYRILLIC.search(spelling) else {"ru": telling["ru"]})


def _keys(words: Sequence[_Form]) -> Iterator[tuple[str, frozenset[str]]]:
    """In each language the stems of a title; none when it begins or ends with a word that says nothing."""
    first, last = words[0].stems, words[-1].stems
    for code in first:
        if first[code] and last.get(code) and all(code in form.stems for form in words):
            yield code, frozenset().union(*(form.stems[code] for form in words))


def _alike(key: frozenset[str], people: frozenset[str]) -> Iterator[frozenset[str]]:
    """A title with other words for a person. Only if two are left beside them: "sales agent" is not all that sells."""
    core = key - people
    if len(core) > 1:
        yield core
        yield from (core | {person} for person in people)


def _joined(key: frozenset[str]) -> str:
    # PostgreSQL sorts them by their bytes.
    return " ".join(sorted(key, key=str.encode))


def letters_of(text: str) -> str:
    return search_key(text).translate(SIGNS)


# --- saying so --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Also:
    """A role that is shown beside what the words find: its title for the reader, and what others call it."""

    key: str
    title: str
    others: tuple[str, ...]


_explained: Kept[list[Also]] = Kept(size=500, seconds=lambda: float(settings.PLACES_KEPT_SECONDS))


def explain(text: Text | None, language: str | None = None) -> list[Also]:
    """The roles that ``text`` names, and those of a tier that it names, in the order of the library. Two statements, none for
    what was explained lately."""
    keys, tiers = (text.roles, text.tiers) if text else ((), ())
    if not keys and not tiers:
        return []
    reader = language or get_language() or "en"
    return _explained.get((keys, tiers, reader), lambda: [_also(role, reader) for role in _roles(keys, tiers)])


def _roles(keys: tuple[str, ...], tiers: tuple[str, ...]) -> Iterable[Role]:
    named = Role.objects.filter(Q(key__in=keys) | Q(tier__in=tiers, is_active=True))
    return named.prefetch_related(Prefetch("titles", TitleAlias.objects.filter(is_preferred=True)))


def _also(role: Role, reader: str) -> Also:
    title = role.title_in(reader)
    by_language = {alias.language: alias.text for alias in role.titles.all()}
    others = dict.fromkeys(by_language[code] for code, _name in settings.LANGUAGES if code != reader and code in by_language)
    return Also(key=role.key, title=title, others=tuple(other for other in others if other.casefold() != title.casefold()))
