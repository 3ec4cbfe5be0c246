"""The settings of the tests: the same, with cheaper hashing and unhashed static files.

The manifest storage answers 404 under a live test server, so tests use the plain one; ``make lint`` runs
``collectstatic`` with the real storage.
"""

import os

os.environ.setdefault("LOCAL_MODE", "1")

from callcenter_jobs.settings import *  # noqa: F403
from callcenter_jobs.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# Every test applies from the same address.
APPLY_SENDS_PER_HOUR = 100_000
