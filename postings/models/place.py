"""Cities and regions of the world, by all their names. Loaded from postings/content/places, never edited by hand."""

from __future__ import annotations

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q

from postings.enums import PlaceKind
from postings.models.choices import only


class Place(models.Model):
    """``key`` is stable and public (``NO-oslo``, ``NO-vestland-region``). The name is the one that most people of the
    world know it by. Latitude and longitude are degrees (WGS 84); a region's are those of its largest city, and
    its population is that of the cities in it that are known."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=6, choices=PlaceKind.choices)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    region = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="cities")
    latitude = models.FloatField()
    longitude = models.FloatField()
    population = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [only("kind", PlaceKind, name="place_kind_known")]
        indexes = [
            # For "everything in this box", which neither column can answer alone.
            GistIndex(Func(F("longitude"), F("latitude"), function="point"), condition=Q(kind="city"), name="place_city_point"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.country}"


class PlaceName(models.Model):
    """A name that people type. ``language`` is set where it is the name in that language of the portal; ``is_own``
    marks the place's ``name``; all others are further spellings, good for finding and not for showing."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    # As ``place_key`` of callcenter_jobs.lib.text makes it; ordered by bytes, so that any server uses the index for a prefix.
    normalized = models.CharField(max_length=120, db_collation="C")
    text = models.CharField(max_length=120)
    language = models.CharField(max_length=5, blank=True)
    is_own = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["normalized"], name="place_name_prefix")]

    def __str__(self) -> str:
        return self.text
