"""The WSGI entry point for gunicorn. A configuration that must not serve does not get past here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter_jobs.settings")

application = get_wsgi_application()

from callcenter_jobs.database import limit_statements  # noqa: E402 - needs the settings

limit_statements()

from callcenter_jobs.checks import refuse_unsafe_start  # noqa: E402 - needs the apps

refuse_unsafe_start()

from callcenter_jobs.warm import warm  # noqa: E402 - needs the apps

warm()
