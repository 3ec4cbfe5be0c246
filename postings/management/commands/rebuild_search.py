"""``manage.py rebuild_search``: a new base for the search index, while the portal runs."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from postings.models import SearchGeneration
from postings.search.building import AlreadyBuilding, build_generation, is_due
from postings.search.foreseen import look_ahead
from postings.search.phrases import ARE_PHRASES

BAR = 30
# Phrases are kept beside the words, and are none.
FIGURES = f"""
SELECT (SELECT coalesce(sum(length(data)), 0) FROM postings_searchpart WHERE generation_id = %(key)s),
    count(*), coalesce(sum(length(bits) + coalesce(length(title_bits), 0)), 0)
FROM postings_searchword WHERE generation_id = %(key)s AND NOT ({ARE_PHRASES})
"""  # noqa: S608


class Command(BaseCommand):
    help = "Builds the base of the search index anew. Safe while the portal runs: web processes change over when it is ready."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-due",
            action="store_true",
            help="only when enough has changed, and with low priority; then look for likely phrases (beat does this)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_due"]:
            if not is_due():
                self.stdout.write("The search index is not due.")
                return
            os.nice(10)
        self.began = time.monotonic()
        self.told = ("", 0)
        try:
            generation = build_generation(progress=self.tell)
        except AlreadyBuilding:
            self.stdout.write("Another process is building the search index.")
            return
        self.sum_up(generation)
        if options["if_due"]:
            # Web processes change over meanwhile.
            self.stdout.write(f"Looked for {look_ahead(generation.pk)} likely phrases.")

    def tell(self, what: str, done: int, total: int) -> None:
        """A bar on a terminal; in a log a line every tenth."""
        share = done / total if total else 1.0
        passed = time.monotonic() - self.began
        if self.stdout.isatty():
            bar = ("█" * int(BAR * share)).ljust(BAR, "·")
            self.stdout.write(f"\r  {what:<9} {bar} {done:>9,} of {total:,}  {passed:4.0f} s ", ending="\n" if done == total else "")
            self.stdout.flush()
        elif (what, int(share * 10)) != self.told:
            self.told = (what, int(share * 10))
            self.stdout.write(f"{what}: {done:,} of {total:,} after {passed:.0f} s")

    def sum_up(self, generation: SearchGeneration) -> None:
        with connection.cursor() as cursor:
            cursor.execute(FIGURES, {"key": generation.pk})
            parts, words, bits = cursor.fetchone()
        self.stdout.write(
            f"Search index {generation.pk}: {generation.postings:,} open postings, {words:,} words, {(parts + bits) / 1e6:,.1f} MB "
            f"({bits / 1e6:,.1f} MB of it words) in {time.monotonic() - self.began:.1f} s."
        )
