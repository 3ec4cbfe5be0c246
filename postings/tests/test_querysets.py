"""What is open, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from postings.models import Posting, Site
from postings.tests.factories import PostingFactory

# Between them, all 26 hours of the world's calendar: at any moment two of the three have different dates.
ZONES = ("Pacific/Kiritimati", "UTC", "Pacific/Pago_Pago")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("days", [-1, 0, 1])
@pytest.mark.parametrize("reader", ZONES)
def test_the_last_day_ends_where_the_job_is_whoever_looks(posting: Posting, zone: str, days: int, reader: str) -> None:
    assert posting.site is not None
    Site.objects.filter(pk=posting.site.pk).update(time_zone=zone)
    posting.site.refresh_from_db()
    posting.closes_on = posting.local_day() + timedelta(days=days)
    posting.save()
    with timezone.override(reader):
        assert posting.is_open() == (days >= 0)
        assert Posting.objects.open().filter(pk=posting.pk).exists() == (days >= 0)
        assert Posting.objects.overdue().filter(pk=posting.pk).exists() == (days < 0)


def test_a_posting_without_a_site_counts_in_utc(db: None) -> None:
    posting = PostingFactory.create(site=None, closes_on=timezone.now().astimezone(UTC).date() - timedelta(days=1))
    assert not posting.is_open()
    assert list(Posting.objects.overdue()) == [posting]


def test_the_local_day_is_the_sites(posting: Posting) -> None:
    assert posting.site is not None
    posting.site.time_zone = "America/Los_Angeles"
    assert posting.local_day(datetime(2026, 11, 21, 4, 0, tzinfo=UTC)) == date(2026, 11, 20)
