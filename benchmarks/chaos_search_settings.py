"""The portal of a search chaos run: as in the tests, with the keeper on and one more address, for the examiner."""

from callcenter_jobs.settings_test import *  # noqa: F403

ROOT_URLCONF = "benchmarks.chaos_search_urls"
SEARCH_KEEPER = True
