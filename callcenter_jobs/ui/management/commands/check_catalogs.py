"""``manage.py check_catalogs``: fail on a missing, fuzzy or broken translation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from callcenter_jobs.ui import catalogs

SHOWN = 40


class Command(BaseCommand):
    help = "Fails when a visible string lacks a sound translation in one of the portal's languages."

    def handle(self, *args: Any, **options: Any) -> None:
        found = [problem for language in catalogs.languages() for problem in catalogs.problems(language)]
        if found:
            more = f"\n… and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            raise CommandError("\n".join(found[:SHOWN]) + more)
        self.stdout.write("Every string is translated in every language.")
