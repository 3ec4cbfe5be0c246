"""Titles as concepts: which role a name means, in any of the portal's languages and in any form of its words.

The dictionary of titles is the database's, read by each search: what a curator adds is found by the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from django.conf import settings
from django.db import connection
from django.db.models import Prefetch
from django.utils.translation import get_language

from callcenter_jobs.lib.text import search_key
from postings.models import Role, TitleAlias
from postings.search.query import Text

# The parts of words that a title is looked for in: "call-center" has two.
LONGEST = 7
MOST_PARTS = 24
# So many spellings of a short name are looked for, and so many of a longer one.
SPELLINGS_OF_SHORT, SPELLINGS_OF_LONG, SHORT = 40, 4, 3
# As ``letters`` of a title leaves them out (migration 0007).
SIGNS = str.maketrans("", "", " -–—/.,&'’+()")
# The same word in another spelling or another script, as people mix them: "колл-center operator".
SPELLINGS: dict[str, tuple[str, ...]] = {
    form: tuple(other for other in forms if other != form)
    for forms in (
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
    ("aci", "ac"), ("ači", "ač"), ("nici", "nik"),
)  # fmt: skip
LEAST_LEFT = 4
# They change nothing in a title: "teamleder for kundeservice". Migration 0007 leaves them out, too.
SMALL_WORDS = frozenset(
    {"for", "pa", "som", "til", "till", "av", "at", "of", "to", "the", "a", "an", "i", "in", "and", "og", "och", "as", "med"}
    | {"u", "za", "na", "od", "s", "sa", "в", "на", "по", "для", "с", "со", "и", "при", "к"}
)
FIND = """
    SELECT r.key, t.language, t.stems, t.letters FROM postings_titlealias t JOIN postings_role r ON r.id = t.role_id
    WHERE t.letters = ANY(%s) OR t.stems = ANY(%s)
    ORDER BY r.position, r.key
"""

# The stems of a word by language.
Stems = Mapping[str, Sequence[str]]


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


def spellings(part: str) -> tuple[str, ...]:
    """A word, its other spellings, and what it is without an ending that the stemmers leave on."""
    bare = (part[: -len(ending)] + instead for ending, instead in ENDINGS if part.endswith(ending))
    return tuple(dict.fromkeys((part, *SPELLINGS.get(part, ()), *(form for form in bare if len(form) >= LEAST_LEFT))))


def names_in(lines: Sequence[Sequence[str]], stems: Mapping[str, Stems]) -> list[list[Named]]:
    """For each line, given as the parts of its words, the names of roles in it. One statement for all.

    ``stems`` has every part and every other spelling of one.
    """
    runs = [list(_runs(line[:MOST_PARTS], stems)) for line in lines]
    letters = {form for line in runs for run in line for form in run.letters}
    keys = {key for line in runs for run in line for _language, key in run.stems}
    if not letters:
        return [[] for _line in lines]
    with connection.cursor() as cursor:
        cursor.execute(FIND, [sorted(letters), sorted(keys)])
        rows = cursor.fetchall()
    by_letters: dict[str, list[tuple[str, str]]] = {}
    by_stems: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for role, language, key, form in rows:
        by_letters.setdefault(form, []).append((role, language))
        by_stems.setdefault((language, key), []).append((role, language))
    return [list(_named(line, by_letters, by_stems)) for line in runs]


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    letters: frozenset[str]
    stems: frozenset[tuple[str, str]]


def _runs(parts: Sequence[str], stems: Mapping[str, Stems]) -> Iterator[_Run]:
    for start in range(len(parts)):
        for end in range(start + 1, min(start + LONGEST, len(parts)) + 1):
            most = SPELLINGS_OF_SHORT if end - start <= SHORT else SPELLINGS_OF_LONG
            written = list(islice(product(*(spellings(part) for part in parts[start:end])), most))
            letters = frozenset(filter(None, (letters_of("".join(words)) for words in written)))
            keys = frozenset((code, key) for words in written for code, _name in settings.LANGUAGES if (key := _key(words, code, stems)))
            yield _Run(start, end, letters, keys)


def letters_of(text: str) -> str:
    return search_key(text).translate(SIGNS)


def _key(words: Sequence[str], language: str, stems: Mapping[str, Stems]) -> str:
    """The stems of a title as the database keeps them; none when it begins or ends with a word that says nothing."""
    telling = [{stem for stem in stems[word].get(language, ()) if stem not in SMALL_WORDS} for word in words]
    return " ".join(sorted(set().union(*telling), key=str.encode)) if telling[0] and telling[-1] else ""


def _named(
    runs: Iterable[_Run], by_letters: Mapping[str, list[tuple[str, str]]], by_stems: Mapping[tuple[str, str], list[tuple[str, str]]]
) -> Iterator[Named]:
    for run in runs:
        # What is written exactly so means nothing else, too.
        found = [pair for form in run.letters for pair in by_letters.get(form, ())]
        found = found or [pair for key in run.stems for pair in by_stems.get(key, ())]
        if found:
            yield Named(run.start, run.end, tuple(sorted({role for role, _language in found})), frozenset(code for _role, code in found))


# --- saying so --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Also:
    """A role that is shown beside what the words find: its title for the reader, and what others call it."""

    key: str
    title: str
    others: tuple[str, ...]


def explain(text: Text | None, language: str | None = None) -> list[Also]:
    """The roles that ``text`` names, in the order of the library. One statement, none without a role."""
    keys = text.roles if text else ()
    if not keys:
        return []
    reader = language or get_language() or "en"
    preferred = TitleAlias.objects.filter(is_preferred=True)
    roles = Role.objects.filter(key__in=keys).prefetch_related(Prefetch("titles", preferred))
    return [_also(role, reader) for role in roles]


def _also(role: Role, reader: str) -> Also:
    title = role.title_in(reader)
    by_language = {alias.language: alias.text for alias in role.titles.all()}
    others = dict.fromkeys(by_language[code] for code, _name in settings.LANGUAGES if code != reader and code in by_language)
    return Also(key=role.key, title=title, others=tuple(other for other in others if other.casefold() != title.casefold()))
