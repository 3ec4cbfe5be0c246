"""``manage.py drain_outbox``: deliver what is due, without a broker, a worker or beat."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from callcenter_jobs.outbox import delivery
from callcenter_jobs.outbox.models import Message

PAUSE = 2.0


class Command(BaseCommand):
    help = "Deliver the mails that are due, straight from the database. Needs no broker, and is safe beside running workers."

    def add_arguments(self, parser: CommandParser) -> None:
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--once", action="store_true", help="one round over everything that is due now (the default)")
        mode.add_argument("--watch", action="store_true", help="go on until interrupted")
        mode.add_argument("--until-empty", type=float, metavar="SECONDS", help="go on until nothing is waiting, for so long at most")

    def handle(self, *args: Any, **options: Any) -> None:
        patience: float | None = options["until_empty"]
        until = time.monotonic() + patience if patience is not None else None
        sent = 0
        try:
            while True:
                sent += self._round()
                if until is not None and not Message.objects.open().exists():
                    break
                if not options["watch"] and (until is None or time.monotonic() > until):
                    break
                time.sleep(PAUSE)
        except KeyboardInterrupt:
            self.stderr.write("Stopped; what is left keeps waiting.")
        waiting = Message.objects.open().count()
        self.stdout.write(f"{sent} sent, {waiting} waiting, {Message.objects.parked().count()} parked")

    @staticmethod
    def _round() -> int:
        delivery.settle_expired()
        delivery.resolve_uncertain()
        sent = 0
        while batch := delivery.drain(budget=30.0):
            sent += batch
        return sent
