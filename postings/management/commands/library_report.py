"""``manage.py library_report``: what the shipped library holds, as a table and, last, as one JSON object."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postings.services import library_counts, library_files

COLUMNS = ("templates", "questions", "practice_questions", "aliases_min")


class Command(BaseCommand):
    help = "Counts the role library of postings/content. Needs no database. The last line is one JSON object."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            library = library_files.read()
        except library_files.LibraryError as error:
            raise CommandError("The library files need mending:\n" + "\n".join(error.problems)) from error
        report = library_counts.counts(library)
        self.stdout.write("language  " + "  ".join(f"{name:>18}" for name in COLUMNS))
        for language in library.languages:
            self.stdout.write(f"{language:<8}  " + "  ".join(f"{report[name][language]:>18}" for name in COLUMNS))
        for bank, number in library_counts.questions_per_bank(library).items():
            self.stdout.write(f"bank {bank}: {number} questions")
        self.stdout.write(f"pay figures: {report['pay_figures']}, keys without a language: {len(report['missing'])}")
        self.stdout.write(json.dumps(report, ensure_ascii=False))
