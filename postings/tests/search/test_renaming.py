"""A text that is written while its employer is renamed has the new name, whoever of the two commits first."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from postings.models import Employer, Posting, PostingText
from postings.tests.factories import PostingFactory

pytestmark = pytest.mark.django_db(transaction=True)

FIND = "SELECT count(*) FROM postings_postingtext WHERE id = %s AND search @@ to_tsquery('portal_en', %s)"


@pytest.fixture
def posting() -> Posting:
    return PostingFactory.create(employer__name="Ravenport", language="nb")


def beside(work: Callable[[], object]) -> threading.Thread:
    """Begins ``work`` on a connection of its own, and gives it time to get as far as it can."""

    def run() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '10s'")
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.3)
    return thread


def write(posting: Posting) -> PostingText:
    return PostingText.objects.create(posting=posting, language="en", title="Collections agent")


def rename(posting: Posting) -> None:
    Employer.objects.filter(pk=posting.employer_id).update(name="Kestrel")


def names_of(text: PostingText) -> list[str]:
    with connection.cursor() as cursor:
        return [name for name in ("ravenport", "kestrel") if cursor.execute(FIND, [text.pk, name]) or cursor.fetchone()[0]]


def test_a_renaming_waits_for_the_text_that_is_being_written(posting: Posting) -> None:
    with transaction.atomic():
        text = write(posting)
        renaming = beside(lambda: rename(posting))
        is_waiting = renaming.is_alive()
    renaming.join(10)
    assert (names_of(text), is_waiting) == (["kestrel"], True)


def test_a_text_waits_for_the_renaming_that_is_under_way(posting: Posting) -> None:
    written: list[PostingText] = []
    with transaction.atomic():
        rename(posting)
        writing = beside(lambda: written.append(write(posting)))
    writing.join(10)
    assert names_of(written[0]) == ["kestrel"]


def test_who_changes_a_text_and_who_renames_come_one_after_the_other(posting: Posting) -> None:
    text = write(posting)
    with transaction.atomic():
        PostingText.objects.filter(pk=text.pk).update(title="Team lead")
        renaming = beside(lambda: rename(posting))
        PostingText.objects.filter(pk=text.pk).update(summary="Calls all day")
    renaming.join(10)
    assert names_of(text) == ["kestrel"]
