"""The WSGI entry point for gunicorn. A configuration that must not serve does not get past here."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from callcenter_jobs import deferred, lean, locale_data

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter_jobs.settings")

# Before anything else: what is read here and forgotten leaves room for all that comes, and not holes in it.
LANGUAGES = [language for language, _name in settings.LANGUAGES]
locale_data.read(LANGUAGES)
deferred.defer()

application = get_wsgi_application()

lean.share_messages(LANGUAGES)

from callcenter_jobs.database import limit_statements, listen_for_hangups  # noqa: E402 - needs the settings

limit_statements()
listen_for_hangups()

from callcenter_jobs.outbox.hints import hint_giver  # noqa: E402 - beside the others

hint_giver.go_beside()

from callcenter_jobs.checks import refuse_unsafe_start  # noqa: E402 - needs the apps

refuse_unsafe_start()

from callcenter_jobs.warm import warm  # noqa: E402 - needs the apps

warm()
