"""A posting read by the page's own statement is the posting that the ORM reads."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from postings.models import PaySupplement, Posting, PostingLanguage, PostingText, StartClass
from postings.posting_page import public_posting
from postings.tests.factories import PostingFactory, TitleAliasFactory

pytestmark = pytest.mark.django_db
RELATIONS = ("texts", "languages", "start_classes", "supplements")


def loaded(item: models.Model) -> dict[str, Any]:
    """The fields that were read, with their values."""
    missing = item.get_deferred_fields()
    return {field.attname: getattr(item, field.attname) for field in item._meta.concrete_fields if field.attname not in missing}


def full() -> Posting:
    posting = PostingFactory.create(start_in_days=9, benefits=["meals"], remote_countries=["NO"], employer__about={"en": "We", "nb": "Vi"})
    PostingText.objects.create(posting=posting, language="nb", title='Agent "å" \\ {x}', duties=[{"text": "Én", "share": 40}])
    PostingLanguage.objects.create(posting=posting, language="sv", level="B1", is_required=False)
    StartClass.objects.create(posting=posting, starts_on=timezone.localdate() + timedelta(days=3), seats=4)
    PaySupplement.objects.create(posting=posting, kind="evening", percent=Decimal("12.5"))
    PaySupplement.objects.create(posting=posting, kind="night", amount=Decimal("15.25"))
    TitleAliasFactory.create(role=posting.role, is_preferred=True, text="Agent")
    TitleAliasFactory.create(role=posting.role, is_preferred=False, text="CSR")
    return posting


@pytest.mark.parametrize("is_full", [True, False])
def test_every_field_is_the_same(is_full: bool) -> None:
    made = full() if is_full else PostingFactory.create(site=None, spoken=[], pay_min=None, pay_max=None, pay_basis="", pay_currency="")
    known = Posting.objects.for_page().get(pk=made.pk)
    with CaptureQueriesContext(connection) as captured:
        read = public_posting(made.code)
        assert read is not None
        assert loaded(read) == loaded(known)
        for name in ("employer", "role", "plan"):
            assert loaded(getattr(read, name)) == loaded(getattr(known, name))
        assert (read.site and loaded(read.site)) == (known.site and loaded(known.site))
        pairs = [(owner(read), owner(known), name) for name in RELATIONS for owner in (lambda posting: posting,)]
        pairs += [(read.plan, known.plan, "stages")]
        for one, other, name in pairs:
            mine, theirs = list(getattr(one, name).all()), {item.pk: item for item in getattr(other, name).all()}
            assert [item.pk for item in mine] == list(theirs)
            for item in mine:
                assert loaded(item).items() <= loaded(theirs[item.pk]).items()
        assert read.role.title_in("en") == known.role.title_in("en")
        assert [stage.candidate_name for stage in read.plan.stages.all()] == [stage.candidate_name for stage in known.plan.stages.all()]
    assert len(captured) == 1


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_what_was_public_once_is_found_and_a_draft_is_not(state: str) -> None:
    assert public_posting(PostingFactory.create(state=state).code) is not None
    assert public_posting(PostingFactory.create(state="draft").code) is None
    assert public_posting("ZZZZZZZZZZ") is None
