"""``/healthz``: this process answers. ``/readyz``: it can do its work.

Ready means that the database answers and has every migration. Cache and worker are looked at too, but only
"degrade" the answer: pages and applications work without them by design, so a balancer must not take the portal away
because of them, while a monitor that reads the word can raise an alarm. Strangers read one word; who
sends ``Authorization: Bearer <HEALTH_TOKEN>`` reads what failed.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from callcenter_jobs.outbox.models import Heartbeat

logger = logging.getLogger(__name__)

# The worker's sign of life comes each minute; three missing ones are no accident.
OLDEST_HEARTBEAT = 190.0

# Set once all migrations are applied: they can't become unapplied under a running process.
_migrated = False


def database_fault() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return type(error).__name__
    return ""


def migrations_fault() -> str:
    global _migrated
    if _migrated:
        return ""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return type(error).__name__
    if pending:
        return f"{len(pending)} pending"
    _migrated = True
    return ""


def cache_fault() -> str:
    mark = secrets.token_hex(8)
    cache.set("readyz", mark, 10)
    return "" if cache.get("readyz") == mark else "unreachable"


def worker_fault() -> str:
    try:
        age = Heartbeat.age("worker")
    except DatabaseError as error:
        return type(error).__name__
    if age is None:
        return "never seen"
    return "" if age <= OLDEST_HEARTBEAT else f"last seen {age:.0f} s ago"


ESSENTIAL: dict[str, Callable[[], str]] = {"database": database_fault, "migrations": migrations_fault}
HELPFUL: dict[str, Callable[[], str]] = {"cache": cache_fault, "worker": worker_fault}


def _may_know(request: HttpRequest) -> bool:
    token = settings.HEALTH_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    faults = {name: fault() for name, fault in ESSENTIAL.items()}
    broken = any(faults.values())
    if not faults["database"]:  # without it the others would only wait for their time-outs
        faults |= {name: fault() for name, fault in HELPFUL.items()}
    word = "unavailable" if broken else "degraded" if any(faults.values()) else "ok"
    if word != "ok":
        logger.warning("readyz %s: %s", word, ", ".join(f"{name} {fault}" for name, fault in faults.items() if fault))
    body: dict[str, object] = {"status": word}
    if _may_know(request):
        body["parts"] = {name: fault or "ok" for name, fault in faults.items()}
    return JsonResponse(body, status=503 if broken else 200)
