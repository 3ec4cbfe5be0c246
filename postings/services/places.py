"""Where on the map a site is: its town among the places that are known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from callcenter_jobs.lib.text import place_key
from postings.enums import PlaceKind
from postings.models import Place, PlaceName, Site

NUMBERS = re.compile(r"\b\d[\d ]*\b|\(.*")
# "Oslo sentrum" is Oslo; only a large town is taken to be meant by the first word of a name.
LARGE = 50_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Town:
    """What an employer writes. ``country`` is a code."""

    city: str
    region: str
    country: str

    @property
    def keys(self) -> list[str]:
        """What to look it up by, the surest first."""
        bare = place_key(NUMBERS.sub(" ", self.city.partition(",")[0]))
        return [key for key in dict.fromkeys((place_key(self.city), bare, bare.partition(" ")[0])) if key]


def place_site(site: Site) -> None:
    """Set ``site.place`` by its town, region and country; does not save."""
    town = Town(site.city, site.region, site.country)
    site.place_id = places_of([town]).get(town)


def place_sites() -> int:
    """Find the places of the sites that have none; how many were found."""
    without = Site.objects.filter(place=None)
    towns = [Town(*row) for row in without.values_list("city", "region", "country").distinct()]
    found = 0
    for start in range(0, len(towns), AT_ONCE):
        for town, place in places_of(towns[start : start + AT_ONCE]).items():
            found += without.filter(city=town.city, region=town.region, country=town.country).update(place_id=place)
    return found


def places_of(towns: Iterable[Town]) -> dict[Town, int]:
    """The ids of the towns' places, for those that are known. One query."""
    towns = list(towns)
    wanted = {key for town in towns for key in town.keys}
    rows = PlaceName.objects.filter(normalized__in=wanted, place__kind=PlaceKind.CITY, place__country__in={town.country for town in towns})
    known: dict[tuple[str, str], list[tuple[Place, bool]]] = {}
    for name in rows.select_related("place__region"):
        known.setdefault((name.place.country, name.normalized), []).append((name.place, name.is_own or bool(name.language)))
    found = {town: _best(town, known) for town in towns}
    return {town: place for town, place in found.items() if place}


def _best(town: Town, known: dict[tuple[str, str], list[tuple[Place, bool]]]) -> int | None:
    region = place_key(town.region)
    for position, key in enumerate(town.keys):
        candidates = known.get((town.country, key), [])
        if position and key == town.keys[-1] and " " not in key and " " in place_key(town.city):
            candidates = [(place, is_known) for place, is_known in candidates if is_known and place.population >= LARGE]
        if candidates:
            best, _is_known = max(candidates, key=lambda pair: (_is_in(pair[0], region), pair[1], pair[0].population, -pair[0].pk))
            return best.pk
    return None


def _is_in(place: Place, region: str) -> bool:
    return bool(region and place.region and place_key(place.region.name).startswith(region))
