"""What a publication reads, and what it leaves behind."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callcenter_jobs.accounts.models import User
from postings.models import Employer, Posting, SearchChange
from postings.services import publishing
from postings.services.revisions import snapshot
from postings.tests.factories import PostingFactory

pytestmark = pytest.mark.django_db


def test_publishing_keeps_what_it_checked_and_reads_it_once(northline: Employer, rosa: User) -> None:
    posting = PostingFactory.create(employer=northline, state="draft", questions=2, start_in_days=20)
    SearchChange.objects.all().delete()
    with CaptureQueriesContext(connection) as asked:
        publishing.publish_posting(posting, by=rosa)
    assert len(asked) <= 12, "the posting, five kinds of rows beside it, its last revision and three writes"
    shown = Posting.objects.for_page().get(pk=posting.pk)
    event, revision = shown.events.get(), shown.revisions.get()
    assert (event.from_state, event.to_state, event.by) == ("draft", "open", rosa)
    assert (revision.number, revision.content, revision.created_by) == (1, snapshot(shown), rosa)
    assert [change.posting_id for change in SearchChange.objects.all()] == [posting.pk]
