"""What was meant by what was mistyped: "custmer servise", "kundeservise", "опертор кол центра".

Two things are known to be right: the titles of roles, and the words that the role library uses in five languages.
A run of words is compared with whole titles letter by letter, blanks and accents apart, so that joined, split and
short words are mended, too; what is left over word by word; and what looks like a city with the gazetteer. No
posting is read.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from callcenter_jobs.lib.text import search_key
from callcenter_jobs.prepared import Prepared
from postings.enums import VersionState
from postings.models import TemplateText, TitleAlias
from postings.search import concepts, facet_words
from postings.search.lexicon import CYRILLIC, LATIN, Entry, Lexicon
from postings.search.places import country_codes
from postings.search.text import JOB_WORDS, OPERATORS, clean

KEPT_SECONDS = 60.0
TEXTS_AT_ONCE = 50
# Whoever finds fewer than these may have meant another word.
FEW = 5
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# A title's word weighs as much as so many in the texts.
TITLE_WEIGHT = 8
SHORTEST, LONG, LONGEST_CITY = 5, 8, 20
LONGEST_RUN = 5
MOST_TOKENS = 12
MOST_CITIES = 2
LEAST_BEGUN = 4
# Letters of a whole title → how many of them may be wrong.
RUN_LIMITS = ((18, 3), (10, 2), (5, 1))
# Endings that PostgreSQL's stemmers take away: a word with one of them is as well known as without.
ENDINGS: dict[str, tuple[str, ...]] = {
    "en": ("s", "es", "ed", "ing"),
    "nb": ("e", "en", "er", "ene", "ne", "s", "et", "n"),
    "sv": ("n", "en", "ar", "er", "or", "na", "arna", "s", "et"),
    "hr": ("a", "e", "i", "u", "om", "em", "ima", "ama", "ica", "og", "oj", "ih"),
    "ru": ("а", "у", "ы", "и", "е", "я", "ю", "ом", "ем", "ой", "ам", "ов", "ами", "ах", "ей", "ого", "ому"),
}

FINGERPRINT = """
    SELECT (SELECT count(*) FROM postings_titlealias), (SELECT max(id) FROM postings_titlealias),
        (SELECT count(*) FROM postings_templatetext), (SELECT max(updated_at) FROM postings_templatetext)
"""
# The largest place last. The names come as one text: hundreds of values take longer to write down than to look up.
CALLED = Prepared("""
    SELECT n.normalized, n.text FROM postings_placename n JOIN postings_place p ON p.id = n.place_id
    WHERE n.normalized = ANY(string_to_array(%s, ' ')) ORDER BY p.population, n.is_own, n.id
""")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    fingerprint: tuple[Any, ...]
    words: Lexicon
    titles: Lexicon

    def knows(self, key: str) -> bool:
        """Whether a word is in use, as it is or with an ending."""
        if (
            key in self.words
            or key in JOB_WORDS
            or key in concepts.SPELLINGS
            or key in facet_words.known_words()
            or country_codes(key, exact=True)
        ):
            return True
        for language, endings in ENDINGS.items():
            stems = {key[: len(key) - len(ending)] for ending in (*endings, "") if key.endswith(ending)}
            forms = (stem + ending for stem in stems if len(stem) >= SHORTEST for ending in (*endings, ""))
            if any(language in known.languages for form in forms for known in self.words.of(form)):
                return True
        return False


# --- the vocabulary, kept for a minute ----------------------------------------------------------------------


_lock = threading.Lock()
_kept: tuple[float, Vocabulary] | None = None


def vocabulary() -> Vocabulary:
    """The words and titles of the library. Asked for after a minute, made again only when they have changed."""
    global _kept
    with _lock:
        if _kept is not None and time.monotonic() - _kept[0] < KEPT_SECONDS:
            return _kept[1]
        with connection.cursor() as cursor:
            cursor.execute(FINGERPRINT)
            fingerprint = tuple(cursor.fetchone())
        current = _kept[1] if _kept is not None and _kept[1].fingerprint == fingerprint else _made(fingerprint)
        _kept = (time.monotonic(), current)
        return current


def forget() -> None:
    """For tests, each of which has another database."""
    global _kept
    with _lock:
        _kept = None


def _made(fingerprint: tuple[Any, ...]) -> Vocabulary:
    weights: Counter[tuple[str, str]] = Counter()
    titles: dict[tuple[str, str], tuple[frozenset[str], int]] = {}
    for language, text, letters, is_preferred in TitleAlias.objects.order_by().values_list("language", "text", "letters", "is_preferred"):
        spoken, weight = titles.get((letters, _small(text)), (frozenset(), 0))
        titles[letters, _small(text)] = (spoken | {language}, weight + (2 if is_preferred else 1))
        weights.update({(language, word): TITLE_WEIGHT for word in _words(text)})
    texts = TemplateText.objects.filter(version__state=VersionState.PUBLISHED)
    parts = texts.values_list("language", "title", "summary", "duties", "must_haves", "nice_to_haves")
    # A few at a time: what is read and forgotten at once leaves holes behind.
    for language, *written in parts.iterator(chunk_size=TEXTS_AT_ONCE):
        weights.update((language, word) for word in _words(" ".join(_strings(written))))
    same: dict[frozenset[str], frozenset[str]] = {}
    words: list[Entry] = []
    for word, group in groupby(sorted((word, language, weight) for (language, word), weight in weights.items()), key=itemgetter(0)):
        _words_of, languages, counts = zip(*group, strict=True)
        spoken = frozenset(languages)
        words.append((search_key(word), word, same.setdefault(spoken, spoken), sum(counts)))
    names = [(letters, text, spoken, weight) for (letters, text), (spoken, weight) in titles.items()]
    return Vocabulary(fingerprint, Lexicon(words), Lexicon(names))


def _small(title: str) -> str:
    """A title within a line: "Kundebehandler" begins small, "IT-support" and "CSR" do not."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def _words(text: str) -> list[str]:
    return TOKEN.findall(text.lower())


def _strings(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            yield str(part.get("text", ""))
        elif isinstance(part, list):
            yield from _strings(part)


# --- mending ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Typed:
    """A word of the line: where it stands, its key, whether it is known, and what it was mended to."""

    start: int
    end: int
    key: str
    is_known: bool


def suggest(text: str, *, language: str) -> str | None:
    """The line as it was probably meant, or nothing when no word of it looks mistyped or nothing is like it.

    One statement a minute, and one more where a word may be a city's name.
    """
    line = clean(text)
    known = vocabulary()
    typed = _typed(line, known)
    if all(word.is_known for word in typed):
        return _nearly_title(typed, known, language)
    called, cities = _cities([word.key for word in typed if not word.is_known])
    for word in typed:
        word.is_known = word.is_known or word.key in called
    mended: list[tuple[int, int, str]] = []
    if not OPERATORS.search(line):
        typed, mended = _with_titles(typed, known, language)
    spoken = _spoken(typed, known, language)
    for word in typed:
        better = None if word.is_known else _better(word.key, known, spoken) or cities.get(word.key)
        if better:
            mended.append((word.start, word.end, better))
    for start, end, better in sorted(mended, reverse=True):
        line = line[:start] + better + line[end:]
    return line if mended and search_key(line) != search_key(clean(text)) else None


def _typed(line: str, known: Vocabulary) -> list[_Typed]:
    found = []
    matches = list(TOKEN.finditer(line))[:MOST_TOKENS]
    for match in matches:
        key = search_key(match[0])
        is_figure = any(letter.isdigit() for letter in key)
        is_begun = match is matches[-1] and len(key) >= SHORTEST and known.words.begins(key)
        found.append(_Typed(match.start(), match.end(), key, is_figure or is_begun or known.knows(key)))
    return found


def _with_titles(typed: Sequence[_Typed], known: Vocabulary, language: str) -> tuple[list[_Typed], list[tuple[int, int, str]]]:
    """Mend runs of words that are nearly a title, the longest first. Returns the words left over and what was mended."""
    left, mended = list(typed), []
    sizes = range(min(LONGEST_RUN, len(typed)), 0, -1)
    for size in sizes:
        at = 0
        while at + size <= len(left):
            run = left[at : at + size]
            better = None if all(word.is_known for word in run) else _title("".join(word.key for word in run), known, language)
            if better:
                mended.append((run[0].start, run[-1].end, better))
                del left[at : at + size]
            else:
                at += 1
    return left, mended


def _nearly_title(typed: Sequence[_Typed], known: Vocabulary, language: str) -> str | None:
    """A line of known words that as a whole is nearly a title ("tim leder"), or a part of one, and not one already."""
    letters = "".join(word.key for word in typed)
    if len(typed) < 2 or letters in known.titles:
        return None
    better = _title(letters, known, language)
    form = concepts.letters_of(better or "")
    # One with another ending is the same to search.
    if better and not form.startswith(letters) and not letters.startswith(form):
        return better
    beginnings = [word.key[: max(LEAST_BEGUN, len(word.key) - 2)] for word in typed]
    around = [
        entry
        for entry in known.titles.holding(beginnings)
        if all(any(word.startswith(beginning) for word in search_key(entry.text).split()) for beginning in beginnings)
    ]
    best = min(around, key=lambda entry: (language not in entry.languages, len(entry.text), entry.text), default=None)
    return best.text if best else None


def _title(letters: str, known: Vocabulary, language: str) -> str | None:
    limit = next((most for length, most in RUN_LIMITS if len(letters) >= length), 0)
    found = known.titles.near(letters, limit)
    best = min(found, key=lambda pair: (pair[0], language not in pair[1].languages, -pair[1].weight, pair[1].text), default=None)
    return best[1].text if best else None


def _spoken(typed: Sequence[_Typed], known: Vocabulary, language: str) -> Counter[str]:
    """How many of the line's words each language has; the reader's counts one more."""
    found = Counter({language: 1})
    for word in typed:
        found.update({code for entry in known.words.of(word.key) for code in entry.languages})
    return found


def _better(key: str, known: Vocabulary, spoken: Counter[str]) -> str | None:
    limit = 0 if len(key) < SHORTEST else 1 if len(key) < LONG else 2
    best = min(
        known.words.near(key, limit),
        key=lambda pair: (pair[0], -max(spoken[code] for code in pair[1].languages), -pair[1].weight, pair[1].text),
        default=None,
    )
    return best[1].text if best else None


def _cities(keys: Sequence[str]) -> tuple[set[str], dict[str, str]]:
    """Which of the words are names of places, and for others the largest city whose name has one letter wrong. One
    statement: every such name is asked for by itself, so an index finds it."""
    wrong = [key for key in keys if SHORTEST <= len(key) <= LONGEST_CITY][:MOST_CITIES]
    near = {name: key for key in wrong for name in one_wrong(key)}
    if not keys:
        return set(), {}
    rows = CALLED.rows([" ".join((*near, *keys))])
    called = {normalized for normalized, _text in rows} & set(keys)
    return called, {near[normalized]: text for normalized, text in rows if normalized in near}


def one_wrong(key: str, more: str = "") -> set[str]:
    """All that a key may be with one letter missing, too many, wrong or changed over; ``more`` are signs beside the letters."""
    letters = (CYRILLIC if key[0] in CYRILLIC else LATIN) + more
    cuts = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    names = {a + b[1:] for a, b in cuts if b} | {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    names |= {a + letter + b[skip:] for a, b in cuts for letter in letters for skip in (0, 1)}
    return names - {key}
