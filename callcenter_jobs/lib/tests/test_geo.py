from __future__ import annotations

import pytest

from callcenter_jobs.lib.geo import box_around, distance_km
from callcenter_jobs.lib.place_forms import MOST_FORMS, nominatives
from callcenter_jobs.lib.text import place_key


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        # A quarter of a great circle, the same point, the other side, across the date line.
        ((0.0, 0.0), (0.0, 90.0), 10007.6),
        ((59.9127, 10.7461), (59.9127, 10.7461), 0.0),
        ((0.0, 0.0), (0.0, 180.0), 20015.1),
        ((0.0, 179.5), (0.0, -179.5), 111.2),
        ((59.9127, 10.7461), (60.3930, 5.3242), 304.7),
    ],
)
def test_distances(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    assert distance_km(*a, *b) == pytest.approx(km, abs=0.5)
    assert distance_km(*b, *a) == pytest.approx(distance_km(*a, *b))


@pytest.mark.parametrize("latitude", [0.0, 45.0, 70.0])
def test_a_box_holds_what_is_near_and_little_more(latitude: float) -> None:
    box = box_around(latitude, 10.0, 100)
    assert distance_km(latitude, 10.0, box.north, 10.0) == pytest.approx(100, abs=0.1)
    assert distance_km(latitude, 10.0, box.south, 10.0) == pytest.approx(100, abs=0.1)
    assert 99.99 < distance_km(latitude, 10.0, latitude, box.east) < 101


def test_at_the_pole_every_longitude_is_near() -> None:
    assert box_around(89.9, 10.0, 100)[1::2] == (-180.0, 180.0)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("москве", "москва"),
        ("казани", "казань"),
        ("ярославле", "ярославль"),
        ("санкт петербурге", "санкт петербург"),
        ("нижнем новгороде", "нижний новгород"),
        ("московской области", "московская область"),
        ("краснодарском крае", "краснодарский край"),
        ("норвегии", "норвегия"),
        ("химках", "химки"),
        ("zagrebu", "zagreb"),
        ("rijeci", "rijeka"),
        ("zadru", "zadar"),
        ("sisku", "sisak"),
        ("karlovcu", "karlovac"),
        ("oslu", "oslo"),
        ("velikoj gorici", "velika gorica"),
        ("slavonskom brodu", "slavonski brod"),
        ("norveskoj", "norveska"),
    ],
)
def test_cases_lead_to_the_name(written: str, name: str) -> None:
    forms = nominatives(written)
    assert name in forms
    assert len(forms) <= MOST_FORMS


def test_spellings_of_a_place_share_a_key() -> None:
    assert place_key("Санкт-Петербург") == place_key("санкт петербург")
    assert place_key("St. John's") == place_key("St Johns") == "st johns"
