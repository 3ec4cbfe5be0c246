"""The composition root: settings, URL table and the Celery application."""

from callcenter_jobs.celery import app as celery_app

__all__ = ["celery_app"]
__version__ = "0.1.0"
