"""What was typed into the first box: full text in every language, titles by any of their names, employers.

A posting is found when its text matches with the stemming of its own language, or when the query is a name of
its role in any language ("CSR" finds a *kundeservicerepresentant*), or when it names the employer. A place at
the end of the query ("sales oslo") is understood as one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from callcenter_jobs.lib.text import search_key
from postings.models import Posting, PostingText, TitleAlias
from postings.search.places import city_is, country_codes, place_condition
from postings.services.library_likeness import Plain, Similarity

MAX_LENGTH = 100
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
WORD = re.compile(r"\w+")
OPERATORS = re.compile(r'["-]|\bor\b', re.IGNORECASE)
PREFIX_FROM = 3
PLACE_WORDS = 3
ALIAS_RANK = 1.0
LIKE_ENOUGH = 0.35


def clean(text: str) -> str:
    """One line without control characters, at most ``MAX_LENGTH`` long."""
    return " ".join(CONTROL.sub(" ", unicodedata.normalize("NFC", text[: MAX_LENGTH * 4])).split())[:MAX_LENGTH].strip()


@dataclass(frozen=True, slots=True)
class Words:
    """A parsed query. ``roles`` are those it is a name of; ``rest`` and ``place`` its parts when it ends in a place."""

    text: str
    roles: tuple[int, ...] = ()
    rest: str = ""
    place: str = ""
    rest_roles: tuple[int, ...] = ()

    @property
    def condition(self) -> Q:
        found = _says(self.text) | Q(employer__name__unaccent__icontains=self.text)
        if self.roles:
            found |= Q(role_id__in=self.roles)
        if self.place:
            in_place = _says(self.rest) | Q(role_id__in=self.rest_roles) if self.rest_roles else _says(self.rest)
            found |= in_place & place_condition(self.place)
        return found

    @property
    def rank(self) -> Coalesce:
        """How well a posting answers, for ordering: a name of the role first, then the title, then the rest."""
        text = self.rest or self.text
        ranks = Case(
            *(When(language=code, then=SearchRank(F("search"), _query(text, code))) for code in _languages()),
            output_field=FloatField(),
        )
        best = PostingText.objects.filter(posting=OuterRef("pk")).annotate(found=ranks).order_by("-found").values("found")[:1]
        roles = [*self.roles, *self.rest_roles]
        named = Case(When(role_id__in=roles, then=Value(ALIAS_RANK)), default=Value(0.0), output_field=FloatField())
        return Coalesce(Subquery(best, output_field=FloatField()), Value(0.0)) + named  # type: ignore[return-value]


def parse(text: str) -> Words | None:
    """The query, with the roles and the place it names; ``None`` for an empty one. Costs at most three queries."""
    typed = clean(text)
    if not WORD.search(typed):
        return None
    rest, place = _split_place(typed)
    roles, rest_roles = _roles_named(typed, rest)
    return Words(text=typed, roles=roles, rest=rest, place=place, rest_roles=rest_roles)


def suggestions(text: str, *, limit: int = 3) -> list[str]:
    """Titles spelled like the query, for an empty result; those of roles that are in use."""
    typed = search_key(clean(text))
    if not typed:
        return []
    open_roles = Exists(Posting.objects.open().filter(role=OuterRef("role")))
    like = TitleAlias.objects.annotate(likeness=Similarity(Plain("normalized"), Plain(Value(typed)))).filter(likeness__gte=LIKE_ENOUGH)
    found = like.filter(open_roles).exclude(normalized=typed).order_by("-likeness", "text")
    return list(dict.fromkeys(found.values_list("text", flat=True)[: limit * 3]))[:limit]


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _query(text: str, language: str) -> SearchQuery:
    configuration = f"portal_{language}"
    query = SearchQuery(text, config=configuration, search_type="websearch")
    words = WORD.findall(text)
    if OPERATORS.search(text) or not words or len(words[-1]) < PREFIX_FROM:
        return query
    # Somebody who stops in the middle of a word means the words that begin so.
    raw = " & ".join(f"'{word}'" for word in words[:-1])
    started = f"{raw} & '{words[-1]}':*" if raw else f"'{words[-1]}':*"
    return query | SearchQuery(started, config=configuration, search_type="raw")


def _says(text: str) -> Q:
    matches = reduce(or_, (Q(language=code, search=_query(text, code)) for code in _languages()))
    return Q(pk__in=PostingText.objects.filter(matches).values("posting_id"))


def _roles_named(*texts: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    forms = [{search_key(text), text.lower(), search_key(text).replace("-", " ")} if text else set() for text in texts]
    every = set().union(*forms)
    named = list(TitleAlias.objects.filter(normalized__in=every).values_list("normalized", "role_id")) if every else []
    first, second = (tuple(sorted({role for name, role in named if name in form})) for form in forms)
    return first, second


def _split_place(text: str) -> tuple[str, str]:
    """``sales in oslo`` → (``sales``, ``oslo``) when open postings are there or it names a country; else nothing."""
    words = text.split()
    if len(words) < 2 or OPERATORS.search(text):
        return "", ""
    tails = [(words[:-count], " ".join(words[-count:])) for count in range(1, min(PLACE_WORDS, len(words) - 1) + 1)]
    cities = reduce(or_, (city_is(tail) for _head, tail in tails))
    known = {search_key(city) for city in Posting.objects.open().filter(cities).values_list("city", flat=True).distinct()[:20]}
    for head, tail in reversed(tails):
        if search_key(tail) in known or (len(tail) > 2 and country_codes(tail, exact=True)):
            rest = head[:-1] if len(head) > 1 and head[-1].lower() in SMALL_WORDS else head
            return " ".join(rest), tail
    return "", ""


# "in Oslo" in the five languages.
SMALL_WORDS = frozenset({"in", "i", "u", "в", "во", "på", "na", "near", "at"})
