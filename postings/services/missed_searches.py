"""Searches that found nothing, counted per day so that curators learn how people call a role.

What is kept is a word or a few and a number: nothing of who searched, when in the day or from where. Queries that
may hold something personal are never stored, and a term is shown only after several searches.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Sum, Value
from django.utils import timezone

from callcenter_jobs.lib.text import search_key
from postings.enums import TermDecision
from postings.models import MissedSearch, MissedTerm, Role, TitleAlias
from postings.services.library_likeness import Plain, Similarity
from postings.services.library_titles import add_title

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

DAYS = 90
# Fewer could be one person's own words.
FEWEST = 3
MOST_SHOWN = 50
MOST_WORDS = 4
MOST_LETTERS = 60
# New terms a day; a crawler that invents words fills no more than this.
MOST_NEW_A_DAY = 2000
# Addresses, numbers of phones or people, and anything that is not made of words.
PERSONAL = re.compile(r"[@:/\\]|www\.|\d{4}|\d.*\d.*\d")
WORDS_ONLY = re.compile(r"[\w][\w .,&+'’-]*")

# A visitor waits for it, and for the disk twenty times as long: a count that is lost when the power fails is no loss.
COUNT = """
    INSERT INTO postings_missedsearch (term, language, day, count)
    SELECT %(term)s, %(language)s, %(day)s, 1 FROM (SELECT set_config('synchronous_commit', 'off', true)) AS without_the_disk
    WHERE EXISTS (SELECT 1 FROM postings_missedsearch WHERE term = %(term)s AND language = %(language)s AND day = %(day)s)
       OR (SELECT count(*) FROM postings_missedsearch WHERE day = %(day)s) < %(most)s
    ON CONFLICT (term, language, day) DO UPDATE SET count = postings_missedsearch.count + 1
"""


def term_of(text: str) -> str:
    """The form in which a query is counted; empty when it is not to be kept.

    >>> term_of("  Chat-Agent "), term_of("kari@example.org"), term_of("call 99 88 77 66")
    ('chat-agent', '', '')
    """
    term = search_key(text)
    if not term or len(term) > MOST_LETTERS or len(term.split()) > MOST_WORDS:
        return ""
    return "" if PERSONAL.search(term) or not WORDS_ONLY.fullmatch(term) else term


def count_missed(text: str, *, language: str, day: date | None = None) -> bool:
    """Count one search that found nothing. False when the query is of a kind that is not kept.

    Not for a transaction in which something else is written: that would not wait for the disk either.
    """
    term = term_of(text)
    if not term:
        return False
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"term": term, "language": language, "day": day or timezone.localdate(), "most": MOST_NEW_A_DAY})
    return True


def forget_old(*, today: date | None = None) -> int:
    """Delete counts older than ``DAYS``; returns how many rows."""
    deleted, _kinds = MissedSearch.objects.filter(day__lt=(today or timezone.localdate()) - timedelta(days=DAYS)).delete()
    return deleted


@dataclass(frozen=True, slots=True)
class Missed:
    """A term, how often it was searched in ``DAYS`` days, and the role whose titles are most like it."""

    term: str
    language: str
    count: int
    guess: Role | None


def missed_terms(*, language: str = "", today: date | None = None) -> list[Missed]:
    """What curators have not dealt with yet, the most frequent first. One query per term shown, for its guess."""
    since = (today or timezone.localdate()) - timedelta(days=DAYS)
    decided = MissedTerm.objects.filter(term=OuterRef("term"), language=OuterRef("language"))
    known = TitleAlias.objects.filter(normalized=OuterRef("term"))
    found = MissedSearch.objects.filter(day__gte=since).exclude(Exists(decided)).exclude(Exists(known))
    if language:
        found = found.filter(language=language)
    totals = found.values("term", "language").annotate(total=Sum("count")).filter(total__gte=FEWEST).order_by("-total", "term", "language")
    return [Missed(row["term"], row["language"], row["total"], _guess(row["term"])) for row in totals[:MOST_SHOWN]]


def _guess(term: str) -> Role | None:
    """The role with the title most like the term in any language; none when nothing is alike."""
    like = TitleAlias.objects.annotate(likeness=Similarity(Plain("normalized"), Plain(Value(term)))).filter(likeness__gte=0.2)
    best = like.select_related("role").prefetch_related("role__titles").order_by("-likeness", "id").first()
    return best.role if best else None


@transaction.atomic
def take_as_title(term: str, *, language: str, role: Role, by: User) -> TitleAlias:
    """Make a missed term a name of ``role``; searches find it within half a minute. Raises ``LibraryRefused``."""
    title = add_title(role, language=language, text=term, by=by)
    _decide(term, language, TermDecision.ADDED, by)
    return title


def set_aside(term: str, *, language: str, by: User) -> None:
    _decide(term, language, TermDecision.IGNORED, by)


def _decide(term: str, language: str, decision: TermDecision, by: User) -> None:
    MissedTerm.objects.update_or_create(term=term, language=language, defaults={"decision": decision, "decided_by": by})
