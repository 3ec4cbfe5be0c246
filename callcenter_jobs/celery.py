"""The Celery application. Tasks are hints; the truth of what must happen lives in PostgreSQL rows."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter_jobs.settings")

app = Celery("callcenter_jobs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**kwargs: Any) -> None:
    """Worker and beat refuse what the web server refuses; SystemExit is the one thing Celery does not swallow here."""
    from callcenter_jobs import checks

    checks.refuse_unsafe_start()
