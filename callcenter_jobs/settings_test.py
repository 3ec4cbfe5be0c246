"""The settings of the tests: the same, with cheaper hashing and unhashed static files.

The manifest storage answers 404 under a live test server, so tests use the plain one; ``make lint`` runs
``collectstatic`` with the real storage.
"""

import os

from jinja2 import StrictUndefined

os.environ.setdefault("LOCAL_MODE", "1")

from callcenter_jobs.settings import *  # noqa: F403
from callcenter_jobs.settings import CACHES, STORAGES, TEMPLATES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

# A name that a page does not give is an error here, and blank in production.
TEMPLATES[1]["OPTIONS"] |= {"undefined": StrictUndefined}

# Every test has places of its own.
PLACES_KEPT_SECONDS = 0

# A thread with a connection of its own would outlive the test that began it, and its database.
SEARCH_KEEPER = False
SEARCH_LOOK_AGAIN_MS = 0

# A test counts what it has just made.
FRONT_PAGE_SECONDS = 0

# Every test applies from the same address.
APPLY_SENDS_PER_HOUR = 100_000

# Tests empty the cache, and those that run beside them count in it: each process of a parallel run has its own database.
# A busy machine is no sick cache, so nothing is given up after half a second.
_process = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
_cache = str(CACHES["default"]["LOCATION"])
if _process.isdigit() and _cache.startswith("redis"):
    _cache = f"{_cache.rpartition('/')[0]}/{int(_process) % 15 + 1}"
_patient = {"socket_timeout": 20, "socket_connect_timeout": 20}
CACHES = {**CACHES, "default": {**CACHES["default"], "LOCATION": _cache, "OPTIONS": _patient}}
