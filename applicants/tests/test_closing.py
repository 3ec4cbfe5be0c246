"""Closing a posting with very many applications: the first at once, the rest a moment later, nobody twice."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

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


@pytest.mark.django_db(transaction=True)
def test_a_reopening_under_way_is_waited_for(posting: Posting, rosa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "ENDED_AT_ONCE", 0)
    kept = ApplicationFactory.create(posting=posting)
    publishing.close_posting(posting, by=rosa)
    reopened, ended = threading.Event(), threading.Event()

    def reopen() -> None:
        try:
            with transaction.atomic():
                publishing.reopen_posting(Posting.objects.get(pk=posting.pk), by=rosa)
                reopened.set()
                # Until the other one waits for this transaction, or has not waited.
                for _look in range(500):
                    if ended.wait(0.02) or _somebody_waits():
                        break
        finally:
            reopened.set()
            connection.close()

    thread = threading.Thread(target=reopen)
    thread.start()
    reopened.wait()
    done = end_left_over()
    ended.set()
    thread.join()
    assert done == 0
    assert Application.objects.active().filter(pk=kept.pk).exists()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
