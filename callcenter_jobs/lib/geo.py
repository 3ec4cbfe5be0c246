"""Distances on the globe."""

from __future__ import annotations

from math import asin, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

# Mean radius of the Earth (IUGG), kilometers.
EARTH_KM = 6371.0088


class Box(NamedTuple):
    """Degrees. ``west`` may be below -180 and ``east`` above 180 where the box crosses the date line."""

    south: float
    west: float
    north: float
    east: float


def distance_km(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """The way between two points (degrees) over the surface of a sphere, in kilometers; the error is below 0.6 %.

    Haversine formula: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (2), 1984, p. 159.

    >>> round(distance_km(59.9127, 10.7461, 60.3930, 5.3242))  # Oslo to Bergen
    305
    """
    a, b = radians(a_lat), radians(b_lat)
    chord = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(b_lon - a_lon) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def box_around(latitude: float, longitude: float, km: float) -> Box:
    """The smallest box of degrees that holds every point within ``km``.

    The width is that of the circle's widest parallel: J. P. Matuschek, "Finding Points Within a Distance of a
    Latitude/Longitude Using Bounding Coordinates", 2010, section 3.3.
    """
    angle = km / EARTH_KM
    high = degrees(angle)
    south, north = latitude - high, latitude + high
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), -180.0, min(north, 90.0), 180.0)
    wide = degrees(asin(min(1.0, sin(angle) / cos(radians(latitude)))))
    return Box(south, longitude - wide, north, longitude + wide)
