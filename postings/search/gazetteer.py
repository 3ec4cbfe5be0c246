"""The places of the world as questions: who is called so, who begins so, what lies near. One statement each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from callcenter_jobs.lib.geo import Box, box_around, distance_km
from callcenter_jobs.lib.kept import Kept
from callcenter_jobs.prepared import Prepared
from postings.enums import PlaceKind
from postings.search import place_names

# Whoever says a name that a city and a region share means the region only if it is this much larger.
REGION_SHARE = 20
# "Monaco" is also what Italians call Munich: a name in another language counts for less.
OTHER_NAME_SHARE = 20
MOST_NAMED = 60
# Of two letters there are tens of thousands: only the weightiest are asked whether they have work. A smaller town is a letter
# or two away.
MOST_BEGINNING = 500
# While typing, towns where the reader's language is at home come before far larger ones. What a whole name means
# does not depend on the language: the same address finds the same jobs in all five.
HOME_SHARE = 10
HOME = {"nb": ("NO",), "sv": ("SE", "FI"), "hr": ("HR", "BA"), "ru": ("RU", "KZ")}

# Whether work is offered in a town: sites with an open posting. A posting past its last day may still count here.
HAS_OPEN = """EXISTS (SELECT 1 FROM postings_site s WHERE s.place_id = p.id
    AND EXISTS (SELECT 1 FROM postings_posting o WHERE o.site_id = s.id AND o.state = 'open'))"""
WEIGHT = f"(CASE p.kind WHEN 'region' THEN p.population / {REGION_SHARE} ELSE p.population END)"
COLUMNS = """p.id, p.key, p.kind, p.country, p.name, p.latitude, p.longitude, p.population, r.id, r.key, r.name,
    (SELECT l.text FROM postings_placename l WHERE l.place_id = p.id AND l.language = %(language)s LIMIT 1),
    (SELECT l.text FROM postings_placename l WHERE l.place_id = r.id AND l.language = %(language)s LIMIT 1)"""
# How many names they are PostgreSQL must not see: asked in plain words it would weigh each of them, ten times as long as it looks.
NAMED = Prepared(f"""
WITH named AS (
    SELECT n.place_id, n.normalized, bool_or(n.is_own OR n.language <> '') AS is_known
    FROM postings_placename n WHERE n.normalized = ANY(ARRAY(SELECT unnest(%(names)s::text[]))) GROUP BY 1, 2
), best AS (
    SELECT p.*, named.normalized, named.is_known FROM named JOIN postings_place p ON p.id = named.place_id
    ORDER BY {WEIGHT} DESC LIMIT {MOST_NAMED}
)
SELECT {COLUMNS}, p.normalized, p.is_known, p.kind = 'city' AND {HAS_OPEN}
FROM best p LEFT JOIN postings_place r ON r.id = p.region_id
""")  # noqa: S608  put together from constants
KEYED = f"""
SELECT {COLUMNS}, '', true, false FROM postings_place p LEFT JOIN postings_place r ON r.id = p.region_id WHERE p.key = %(key)s
"""  # noqa: S608  put together from constants
BEGINNING = f"""
WITH named AS (
    SELECT n.place_id, bool_or(n.is_own OR n.language <> '') AS is_known
    FROM postings_placename n WHERE n.normalized LIKE %(prefix)s GROUP BY 1
), weighty AS (
    SELECT p.*, named.is_known,
        {WEIGHT} * (CASE WHEN NOT named.is_known THEN 1.0 / {OTHER_NAME_SHARE} WHEN p.country = ANY(%(home)s) THEN {HOME_SHARE} ELSE 1 END)
            AS weight
    FROM named JOIN postings_place p ON p.id = named.place_id
    ORDER BY weight DESC, p.id LIMIT {MOST_BEGINNING}
), best AS (
    SELECT p.*, p.kind = 'city' AND {HAS_OPEN} AS has_open FROM weighty p
    ORDER BY has_open DESC, weight DESC, p.id LIMIT %(limit)s
)
SELECT {COLUMNS}, (
        SELECT n.text FROM postings_placename n WHERE n.place_id = p.id AND n.normalized LIKE %(prefix)s
        ORDER BY n.language = %(language)s DESC, n.is_own DESC, n.language <> '' DESC, length(n.text), n.text LIMIT 1
    ), p.is_known, p.has_open
FROM best p LEFT JOIN postings_place r ON r.id = p.region_id ORDER BY p.has_open DESC, p.weight DESC, p.id
"""  # noqa: S608  put together from constants
# Of an address only the slug of the employer's spelling is known ("RU-ekaterinburg"): who has that key, else who is called so there.
TOWNS = Prepared("""
WITH wanted AS (SELECT * FROM unnest(%(keys)s::text[], %(countries)s::text[], %(names)s::text[]) AS w (key, country, name)),
called AS (
    SELECT w.key AS wanted, true AS is_own, p.* FROM wanted w JOIN postings_place p ON p.key = w.key
    UNION ALL
    SELECT w.key, false, p.* FROM wanted w JOIN postings_placename n ON n.normalized = w.name
        JOIN postings_place p ON p.id = n.place_id AND p.country = w.country AND p.kind = 'city'
)
SELECT DISTINCT ON (c.wanted) c.wanted, c.name,
    (SELECT l.text FROM postings_placename l WHERE l.place_id = c.id AND l.language = %(language)s LIMIT 1)
FROM called c ORDER BY c.wanted, c.is_own DESC, c.population DESC, c.id
""")
IN_BOX = """
SELECT p.id, p.key, p.latitude, p.longitude FROM postings_place p
WHERE p.kind = 'city' AND ({boxes}) AND EXISTS (SELECT 1 FROM postings_site s WHERE s.place_id = p.id)
"""
IN_REGION = """
SELECT p.id, p.key, p.latitude, p.longitude FROM postings_place p
WHERE p.region_id = %s AND p.kind = 'city' AND EXISTS (SELECT 1 FROM postings_site s WHERE s.place_id = p.id)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A place that answers. ``name`` and ``region_name`` are in the reader's language; ``spelling`` is the name that
    it was found by, as ``place_key`` writes it, and as people write it where only the beginning was asked for;
    ``is_known`` says whether that is a name of its own or of a language of the portal."""

    id: int
    key: str
    kind: PlaceKind
    country: str
    name: str
    latitude: float
    longitude: float
    population: int
    region_id: int | None
    region: str
    region_name: str
    spelling: str
    is_known: bool
    has_open: bool

    @property
    def weight(self) -> float:
        """How likely it is the one that is meant."""
        people = self.population / (REGION_SHARE if self.kind == PlaceKind.REGION else 1)
        return people / (1 if self.is_known else OTHER_NAME_SHARE)


@dataclass(frozen=True, slots=True)
class Near:
    """A city with a site, ``km`` away."""

    id: int
    key: str
    km: float


def _seconds() -> float:
    return float(settings.PLACES_KEPT_SECONDS)


_named: Kept[list[Found]] = Kept(size=500, seconds=_seconds)
_beginning: Kept[list[Found]] = Kept(size=500, seconds=_seconds)
_near: Kept[list[Near]] = Kept(size=200, seconds=_seconds)


def named(names: Iterable[str], *, language: str) -> list[Found]:
    """Who is called by one of ``names`` (as ``place_key`` makes them); the weightiest ``MOST_NAMED``, in no order."""
    wanted = tuple(sorted(name for name in set(names) if place_names.may_be(name)))
    if not wanted:
        return []
    return _named.get((wanted, language), lambda: [_found(row) for row in NAMED.rows({"names": list(wanted), "language": language})])


def keyed(key: str, *, language: str) -> Found | None:
    """The place with this key."""
    rows = _named.get((key, language), lambda: _rows(KEYED, {"key": key, "language": language}))
    return rows[0] if rows else None


def beginning(prefix: str, *, language: str, limit: int) -> list[Found]:
    """Who has a name that begins so: where work is offered first, then the largest."""
    # Neither sign is in any name that ``place_key`` has made, but a prefix is not to be a pattern.
    literal = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    parameters = {"prefix": f"{literal}%", "language": language, "limit": limit, "home": list(HOME.get(language, ()))}
    return _beginning.get((prefix, language, limit), lambda: _rows(BEGINNING, parameters))


def town_names(keys: Iterable[str], *, language: str) -> dict[str, str]:
    """What towns are called in ``language``, by keys as ``facets.city_key`` makes them; unknown ones are not there."""
    wanted = sorted(set(keys))
    names = [key[3:].replace("-", " ") for key in wanted]
    parameters = {"keys": wanted, "countries": [key[:2] for key in wanted], "names": names, "language": language}
    return {key: local or name for key, name, local in TOWNS.rows(parameters)} if wanted else {}


def near(latitude: float, longitude: float, km: float) -> list[Near]:
    """The cities with a site within ``km`` of a point (degrees), nearest first."""
    return _near.get((latitude, longitude, km), lambda: _near_now(latitude, longitude, km))


def in_region(region: Found | int) -> list[Near]:
    """The cities with a site in a region; being in it, all are no distance away."""
    pk = region if isinstance(region, int) else region.id
    return _near.get(("region", pk), lambda: [Near(row[0], row[1], 0.0) for row in _fetched(IN_REGION, [pk])])


def forget() -> None:
    """Ask the database again from now on."""
    for kept in (_named, _beginning, _near):
        kept.forget()
    place_names.forget()


def _near_now(latitude: float, longitude: float, km: float) -> list[Near]:
    box = box_around(latitude, longitude, km)
    # Across the date line the same box once more, a turn further.
    boxes = [box]
    if box.west < -180:
        boxes.append(Box(box.south, box.west + 360, box.north, box.east + 360))
    if box.east > 180:
        boxes.append(Box(box.south, box.west - 360, box.north, box.east - 360))
    inside = " OR ".join(["point(p.longitude, p.latitude) <@ box(point(%s, %s), point(%s, %s))"] * len(boxes))
    corners = [degrees for part in boxes for degrees in (part.west, part.south, part.east, part.north)]
    found = [
        Near(row[0], row[1], distance_km(latitude, longitude, row[2], row[3])) for row in _fetched(IN_BOX.format(boxes=inside), corners)
    ]
    return sorted((place for place in found if place.km <= km), key=lambda place: (place.km, place.id))


def _rows(statement: str, parameters: dict[str, Any]) -> list[Found]:
    return [_found(row) for row in _fetched(statement, parameters)]


def _fetched(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _found(row: tuple[Any, ...]) -> Found:
    pk, key, kind, country, name, latitude, longitude, population, region_id, region, region_own, local, region_local, *rest = row
    spelling, is_known, has_open = rest
    return Found(
        id=pk,
        key=key,
        kind=PlaceKind(kind),
        country=country,
        name=local or name,
        latitude=latitude,
        longitude=longitude,
        population=population,
        region_id=region_id,
        region=region or "",
        region_name=region_local or region_own or "",
        spelling=spelling or name,
        is_known=is_known,
        has_open=has_open,
    )
