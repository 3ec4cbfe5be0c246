"""A small world for tests: fifty-odd places of the shipped file, with their real names and coordinates."""

from __future__ import annotations

from pathlib import Path

from postings.search import gazetteer
from postings.services import places_loading

FILE = Path(__file__).with_name("places.tsv")


def load_places() -> None:
    places_loading.load(FILE)
    gazetteer.forget()
