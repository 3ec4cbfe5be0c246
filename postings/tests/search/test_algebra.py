"""The algebra of facets: whatever is asked in whatever order, counts add up, and both backends say the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from postings.models import Posting
from postings.search.facets import FACETS, PAY
from postings.search.memory import MemoryBackend
from postings.search.query import Query, Sort
from postings.search.reference import ReferenceBackend
from postings.tests.search import corpus as random_corpus

pytestmark = pytest.mark.django_db
# Another one with SEARCH_SEED=…; it is printed, and a failure shows it.
SEED = int(os.environ.get("SEARCH_SEED", "20261122"))
SIZE = 60
QUERIES = 60
# Every posting has exactly one value in each of these.
SINGLE = ("tier", "role", "work", "workplace", "employment", "currency", "experience", "training", "industry", "employer")


@pytest.fixture
def chance() -> Iterator[Random]:
    print(f"SEARCH_SEED={SEED}")
    yield Random(SEED)


@pytest.fixture
def corpus(db: None, chance: Random) -> list[Posting]:
    random_corpus.learn_stems()
    return random_corpus.make_corpus(chance, SIZE)


def test_bitmaps_and_plain_queries_answer_alike(corpus: list[Posting], chance: Random) -> None:
    memory, reference = MemoryBackend(), ReferenceBackend()
    for number in range(QUERIES):
        query = random_corpus.a_query(chance, corpus)
        offset, limit = chance.choice([(0, 20), (0, 100), (3, 4), (17, 20), (500, 20)])
        expected, got = reference.search(query, offset=offset, limit=limit), memory.search(query, offset=offset, limit=limit)
        assert got.total == expected.total, (number, query)
        assert got.facets == expected.facets, (number, query)
        assert got.without == expected.without, (number, query)
        assert got.ids == expected.ids, (number, query)
