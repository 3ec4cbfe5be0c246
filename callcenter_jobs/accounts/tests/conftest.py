"""What the tests of signing in share."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from pytest_django import Settings


@pytest.fixture(autouse=True)
def real_surroundings(settings: Settings) -> None:
    """The real mail door (pytest-django puts another one in) and empty limits."""
    settings.EMAIL_BACKEND = "callcenter_jobs.outbox.backend.OutboxBackend"
    cache.clear()
