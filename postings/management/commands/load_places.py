"""``manage.py load_places``: take the cities and regions that ship with the portal into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from postings.services import places_loading


class Command(BaseCommand):
    help = "Loads cities and regions from postings/content/places and finds the places of sites. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = places_loading.load()
        if loaded.is_new:
            self.stdout.write(f"{loaded.places} places with {loaded.names} names taken over.")
        else:
            self.stdout.write("The places are up to date.")
        if loaded.sites:
            self.stdout.write(f"{loaded.sites} sites found on the map.")
