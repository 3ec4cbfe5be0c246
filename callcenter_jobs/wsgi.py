"""The WSGI entry point for gunicorn. A configuration that must not serve does not get past here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter_jobs.settings")

application = get_wsgi_application()

from callcenter_jobs.checks import refuse_unsafe_start  # noqa: E402 - needs the apps

refuse_unsafe_start()

from callcenter_jobs.ui import jinja  # noqa: E402 - needs the apps

# Before the workers part: no visitor waits for a template to be compiled, and the workers share them.
jinja.warm()
