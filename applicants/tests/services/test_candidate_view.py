from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from applicants import pipeline
from applicants.models import Application
from applicants.services import candidate_words
from applicants.services.candidate_view import is_untold, told_stage, view_of, views_of
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.lib.workdays import add_working_days
from callcenter_jobs.outbox.models import Message, State
from postings.enums import StageKind
from postings.models import Posting
from postings.services.publishing import close_posting
from postings.tests.factories import stage_of


def fresh(application: Application) -> Application:
    return Application.objects.select_related("employer", "posting__plan", "stage", "start_class", "candidate").get(pk=application.pk)


def labels(application: Application) -> list[tuple[str, str]]:
    return [(stop.label, str(stop.state)) for stop in view_of(fresh(application)).stops]


def test_a_new_application_shows_the_way_ahead_and_the_promise(application: Application) -> None:
    view = view_of(fresh(application))
    assert [str(stop.state) for stop in view.stops] == ["current", "future", "future", "future", "future"]
    assert view.reply_due_on == application.reply_due_on
    assert (view.can_correct, view.can_withdraw) == (True, True)


def test_a_visible_move_is_shown_and_ends_correcting(application: Application, rosa: User) -> None:
    pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa)
    view = view_of(fresh(application))
    assert (view.kind, view.reply_due_on) == (StageKind.INTERVIEW, None)
    assert (view.can_correct, view.can_withdraw) == (False, True)


def test_a_hidden_stage_shows_what_was_known_before(application: Application, rosa: User) -> None:
    hidden = stage_of(application.posting, "screening")
    hidden.is_visible = False
    hidden.save()
    before = view_of(fresh(application))
    pipeline.move(application, to=hidden, by=rosa)
    after = view_of(fresh(application))
    assert after.kind == StageKind.APPLIED
    assert (after.stops, after.since, after.reply_due_on) == (before.stops, before.since, before.reply_due_on)


def test_a_rejection_stays_unseen_until_its_mail_is_due(application: Application, rosa: User) -> None:
    before = view_of(fresh(application))
    pipeline.reject(application, disposition="shifts", by=rosa)
    view = view_of(fresh(application))
    assert (view.kind, view.stops, view.reply_due_on) == (before.kind, before.stops, before.reply_due_on)
    assert (view.can_correct, view.can_withdraw) == (True, True)
    assert "rejected" not in {mail.kind for mail in view.messages}
    assert is_untold(fresh(application))

    due = timezone.now() + timedelta(hours=application.employer.rejection_undo_hours, minutes=1)
    later = view_of(fresh(application), at=due)
    assert (later.kind, later.is_over, later.can_withdraw) == (StageKind.REJECTED, True, False)
    assert "rejected" in {mail.kind for mail in later.messages}
    assert not is_untold(fresh(application), at=due)


@pytest.mark.parametrize("state", [State.SENT, State.PRESUMED_SENT, State.FAILED])
def test_a_rejection_that_left_is_shown(application: Application, rosa: User, state: str) -> None:
    pipeline.reject(application, disposition="shifts", by=rosa)
    Message.objects.filter(kind="rejected").update(state=state, sent_at=timezone.now())
    assert view_of(fresh(application)).kind == StageKind.REJECTED


def test_without_a_mail_the_undo_window_decides(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition="shifts", by=rosa)
    Message.objects.all().delete()
    assert told_stage(fresh(application)).kind == StageKind.APPLIED
    day = timezone.now() + timedelta(hours=application.employer.rejection_undo_hours + 1)
    assert told_stage(fresh(application), at=day).kind == StageKind.REJECTED


def test_an_undone_rejection_leaves_no_trace(application: Application, rosa: User) -> None:
    pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa)
    before = view_of(fresh(application))
    pipeline.reject(application, disposition="interview", by=rosa)
    pipeline.undo_rejection(application, by=rosa)
    after = view_of(fresh(application))
    assert (after.stops, after.since) == (before.stops, before.since)


def test_withdrawing_in_the_undo_window_shows_a_withdrawal(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition="shifts", by=rosa)
    pipeline.withdraw(application)
    view = view_of(fresh(application))
    assert view.kind == StageKind.WITHDRAWN
    assert [str(stop.state) for stop in view.stops] == ["passed", "ended"]


def test_a_closed_posting_is_said_at_once(application: Application, rosa: User) -> None:
    close_posting(application.posting, by=rosa)
    view = view_of(fresh(application))
    assert view.kind == StageKind.REJECTED
    assert "closed" in candidate_words.headline(view)


def test_a_late_answer_is_admitted(application: Application) -> None:
    day = timezone.now() + timedelta(days=30)
    view = view_of(fresh(application), at=day)
    assert view.is_overdue
    assert "late" in candidate_words.next_step(view)


def test_the_promise_outlives_the_desks_clock(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition="shifts", by=rosa)
    promised = add_working_days(application.submitted_at.date(), application.posting.response_promise_days)
    assert fresh(application).reply_due_on is None
    assert view_of(fresh(application)).reply_due_on == promised


@pytest.mark.parametrize("language", ["en", "nb", "sv", "hr", "ru"])
@pytest.mark.parametrize("kind", list(StageKind))
def test_every_kind_of_stage_has_words_in_every_language(posting: Posting, kind: StageKind, language: str) -> None:
    application = ApplicationFactory.create(posting=posting)
    change = (
        application.stage_changes.create(seq=2, from_stage=application.stage, to_stage=_stage(posting, kind), actor="team")
        if kind != "applied"
        else None
    )
    if change:
        Application.objects.filter(pk=application.pk).update(
            stage=change.to_stage, ended_at=change.at if change.to_stage.is_terminal else None
        )
    at = timezone.now() + timedelta(days=4)
    with translation.override(language):
        view = view_of(fresh(application), at=at)
        assert view.kind == kind
        assert candidate_words.headline(view)
        assert candidate_words.next_step(view)
        assert "%(" not in candidate_words.headline(view) + candidate_words.next_step(view)


def _stage(posting: Posting, kind: StageKind) -> object:
    if not posting.plan.stages.filter(kind=kind).exists():
        posting.plan.stages.create(kind=kind, position=50)
    return stage_of(posting, kind)


def test_many_views_cost_as_many_queries_as_one(posting: Posting, django_assert_num_queries: object) -> None:
    counts = []
    for number in (1, 3):
        for _extra in range(number - Application.objects.count()):
            ApplicationFactory.create(posting=posting)
        rows = list(Application.objects.select_related("employer", "posting__plan", "stage"))
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert len(views_of(rows)) == number
        counts.append(len(queries))
    assert counts[0] == counts[1]
