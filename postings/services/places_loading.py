"""Takes the shipped cities and regions into the database. ``manage.py make_places`` says what a line of the file has."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from callcenter_jobs.lib.text import place_key
from postings.models import LibraryLoad
from postings.services.places import place_sites

FILE = Path(__file__).resolve().parent.parent / "content" / "places" / "places.tsv.gz"
LOADED = "places"
KINDS = {"c": "city", "r": "region"}

MAKE_ROOM = """
DROP TABLE IF EXISTS new_place, new_name, moved, gone;
CREATE TEMPORARY TABLE new_place (kind text, key text, country text, region text, name text,
    latitude float8, longitude float8, population int) ON COMMIT DROP;
CREATE TEMPORARY TABLE new_name (key text, normalized text, text text, language text, is_own boolean) ON COMMIT DROP;
"""
TAKE = """
ANALYZE new_place;
CREATE TEMPORARY TABLE moved ON COMMIT DROP AS SELECT old.id FROM postings_place old JOIN new_place new ON new.key = old.key
    WHERE (old.latitude, old.longitude) IS DISTINCT FROM (new.latitude, new.longitude);
CREATE TEMPORARY TABLE gone ON COMMIT DROP AS SELECT old.id FROM postings_place old
    WHERE NOT EXISTS (SELECT 1 FROM new_place new WHERE new.key = old.key);
-- A place keeps its row: sites point to it.
INSERT INTO postings_place AS old (kind, key, country, name, latitude, longitude, population)
    SELECT kind, key, country, name, latitude, longitude, population FROM new_place
    ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, country = excluded.country, name = excluded.name,
        latitude = excluded.latitude, longitude = excluded.longitude, population = excluded.population
    WHERE (old.kind, old.country, old.name, old.latitude, old.longitude, old.population)
        IS DISTINCT FROM (excluded.kind, excluded.country, excluded.name, excluded.latitude, excluded.longitude, excluded.population);
UPDATE postings_place city SET region_id = region.id
    FROM new_place new LEFT JOIN postings_place region ON region.key = new.region
    WHERE city.key = new.key AND city.region_id IS DISTINCT FROM region.id;
UPDATE postings_site SET place_id = NULL WHERE place_id IN (SELECT id FROM gone);
UPDATE postings_place SET region_id = NULL WHERE region_id IN (SELECT id FROM gone);
DELETE FROM postings_placename;
DELETE FROM postings_place WHERE id IN (SELECT id FROM gone);
INSERT INTO postings_placename (place_id, normalized, text, language, is_own)
    SELECT place.id, new.normalized, new.text, new.language, new.is_own
    FROM new_name new JOIN postings_place place ON place.key = new.key ORDER BY new.normalized;
-- Touched, so that search notices that their place has moved.
UPDATE postings_site SET place_id = place_id WHERE place_id IN (SELECT id FROM moved);
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; ``is_new`` is false when the database had this file already."""

    is_new: bool
    places: int = 0
    names: int = 0
    sites: int = 0


def load(file: Path = FILE) -> Loaded:
    """Make the gazetteer what ``file`` says, and place the sites that had no place. The same file is never loaded twice."""
    content = file.read_bytes()
    content_hash = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        record, _created = LibraryLoad.objects.get_or_create(key=LOADED)
        record = LibraryLoad.objects.select_for_update().get(pk=record.pk)
        if record.content_hash == content_hash:
            return Loaded(is_new=False, sites=place_sites())
        text = gzip.decompress(content) if file.suffix == ".gz" else content
        places, names = _take(text.decode().splitlines())
        record.content_hash = content_hash
        record.save()
        sites = place_sites()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE postings_place; ANALYZE postings_placename")
    return Loaded(is_new=True, places=places, names=names, sites=sites)


def _take(lines: list[str]) -> tuple[int, int]:
    rows = [line.split("\t") for line in lines]
    names = [name for row in rows for name in _names(row)]
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROOM)
        cursor.copy_expert("COPY new_place FROM STDIN", _copied((KINDS[row[0]], *row[1:8]) for row in rows))
        cursor.copy_expert("COPY new_name FROM STDIN", _copied(names))
        cursor.execute(TAKE)
    return len(rows), len(names)


def _names(row: list[str]) -> Iterator[tuple[str, ...]]:
    """The rows of ``new_name`` for a place."""
    key, own = row[1], row[4]
    languages = {code for code, _name in settings.LANGUAGES}
    yield key, _fast_key(own), own, "", "t"
    for name in filter(None, row[8].split("|")):
        language, equals, text = name.partition("=")
        text, language = (text, language) if equals else (name, "")
        normalized = _fast_key(text)
        if normalized and (not language or language in languages):
            yield key, normalized, text, language, "f"


def _fast_key(name: str) -> str:
    """``place_key``; most names are one ASCII word."""
    return name.lower() if name.isascii() and name.isalpha() else place_key(name)


def _copied(rows: Iterable[Iterable[str]]) -> io.StringIO:
    """As COPY reads it. Neither the file nor a key can hold a tab, a line's end or a backslash that means something."""
    return io.StringIO("".join("\t".join(row).replace("\\", "") + "\n" for row in rows))
