"""The one gate of an application's stage."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from applicants import pipeline
from applicants.enums import Disposition, Status
from applicants.models import Application, StageChange
from applicants.stages import NEXT, may_move
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.enums import StageKind
from postings.models import Posting
from postings.services import publishing
from postings.tests.factories import stage_of


def kinds(application: Application) -> list[str]:
    return list(Message.objects.filter(about=application.about).order_by("pk").values_list("kind", flat=True))


def test_move_writes_stage_history_and_mail_together(application: Application, rosa: User) -> None:
    change = pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa, note="good voice")
    application.refresh_from_db()
    assert (application.stage.kind, application.version, application.reply_due_on) == ("interview", 2, None)
    assert (change.seq, change.by, change.note) == (2, rosa, "good voice")
    assert kinds(application) == ["interview_stage"]


def test_move_into_a_hidden_stage_tells_nobody(application: Application, rosa: User) -> None:
    stage = stage_of(application.posting, "screening")
    stage.is_visible = False
    stage.save()
    pipeline.move(application, to=stage, by=rosa)
    assert kinds(application) == []


def test_nobody_is_hired_without_an_offer(application: Application, rosa: User) -> None:
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.move(application, to=stage_of(application.posting, "hired"), by=rosa)
    assert refusal.value.code == "not_allowed"
    assert StageChange.objects.filter(application=application).count() == 1


def test_a_stage_of_another_posting_is_refused(application: Application, rosa: User, foreign_posting: Posting) -> None:
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.move(application, to=stage_of(foreign_posting, "interview"), by=rosa)
    assert refusal.value.code == "foreign_stage"


def test_rejection_needs_an_employers_reason(application: Application, rosa: User) -> None:
    for disposition in ("", "nonsense", Disposition.CHANGED_MIND):
        with pytest.raises(pipeline.MoveRefused) as refusal:
            pipeline.reject(application, disposition=disposition, by=rosa)
        assert refusal.value.code == "disposition"


def test_rejection_waits_and_can_be_undone(application: Application, rosa: User) -> None:
    change = pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    mail = Message.objects.get(about=application.about, kind="rejected")
    assert mail.not_before == change.at + timedelta(hours=24)
    assert application.status == Status.REJECTED
    pipeline.undo_rejection(application, by=rosa)
    mail.refresh_from_db()
    assert mail.state == "cancelled"
    assert (application.stage.kind, application.disposition, application.ended_at) == ("applied", "", None)


def test_a_rejection_that_was_told_cannot_be_undone(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    Message.objects.filter(about=application.about).update(state="sent", sent_at=timezone.now())
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.undo_rejection(application, by=rosa)
    assert refusal.value.code == "already_told"


def test_a_rejection_whose_hour_has_come_stands_although_the_mail_server_is_down(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa, at=timezone.now() - timedelta(hours=25))
    assert Message.objects.get(about=application.about).state == "pending"
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.undo_rejection(application, by=rosa)
    assert refusal.value.code == "already_told"
    with pytest.raises(pipeline.MoveRefused) as over:
        pipeline.withdraw(application)
    assert over.value.code == "over"
    assert Message.objects.get(about=application.about).state == "pending"


def test_nobody_comes_back_to_life_in_a_closed_posting(application: Application, rosa: User, posting: Posting) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    publishing.close_posting(posting, by=rosa)
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.undo_rejection(application, by=rosa)
    assert refusal.value.code == "posting_closed"
    assert Message.objects.get(about=application.about).state == "pending"


def test_undoing_brings_the_promise_back(application: Application, rosa: User) -> None:
    promised = application.posting.promised_day(application.submitted_at)
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    pipeline.undo_rejection(application, by=rosa)
    assert application.reply_due_on == promised


def test_undoing_makes_no_promise_to_whoever_was_answered(application: Application, rosa: User) -> None:
    pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa)
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    pipeline.undo_rejection(application, by=rosa)
    assert application.reply_due_on is None


def test_a_hidden_stage_is_no_answer(application: Application, rosa: User) -> None:
    Application.objects.filter(pk=application.pk).update(reply_due_on=timezone.localdate())
    application.refresh_from_db()
    stage = stage_of(application.posting, "screening")
    stage.is_visible = False
    stage.save()
    pipeline.move(application, to=stage, by=rosa)
    assert application.reply_due_on == timezone.localdate()


def test_whoever_has_ended_meanwhile_does_not_stop_the_closing(posting: Posting, rosa: User, monkeypatch: pytest.MonkeyPatch) -> None:
    gone, left = ApplicationFactory.create_batch(2, posting=posting)
    end = pipeline.end_with_posting

    def after_a_withdrawal(application: Application, *, by: User | None) -> StageChange:
        if application.pk == gone.pk:
            pipeline.withdraw(Application.objects.get(pk=gone.pk))
        return end(application, by=by)

    monkeypatch.setattr(pipeline, "end_with_posting", after_a_withdrawal)
    publishing.close_posting(posting, by=rosa)
    assert Application.objects.get(pk=gone.pk).status == Status.WITHDRAWN
    assert Application.objects.get(pk=left.pk).disposition == Disposition.CLOSED
    assert posting.state == "closed"


def test_rejecting_again_after_an_undo_writes_a_second_mail(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    pipeline.undo_rejection(application, by=rosa)
    pipeline.reject(application, disposition=Disposition.LANGUAGE, by=rosa)
    states = list(Message.objects.filter(about=application.about).order_by("pk").values_list("state", flat=True))
    assert states == ["cancelled", "pending"]


def test_withdrawing_twice_is_one_withdrawal(application: Application) -> None:
    first = pipeline.withdraw(application, disposition=Disposition.OTHER_JOB)
    second = pipeline.withdraw(application)
    assert first == second
    assert kinds(application) == ["withdrawn"]


def test_the_team_cannot_withdraw_for_a_candidate(application: Application, rosa: User) -> None:
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.move(application, to=stage_of(application.posting, "withdrawn"), by=rosa)
    assert refusal.value.code == "withdraw_is_theirs"


def test_a_candidate_who_withdraws_before_being_told_gets_no_rejection(application: Application, rosa: User) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    pipeline.withdraw(application)
    assert application.status == Status.WITHDRAWN
    assert list(Message.objects.filter(about=application.about, state="pending").values_list("kind", flat=True)) == ["withdrawn"]


def test_a_stale_card_is_refused(application: Application, rosa: User) -> None:
    pipeline.move(application, to=stage_of(application.posting, "screening"), by=rosa)
    with pytest.raises(pipeline.MoveRefused) as refusal:
        pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa, expected_version=1)
    assert refusal.value.code == "stale"


def test_bulk_reports_what_it_skips(posting: Posting, rosa: User) -> None:
    first, second = ApplicationFactory.create_batch(2, posting=posting)
    pipeline.withdraw(second)
    target = stage_of(posting, "interview")
    result = pipeline.move_many([first, second], one=lambda item: pipeline.move(item, to=target, by=rosa))
    assert result.moved == [first]
    assert [(item, refusal.code) for item, refusal in result.skipped] == [(second, "not_allowed")]


def test_closing_a_posting_ends_and_tells_the_active_ones(application: Application, rosa: User, posting: Posting) -> None:
    other = ApplicationFactory.create(posting=posting)
    pipeline.withdraw(other)
    publishing.close_posting(posting, by=rosa)
    application.refresh_from_db()
    assert (application.disposition, application.stage.kind) == (Disposition.CLOSED, StageKind.REJECTED)
    assert kinds(application) == ["posting_closed"]
    assert kinds(other) == ["withdrawn"]


@pytest.mark.django_db(transaction=True)
def test_of_ten_simultaneous_moves_one_wins(application: Application, rosa: User) -> None:
    target = stage_of(application.posting, "interview")
    outcomes: list[str] = []

    def run() -> None:
        try:
            pipeline.move(Application.objects.get(pk=application.pk), to=target, by=rosa)
            outcomes.append("moved")
        except pipeline.MoveRefused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved"] + ["same_stage"] * 9
    assert list(application.stage_changes.values_list("seq", flat=True)) == [1, 2]
    assert kinds(application) == ["interview_stage"]


def test_every_kind_has_rules_and_ends_are_final() -> None:
    assert set(NEXT) == set(StageKind)
    for end in (StageKind.HIRED, StageKind.REJECTED, StageKind.WITHDRAWN):
        assert not NEXT[end]
    assert [kind for kind in StageKind if may_move(kind, StageKind.HIRED)] == [StageKind.OFFER]


def test_nothing_but_the_pipeline_writes_a_stage() -> None:
    pattern = re.compile(r"\.stage\s*=[^=]|update\([^)]*\bstage(_id)?=")
    offenders = [
        str(path.relative_to(settings.BASE_DIR))
        for app in ("applicants", "postings", "callcenter_jobs")
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if "tests" not in path.parts and path.name != "pipeline.py" and pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []
