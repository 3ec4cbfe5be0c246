"""Hints in web processes leave beside the request, elsewhere at once."""

from __future__ import annotations

import threading
from queue import SimpleQueue

import pytest

from callcenter_jobs.outbox import hints
from callcenter_jobs.outbox.hints import HintGiver


def test_at_once_where_nobody_waits() -> None:
    given: list[tuple[int, int]] = []
    HintGiver().give(lambda pk: given.append((pk, threading.get_ident())), 7)
    assert given == [(7, threading.get_ident())]


def test_a_request_does_not_wait_for_the_broker() -> None:
    thaw, given = threading.Event(), SimpleQueue[int]()

    def frozen(pk: int) -> None:
        assert thaw.wait(10)
        given.put(pk)

    giver = HintGiver()
    giver.go_beside()
    giver.give(frozen, 1)
    assert given.empty()
    thaw.set()
    assert given.get(timeout=10) == 1


def test_one_hint_is_given_for_all_that_come_close_together(monkeypatch: pytest.MonkeyPatch) -> None:
    # Close together also on a busy machine.
    monkeypatch.setattr(hints, "GATHERING_SECONDS", 0.5)
    given = SimpleQueue[int]()
    giver = HintGiver()
    giver.go_beside()
    for pk in (1, 2, 3):
        giver.give(given.put, pk)
    assert given.get(timeout=10) == 1
    giver.give(given.put, 4)
    assert given.get(timeout=10) == 4


def test_a_hint_that_failed_is_logged_and_does_not_keep_the_next_from_being_given(caplog: pytest.LogCaptureFixture) -> None:
    begun, thaw, given = threading.Event(), threading.Event(), SimpleQueue[int]()

    def fail(_pk: int) -> None:
        begun.set()
        assert thaw.wait(10)
        raise LookupError("nobody there")

    giver = HintGiver()
    giver.go_beside()
    giver.give(fail, 1)
    assert begun.wait(10)
    # Already waiting when it fails: nobody comes after it to wake the thread.
    giver.give(given.put, 2)
    thaw.set()
    assert given.get(timeout=10) == 2
    assert [record.exc_info is not None for record in caplog.records] == [True]
