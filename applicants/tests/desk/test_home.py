"""The desk's first page and the list of all applications."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applicants import pipeline
from applicants.models import Application
from applicants.services import desk_home
from applicants.tests.desk.scene import many, spread
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox import queue
from callcenter_jobs.outbox.models import Message
from postings.models import Employer, Posting
from postings.tests.factories import PostingFactory, stage_of

HOME = "/desk/northline/"
LIST = "/desk/northline/applications/"


def html(client: Client, address: str = HOME) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_whoever_was_promised_an_answer_earliest_stands_on_top(northline: Employer, posting: Posting) -> None:
    people = many(posting, 5)
    today = timezone.localdate()
    for application, days in zip(people, (4, -2, 0, 1, 7), strict=True):
        Application.objects.filter(pk=application.pk).update(reply_due_on=today + timedelta(days=days), is_flagged=False)
    home = desk_home.build(northline)
    assert [item.application.pk for item in home.new] == [people[place].pk for place in (1, 2, 3, 0, 4)]
    assert [item.is_overdue for item in home.new] == [True, False, False, False, False]
    assert home.new[1].is_due_today
    assert home.overdue_total == 1


def test_a_flagged_one_is_in_its_own_part_and_counted_once(northline: Employer, posting: Posting) -> None:
    people = many(posting, 5)
    home = desk_home.build(northline)
    assert [item.application.pk for item in home.flagged] == [people[3].pk]
    assert home.new_total + home.flagged_total == 5


def test_failed_mails_show_until_somebody_sends_them_again(as_rosa: Client, rosa: User, application: Application) -> None:
    pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa)
    assert "did not arrive" not in html(as_rosa)
    Message.objects.update(state="failed")
    assert "E-mails that did not arrive" in html(as_rosa)
    queue.resend(Message.objects.get(), by="test")
    assert "did not arrive" not in html(as_rosa)


def test_rejections_can_be_undone_from_here_until_they_are_told(as_rosa: Client, rosa: User, application: Application) -> None:
    pipeline.reject(application, disposition="shifts", by=rosa)
    assert "Rejections you can still undo" in html(as_rosa)
    Posting.objects.update(state="closed", closed_at=timezone.now())
    assert "Rejections you can still undo" not in html(as_rosa), "a closed posting has no stage to go back to"
    Posting.objects.update(state="open", closed_at=None)
    Message.objects.update(not_before=timezone.now() - timedelta(minutes=1))
    assert "Rejections you can still undo" not in html(as_rosa)


def test_nothing_of_another_employer_is_counted(
    northline: Employer, otto: User, foreign_application: Application, foreign_posting: Posting
) -> None:
    pipeline.reject(foreign_application, disposition="shifts", by=otto)
    ApplicationFactory.create(posting=foreign_posting)
    PostingFactory.create(employer=foreign_posting.employer, closes_on=timezone.localdate(), start_in_days=3)
    Message.objects.filter(kind="rejected").update(state="failed")
    home = desk_home.build(northline)
    assert home.is_calm
    assert home.is_new
    assert not home.classes


def test_postings_that_close_within_a_week_are_named(as_rosa: Client, northline: Employer) -> None:
    today = timezone.localdate()
    PostingFactory.create(employer=northline, text__title="Closes soon", closes_on=today + timedelta(days=7))
    PostingFactory.create(employer=northline, text__title="Closes later", closes_on=today + timedelta(days=8))
    closing = [posting.title for posting in desk_home.build(northline).closing]
    assert closing == ["Closes soon"]


def test_seats_of_a_class_are_filled_by_the_hired(northline: Employer, rosa: User, posting: Posting) -> None:
    people = many(posting, 3)
    Application.objects.update(start_class=posting.start_classes.get())
    for application in people[:2]:
        pipeline.move(application, to=stage_of(posting, "offer"), by=rosa)
    pipeline.move(people[0], to=stage_of(posting, "hired"), by=rosa)
    bar = desk_home.build(northline).classes[0]
    assert (bar.hired, bar.start_class.seats, bar.open_seats, bar.days_left) == (1, 12, 11, 30)


def test_the_funnel_counts_each_person_in_one_column(northline: Employer, rosa: User, posting: Posting) -> None:
    spread(many(posting, 22), by=rosa)
    funnel = desk_home.funnels([posting])[0]
    ended = Application.objects.filter(stage__kind__in=["rejected", "withdrawn"]).count()
    assert sum(cell.number for cell in funnel.cells) == 22 - ended
    assert funnel.hired == Application.objects.hired().count() == 2


def test_a_new_employer_is_told_what_to_do_first(client: Client, nora: User) -> None:
    client.force_login(nora)
    shown = html(client)
    assert "Three steps to your first applicant" in shown
    assert reverse("desk:posting_new", args=["northline"]) in shown
    assert reverse("team:members", args=["northline"]) in shown


def test_home_costs_the_same_for_one_and_three(as_rosa: Client, rosa: User, northline: Employer) -> None:
    def make() -> None:
        posting = PostingFactory.create(employer=northline, start_in_days=9, closes_on=timezone.localdate() + timedelta(days=2))
        people = many(posting, 6)
        pipeline.reject(people[0], disposition="shifts", by=rosa)
        pipeline.move(people[1], to=stage_of(posting, "interview"), by=rosa)
        Message.objects.filter(about=people[1].about).update(state="failed")

    def count() -> int:
        html(as_rosa)
        with CaptureQueriesContext(connection) as queries:
            html(as_rosa)
        return len(queries)

    make()
    few = count()
    make()
    make()
    assert count() == few <= 20


# --- the list ----------------------------------------------------------------------------------


def listed(client: Client, query: str) -> list[str]:
    shown = html(client, LIST + query)
    return [part.split('">')[1].split("</a>")[0] for part in shown.split('<p class="row__title">')[1:]]


def test_the_list_filters_across_postings(as_rosa: Client, rosa: User, northline: Employer, posting: Posting) -> None:
    people = many(posting, 5)
    other = PostingFactory.create(employer=northline, text__title="Evening agent")
    late = many(other, 1)[0]
    Application.objects.filter(pk=late.pk).update(name="Zoe Late", reply_due_on=timezone.localdate() - timedelta(days=1))
    pipeline.move(people[0], to=stage_of(posting, "interview"), by=rosa)
    pipeline.withdraw(people[1])
    assert len(listed(as_rosa, "")) == 6
    assert listed(as_rosa, f"?posting={other.code}") == ["Zoe Late"]
    assert listed(as_rosa, "?stage=interview") == [people[0].name]
    assert listed(as_rosa, "?status=withdrawn") == [people[1].name]
    assert len(listed(as_rosa, "?status=active")) == 5
    assert listed(as_rosa, "?flagged=on") == [people[3].name]
    assert listed(as_rosa, "?overdue=on") == ["Zoe Late"]
    assert listed(as_rosa, "?q=zoe late") == ["Zoe Late"]
    assert listed(as_rosa, "?sort=name")[-1] == "Zoe Late"
    assert "Nobody fits this filter" in html(as_rosa, LIST + "?q=nobody")


@pytest.mark.parametrize("query", ["?posting=NOSUCHCODE", "?stage=x", "?status=x", "?sort=password"])
def test_an_unknown_filter_is_refused_in_words(as_rosa: Client, posting: Posting, query: str) -> None:
    assert as_rosa.get(LIST + query).status_code == 422


def test_a_foreign_posting_is_no_choice_of_the_filter(as_rosa: Client, posting: Posting, foreign_posting: Posting) -> None:
    assert as_rosa.get(LIST + f"?posting={foreign_posting.code}").status_code == 422


def test_the_list_is_paged_and_costs_the_same_for_one_and_three(as_rosa: Client, posting: Posting) -> None:
    def count() -> int:
        html(as_rosa, LIST)
        with CaptureQueriesContext(connection) as queries:
            html(as_rosa, LIST)
        return len(queries)

    many(posting, 1)
    few = count()
    many(posting, 2)
    assert count() == few
    many(posting, 40)
    assert len(listed(as_rosa, "")) == 40
    assert len(listed(as_rosa, "?page=2")) == 3
