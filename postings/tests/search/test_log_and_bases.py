"""The index and the truth never part: late commits, rollbacks, sleeping readers, crashing builders, pruning.

With real commits on several connections. ``make chaos-search`` does the same to the whole portal, with kills.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from postings import tasks
from postings.models import Employer, Place, Posting, PostingText, SearchChange, SearchFloor, SearchGeneration, SearchPart, SearchWord, Site
from postings.search import building, keeper, memory, pruning, spawning
from postings.search.changes import ChangeLog, Horizon, server
from postings.search.memory import MemoryBackend
from postings.search.query import Area, Query, Reading, Text, Word
from postings.search.reference import ReferenceBackend
from postings.search.stored import load_generation
from postings.search.wordbits import BaseWords, GenerationGone
from postings.tests.search import corpus as random_corpus


def ask_for_all() -> Query:
    return Query(language="en", now=timezone.now(), today=timezone.localdate())


TABLES = ("postings_searchchange", "postings_searchfloor", "postings_searchgeneration")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Any]]:
    """Really committed, once for all tests here: to make it takes longer than all that they do. Gives the postings' rows."""
    with django_db_blocker.unblock():
        random_corpus.learn_stems()
        with transaction.atomic():
            random_corpus.make_corpus(Random(4), 24)
        yield list(Posting.objects.order_by("pk").values("id", "state", "closes_on", "closed_at"))
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


@pytest.fixture
def db(world: list[Any], django_db_blocker: Any) -> Iterator[None]:
    """Instead of the usual one, which commits nothing: the world as at the beginning, and no index."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            for row in world:
                Posting.objects.filter(pk=row["id"]).update(**{name: row[name] for name in ("state", "closes_on", "closed_at")})
            for table in TABLES:
                write(connection, f"TRUNCATE {table} CASCADE")
        # What waits for another session of the same test would wait forever.
        write(connection, "SET lock_timeout = '5s'")
        yield
        write(connection, "RESET lock_timeout")


@pytest.fixture
def corpus(db: None) -> list[Posting]:
    """The open postings."""
    return [posting for posting in Posting.objects.order_by("pk").select_related("site") if posting.is_open()]


@pytest.fixture
def chance() -> Random:
    return Random(4)


@pytest.fixture
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "GRACE", timedelta(0))


@contextmanager
def another_session() -> Iterator[BaseDatabaseWrapper]:
    """A connection with an open transaction; what is neither committed nor rolled back is rolled back."""
    session = connection.copy()
    try:
        session.set_autocommit(False)
        yield session
    finally:
        session.close()


def write(session: BaseDatabaseWrapper | Any, sql: str, *values: Any) -> None:
    with session.cursor() as cursor:
        cursor.execute(sql, values)


def told(command: str, **options: bool) -> str:
    out = StringIO()
    call_command(command, stdout=out, **options)
    return out.getvalue()


def close(session: BaseDatabaseWrapper | Any, posting: Posting) -> None:
    write(session, "UPDATE postings_posting SET state = 'closed', closed_at = now() WHERE id = %s", posting.pk)


def agree(backends: list[MemoryBackend], chance: Random, corpus: list[Posting], *, queries: int = 4) -> None:
    """Everything there is, with all counts, and some random questions have the true answer."""
    agree_on_ids(backends, [random_corpus.a_query(chance, corpus) for _ in range(queries)])
    query = random_corpus.a_query(chance, corpus, facets_chosen=0)
    expected = ReferenceBackend().search(query, limit=100)
    for number, backend in enumerate(backends):
        assert backend.search(query, limit=100) == expected, (number, query)


def agree_on_ids(backends: list[MemoryBackend], queries: list[Query] | None = None) -> None:
    """Without the counts, which take the plain queries long."""
    for query in queries or [ask_for_all()]:
        expected = ReferenceBackend().search(query, limit=100, facets=False)
        for number, backend in enumerate(backends):
            assert backend.search(query, limit=100, facets=False) == expected, (number, query)


def everything(backend: MemoryBackend) -> set[int]:
    return set(backend.search(ask_for_all(), limit=1000, facets=False).ids)


def test_a_change_counts_from_its_commit_on_however_late_that_is(corpus: list[Posting], chance: Random, no_grace: None) -> None:
    old, young = MemoryBackend(), MemoryBackend()
    agree_on_ids([old])
    with another_session() as slow, another_session() as undone:
        close(slow, corpus[0])
        close(undone, corpus[1])
        # Later transactions overtake it, a base is built beside it, and the log is cut off behind it.
        for posting in corpus[2:5]:
            close(connection, posting)
            agree_on_ids([old])
        building.build_generation()
        building.build_generation()
        close(connection, corpus[5])
        pruning.prune()
        pruning.prune()
        agree([old, young], chance, corpus)
        slow.commit()
        undone.rollback()
    agree([old, young, MemoryBackend()], chance, corpus)
    assert corpus[0].pk not in everything(old)
    assert corpus[1].pk in everything(young)


def test_what_a_request_changed_and_took_back_is_not_kept(corpus: list[Posting], chance: Random) -> None:
    index = MemoryBackend()
    building.build_generation()
    agree_on_ids([index])
    with transaction.atomic():
        close(connection, corpus[0])
        assert corpus[0].pk not in everything(index)
        with transaction.atomic():
            close(connection, corpus[1])
            assert corpus[1].pk not in everything(index)
            transaction.set_rollback(True)
        assert corpus[1].pk in everything(index)
        transaction.set_rollback(True)
    assert corpus[0].pk in everything(index)
    agree([index], chance, corpus)


def test_a_search_waits_a_moment_for_the_thread_that_is_catching_up(corpus: list[Posting], monkeypatch: pytest.MonkeyPatch) -> None:
    index = MemoryBackend()
    index.catch_up()
    close(connection, corpus[0])
    index._catching_up.acquire()
    threading.Timer(0.02, index._catching_up.release).start()
    monkeypatch.setattr(memory, "PATIENCE", 5.0)
    assert index.catch_up(limit=50) == 1
    monkeypatch.setattr(memory, "PATIENCE", 0.01)
    with index._catching_up:
        assert index.catch_up(limit=50) == 0


def test_the_first_search_after_a_rest_takes_up_all_that_came_meanwhile(
    corpus: list[Posting], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SEARCH_KEEPER = True
    monkeypatch.setattr(keeper, "ensure", lambda index: None)
    monkeypatch.setattr(memory, "AT_ONCE", 0)
    index = MemoryBackend()
    assert corpus[0].pk in everything(index)
    close(connection, corpus[0])
    # So much is left to the keeper, which rests as long as nobody searches.
    assert corpus[0].pk in everything(index)
    index._asked -= 2 * keeper.REST_AFTER
    assert corpus[0].pk not in everything(index)


def test_a_site_that_moves_takes_along_what_is_just_being_published_there(corpus: list[Posting], chance: Random) -> None:
    index = MemoryBackend()
    posting = next(posting for posting in corpus if posting.site_id and posting.workplace != "remote")
    write(connection, "UPDATE postings_posting SET state = 'draft' WHERE id = %s", posting.pk)
    agree_on_ids([index])
    assert posting.site is not None
    place = Place.objects.exclude(pk=posting.site.place_id or 0).latest("pk")
    with another_session() as mover, another_session() as editor:
        write(mover, "UPDATE postings_site SET place_id = %s WHERE id = %s", place.pk, posting.site_id)
        write(editor, "UPDATE postings_postingtext SET title = 'Whalesong' WHERE posting_id = %s AND language = 'en'", posting.pk)
        write(connection, "UPDATE postings_posting SET state = 'open' WHERE id = %s", posting.pk)
        agree_on_ids([index])
        mover.commit()
        editor.commit()
    index.catch_up()
    here = Area("Here", (place.country,), {place.pk: 0.0})
    reading = Text(typed="whalesong", readings=(Reading(trees={"en": Word("whalesong")}),))
    query = Query(language="en", now=timezone.now(), today=timezone.localdate(), text=reading, area=here)
    assert index.search(query).ids == (posting.pk,) == ReferenceBackend().search(query).ids


def test_a_process_that_slept_starts_anew(corpus: list[Posting], chance: Random, no_grace: None) -> None:
    without_base, with_base = MemoryBackend(), MemoryBackend()
    agree_on_ids([without_base])
    building.build_generation()
    agree_on_ids([with_base])
    for posting in corpus[:4]:
        close(connection, posting)
        building.build_generation()
    assert pruning.prune() + pruning.prune() >= 0
    assert SearchGeneration.objects.count() == building.KEPT_GENERATIONS
    floor = Horizon.read(SearchFloor.objects.get().horizon)
    assert not SearchChange.objects.extra(where=["xid < %s::xid8"], params=[str(floor.first)]).exists()
    agree([without_base, with_base], chance, corpus)


def test_a_builder_that_dies_leaves_nothing_behind(corpus: list[Posting], chance: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    index = MemoryBackend()
    building.build_generation()

    def die(*args: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "_write_words", die)
    close(connection, corpus[0])
    with pytest.raises(KeyboardInterrupt):
        building.build_generation()
    assert SearchGeneration.objects.filter(is_ready=False).count() == 1
    agree([index], chance, corpus)
    monkeypatch.undo()
    with another_session() as builder:
        write(builder, "SELECT pg_advisory_xact_lock(%s)", building.LOCK)
        with pytest.raises(building.AlreadyBuilding):
            building.build_generation()
        assert not building.is_due()
        assert told("rebuild_search") == "Another process is building the search index.\n"
    assert told("rebuild_search", if_due=True) == "The search index is not due.\n"
    assert f"{Posting.objects.open().count()} open postings" in told("rebuild_search")
    newest = SearchGeneration.objects.latest("pk")
    assert set(SearchGeneration.objects.values_list("is_ready", flat=True)) == {True}
    kept = set(SearchGeneration.objects.values_list("pk", flat=True))
    assert {*SearchPart.objects.values_list("generation", flat=True), *SearchWord.objects.values_list("generation", flat=True)} == kept
    agree([index], chance, corpus)
    assert index._generation == newest.pk


def test_the_data_of_another_server_is_no_base_here(corpus: list[Posting], chance: Random) -> None:
    building.build_generation()
    tasks.refresh_search()
    SearchGeneration.objects.update(horizon="17/900000000:900000000:")
    SearchFloor.objects.update(horizon="17/5:5:", candidate="")
    write(connection, "UPDATE postings_searchchange SET xid = '900000000'::xid8")
    index = MemoryBackend()
    agree_on_ids([index])
    pruning.prune()
    close(connection, corpus[0])
    agree([index, MemoryBackend()], chance, corpus)
    assert not SearchGeneration.objects.exists()
    assert SearchChange.objects.count() == 1
    assert ChangeLog().now()[0].startswith(f"{server()}/")


def test_whatever_happens_in_whatever_order_the_answers_are_true(corpus: list[Posting], chance: Random, no_grace: None) -> None:
    indexes = [MemoryBackend(), MemoryBackend()]
    acts = [
        "UPDATE postings_posting SET state = 'closed', closed_at = now() WHERE id = %(posting)s",
        "UPDATE postings_posting SET state = 'open' WHERE id = %(posting)s AND published_at IS NOT NULL",
        "UPDATE postings_posting SET closes_on = current_date - 2 WHERE id = %(posting)s",
        "UPDATE postings_posting SET hourly_min = hourly_min + 10, shift_mask = 5 WHERE id = %(posting)s",
        "UPDATE postings_postingtext SET title = 'bonus telefon' WHERE posting_id = %(posting)s",
        "UPDATE postings_site SET time_zone = 'Asia/Tokyo', place_id = NULL WHERE id = %(site)s",
        "UPDATE postings_employer SET name = name || ' telefon', industry = 'travel' WHERE id = %(employer)s",
        "DELETE FROM postings_startclass WHERE posting_id = %(posting)s",
    ]
    sites, employers = list(Site.objects.values_list("pk", flat=True)), list(Employer.objects.values_list("pk", flat=True))
    postings = list(Posting.objects.values_list("pk", flat=True))
    with another_session() as first, another_session() as second, another_session() as third:
        for step in range(80):
            session = chance.choice([first, second, third])
            row = {"posting": chance.choice(postings), "site": chance.choice(sites), "employer": chance.choice(employers)}
            try:
                with session.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '5ms'")
                    cursor.execute(chance.choice(acts), row)
            except OperationalError:
                # Another one of them holds the row.
                session.rollback()
            if session is third or chance.random() < 0.3:
                chance.choice([session.commit, session.commit, session.rollback])()
            if step % 40 == 20:
                building.build_generation()
                pruning.prune()
            if chance.random() < 0.3:
                chance.choice(indexes).catch_up()
            if step % 20 == 19:
                agree_on_ids(indexes, [random_corpus.a_query(chance, corpus, facets_chosen=0)])
        first.commit()
        second.commit()
    agree([*indexes, MemoryBackend()], chance, corpus, queries=4)


def test_words_of_a_base_are_read_once_kept_up_to_a_limit_and_missed_when_it_goes(corpus: list[Posting]) -> None:
    PostingText.objects.filter(posting=corpus[0], language="en").update(title="Aardvark", summary="aardwolf 'quoted' %percent")
    generation = building.build_generation()
    base = load_generation(generation.pk)
    position = base.ids.tolist().index(corpus[0].pk)
    words = BaseWords(generation.pk)
    words.preload([("en", "aardvark"), ("en", "nothing"), ("xx", "aardvark")], [("en", "aard"), ("en", "zzz")])
    assert list(words.word("en", "aardvark")) == list(words.word("en", "aardvark", title=True)) == [position]
    assert list(words.word("en", "aardwolf")) == list(words.prefix("en", "aard")) == [position]
    assert not words.word("en", "aardwolf", title=True)
    assert not words.word("xx", "aardvark")
    small = BaseWords(generation.pk, capacity=1000)
    for word in ("aardvark", "aardwolf", "quot", "percent"):
        assert list(small.word("en", word)) == [position]
    assert 0 < small.bytes <= 1000
    pruning.delete_generations(SearchGeneration.objects.all())
    assert list(words.word("en", "aardvark")) == [position]
    with pytest.raises(GenerationGone):
        words.word("en", "unseen")
    with pytest.raises(GenerationGone):
        load_generation(generation.pk)


def test_a_new_base_is_due_by_number_or_age_and_built_elsewhere(corpus: list[Posting], monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[bool] = []

    def spawn() -> bool:
        started.append(True)
        return True

    monkeypatch.setattr(tasks, "spawn_builder", spawn)
    assert not tasks.refresh_search()
    monkeypatch.setattr(building, "LEAST_POSTINGS", 5)
    assert tasks.refresh_search()
    generation = building.build_generation()
    assert not building.is_due()
    earlier = generation.started_at - timedelta(days=2)
    SearchGeneration.objects.update(started_at=earlier, ready_at=earlier)
    assert not building.is_due()
    close(connection, corpus[0])
    assert building.is_due()
    SearchGeneration.objects.update(
        started_at=generation.started_at - timedelta(hours=1), ready_at=generation.started_at - timedelta(hours=1)
    )
    assert not building.is_due()
    monkeypatch.setattr(building, "MOST_WAITING", 1)
    write(connection, "UPDATE postings_employer SET industry = 'utilities'")
    assert building.is_due()
    # Not while the time since the last one is shorter than that one took.
    SearchGeneration.objects.update(ready_at=generation.ready_at)
    assert not building.is_due()
    assert started == [True]


def test_one_builder_is_started_at_a_time(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    class Child:
        code: int | None = None

        def poll(self) -> int | None:
            return self.code

    commands: list[list[str]] = []
    child = Child()
    monkeypatch.setattr(spawning, "_children", [])

    def start(command: list[str], **options: object) -> Child:
        commands.append(command)
        return child

    monkeypatch.setattr(subprocess, "Popen", start)
    assert spawning.spawn_builder()
    assert not spawning.spawn_builder()
    child.code = 1
    assert spawning.spawn_builder()
    assert "ended with code 1" in caplog.text
    assert [command[-2:] for command in commands] == [["rebuild_search", "--if-due"]] * 2
