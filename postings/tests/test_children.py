"""Rows beside a posting, read by statements that are written once, against Django's own prefetching."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from callcenter_jobs.children import read_children
from postings.models import PaySupplement, Posting, StartClass
from postings.tests.factories import PostingFactory

RELATIONS = ("texts", "languages", "supplements", "start_classes", "screening_questions")
pytestmark = pytest.mark.django_db


def test_children_are_those_that_would_have_been_prefetched() -> None:
    first, second = (PostingFactory.create(questions=2, start_in_days=40, spoken=[("nb", "C1"), ("en", "B2")]) for _turn in range(2))
    StartClass.objects.create(posting=second, starts_on=timezone.localdate() + timedelta(days=9), seats=3)
    PaySupplement.objects.create(posting=second, kind="night", percent=Decimal("12.5"))
    for made in (first, second):
        posting = Posting.objects.get(pk=made.pk)
        with CaptureQueriesContext(connection) as asked:
            read_children(posting, *RELATIONS, leave_out=frozenset({"search"}))
            read_children(posting, "texts")
        assert len(asked) == len(RELATIONS), "what is known is not read again"
        prefetched = Posting.objects.prefetch_related(*RELATIONS).get(pk=made.pk)
        with CaptureQueriesContext(connection) as asked:
            for relation in RELATIONS:
                mine, theirs = getattr(posting, relation).all(), getattr(prefetched, relation).all()
                for one, other in zip(mine, theirs, strict=True):
                    assert one.posting is posting
                    names = [field.attname for field in one._meta.concrete_fields if field.name != "search"]
                    assert [getattr(one, name) for name in names] == [getattr(other, name) for name in names]
        assert len(asked) == 0
        with CaptureQueriesContext(connection) as asked:
            assert "custom" in str(posting.texts.all()[0].search)
        assert len(asked) == 1, "read when somebody asks for it"


def test_what_else_is_asked_stays_with_the_parent() -> None:
    mine, other = (Posting.objects.get(pk=PostingFactory.create(spoken=[("nb", "C1"), ("en", "B2")]).pk) for _turn in range(2))
    read_children(mine, "languages", "texts")
    assert {row.posting_id for row in mine.languages.filter(language="nb")} == {mine.pk}
    assert mine.languages.all().filter(language="nb").count() == mine.languages.all().exclude(language="nb").count() == 1
    assert mine.languages.count() == 2
    assert mine.languages.all().delete()[0] == 2
    assert other.languages.count() == 2
