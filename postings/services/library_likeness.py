"""Questions that ask nearly the same in nearly the same words: a warning for curators, never a refusal.

Likeness is PostgreSQL's trigram similarity (0 to 1) of the wordings, in lower case and without accents, within one
language, across the published and open versions of all banks. Measured on the shipped banks: the two most alike of
different questions reach 0.51 ("Tell me about a time when …" in both), rewordings of one question 0.59 and more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import FloatField, Func, TextField, Value

from postings.enums import VersionState
from postings.models import BankVersion, QuestionText

LIKE_ENOUGH = 0.55
MOST = 3
SHORTEST = 12
LIVE = [VersionState.PUBLISHED, VersionState.DRAFT, VersionState.IN_REVIEW]

# pg_trgm takes for letters what the database's locale takes for letters, and under the locale "C", where many run, no
# Cyrillic is: two Russian questions without a digit were the same to it. One Latin letter or digit for each helps.
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abvgdeejziyklmnoprstufxcwqh123678"
PLAIN = f"lower(unaccent(translate(%s, '{CYRILLIC}{CYRILLIC.upper()}', '{LATIN}{LATIN}')))"

# One pass over the words of a language: each question of a version against all others.
PAIRS = f"""
WITH words AS MATERIALIZED (
    SELECT question.key, question.version_id, bank.key AS bank, version.state, text.text, {PLAIN % "text.text"} AS plain
    FROM postings_questiontext text
    JOIN postings_question question ON question.id = text.question_id
    JOIN postings_bankversion version ON version.id = question.version_id
    JOIN postings_questionbank bank ON bank.id = version.bank_id
    WHERE text.language = %s AND version.state = ANY(%s) AND text.text <> ''
)
SELECT own.key, other.key, other.bank, other.text, other.state, similarity(own.plain, other.plain) AS likeness
FROM words own JOIN words other ON other.key <> own.key
WHERE own.version_id = %s AND similarity(own.plain, other.plain) >= %s
ORDER BY likeness DESC, other.key, other.version_id DESC
"""  # noqa: S608  put together from our own words


class Plain(Func):
    """Letters as likeness compares them."""

    template = PLAIN % "%(expressions)s"
    output_field = TextField()


class Similarity(Func):
    function = "similarity"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class Like:
    """Another question, and how like it is, in percent."""

    key: str
    bank: str
    text: str
    percent: int
    is_draft: bool


def like(text: str, language: str, *, but: str = "") -> list[Like]:
    """The questions most like ``text``, apart from the one with the key ``but`` (whose versions are like each other)."""
    wording = " ".join(text.split())
    if len(wording) < SHORTEST:
        return []
    found = (
        QuestionText.objects.filter(language=language, question__version__state__in=LIVE)
        .exclude(question__key=but)
        .annotate(likeness=Similarity(Plain("text"), Plain(Value(wording))))
        .filter(likeness__gte=LIKE_ENOUGH)
        .order_by("-likeness", "question__key", "-question__version_id")
        .values_list("question__key", "question__version__bank__key", "text", "question__version__state", "likeness")
    )
    return _best(found[: MOST * 2])


def likes_in(version: BankVersion, language: str) -> dict[str, list[Like]]:
    """For each question of ``version`` that has any: those most like it. One query."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [language, LIVE, version.pk, LIKE_ENOUGH])
        rows = cursor.fetchall()
    found: dict[str, list[tuple[str, str, str, str, float]]] = {}
    for own, *other in rows:
        found.setdefault(own, []).append(tuple(other))
    return {key: _best(others) for key, others in found.items()}


def _best(rows: Iterable[tuple[str, str, str, str, float]]) -> list[Like]:
    """Each question once, in the wording that is most like; ``rows`` are sorted by that."""
    found: dict[str, Like] = {}
    for key, bank, text, state, likeness in rows:
        found.setdefault(key, Like(key, bank, text, round(100 * likeness), state != VersionState.PUBLISHED))
    return list(found.values())[:MOST]
