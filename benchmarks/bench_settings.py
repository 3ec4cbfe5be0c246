"""The product's settings with two pages more, to measure against. Production settings otherwise: nothing local, nothing cheaper."""

from __future__ import annotations

import os

from callcenter_jobs.settings import *  # noqa: F403
from callcenter_jobs.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.bench_urls"
# All clients of a run come from few addresses.
APPLY_SENDS_PER_HOUR = 100_000_000
# Adds the number of queries to every answer. In a server of its own, which nobody times.
if os.environ.get("BENCH_COUNT_QUERIES"):
    MIDDLEWARE = ["benchmarks.bench_urls.CountQueries", *MIDDLEWARE]
