"""The settings of the tests: the same, with cheaper hashing and unhashed static files.

The manifest storage answers 404 under a live test server, so tests use the plain one; ``make lint`` runs
``collectstatic`` with the real storage.
"""

import os

os.environ.setdefault("LOCAL_MODE", "1")

from callcenter_jobs.settings import *  # noqa: E402, F403
from callcenter_jobs.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
