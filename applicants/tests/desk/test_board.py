"""The board: what it shows, what it costs, and who sees how much."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applicants import pipeline
from applicants.models import Application
from applicants.services import board as boards
from applicants.templatetags.desk import week_path
from applicants.tests.desk.scene import give_kit, many, spread
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from postings.models import Posting
from postings.shifts import FULL_MASK, HOLIDAY_BIT, ShiftFit
from postings.tests.factories import PostingFactory, stage_of


def url(posting: Posting, query: str = "") -> str:
    return reverse("hiring:board", args=[posting.employer.slug, posting.code]) + query


def names(client: Client, posting: Posting, query: str = "") -> list[str]:
    html = client.get(url(posting, query)).content.decode()
    return re.findall(r'class="n" href="[^"]+">([^<]+)<', html)


def test_each_column_shows_its_people_the_longest_wait_first(as_rosa: Client, rosa: User, posting: Posting) -> None:
    ana, bjorn, dmitrij = many(posting, 3)
    pipeline.move(bjorn, to=stage_of(posting, "interview"), by=rosa)
    html = as_rosa.get(url(posting)).content.decode()
    first, second = html.index('data-stage="0-applied"'), html.index('data-stage="2-interview"')
    assert first < html.index(ana.name) < html.index(dmitrij.name) < second < html.index(bjorn.name)


def test_counts_of_columns_and_ends_sum_to_all_applications(rosa: User, posting: Posting) -> None:
    spread(many(posting, 22), by=rosa)
    board = boards.build(Posting.objects.for_page().get(pk=posting.pk), boards.Filters())
    assert board.total + sum(item.total for item in board.ended) == 22
    assert [len(column.cards) for column in board.columns] == [column.total for column in board.columns]


def test_ended_ones_are_bounded_and_lead_to_the_list(as_rosa: Client, rosa: User, posting: Posting) -> None:
    for application in ApplicationFactory.create_batch(boards.ENDED_SHOWN + 2, posting=posting):
        pipeline.withdraw(application)
    html = as_rosa.get(url(posting)).content.decode()
    assert html.count('<ul class="ended__people">') == 1
    assert html.count('<span class="fine">No reason given') == boards.ENDED_SHOWN
    assert f"?posting={posting.code}&amp;stage=withdrawn" in html


def test_filters_by_name_flag_fit_and_language_combine(as_rosa: Client, posting: Posting) -> None:
    many(posting, 12)
    assert names(as_rosa, posting, "?q=ana") == ["Ana Kovačić", "Jovana Petrović"]
    assert len(names(as_rosa, posting, "?flagged=on")) == 2
    full = names(as_rosa, posting, "?fit=100")
    assert 0 < len(full) < 12
    assert set(names(as_rosa, posting, "?fit=100&language=hr")) < set(full)
    assert names(as_rosa, posting, "?q=nobody") == []


@pytest.mark.parametrize("query", ["?fit=99", "?language=xx", "?q=" + "a" * 101])
def test_a_filter_that_does_not_exist_is_named_and_shows_everybody(as_rosa: Client, posting: Posting, query: str) -> None:
    many(posting, 2)
    response = as_rosa.get(url(posting, query))
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert len(names(as_rosa, posting, query)) == 2


def test_a_nul_in_the_search_is_no_error(as_rosa: Client, posting: Posting) -> None:
    assert as_rosa.get(url(posting), {"q": "an\x00a"}).status_code == 200


def test_who_may_not_see_addresses_cannot_find_by_one(as_ivan: Client, as_rosa: Client, posting: Posting) -> None:
    many(posting, 1)
    assert names(as_rosa, posting, "?q=example.com") == ["Ana Kovačić"]
    assert names(as_ivan, posting, "?q=example.com") == []


def test_an_interviewer_looks_and_moves_nobody(as_ivan: Client, posting: Posting) -> None:
    many(posting, 1)
    html = as_ivan.get(url(posting)).content.decode()
    assert "Ana Kovačić" in html
    assert "Move to…" not in html
    assert 'name="card"' not in html


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(need=st.integers(0, FULL_MASK), have=st.integers(0, FULL_MASK), percent=st.sampled_from([50, 80, 100]))
def test_the_fit_in_the_database_is_the_fit_of_the_grid(application: Application, need: int, have: int, percent: int) -> None:
    Application.objects.filter(pk=application.pk).update(availability_mask=have)
    found = Application.objects.filter(pk=application.pk).covering(need, percent=percent).exists()
    assert found == (ShiftFit(need=need, have=have).share * 100 >= percent)


@given(mask=st.integers(0, FULL_MASK))
def test_the_small_week_draws_every_cell_once(mask: int) -> None:
    cells = sum((int(length) + 2) // 12 for length in re.findall(r"M\d+ (?!38)\d+h(\d+)", week_path(mask)))
    assert cells == (mask & ~(1 << HOLIDAY_BIT)).bit_count()


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_queries_are_the_same_for_one_and_three(as_rosa: Client, rosa: User, posting: Posting) -> None:
    many(posting, 1)
    few = count(as_rosa, url(posting))
    many(posting, 2)
    assert count(as_rosa, url(posting)) == few <= 20


def test_three_hundred_cards_stay_light(as_rosa: Client, rosa: User, northline: object) -> None:
    posting = PostingFactory.create(employer=northline, shift_mask=0b010110011101011001110101100111010110 & FULL_MASK)
    give_kit(posting)
    made = many(posting, 300)
    # Every week another one, and ragged: the worst case for the drawings.
    for place, application in enumerate(made):
        application.availability_mask = (place * 0x9E3779B97F4A7C15 >> 13) & FULL_MASK
    Application.objects.bulk_update(made, ["availability_mask"])
    stages = [stage_of(posting, kind) for kind in ("screening", "interview", "offer")]
    for place, stage in enumerate(stages):
        chosen = [item.pk for item in made[place::6]]
        Application.objects.filter(pk__in=chosen).update(stage_id=stage.pk)
    as_rosa.get(url(posting))
    with CaptureQueriesContext(connection) as queries:
        response = as_rosa.get(url(posting))
    assert response.content.count(b'<li class="card">') == 300
    assert len(queries) <= 20
    assert len(response.content) <= 250_000


def test_the_fragment_is_the_board_without_the_page(as_rosa: Client, posting: Posting) -> None:
    many(posting, 1)
    response = as_rosa.get(url(posting), headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b'id="bulk"' in response.content
    assert "HX-Request" in response.headers["Vary"]


def test_an_empty_board_says_what_to_do(as_rosa: Client, posting: Posting) -> None:
    assert "Share its link" in as_rosa.get(url(posting)).content.decode()


def test_a_late_answer_shows_on_the_card(as_rosa: Client, application: Application, posting: Posting) -> None:
    Application.objects.update(reply_due_on=timezone.localdate() - timedelta(days=1))
    assert "answer late" in as_rosa.get(url(posting)).content.decode()


def test_the_kit_shows_questions_anchors_and_the_readers_language(as_ivan: Client, posting: Posting) -> None:
    give_kit(posting)
    address = reverse("hiring:kit", args=["northline", posting.code, "2-interview"])
    html = as_ivan.get(address).content.decode()
    assert html.count("Anchor 5") == 3
    assert "A strong answer shows" in html
    norwegian = as_ivan.get("/nb" + address).content.decode()
    assert "(nb 0)" in norwegian
    assert "(en 1)" in norwegian
    assert norwegian.count('lang="en"') >= 2


@pytest.mark.parametrize("stage", ["1-screening", "9-interview", "2-offer", "nonsense"])
def test_a_stage_without_a_kit_has_no_kit_page(as_ivan: Client, posting: Posting, stage: str) -> None:
    give_kit(posting)
    assert as_ivan.get(reverse("hiring:kit", args=["northline", posting.code, stage])).status_code == 404


def test_the_kit_costs_the_same_for_one_and_three_questions(as_ivan: Client, posting: Posting, northline: object) -> None:
    other = PostingFactory.create(employer=northline)
    give_kit(posting, questions=1)
    give_kit(other, questions=3)
    costs = {count(as_ivan, reverse("hiring:kit", args=["northline", item.code, "2-interview"])) for item in (posting, other)}
    assert len(costs) == 1
