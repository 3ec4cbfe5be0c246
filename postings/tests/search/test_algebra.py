"""The algebra of facets: whatever is asked in whatever order, counts add up, and both backends say the same.

One world of random postings, really committed, so that bitmaps answer from a built base, from what changed since,
and from what was struck out: all three, as on a working portal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from postings.filter_fields import MOST_IGNORED, MOST_VALUES
from postings.filters import PostingFilter
from postings.models import Posting
from postings.search.building import build_generation
from postings.search.facets import FACETS, FIT_LEAST, band_currencies
from postings.search.memory import MemoryBackend
from postings.search.query import Query, Sort
from postings.search.reference import ReferenceBackend
from postings.tests.search import corpus as random_corpus

# Another one with SEARCH_SEED=…; a failure shows it.
SEED = int(os.environ.get("SEARCH_SEED", "20261122"))
SIZE = 60
QUERIES = int(os.environ.get("SEARCH_QUERIES", "24"))
# Every posting has exactly one value in each of these.
SINGLE = ("tier", "role", "work", "workplace", "employment", "currency", "experience", "training", "industry", "employer")
TABLES = "postings_employer, postings_role, postings_place, postings_interviewplan, postings_searchchange, postings_searchfloor"


@dataclass(frozen=True)
class World:
    postings: list[Posting]
    memory: MemoryBackend
    reference: ReferenceBackend
    chance: Random

    def query(self, **kwargs: Any) -> Query:
        return random_corpus.a_query(self.chance, self.postings, **kwargs)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    chance = Random(SEED)
    with django_db_blocker.unblock():
        random_corpus.learn_stems()
        with transaction.atomic():
            postings = random_corpus.make_corpus(chance, SIZE * 2 // 3)
        build_generation()
        with transaction.atomic():
            postings += random_corpus.make_corpus(chance, SIZE - len(postings))
            changed = [posting.pk for posting in chance.sample(postings, 8)]
            Posting.objects.filter(pk__in=changed[:4]).update(experience_months=F("experience_months") + 7)
            Posting.objects.filter(pk__in=changed[4:]).exclude(state="draft").update(state="closed", closed_at=timezone.now())
        yield World(postings, MemoryBackend(), ReferenceBackend(), chance)
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {TABLES}, postings_searchgeneration CASCADE")


@pytest.fixture(autouse=True)
def db() -> None:
    """Instead of the usual one, which would begin a transaction and close the connection after each test."""


def unpicked(query: Query, group: str) -> Query:
    """The query without any choice in a group of facets."""
    query = replace(query, choices={name: chosen for name, chosen in query.choices.items() if FACETS[name].group != group})
    match group:
        case "fit":
            return replace(query, fit_least="")
        case "pay":
            return replace(query, pay_from=None, pay_to=None)
        case "start":
            return replace(query, starts_by=None)
    return query


def picked_alone(query: Query, facet: str, *values: str) -> Query:
    """The query with these values instead of everything chosen in the facet's group."""
    bare = unpicked(query, FACETS[facet].group)
    return replace(bare, fit_least=values[0]) if facet == "fit" else replace(bare, choices={**bare.choices, facet: values})


def everything(query: Query, *, sort: Sort = Sort.NEWEST) -> Query:
    """Nothing is asked for but an order."""
    return replace(query, text=None, area=None, choices={}, fit_least="", starts_by=None, pay_from=None, pay_to=None, sort=sort)


def test_bitmaps_and_plain_queries_answer_alike(world: World) -> None:
    orders = cycle(Sort)
    for number in range(QUERIES):
        query = replace(world.query(), sort=next(orders))
        offset, limit = world.chance.choice([(0, 20), (0, 100), (3, 4), (17, 20), (500, 20)])
        # Counting is what the reference is slow at.
        is_counted = number % 2 == 0
        expected, got = (
            backend.search(query, offset=offset, limit=limit, facets=is_counted) for backend in (world.reference, world.memory)
        )
        said = (f"SEARCH_SEED={SEED}", number, query)
        assert (got.total, got.ids) == (expected.total, expected.ids), said
        for name, counts in expected.facets.items():
            assert got.facets[name] == counts, (name, said)
        assert got.without == expected.without, said


def test_pages_of_any_size_make_one_list(world: World) -> None:
    for sort in Sort:
        query = everything(world.query(), sort=sort)
        whole = world.reference.search(query, limit=1000, facets=False).ids
        pieces = [world.memory.search(query, offset=offset, limit=7, facets=False).ids for offset in range(0, len(whole) + 7, 7)]
        assert tuple(pk for piece in pieces for pk in piece) == whole, (SEED, query)
        assert len(set(whole)) == len(whole)


def test_an_order_by_pay_begins_with_the_wanted_currency(world: World) -> None:
    paid = dict(Posting.objects.values_list("pk", "pay_currency"))
    for first in ("", "NOK", "EUR", "SEK", "USD"):
        query = replace(everything(world.query(), sort=Sort.PAY), pay_first=first)
        whole = world.memory.search(query, limit=1000, facets=False).ids
        assert whole == world.reference.search(query, limit=1000, facets=False).ids, (SEED, query)
        order = list(dict.fromkeys(paid[pk] for pk in whole))
        assert order[-1] == "", "what states no pay is last"
        assert first not in order or order[0] == (first or order[0])


def test_choosing_a_value_finds_exactly_what_stood_beside_it(world: World) -> None:
    for _number in range(10):
        query = world.query()
        answer = world.memory.search(query)
        for facet, counts in answer.facets.items():
            for value in [value for value in counts if value][:3]:
                found = world.memory.search(picked_alone(query, facet, value), facets=False)
                assert found.total == counts[value], (SEED, facet, value, query)


def test_counts_of_facets_with_one_value_each_add_up(world: World) -> None:
    for _number in range(15):
        query = world.query()
        answer = world.memory.search(query)
        for facet in SINGLE:
            assert sum(answer.facets[facet].values()) == answer.without.get(FACETS[facet].group, answer.total), (SEED, facet, query)
        values = list(answer.facets["tier"])[:2]
        both = world.memory.search(picked_alone(query, "tier", *values)) if len(values) == 2 else None
        assert both is None or both.total == sum(answer.of("tier", value) for value in values)


def test_a_facets_counts_ignore_its_own_choice_and_no_other(world: World) -> None:
    for _number in range(10):
        query = world.query(facets_chosen=2)
        for facet in query.choices:
            bare = unpicked(query, FACETS[facet].group)
            before, after = world.memory.search(bare), world.memory.search(query)
            if band_currencies(bare.choices) == band_currencies(query.choices) or facet != "payband":
                assert before.facets[facet] == after.facets[facet], (SEED, facet, query)
            assert after.without[FACETS[facet].group] == before.total, (SEED, facet, query)


def test_the_order_of_what_is_asked_changes_nothing(world: World) -> None:
    for _number in range(10):
        query = world.query(facets_chosen=4)
        turned = {name: tuple(reversed(values)) for name, values in reversed(list(query.choices.items()))}
        one, other = world.memory.search(query), world.memory.search(replace(query, choices=turned))
        assert one == other, (SEED, query)


def test_a_remote_posting_survives_every_country_it_hires_in(world: World) -> None:
    ask = Query(language="en", now=timezone.now(), today=timezone.localdate())
    remote = [posting for posting in Posting.objects.open() if posting.workplace == "remote"]
    assert remote
    for posting in remote:
        for country in posting.remote_countries or [posting.country]:
            for backend in (world.memory, world.reference):
                assert posting.pk in backend.search(replace(ask, choices={"country": (country,)}), limit=1000, facets=False).ids


def test_a_posting_past_its_last_day_is_gone_at_its_own_midnight(world: World) -> None:
    """The base was built before; nobody has touched the posting since."""
    ending = Posting.objects.open().exclude(closes_on=None)
    assert ending
    late = replace(everything(world.query()), now=timezone.now() + timedelta(days=12))
    expected = world.reference.search(late, limit=1000, facets=False)
    assert not set(expected.ids) & {posting.pk for posting in ending}
    assert world.memory.search(late, limit=1000, facets=False) == expected


def test_500_filters_and_10_kilobytes_are_a_bounded_question(world: World) -> None:
    """By what is asked for and by the number of statements, not by the clock."""
    values = {"country": "NO", "lang": "nb", "city": "NO-oslo", "employer": "northline", "role": "agent", "payband": "NOK-200"}
    filters = [f"{name}={value}{'' if number == 0 else f'-{number}'}" for name, value in values.items() for number in range(90)]
    months = [f"start=20{year}-{month:02}" for year in range(26, 99) for month in range(1, 13)]
    lines = ["q=" + "many+words+" * 900, "where=" + "x" * 10_000]
    # Not the statements that load the index, should this be the first test.
    world.memory.catch_up()
    with CaptureQueriesContext(connection) as captured:
        door = PostingFilter(QueryDict("&".join([*filters, *months[:500], *lines])))
        answer = world.memory.search(door.query)
    assert len(captured) <= 12
    assert answer.total == 0
    assert all(len(values) <= MOST_VALUES for values in door.query.choices.values())
    assert len(door.query.choices["start"]) == MOST_VALUES
    assert 0 < len(door.ignored) <= MOST_IGNORED
    assert len(door.chosen["q"]) <= 100
    assert len(door.canonical.urlencode()) < 4_000


def test_both_kinds_of_fit_are_counted_for_every_profile(world: World) -> None:
    for _number in range(10):
        query = replace(world.query(facets_chosen=1), fit=random_corpus.a_profile(world.chance))
        counts = world.memory.search(query).facets["fit"]
        for least in FIT_LEAST if query.fit else ():
            found = world.reference.search(picked_alone(query, "fit", least), facets=False)
            assert found.total == counts.get(least, 0), (SEED, least, query)
