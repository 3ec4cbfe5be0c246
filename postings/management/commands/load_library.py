"""``manage.py load_library``: take the role library that ships with the portal into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postings.services import library_files, library_loading


class Command(BaseCommand):
    help = "Loads roles, templates, titles, question banks and plans from postings/content. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = library_loading.load(library_files.read())
        except library_files.LibraryError as error:
            raise CommandError("The library files need mending:\n" + "\n".join(error.problems)) from error
        if report.is_empty:
            self.stdout.write("The library is up to date.")
            return
        for verb, names in (("published", report.published), ("offered as a draft", report.offered)):
            for name in names:
                self.stdout.write(f"{verb}: {name}")
        self.stdout.write(f"{len(report.changed)} other parts taken over.")
