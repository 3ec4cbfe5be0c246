"""``manage.py make_catalogs``: bring the .po files up to date with the sources."""

from typing import Any

from django.core.management.base import BaseCommand

from callcenter_jobs.ui import catalogs


class Command(BaseCommand):
    help = "Adds new strings to the .po files and drops unused ones. Never guesses a translation."

    def handle(self, *args: Any, **options: Any) -> None:
        for language in catalogs.languages():
            catalog = catalogs.update(language)
            empty = sum(1 for message in catalog if message.id and not catalogs.is_translated(message))
            self.stdout.write(f"{language}: {len(catalog)} strings, {empty} to translate.")
