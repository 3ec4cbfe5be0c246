"""Closing on the last day, however late the task runs and whatever one posting does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from postings import tasks
from postings.models import Posting
from postings.services import publishing
from postings.tests.factories import PostingFactory


@pytest.mark.django_db
def test_one_posting_that_cannot_be_closed_keeps_no_other_open(monkeypatch: pytest.MonkeyPatch) -> None:
    past = timezone.localdate() - timedelta(days=3)
    stuck, fine = PostingFactory.create_batch(2, closes_on=past)

    def close(posting: Posting, *, by: None) -> Posting:
        if posting.pk == stuck.pk:
            raise DatabaseError("deadlock detected")
        return publishing.close_posting(posting, by=by)

    monkeypatch.setattr(tasks, "close_posting", close)
    assert tasks.close_overdue() == 1
    fine.refresh_from_db()
    stuck.refresh_from_db()
    assert (fine.state, stuck.state) == ("closed", "open")
    monkeypatch.undo()
    assert tasks.close_overdue() == 1
