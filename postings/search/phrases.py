"""Words one after the other. Where words stand in a text is known to the database alone, so it is asked; and what it took
long to find is written down beside the words of the base, so that it is asked once and not once by every process.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import and_
from typing import Any

import numpy as np
from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper
from pyroaring import BitMap

from postings.search.query import Both, Either, Node, Phrase, Text, Word
from postings.search.segment import Segment
from postings.search.wordbits import BaseWords, Found, Pair

# So many texts are asked for a phrase one by one; beyond, PostgreSQL's own index finds them.
ASKED_ONE_BY_ONE = 5_000
FIND = """
SELECT posting_id, ts_filter(search, '{a}') @@ %s::tsquery FROM postings_postingtext WHERE language = %s AND search @@ %s::tsquery
"""
ONE_BY_ONE = " AND posting_id = ANY(%s)"
# Phrases are rows among the words of a base, and begin with a quote or a bracket, which no word does.
ARE_PHRASES = "word >= '''' AND word < ')'"
# What so many texts were looked through for is written down: a text is some fifty microseconds, a row one or two hundred.
DEAR = 500
# So many of a language for one base, half of them for those that were asked one by one; and none that a row of
# PostgreSQL's index has no place for.
MOST_STORED = 100
LONGEST_STORED = 1_000
# Nobody waits long to write one down. On a standby, or where only reading is allowed, that is known before it fails.
CAREFULLY = "SELECT current_setting('transaction_read_only')::boolean, set_config('lock_timeout', '100ms', true)"
# Shared with the deletion of a base, which marks it first: a row comes before the mark, and is deleted, or not at all.
STORE = f"""
INSERT INTO postings_searchword (generation_id, language, word, count, bits, title_bits)
SELECT base.id, %(language)s, %(source)s, %(count)s, %(bits)s, %(title_bits)s FROM postings_searchgeneration base
WHERE base.id = %(generation)s AND base.is_ready AND %(most)s > (
    SELECT count(*) FROM postings_searchword WHERE generation_id = %(generation)s AND language = %(language)s AND {ARE_PHRASES}
)
FOR SHARE OF base
ON CONFLICT DO NOTHING
"""  # noqa: S608
# A new base begins with so many of those that the one before ended with, the most frequent.
MOST_TAKEN_OVER = 24
STORED = f"""
SELECT language, word FROM postings_searchword
WHERE generation_id = (SELECT max(id) FROM postings_searchgeneration WHERE is_ready) AND {ARE_PHRASES}
ORDER BY count DESC, language, word LIMIT {MOST_TAKEN_OVER}
"""  # noqa: S608

log = logging.getLogger(__name__)


def prepare(text: Text, base: Segment) -> None:
    """Has the base know the words of ``text``, read in one statement, and its phrases. Needs no lock: texts of a base
    never change."""
    if isinstance(base.words, BaseWords):
        words, prefixes, phrases = _asked_for(text)
        for language, phrase in base.words.preload(words, prefixes, phrases):
            _find(phrase, base, base.words, language)


def phrase_bits(phrase: Phrase, segment: Segment, language: str) -> Found:
    """The numbers whose text has the phrase, and whose title has: the one is asked for together with the other."""
    words = segment.words
    if not isinstance(words, BaseWords):
        found: Found = segment.kept(("phrase", language, phrase.source), lambda: _look(phrase, segment, language))
        return found
    known = words.phrase(language, phrase.source)
    return _find(phrase, segment, words, language) if known is None else known


def word_bits(word: Word, segment: Segment, language: str, *, title: bool = False) -> BitMap:
    find = segment.words.prefix if word.is_prefix else segment.words.word
    return find(language, word.text, title=title)


def _candidates(phrase: Phrase, segment: Segment, language: str) -> BitMap:
    return reduce(and_, (word_bits(word, segment, language) for word in phrase.words))


def _find(phrase: Phrase, base: Segment, words: BaseWords, language: str) -> Found:
    """A phrase of the base that nobody knows yet."""
    texts = len(_candidates(phrase, base, language))
    if texts <= DEAR:
        found = _look(phrase, base, language)
        words.keep_phrase(language, phrase.source, found)
        return found
    # One at a time in this process. Who had to wait may have waited for the same, and other processes search, too.
    with words.searching:
        known = words.phrase(language, phrase.source)
        if known is None:
            known = _look(phrase, base, language)
            words.keep_phrase(language, phrase.source, known)
            most = MOST_STORED if texts > ASKED_ONE_BY_ONE else MOST_STORED // 2
            _store(words.generation, language, phrase.source, known, most=most)
        return known


def _look(phrase: Phrase, segment: Segment, language: str) -> Found:
    candidates = _candidates(phrase, segment, language)
    if not candidates:
        return BitMap(), BitMap()
    among = segment.ids[np.array(candidates.to_array())].tolist() if len(candidates) <= ASKED_ONE_BY_ONE else None
    with transaction.atomic(), connection.cursor() as cursor:
        rows = find_texts(cursor, language, phrase.source, among)
    in_text = segment.numbers_of(posting for posting, _title in rows) & candidates
    in_title = segment.numbers_of(posting for posting, is_titled in rows if is_titled) & in_text
    for bits in (in_text, in_title):
        bits.run_optimize()
    return in_text, in_title


def find_texts(cursor: CursorWrapper, language: str, source: str, among: list[int] | None = None) -> list[tuple[int, bool]]:
    """The postings with the phrase in their text, and whether it is in the title as well. In a transaction."""
    # A bitmap of rows that does not fit is made of whole pages, and every row on them is looked at.
    cursor.execute("SELECT set_config('work_mem', '64MB', true)")
    arguments: list[Any] = [source, language, source]
    cursor.execute(FIND if among is None else FIND + ONE_BY_ONE, arguments if among is None else [*arguments, among])
    rows: list[tuple[int, bool]] = cursor.fetchall()
    return rows


def _store(generation: int, language: str, source: str, found: Found, *, most: int) -> None:
    """Write down what was found, where that is possible: this process has it anyway."""
    # In somebody's transaction others would wait for its end, and it may be rolled back.
    if connection.in_atomic_block or len(source.encode()) > LONGEST_STORED:
        return
    bits, title_bits = found
    values: dict[str, Any] = {
        "generation": generation,
        "language": language,
        "source": source,
        "count": len(bits),
        "bits": bits.serialize(),
        "title_bits": title_bits.serialize() if title_bits else None,
        "most": most,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CAREFULLY)
            if not cursor.fetchone()[0]:
                cursor.execute(STORE, values)
    except Error as error:
        # What was typed is nobody's business.
        log.warning("A phrase of search index %s could not be stored: %s", generation, type(error.__cause__ or error).__name__)


def stored_phrases() -> list[Pair]:
    """The most frequent phrases of the newest base, with their languages."""
    with connection.cursor() as cursor:
        cursor.execute(STORED)
        return [(language, source) for language, source in cursor.fetchall()]


# --- what a text asks for -------------------------------------------------------------------------------------


def _asked_for(text: Text) -> tuple[list[Pair], list[Pair], list[tuple[str, Phrase]]]:
    """Words, beginnings of words, and phrases, each once and with its language."""
    leaves: dict[tuple[str, Word | Phrase], None] = {}
    for reading in text.readings:
        for trees in (reading.trees, reading.rest):
            for language, tree in trees.items():
                leaves.update(((language, leaf), None) for leaf in _leaves((tree,)))
    words = [(language, leaf) for language, leaf in leaves if isinstance(leaf, Word)]
    return (
        [(language, word.text) for language, word in words if not word.is_prefix],
        [(language, word.text) for language, word in words if word.is_prefix],
        [(language, leaf) for language, leaf in leaves if isinstance(leaf, Phrase)],
    )


def _leaves(nodes: Iterable[Node]) -> Iterator[Word | Phrase]:
    for node in nodes:
        match node:
            case Word() | Phrase():
                yield node
            case Both(parts) | Either(parts):
                yield from _leaves(parts)
            case _:
                yield from _leaves((node.part,))
