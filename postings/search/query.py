"""A search as data: what was asked for, understood and cleaned. Made by ``postings.filters``, answered by a backend.

Nothing in here reads the database or the clock, so a query can be logged, compared, kept and asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class Sort(StrEnum):
    MATCH = "match"
    NEWEST = "newest"
    PAY = "pay"
    START = "start"
    DISTANCE = "distance"
    FIT = "fit"


# --- words: a tree per language, as PostgreSQL understands the text in that language ---------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A stemmed word; with ``is_prefix`` every word that begins so."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Node


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words one after the other. ``source`` is the phrase as PostgreSQL writes it (``'custom' <-> 'servic'``)."""

    words: tuple[Word, ...]
    source: str


Node = Word | Both | Either | Without | Phrase


def unwanted(tree: Node) -> tuple[Node, ...]:
    """What a line says that a posting must not have, in any of its languages: the parts of a minus that stands alone or
    beside other words."""
    parts = tree.parts if isinstance(tree, Both) else (tree,)
    return tuple(part.part for part in parts if isinstance(part, Without))


# --- places -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Area:
    """Where: jobs at one of ``places`` or in a city called so, remote jobs that hire in ``countries``, and, when a
    whole country is meant (``is_country``), every job that hires there.

    ``places`` maps ids of ``Place`` to kilometers from the middle (0.0 in the place itself). ``cities`` are keys
    as in ``postings.search.facets.city_key``, for towns that the gazetteer does not know. Latitude and longitude
    (degrees) are of the middle, where there is one; distances are counted from it.
    """

    name: str
    countries: tuple[str, ...] = ()
    places: Mapping[int, float] = field(default_factory=dict, hash=False)
    cities: tuple[str, ...] = ()
    is_country: bool = False
    latitude: float | None = None
    longitude: float | None = None

    @property
    def has_middle(self) -> bool:
        return self.latitude is not None and self.longitude is not None


# --- the words as a whole -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text: the words of each language, or one of ``roles`` (keys), and all of it in ``area``.

    ``rest`` are words beside the name of a role that must be in a text too.
    """

    trees: Mapping[str, Node] = field(default_factory=dict)
    rest: Mapping[str, Node] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    # What some of the words mean as facets ("remote", "German"), as in ``Query``; any language's level will do.
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # What words with a minus mean as facets: none of these values.
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    area: Area | None = None

    @property
    def tiers(self) -> tuple[str, ...]:
        """The tiers that some of the words are a name of. What is found by them comes behind what is titled so."""
        return self.choices.get("tier", ())


@dataclass(frozen=True, slots=True)
class Text:
    """What was typed and its readings; a posting is found when one of them fits. Never empty."""

    typed: str
    readings: tuple[Reading, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(role for reading in self.readings for role in reading.roles))

    @property
    def tiers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tier for reading in self.readings for tier in reading.tiers))


# --- the visitor's wishes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Profile:
    """What a visitor can and wants, kept on the device: the hours of a week, languages, a place, the lowest pay.

    ``week`` is a mask as in ``postings.shifts``; ``languages`` are (ISO code, CEFR level) pairs; ``pay`` is per
    hour in ``currency``. Parts that are not said judge nothing.
    """

    week: int = 0
    languages: tuple[tuple[str, str], ...] = ()
    area: Area | None = None
    pay: Decimal | None = None
    currency: str = ""

    def __bool__(self) -> bool:
        return bool(self.week or self.languages or self.area or (self.pay is not None and self.currency))


@dataclass(frozen=True, slots=True)
class Query:
    """One search. ``choices`` maps a facet to its chosen values (any of them will do), see ``postings.search.facets``.

    ``level`` (CEFR) bounds the demands of the chosen languages; ``pay_from`` and ``pay_to`` are per hour in the one
    chosen currency and compare with the lowest pay stated; ``starts_by`` asks for a class between ``today`` and
    that day; ``fit_least`` is ``whole`` or ``half``. ``pay_first`` is the currency that an order by pay begins with
    (empty: the most frequent). ``now`` is when the question is asked (aware), ``today`` its date for start classes.
    ``language`` is the reader's.

    What each part finds, counts and orders by, to the last tie, is written down in ``postings.search.reference``.
    """

    language: str
    now: datetime
    today: date
    text: Text | None = None
    area: Area | None = None
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    level: str = ""
    pay_from: Decimal | None = None
    pay_to: Decimal | None = None
    starts_by: date | None = None
    fit: Profile | None = None
    fit_least: str = ""
    sort: Sort = Sort.NEWEST
    pay_first: str = ""
