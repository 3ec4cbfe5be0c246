"""The Celery application. Tasks are hints; the truth of what must happen lives in PostgreSQL rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter_jobs.settings")

app = Celery("callcenter_jobs")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
