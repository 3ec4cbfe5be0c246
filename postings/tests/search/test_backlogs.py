"""A large backlog holds nobody up: what comes while it is taken up is found at once, and nothing of it is lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from postings.models import Posting, SearchGeneration
from postings.search import building, keeper, memory
from postings.search.document import documents
from postings.search.memory import MemoryBackend
from postings.search.query import Query
from postings.search.stored import load_generation
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def postings() -> list[int]:
    role, employer = RoleFactory.create(), EmployerFactory.create()
    return [PostingFactory.create(role=role, employer=employer).pk for _number in range(6)]


@pytest.fixture
def index(postings: list[int]) -> MemoryBackend:
    index = MemoryBackend()
    index.catch_up()
    return index


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """One posting a step; between two of them whatever is given happens."""
    monkeypatch.setattr(memory, "PER_STEP", 1)

    def between(happens: Callable[[], object]) -> None:
        monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: happens()))

    return between


def close(postings: Iterable[int]) -> None:
    for posting in postings:
        Posting.objects.filter(pk=posting).update(state="closed", closed_at=timezone.now())


def open_in(index: MemoryBackend, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """What it answers as it is."""
    with monkeypatch.context() as still:
        still.setattr(index, "catch_up", lambda **_arguments: 0)
        return set(index.search(Query(language="en", now=timezone.now(), today=timezone.localdate()), facets=False).ids)


def test_what_comes_meanwhile_is_found_before_the_backlog_ends(
    index: MemoryBackend, postings: list[int], step_by_step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[int, set[int]]] = []

    def visit() -> None:
        if not shown:
            close(postings[:1])
            shown.append((index.catch_up(limit=50), open_in(index, monkeypatch)))

    step_by_step(visit)
    # Whatever number it has: the last change is taken up first.
    close([*postings[2:], postings[1]])
    assert index.catch_up() >= 5
    assert shown == [(1, {*postings[2:]})]
    assert open_in(index, monkeypatch) == set()


def test_a_request_leaves_a_backlog_to_others_and_takes_up_what_comes_after_it(
    index: MemoryBackend, postings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    close(postings[:4])
    assert index.catch_up(limit=2) == 0
    close(postings[4:5])
    assert index.catch_up(limit=2) == 1
    assert open_in(index, monkeypatch) == {*postings[:4], postings[5]}
    assert index.catch_up() == 4
    assert open_in(index, monkeypatch) == {postings[5]}


def test_what_failed_half_way_is_taken_up_the_next_time(
    index: MemoryBackend, postings: list[int], step_by_step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no database")

    step_by_step(fail)
    close(postings)
    with pytest.raises(RuntimeError):
        index.catch_up()
    assert len(open_in(index, monkeypatch)) == 5
    monkeypatch.undo()
    with monkeypatch.context() as broken:
        broken.setattr(memory, "documents", lambda _ids: fail())
        with pytest.raises(RuntimeError):
            index.catch_up()
    assert index.catch_up() == 5
    assert open_in(index, monkeypatch) == set()


def test_the_old_base_is_kept_up_until_the_new_one_is_there(
    index: MemoryBackend, postings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    building.build_generation()
    shown: list[set[int]] = []

    def slowly(generation: int) -> Any:
        stored = load_generation(generation)
        close(postings[:1])
        index.catch_up(limit=50)
        shown.append(open_in(index, monkeypatch))
        return stored

    close(postings[1:2])
    monkeypatch.setattr(memory, "load_generation", slowly)
    index.catch_up()
    assert index._generation == SearchGeneration.objects.get().pk
    assert shown == [{*postings[2:]}]
    assert open_in(index, monkeypatch) == {*postings[2:]}


def test_what_requests_only_note_meanwhile_waits_for_one_step_and_not_for_the_backlog(
    index: MemoryBackend, postings: list[int], step_by_step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[set[int]] = []

    def visit() -> None:
        if not shown:
            close(postings[:2])
            # Too much for a request.
            assert index.catch_up(limit=1) == 0
        shown.append(open_in(index, monkeypatch))

    step_by_step(visit)
    close(postings[2:])
    assert index.catch_up() == 6
    assert shown == [{*postings[:5]}, {postings[0], *postings[2:4]}, {postings[2]}]
    assert open_in(index, monkeypatch) == set()


def test_a_new_base_has_what_the_old_one_took_up_while_it_was_loaded(
    index: MemoryBackend, postings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_up: list[int] = []

    def slowly(ids: Any) -> Any:
        found = documents(ids)
        # The new index has read the log, and its documents: what comes now goes into the old one alone.
        if index._changing_over.locked() and not taken_up:
            taken_up.append(0)
            close(postings[:1])
            taken_up.append(index.catch_up(limit=50))
            # And this is only noted.
            close(postings[2:4])
            taken_up.append(index.catch_up(limit=1))
        return found

    building.build_generation()
    close(postings[1:2])
    monkeypatch.setattr(memory, "documents", slowly)
    index.catch_up()
    assert taken_up == [0, 1, 0]
    assert index._generation == SearchGeneration.objects.get().pk
    assert open_in(index, monkeypatch) == {*postings[4:]}
    # Nothing of it is left to do.
    assert index.catch_up() == 0


def test_a_search_after_a_rest_leaves_a_new_base_and_a_very_large_backlog_to_the_keeper(
    index: MemoryBackend, postings: list[int], step_by_step: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def search_after_a_rest() -> set[int]:
        index._asked -= 2 * keeper.REST_AFTER
        return set(index.search(Query(language="en", now=timezone.now(), today=timezone.localdate()), facets=False).ids)

    settings.SEARCH_KEEPER = True
    monkeypatch.setattr(keeper, "ensure", lambda _index: None)
    others_wait: list[bool] = []
    step_by_step(lambda: others_wait.append(time.monotonic() - index._asked > keeper.REST_AFTER))
    building.build_generation()
    close(postings[:2])
    assert search_after_a_rest() == {*postings[2:]}
    assert others_wait == [False]
    assert index._generation == 0
    monkeypatch.setattr(memory, "LONG_PATIENCE", 0.0)
    close(postings[2:4])
    assert search_after_a_rest() == {postings[2], *postings[4:]}
    # Where there is none the search does all of it.
    settings.SEARCH_KEEPER = False
    assert search_after_a_rest() == {*postings[4:]}
    assert index._generation == SearchGeneration.objects.get().pk


@pytest.mark.parametrize(("milliseconds", "finds"), [(60_000, 6), (0, 5)])
def test_a_search_looks_for_changes_again_after_a_while(
    index: MemoryBackend, postings: list[int], settings: Any, milliseconds: int, finds: int
) -> None:
    settings.SEARCH_LOOK_AGAIN_MS = milliseconds
    query = Query(language="en", now=timezone.now(), today=timezone.localdate())
    assert index.search(query).total == 6
    close(postings[:1])
    assert index.search(query).total == finds
