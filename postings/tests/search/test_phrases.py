"""Phrases that took long to find are rows of the base: found once for all processes, and right all the same.

With real commits, because nothing is written down in somebody's transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from postings.models import Posting, PostingText, SearchGeneration, SearchWord
from postings.search import building, foreseen, phrases, pruning
from postings.search.memory import MemoryBackend
from postings.search.query import Phrase, Query, Reading, Sort, Text, Word
from postings.search.reference import ReferenceBackend
from postings.tests.factories import PostingFactory, RoleFactory, TitleAliasFactory

TABLES = "postings_employer, postings_role, postings_place, postings_interviewplan, postings_searchchange, postings_searchfloor"
# Titles and summaries: both words apart, in turn, in the title, in the text.
TEXTS = [
    ("Owl", "quiet night, long shift"),
    ("Fox", "shift night"),
    ("Night shift", "bats"),
    ("Bat", "night shift"),
    ("Cat", "no night shift"),
]
NIGHT_SHIFT = Phrase((Word("night"), Word("shift")), "'night' <-> 'shift'")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        with transaction.atomic():
            for title, summary in TEXTS:
                PostingFactory.create(text__title=title, text__summary=summary, revision=False)
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {TABLES}, postings_searchgeneration CASCADE")


@pytest.fixture(autouse=True)
def db(world: None) -> None:
    """Instead of the usual one, which commits nothing."""


@pytest.fixture
def generation(db: None, monkeypatch: pytest.MonkeyPatch) -> SearchGeneration:
    """A fresh base, for which everything is dear."""
    monkeypatch.setattr(phrases, "ASKED_ONE_BY_ONE", 0)
    monkeypatch.setattr(phrases, "DEAR", 0)
    pruning.delete_generations(SearchGeneration.objects.all())
    return building.build_generation()


def ask(phrase: Phrase = NIGHT_SHIFT) -> Query:
    reading = Reading(trees={"en": phrase})
    text = Text(typed=phrase.source, readings=(reading,))
    return Query(language="en", now=timezone.now(), today=timezone.localdate(), text=text, sort=Sort.MATCH)


def agree(*backends: MemoryBackend, query: Query | None = None) -> None:
    query = query or ask()
    expected = ReferenceBackend().search(query, facets=False)
    for backend in backends:
        assert backend.search(query, facets=False) == expected


def rows() -> list[tuple[str, int]]:
    return list(SearchWord.objects.filter(word__contains="<->").order_by("generation", "word").values_list("word", "count"))


def test_the_first_who_asks_writes_it_down_and_others_read_it(generation: SearchGeneration) -> None:
    first, second, third = MemoryBackend(), MemoryBackend(), MemoryBackend()
    agree(first)
    assert rows() == [(NIGHT_SHIFT.source, 3)]
    second.catch_up()
    third.catch_up()
    with CaptureQueriesContext(connection) as captured:
        found = second.search(ask(), facets=False)
    assert not [query for query in captured if "postingtext" in query["sql"]]
    # The title counts before the text.
    assert found == first.search(ask(), facets=False)
    assert Posting.objects.get(pk=found.ids[0]).texts.get().title == "Night shift"
    base = [backend._base for backend in (first, second) if backend._base]
    computed, stored = (phrases.phrase_bits(NIGHT_SHIFT, part, "en") for part in base)
    assert computed == stored
    assert [len(bits) for bits in stored] == [3, 1]
    # What is in the row is what is shown.
    SearchWord.objects.filter(word=NIGHT_SHIFT.source).update(bits=stored[1].serialize())
    assert third.search(ask(), facets=False).ids == found.ids[:1]


def test_a_search_finds_it_even_if_it_cannot_be_written_down(
    generation: SearchGeneration, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def set_read_only(value: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET default_transaction_read_only = {value}")

    try:
        set_read_only("on")
        agree(MemoryBackend())
    finally:
        set_read_only("off")
    assert not caplog.records
    with transaction.atomic():
        agree(MemoryBackend())
    monkeypatch.setattr(phrases, "LONGEST_STORED", 5)
    agree(MemoryBackend())
    monkeypatch.undo()
    monkeypatch.setattr(phrases, "DEAR", 0)
    monkeypatch.setattr(phrases, "STORE", "INSERT INTO no_such_table SELECT %(bits)s")
    backend = MemoryBackend()
    agree(backend)
    assert "UndefinedTable" in caplog.text
    assert NIGHT_SHIFT.source not in caplog.text
    assert not rows()
    with CaptureQueriesContext(connection) as captured:
        backend.search(ask(), facets=False)
    assert not [query for query in captured if "postingtext" in query["sql"]]


def test_only_so_many_are_written_down_and_none_twice(generation: SearchGeneration, monkeypatch: pytest.MonkeyPatch) -> None:
    long_shift = Phrase((Word("long"), Word("shift")), "'long' <-> 'shift'")
    monkeypatch.setattr(phrases, "MOST_STORED", 1)
    backend = MemoryBackend()
    agree(backend, MemoryBackend())
    agree(backend, query=ask(long_shift))
    assert rows() == [(NIGHT_SHIFT.source, 3)]
    assert backend._base
    # As another process does that looked at the same time.
    found = phrases.phrase_bits(long_shift, backend._base, "en")
    phrases._store(generation.pk, "en", NIGHT_SHIFT.source, found, most=5)
    assert rows() == [(NIGHT_SHIFT.source, 3)]


def test_a_base_that_goes_takes_its_phrases_along(generation: SearchGeneration) -> None:
    backend = MemoryBackend()
    agree(backend)
    assert backend._base
    found = phrases.phrase_bits(NIGHT_SHIFT, backend._base, "en")
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    # The new one has the phrase as well, and does not count it as a word.
    words = SearchWord.objects.exclude(generation=generation)
    assert words.filter(word=NIGHT_SHIFT.source).exists()
    assert f" {words.count() - 1} words," in out.getvalue()
    SearchGeneration.objects.filter(pk=generation.pk).update(is_ready=False)
    phrases._store(generation.pk, "en", "'late' <-> 'one'", found, most=5)
    assert "'late' <-> 'one'" not in dict(rows())
    pruning.delete_generations(SearchGeneration.objects.filter(pk=generation.pk))
    phrases._store(generation.pk, "en", "'late' <-> 'one'", found, most=5)
    assert not SearchWord.objects.filter(generation=generation.pk).exists()
    agree(backend)


def test_the_next_base_finds_the_most_frequent_anew(generation: SearchGeneration, monkeypatch: pytest.MonkeyPatch) -> None:
    no_night = Phrase((Word("shift"), Word("night")), "'shift' <-> 'night'")
    backend = MemoryBackend()
    agree(backend)
    agree(backend, query=ask(no_night))
    text = PostingText.objects.get(title="Fox")
    PostingText.objects.filter(pk=text.pk).update(title="Night shift fox")
    try:
        agree(backend)
        monkeypatch.setattr(phrases, "STORED", phrases.STORED.replace("LIMIT 24", "LIMIT 1"))
        told: list[tuple[str, int, int]] = []
        newest = building.build_generation(progress=lambda *step: told.append(step))
        assert ("phrases", 1, 1) in told
        assert [(row.word, row.count) for row in newest.words.filter(word__contains="<->")] == [(NIGHT_SHIFT.source, 4)]
        fresh = MemoryBackend()
        agree(fresh, backend)
        assert fresh._base
        assert [len(bits) for bits in phrases.phrase_bits(NIGHT_SHIFT, fresh._base, "en")] == [4, 2]
    finally:
        PostingText.objects.filter(pk=text.pk).update(title="Fox")


def test_what_many_titles_have_in_common_is_looked_for_before_anybody_asks(
    generation: SearchGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = RoleFactory.create(key="night-watch")
    for title in ("Night shift agent", "Night-shift lead", "Head of night shift", "Head of bats", "Bat"):
        TitleAliasFactory.create(role=role, language="en", text=title)
    try:
        assert foreseen.phrases_of_titles()[0] == "night shift"
        assert "head of" not in foreseen.phrases_of_titles()
        monkeypatch.setattr(foreseen, "LONGEST", -1)
        assert (foreseen.look_ahead(generation.pk), rows()) == (0, [])
        monkeypatch.setattr(foreseen, "LONGEST", 60)
        monkeypatch.setattr(building, "LEAST_POSTINGS", 1)
        pruning.delete_generations(SearchGeneration.objects.all())
        out = StringIO()
        call_command("rebuild_search", "--if-due", stdout=out)
        assert f"Looked for {len(foreseen.phrases_of_titles())} likely phrases." in out.getvalue()
        assert (NIGHT_SHIFT.source, 3) in rows()
        backend = MemoryBackend()
        backend.catch_up()
        with CaptureQueriesContext(connection) as captured:
            backend.search(ask(), facets=False)
        assert not [query for query in captured if "postingtext" in query["sql"]]
    finally:
        role.delete()
