"""Closing a posting with very many applications: the first at once, the rest a moment later, nobody twice."""

from __future__ import annotations

import pytest

from applicants import pipeline, receivers
from applicants.enums import Disposition
from applicants.models import Application
from applicants.services.closing import end_left_over
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Posting
from postings.services import publishing

pytestmark = pytest.mark.django_db


def told(posting: Posting) -> int:
    abouts = [f"application:{code}" for code in Application.objects.for_posting(posting).values_list("code", flat=True)]
    return Message.objects.filter(kind="posting_closed", about__in=abouts).count()


def test_the_rest_of_a_large_posting_is_ended_a_moment_later_by_the_one_who_closed_it(
    posting: Posting, rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receivers, "ENDED_AT_ONCE", 2)
    ApplicationFactory.create_batch(5, posting=posting)
    publishing.close_posting(posting, by=rosa)
    active = Application.objects.for_posting(posting).active()
    assert (active.count(), told(posting)) == (3, 2)
    assert end_left_over() == 3
    assert (active.count(), told(posting)) == (0, 5)
    assert set(Application.objects.for_posting(posting).values_list("disposition", flat=True)) == {Disposition.CLOSED}
    assert {change.by for change in Application.objects.latest("pk").stage_changes.filter(disposition=Disposition.CLOSED)} == {rosa}
    assert end_left_over() == 0, "and nobody is told twice"


def test_reopening_before_that_keeps_the_rest(posting: Posting, rosa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "ENDED_AT_ONCE", 0)
    kept = ApplicationFactory.create(posting=posting)
    publishing.close_posting(posting, by=rosa)
    publishing.reopen_posting(posting, by=rosa)
    assert end_left_over() == 0
    assert Application.objects.active().filter(pk=kept.pk).exists()


def test_open_postings_and_ended_applications_are_left_alone(posting: Posting, rosa: User) -> None:
    ApplicationFactory.create(posting=posting)
    pipeline.withdraw(ApplicationFactory.create(posting=posting))
    assert end_left_over() == 0
