"""``manage.py compile_catalogs``: .po to .mo, without GNU gettext."""

from typing import Any

from django.core.management.base import BaseCommand

from callcenter_jobs.ui import catalogs


class Command(BaseCommand):
    help = "Compiles the message catalogs that have changed."

    def handle(self, *args: Any, **options: Any) -> None:
        written = catalogs.compile_all()
        self.stdout.write(f"{len(written)} catalogs compiled.")
