"""Taking the shipped places into the database."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from postings.models import Place, PlaceName
from postings.services import places_loading
from postings.tests.factories import SiteFactory
from postings.tests.places import FILE

pytestmark = pytest.mark.django_db


def test_the_same_file_is_taken_once_and_places_new_sites_all_the_same() -> None:
    first = places_loading.load(FILE)
    assert first.is_new
    assert first.places == Place.objects.count()
    assert first.names == PlaceName.objects.count()
    site = SiteFactory.create(city="Oslo")
    second = places_loading.load(FILE)
    assert (second.is_new, second.sites) == (False, 1)
    site.refresh_from_db()
    assert site.place is not None
    assert (site.place.name, site.place.region and site.place.region.name) == ("Oslo", "Oslo")


def test_a_new_file_changes_places_without_losing_those_in_use(tmp_path: Path) -> None:
    places_loading.load(FILE)
    oslo, bergen = Place.objects.get(key="NO-oslo"), Place.objects.get(key="NO-bergen")
    site, other = SiteFactory.create(place=oslo), SiteFactory.create(place=bergen, city="Bergen")
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if "Bergen" not in line]
    renewed = tmp_path / "places.tsv.gz"
    renewed.write_bytes(gzip.compress("\n".join(lines).replace("1082575", "1100000").encode()))
    places_loading.load(renewed)
    site.refresh_from_db()
    other.refresh_from_db()
    assert (site.place_id, other.place_id) == (oslo.pk, None)
    assert Place.objects.get(key="NO-oslo").population == 1_100_000
    assert not Place.objects.filter(key="NO-bergen").exists()


def test_the_shipped_file_reads_whole() -> None:
    """Every line has its parts, every key is there once, every region that a city names exists, every name can be found."""
    lines = gzip.decompress(places_loading.FILE.read_bytes()).decode().splitlines()
    rows = [line.split("\t") for line in lines]
    assert {len(row) for row in rows} == {9}
    keys = {row[1] for row in rows}
    assert len(keys) == len(rows) > 40_000
    assert {row[3] for row in rows} - {""} <= keys
    assert all(len(key) <= 120 for key in keys)
    assert {row[2] for row in rows} >= {"NO", "SE", "HR", "RU", "GB", "US"}
    assert not any("\\" in line for line in lines)
