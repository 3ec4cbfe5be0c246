"""``manage.py load_demo``: employers, postings and applications to look at, in a local run only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applicants.demo import loading
from callcenter_jobs.accounts.models import User


class Command(BaseCommand):
    help = "Loads the demo once. Refuses outside a local run: the demo accounts have a published password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOCAL_MODE:
            raise CommandError("Demo data is for a local run only. Its accounts have a published password.")
        if User.objects.filter(is_demo=True).exists():
            self.stdout.write("The demo is already there.")
            return
        try:
            made = loading.load()
        except loading.NothingToStartFrom as missing:
            raise CommandError(f"Load the role library first (manage.py load_library). Missing: {missing}") from missing
        self.stdout.write(", ".join(f"{number} {name}" for name, number in made.items()))
