"""What the tests of signing in share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import translation
from pytest_django import Settings


@pytest.fixture(autouse=True)
def real_surroundings(settings: Settings) -> Iterator[None]:
    """The real mail door (pytest-django puts another one in), empty limits, and English to start from."""
    settings.EMAIL_BACKEND = "callcenter_jobs.outbox.backend.OutboxBackend"
    cache.clear()
    with translation.override("en"):
        yield
