"""Bulk moves: the preview tells the truth, and a selection of five touches exactly five."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applicants import pipeline
from applicants.models import Application
from applicants.services import bulk
from applicants.tests.desk.scene import many
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message
from postings.models import Posting
from postings.tests.factories import stage_of


def url(posting: Posting) -> str:
    return reverse("hiring:bulk", args=[posting.employer.slug, posting.code])


def card(application: Application, version: int | None = None) -> str:
    return f"{application.code}.{version or application.version}"


def kinds(applications: list[Application]) -> list[str]:
    rows = dict(Application.objects.filter(pk__in=[item.pk for item in applications]).values_list("pk", "stage__kind"))
    return [rows[item.pk] for item in applications]


def sent(client: Client, posting: Posting, cards: list[str], **fields: Any) -> Any:
    return client.post(url(posting), {"action": "move", "stage": "2-interview", "card": cards, **fields})


def test_the_preview_counts_people_mails_languages_and_reasons(as_rosa: Client, rosa: User, posting: Posting) -> None:
    people = many(posting, 7)
    pipeline.move(people[6], to=stage_of(posting, "screening"), by=rosa)
    cards = [card(item) for item in people[:6]] + [card(people[6], 1)]
    html = sent(as_rosa, posting, cards).content.decode()
    assert "Move 6 people to “Interview”?" in html
    assert "<b>6 e-mails</b>" in html
    assert "2 in Croatian" in html
    assert "2 in English" in html
    assert "<b>1 is skipped:</b>" in html
    assert f"{people[6].name} has been moved by someone else" in html
    assert html.count('class="letter"') == 3
    assert kinds(people[:6]) == ["applied"] * 6, "a preview changes nothing"
    assert Message.objects.filter(kind="interview_stage").count() == 0


def test_what_the_preview_shows_is_what_is_sent(as_rosa: Client, rosa: User, posting: Posting) -> None:
    people = many(posting, 3)
    picks = bulk.read_selection(posting, [card(item) for item in people])
    shown = bulk.samples(bulk.plan(picks, to=stage_of(posting, "interview")))
    bulk.run(picks, to=stage_of(posting, "interview"), by=rosa)
    for sample in shown:
        message = next(item for item in Message.objects.filter(kind="interview_stage", language=sample.language))
        assert message.subject == sample.subject
        text, _html, _context = compose.bodies_of(message)
        assert re.sub(r"https?://\S+/status/\S+", compose.MASK, text) == sample.text


def test_private_links_are_not_in_the_preview(as_rosa: Client, posting: Posting) -> None:
    people = many(posting, 1)
    html = sent(as_rosa, posting, [card(people[0])]).content.decode()
    assert compose.MASK in html
    assert "/status/" not in html


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.sets(st.integers(0, 9), min_size=1))
def test_a_selection_touches_exactly_the_selected(as_rosa: Client, posting: Posting, chosen: set[int]) -> None:
    people = ApplicationFactory.create_batch(10, posting=posting)
    sent(as_rosa, posting, [card(people[place]) for place in chosen], confirm="1")
    assert kinds(people) == ["interview" if place in chosen else "applied" for place in range(10)]
    about = set(Message.objects.filter(kind="interview_stage").values_list("about", flat=True))
    assert about & {item.about for item in people} == {people[place].about for place in chosen}


def test_confirming_twice_moves_once(as_rosa: Client, posting: Posting) -> None:
    people = many(posting, 3)
    cards = [card(item) for item in people]
    for _click in range(2):
        response = sent(as_rosa, posting, cards, confirm="1")
        assert response.status_code == 302
    html = as_rosa.get(response.headers["Location"]).content.decode()
    assert html.count("3 people are now in “Interview”.") == 2
    assert "skipped" not in html
    assert Message.objects.count() == 3


def test_cards_that_moved_since_are_skipped_with_a_reason(as_rosa: Client, nora: User, posting: Posting) -> None:
    people = many(posting, 2)
    cards = [card(item) for item in people]
    pipeline.move(people[0], to=stage_of(posting, "screening"), by=nora)
    response = sent(as_rosa, posting, cards, confirm="1")
    html = as_rosa.get(response.headers["Location"]).content.decode()
    assert "1 person is now in “Interview”." in html
    assert f"1 was skipped. {people[0].name} has been moved by someone else" in html
    assert kinds(people) == ["screening", "interview"]


@pytest.mark.parametrize("value", ["", "x", "1", "23456789ABCDEFGHJKMNPQRSTV.1", "../../etc", "23456789ABCDEFGHJKMNPQRSTV.1\x00"])
def test_an_unknown_card_makes_the_whole_request_unknown(as_rosa: Client, posting: Posting, value: str) -> None:
    people = many(posting, 1)
    assert sent(as_rosa, posting, [card(people[0]), value], confirm="1").status_code == 404
    assert kinds(people) == ["applied"]


def test_a_foreign_card_is_as_unknown_as_none(as_rosa: Client, posting: Posting, foreign_application: Application) -> None:
    people = many(posting, 1)
    assert sent(as_rosa, posting, [card(people[0]), card(foreign_application)], confirm="1").status_code == 404
    assert kinds([*people, foreign_application]) == ["applied", "applied"]


def test_a_card_of_another_posting_of_the_same_employer_is_unknown_too(as_rosa: Client, posting: Posting, northline: Any) -> None:
    other = ApplicationFactory.create(posting__employer=northline)
    assert sent(as_rosa, posting, [card(other)], confirm="1").status_code == 404


def test_the_limit_is_stated(as_rosa: Client, posting: Posting) -> None:
    letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    cards = [f"{'2' * 24}{first}{second}.1" for first in letters for second in letters]
    response = sent(as_rosa, posting, cards)
    assert len(set(cards)) > bulk.LIMIT
    assert response.status_code == 422
    assert "At most 500 people" in response.content.decode()


def test_nothing_selected_is_said(as_rosa: Client, posting: Posting) -> None:
    response = sent(as_rosa, posting, [])
    assert response.status_code == 422
    assert "Select at least one person first." in response.content.decode()


@pytest.mark.parametrize("stage", ["", "9-offer", "5-rejected", "6-withdrawn", "1"])
def test_a_stage_that_cannot_be_named_is_refused(as_rosa: Client, posting: Posting, stage: str) -> None:
    people = many(posting, 1)
    response = sent(as_rosa, posting, [card(people[0])], stage=stage, confirm="1")
    assert response.status_code == 422
    assert kinds(people) == ["applied"]


def test_rejecting_many_asks_for_a_reason_and_keeps_the_note(as_rosa: Client, posting: Posting) -> None:
    people = many(posting, 2)
    cards = [card(item) for item in people]
    response = as_rosa.post(url(posting), {"action": "reject", "card": cards, "confirm": "1", "note": "kept words"})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Choose a reason for the rejection." in html
    assert "kept words" in html
    assert kinds(people) == ["applied"] * 2
    done = as_rosa.post(url(posting), {"action": "reject", "card": cards, "confirm": "1", "disposition": "filled"}, follow=True)
    assert "2 people rejected. They will be told tomorrow" in done.content.decode()
    assert kinds(people) == ["rejected"] * 2
    assert set(Message.objects.values_list("state", flat=True)) == {"pending"}


def test_a_field_that_the_form_does_not_have_is_refused(as_rosa: Client, posting: Posting) -> None:
    people = many(posting, 1)
    response = sent(as_rosa, posting, [card(people[0])], confirm="1", by="7")
    assert response.status_code == 422
    assert kinds(people) == ["applied"]


def test_a_long_run_stops_in_time_and_goes_on_where_it_stopped(as_rosa: Client, posting: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    people = many(posting, 4)
    monkeypatch.setattr(bulk, "SECONDS", 0)
    monkeypatch.setattr(bulk.run, "__kwdefaults__", {**(bulk.run.__kwdefaults__ or {}), "seconds": 0.0})
    cards, done, skipped = [card(item) for item in people], "0", "0"
    for step in range(1, 5):
        response = sent(as_rosa, posting, cards, confirm="1", done=done, skipped=skipped, note="together")
        if response.status_code == 302:
            break
        html = response.content.decode()
        assert f"{step} of 4 done" in html
        cards = re.findall(r'name="card" value="([^"]+)"', html)
        done, skipped = (re.findall(rf'name="{name}" value="(\d+)"', html)[0] for name in ("done", "skipped"))
    assert kinds(people) == ["interview"] * 4
    assert "4 people are now in “Interview”." in as_rosa.get(response.headers["Location"]).content.decode()


@pytest.mark.slow
def test_five_hundred_move_within_the_steps_of_a_request(as_rosa: Client, rosa: User, posting: Posting) -> None:
    people = many(posting, bulk.LIMIT)
    picks = bulk.read_selection(posting, [card(item) for item in people])
    started = time.monotonic()
    outcome = bulk.run(picks, to=stage_of(posting, "interview"), by=rosa, seconds=120)
    print(f"500 moved in {time.monotonic() - started:.1f} s")
    assert outcome.moved == bulk.LIMIT
    assert Message.objects.filter(kind="interview_stage").count() == bulk.LIMIT
