"""Where: cities, regions and countries by any of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from django.conf import settings

from callcenter_jobs.lib.locale_names import ISO_3166_1, country_name
from callcenter_jobs.lib.place_forms import nominatives
from callcenter_jobs.lib.text import place_key, search_key
from postings.enums import PlaceKind
from postings.models import Site, TitleAlias
from postings.search import gazetteer
from postings.search.facets import city_key
from postings.search.gazetteer import Found, Near
from postings.search.query import Area

COUNTRY_PREFIX_FROM = 4
KEY = re.compile(r"[A-Z]{2}-[a-z0-9-]{1,100}")
MAX_LENGTH = 100
# "Springfield, Illinois, United States": more parts than these are an address, not a place.
MOST_PARTS = 3
# What ends a query of several words is a place only if it is known well: there is a town of every name.
LARGE = 50_000
TAIL_WORDS = 4
LEAST_LETTERS = 3
SUGGEST_FROM = 2
COUNTRIES_FROM = 3
MOST_COUNTRIES = 2
MOST_UNKNOWN = 20
# "in Oslo" in the five languages, as ``place_key`` writes it.
BEFORE_PLACES = frozenset(
    {"in", "at", "near", "from", "i", "pa", "ved", "naer", "fra", "vid", "nara", "fran", "u", "na", "kod", "blizu", "oko", "iz", "kraj"}
    | {"в", "во", "на", "около", "под", "из"}
)
# After these Croatian and Russian decline the name. Cyrillic names are declined wherever they stand.
DECLINING = frozenset({"u", "na", "kod", "blizu", "oko", "iz", "kraj"})
# Towns, large ones, whose names end queries that mean no town: "kontakt centar", "customer service mobile", "part time".
PLAIN_WORDS = frozenset(
    {"centar", "center", "centre", "central", "mobile", "nice", "time", "enterprise", "orange", "reading", "most", "march", "bank"}
    | {"university", "hospital", "sales", "support", "start", "best", "home", "office", "day", "night", "evening", "student"}
    | {"manager", "agent", "leader", "director", "remote", "online", "city"}
)


@dataclass(frozen=True, slots=True)
class Where:
    """What was typed into "where", understood. ``name`` is to be shown, ``label`` says where that is (``Oslo, Norway``).

    A city and a region have an ``id`` of ``Place``, a ``key``, one country and a middle in degrees; a country has its
    code as key; of a ``text`` nothing is known but the countries behind its comma.
    """

    kind: Literal["city", "region", "country", "text"]
    name: str
    label: str
    key: str = ""
    id: int | None = None
    countries: tuple[str, ...] = ()
    region: str = ""
    region_name: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row of the list under "where". ``label`` is what to show and what to put into the box: ``resolve`` finds it again."""

    label: str
    key: str
    kind: Literal["city", "region", "country"]
    country: str


def resolve(text: str, *, language: str) -> Where | None:
    """The place that ``text`` means, ``None`` for an empty one. At most two queries, none for a country.

    Larger towns win, the part after a comma decides ("Springfield, Illinois"). A name that is only begun is
    completed when nothing is called so.
    """
    parts = parts_of(text)
    if not parts or not place_key(parts[0]):
        return None
    head, *tails = parts
    if KEY.fullmatch(head) and (place := by_key(head, language=language)):
        return place
    if not tails and (codes := country_codes(head, exact=True)):
        return _country(codes, head, language)
    if found := _named(head, tails, language):
        return _where(found, language)
    if not tails and (codes := country_codes(head)):
        return _country(codes, head, language)
    key = place_key(head)
    if not tails and len(key) >= COUNTRY_PREFIX_FROM:
        begun = gazetteer.beginning(key, language=language, limit=1)
        if begun and (begun[0].has_open or begun[0].population >= LARGE):
            return _where(begun[0], language)
    countries = tuple(dict.fromkeys(code for tail in tails for code in country_codes(tail)))
    return Where("text", head[:MAX_LENGTH], ", ".join(parts)[:MAX_LENGTH], countries=countries)


def parts_of(text: str) -> list[str]:
    """A place and what stands behind its commas."""
    return [part for part in (part.strip() for part in text[: MAX_LENGTH * 2].split(",")[:MOST_PARTS]) if part]


def by_key(key: str, *, language: str) -> Where | None:
    """The city or region with this key (``NO-oslo``)."""
    found = gazetteer.keyed(key, language=language) if len(key) <= MAX_LENGTH else None
    return _where(found, language) if found else None


def split_tail(text: str, *, language: str) -> tuple[str, Where | None]:
    """``kundebehandler i Oslo`` → (``kundebehandler``, Oslo); the text as it is when it ends in no place. At most two queries.

    Only whole names, declined ones too ("оператор в Москве"), with or without their country. A place must be large or
    have work, unless a word like "in" stands before it, and must not be the name of a role. Of a text that is nothing
    but a place, nothing is left.
    """
    words = text.split()
    codes, cut = _last_country(words)
    body = words[: len(words) - cut]
    tails = [tail for count in range(min(TAIL_WORDS, len(body)), 0, -1) if (tail := _Tail.of(body, count))]
    found = gazetteer.named({form for tail in tails for form in tail.forms}, language=language)
    if codes:
        found = [place for place in found if place.country in codes]
    for tail in tails:
        best = tail.best_of(found)
        if best and (tail.is_said or codes or not _is_title(tail.key)):
            return tail.rest, _where(best, language)
    if not codes:
        return text, None
    is_said = bool(body) and place_key(body[-1]) in BEFORE_PLACES
    return " ".join(body[:-1] if is_said else body).rstrip(",; "), _country(codes, " ".join(words[len(body) :]), language)


def suggest(text: str, *, language: str, limit: int = 8) -> list[Suggestion]:
    """Countries, cities and regions that have a name which begins so: where work is offered first, then the largest."""
    head = text[:MAX_LENGTH].partition(",")[0]
    key = place_key(head)
    if len(key) < SUGGEST_FROM:
        return []
    codes = _begun_countries(search_key(head))[:MOST_COUNTRIES] if len(key) >= COUNTRIES_FROM else []
    countries = [Suggestion(country_name(code, language), code, "country", code) for code in codes]
    # Some fall away: a region that its city is named like.
    found = gazetteer.beginning(key, language=language, limit=2 * limit)
    return [*countries, *_suggestions(found, language)][:limit]


def within(where: Where, km: float) -> list[Near]:
    """The cities with a site in the place or within ``km`` of its middle, nearest first. One query, kept for a minute.

    For a region all cities in it; nothing for a country or an unknown text.
    """
    if where.kind == "region" and where.id is not None:
        return gazetteer.in_region(where.id)
    if where.id is None or where.latitude is None or where.longitude is None:
        return []
    here = Near(where.id, where.key, 0.0)
    if km <= 0:
        return [here]
    return [here, *(place for place in gazetteer.near(where.latitude, where.longitude, km) if place.id != where.id)]


def area(where: Where, *, km: float = 0) -> Area:
    """The place as search asks for it. At most one query."""
    towns = _unknown_towns(where) if where.kind == "text" else ()
    return Area(
        name=where.label,
        # Remote jobs that hire in a town's country can be done from there, too.
        countries=where.countries or tuple(sorted({town[:2] for town in towns})),
        places={place.id: place.km for place in within(where, km)},
        cities=towns,
        is_country=where.kind == "country",
        latitude=where.latitude,
        longitude=where.longitude,
    )


def country_of(where: Where) -> Area:
    """The whole country that the place lies in; the place itself where nobody knows one. No query."""
    if not where.countries:
        return area(where)
    return Area(name=where.name if where.kind == "country" else "", countries=where.countries, is_country=True)


# --- which one is meant ------------------------------------------------------------------------------------


def _named(head: str, tails: list[str], language: str) -> Found | None:
    key = place_key(head)
    keys = [key, *_declined(key)]
    first, _blank, bare = key.partition(" ")
    if first in BEFORE_PLACES and bare:
        keys += [bare, *_declined(bare)]
    tail_keys = [place_key(tail) for tail in tails]
    found = gazetteer.named([*keys, *tail_keys], language=language)
    same = [place for place in found if place.spelling == key] or [place for place in found if place.spelling in keys]
    for tail, tail_key in zip(tails, tail_keys, strict=True):
        if tail_key.isdigit():
            continue
        codes = country_codes(tail)
        regions = {place.id for place in found if place.kind == PlaceKind.REGION and place.spelling == tail_key}
        same = [place for place in same if place.country in codes or place.region_id in regions]
    return max(same, key=_likelihood, default=None)


def _likelihood(place: Found) -> tuple[float, int]:
    return (place.weight, -place.id)


def _declined(key: str) -> list[str]:
    return nominatives(key) if len(key) > LEAST_LETTERS else []


@dataclass(frozen=True, slots=True)
class _Tail:
    """The end of a query as a name. ``is_said``: a word like "in" stands before it; ``rest`` is what stands before that."""

    key: str
    forms: tuple[str, ...]
    is_said: bool
    rest: str

    @classmethod
    def of(cls, words: list[str], count: int) -> _Tail | None:
        key, head = place_key(" ".join(words[-count:]).strip(",;")), words[:-count]
        before = place_key(head[-1]) if head else ""
        if len(key) < LEAST_LETTERS or (key in PLAIN_WORDS and before not in BEFORE_PLACES):
            return None
        is_said = before in BEFORE_PLACES
        is_declined = before in DECLINING or not key.isascii()
        forms = (key, *(_declined(key) if is_declined else ()))
        return cls(key, forms, is_said, " ".join(head[:-1] if is_said else head).rstrip(",; "))

    def best_of(self, found: list[Found]) -> Found | None:
        for form in self.forms:
            # A case of a spelling in another language would be a name that nobody has ever said.
            same = [place for place in found if place.spelling == form and (place.is_known or form == self.key)]
            best = max(same, key=_likelihood, default=None)
            if best and (self.is_said or best.has_open or best.weight >= LARGE):
                return best
        return None


def _is_title(key: str) -> bool:
    return TitleAlias.objects.filter(normalized=key).exists()


def _last_country(words: list[str]) -> tuple[list[str], int]:
    """The country that the last words name, and how many they are."""
    for count in range(min(TAIL_WORDS, len(words)), 0, -1):
        key = search_key(" ".join(words[-count:])).strip(",;")
        for form in (key, *_declined(key)):
            if len(form) >= LEAST_LETTERS and (codes := country_codes(form, exact=True)):
                return codes, count
    return [], 0


def _unknown_towns(where: Where) -> tuple[str, ...]:
    """The towns of sites that no gazetteer knows, when their names begin so."""
    key = place_key(where.name)
    sites = Site.objects.filter(place=None, city__istartswith=where.name[:1]).order_by("country", "city")
    towns = sites.values_list("country", "city").distinct()[:1000]
    wanted = [town for town in towns if place_key(town[1]).startswith(key) and (not where.countries or town[0] in where.countries)]
    return tuple(sorted({city_key(country, city) for country, city in wanted}))[:MOST_UNKNOWN]


# --- how it is shown ---------------------------------------------------------------------------------------


def _where(found: Found, language: str) -> Where:
    return Where(
        kind="city" if found.kind == PlaceKind.CITY else "region",
        name=found.name,
        label=f"{found.name}, {country_name(found.country, language)}",
        key=found.key,
        id=found.id,
        countries=(found.country,),
        region=found.region,
        region_name=found.region_name,
        latitude=found.latitude,
        longitude=found.longitude,
    )


def _country(codes: list[str], text: str, language: str) -> Where:
    name = country_name(codes[0], language) if len(codes) == 1 else text[:MAX_LENGTH]
    return Where("country", name, name, key=codes[0] if len(codes) == 1 else "", countries=tuple(codes))


def _suggestions(found: list[Found], language: str) -> list[Suggestion]:
    """As the reader began to write them, with the region where two would read the same."""
    shown = [replace(place, name=place.spelling) if place.is_known else place for place in found]
    cities = [(place_key(place.name), place.country) for place in shown if place.kind == PlaceKind.CITY]
    rows = []
    for place in shown:
        named = (place_key(place.name), place.country)
        if place.kind == PlaceKind.REGION and named in cities:
            continue
        region = [place.region_name] if cities.count(named) > 1 and place.region_name else []
        label = ", ".join([place.name, *region, country_name(place.country, language)])
        rows.append(Suggestion(label, place.key, "city" if place.kind == PlaceKind.CITY else "region", place.country))
    return rows


# --- countries -----------------------------------------------------------------------------------------------


def country_codes(text: str, *, exact: bool = False) -> list[str]:
    """The countries that ``text`` names, by code or by (the beginning of) a name in any language of the portal."""
    if len(text) == 2 and text.upper() in ISO_3166_1:
        return [text.upper()]
    wanted = search_key(text)
    same = list(countries_called().get(wanted, ()))
    if same or exact or len(wanted) < COUNTRY_PREFIX_FROM:
        return same
    return sorted(_begun_countries(wanted))


def _begun_countries(key: str) -> list[str]:
    """The codes of countries with a name that begins so, the shortest name first."""
    begun = sorted((len(name), code) for name, codes in countries_called().items() if name.startswith(key) for code in codes)
    return list(dict.fromkeys(code for _length, code in begun))


@lru_cache(maxsize=1)
def countries_called() -> dict[str, tuple[str, ...]]:
    """Name (as ``search_key`` makes it) → codes, in all languages of the portal."""
    found: dict[str, set[str]] = {}
    for code in ISO_3166_1:
        for language, _name in settings.LANGUAGES:
            found.setdefault(search_key(country_name(code, language)), set()).add(code)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}
