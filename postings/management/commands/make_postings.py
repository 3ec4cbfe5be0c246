"""``manage.py make_postings``: made-up postings, from a few hundred for a developer to a million for a benchmark."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from postings.management.made_postings import loading
from postings.management.made_postings.world import World, make_world
from postings.models import Employer, Place, Role

BAR = 30


class Progress:
    """A bar on a terminal; in a log a line every tenth. ``what`` names what is counted."""

    def __init__(self, write: Callable[[str], None], *, what: str, total: int, is_terminal: bool) -> None:
        self.write = write
        self.what = what
        self.total = total
        self.is_terminal = is_terminal
        self.began = time.monotonic()
        self.tenth = 0

    def __call__(self, done: int) -> None:
        share = done / self.total
        passed = time.monotonic() - self.began
        left = passed / share - passed if share else 0
        if self.is_terminal:
            bar = ("█" * int(BAR * share)).ljust(BAR, "·")
            self.write(f"\r  {self.what:<9} {bar} {done:>9,} of {self.total:,}  {passed:4.0f} s, about {left:.0f} s left ")
        elif int(share * 10) > self.tenth:
            self.tenth = int(share * 10)
            self.write(f"  {self.what}: {done:,} of {self.total:,} after {passed:.0f} s\n")
        if self.is_terminal and done == self.total:
            self.write("\n")


class Command(BaseCommand):
    help = (
        "Makes realistic postings of call centers in all five languages, with employers, sites, plans and revisions, for benchmarks and "
        "development. The same --count, --live, --seed and --day make the same postings. In a database without employers and postings the "
        "indexes are dropped while loading and made again; otherwise nothing is dropped and it takes longer. Not for a live portal."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, default=10_000, help="how many postings (default 10,000)")
        parser.add_argument("--live", type=int, help="how many of them people can apply to (default: 60 of 100)")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other postings (default 1)")
        parser.add_argument("--day", type=date.fromisoformat, help="the day after the newest posting (YYYY-MM-DD, default: today)")
        parser.add_argument("--processes", type=int, default=2, help="how many processes load (default 2)")

    def handle(self, *args: Any, **options: Any) -> None:
        count: int = options["count"]
        live = options["live"] if options["live"] is not None else count * 6 // 10
        if not 1 <= count <= 20_000_000 or not 0 <= live <= count or not 1 <= options["processes"] <= 16:
            raise CommandError("--count lies between 1 and 20,000,000, --live between 0 and --count, --processes between 1 and 16.")
        self._prepare()
        began = time.monotonic()
        world = make_world(count=count, live=live, seed=options["seed"], day=options["day"] or timezone.localdate())
        if not world.roles:
            raise CommandError("The role library has no role with words in every language.")
        if Employer.objects.filter(code=world.codes["employer"][0]).exists():
            raise CommandError("Postings of this seed are here already. Use another --seed.")
        try:
            self._load(world, processes=options["processes"])
        except RuntimeError as error:
            raise CommandError(f"Not everything was loaded: {error}.") from error
        self.stdout.write(
            f"{count:,} postings, {live:,} of them live, {len(world.employers):,} employers: {time.monotonic() - began:.0f} s."
        )
        self.stdout.write("Now the search index wants to be built: `manage.py rebuild_search`.")

    def _prepare(self) -> None:
        if loading.is_broken_off():
            self.stdout.write("An earlier run was broken off: clearing away what it left.")
            loading.clear_broken_off()
        if not Role.objects.exists():
            call_command("load_library", stdout=self.stderr)
        if not Place.objects.exists():
            call_command("load_places", stdout=self.stderr)

    def _load(self, world: World, *, processes: int) -> None:
        empty = loading.is_empty()
        bases = loading.reserve(world)
        if empty:
            self.stdout.write("The database is empty: indexes are made after loading.")
            loading.drop_for_load(bases.plan)
        loading.load_parents(world, bases)
        loading.load_postings(world, bases, processes=processes, tell=self._progress("Postings", world.count))
        loading.load_history(bases)
        if empty:
            loading.make_again(tell=self._progress("Indexes", loading.steps_left()))
            loading.tidy(tell=self._progress("Tidying", len(loading.TABLES)))

    def _progress(self, what: str, total: int) -> Progress:
        return Progress(self._write, what=what, total=total, is_terminal=sys.stdout.isatty())

    def _write(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()
