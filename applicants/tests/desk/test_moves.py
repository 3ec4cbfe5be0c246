"""Moving one person at the desk: what is said, what is refused, and what is kept of the words typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applicants import pipeline
from applicants.models import Application, StageChange
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Employer
from postings.tests.factories import stage_of


def at(name: str, application: Application) -> str:
    return reverse(f"hiring:{name}", args=[application.employer.slug, application.code])


def stage(application: Application) -> str:
    return Application.objects.select_related("stage").get(pk=application.pk).stage.kind


def said(response: Any) -> str:
    return response.content.decode()


def test_a_move_says_that_an_email_leaves_and_in_which_language(as_rosa: Client, application: Application) -> None:
    response = as_rosa.post(at("move", application), {"version": 1, "stage": "2-interview", "note": "calm voice"}, follow=True)
    assert stage(application) == "interview"
    assert "Cora Lind is now in “Interview”. The e-mail in Norwegian" in said(response)
    assert StageChange.objects.get(application=application, seq=2).note == "calm voice"


def test_a_hidden_stage_is_said_to_tell_nobody(as_rosa: Client, application: Application) -> None:
    hidden = stage_of(application.posting, "screening")
    hidden.is_visible = False
    hidden.save()
    assert "No e-mail" in said(as_rosa.get(at("move", application)))
    response = as_rosa.post(at("move", application), {"version": 1, "stage": "1-screening"}, follow=True)
    assert "Nobody was told" in said(response)
    assert not Message.objects.exists()


def test_a_move_takes_at_most_fifteen_queries(as_rosa: Client, application: Application) -> None:
    as_rosa.get(at("move", application))
    with CaptureQueriesContext(connection) as queries:
        response = as_rosa.post(at("move", application), {"version": 1, "stage": "2-interview"})
    assert response.status_code == 302
    assert len(queries) <= 15


def test_a_stale_card_is_told_who_moved_it_and_keeps_the_note(as_rosa: Client, nora: User, application: Application) -> None:
    pipeline.move(application, to=stage_of(application.posting, "screening"), by=nora)
    response = as_rosa.post(at("move", application), {"version": 1, "stage": "3-offer", "note": "my long thoughts"})
    assert response.status_code == 409
    html = said(response)
    assert "Nora Lie moved it to “Phone screen”" in html
    assert "my long thoughts" in html
    assert 'name="version" value="2"' in html
    assert stage(application) == "screening"


def test_a_double_click_moves_once_and_complains_of_nothing(as_rosa: Client, application: Application) -> None:
    for _click in range(2):
        response = as_rosa.post(at("move", application), {"version": 1, "stage": "2-interview"})
        assert response.status_code == 302
    assert application.stage_changes.count() == 2
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"version": 1}, "Choose a stage."),
        ({"version": 1, "stage": "7-interview"}, "Choose one of the stages in the list."),
        ({"version": 1, "stage": "4-withdrawn"}, "Choose one of the stages in the list."),
        ({"version": 1, "stage": "2"}, "Choose one of the stages in the list."),
        ({"version": 1, "stage": "'; drop table--"}, "Choose one of the stages in the list."),
        ({"stage": "2-interview"}, "The form is not complete."),
        ({"version": "x", "stage": "2-interview"}, "The form is not complete."),
        ({"version": 10**30, "stage": "2-interview"}, "The form is not complete."),
        ({"version": 1, "stage": "2-interview", "note": "n" * 501}, "500"),
        ({"version": 1, "stage": "2-interview", "by": "1"}, "something that it does not ask for"),
        ({"version": 1, "stage": "2-interview", "stage_id": "1"}, "something that it does not ask for"),
    ],
)
def test_nonsense_is_refused_beside_the_field_and_nothing_typed_is_lost(
    as_rosa: Client, application: Application, fields: dict[str, Any], message: str
) -> None:
    response = as_rosa.post(at("move", application), {"note": "kept words", **fields})
    assert response.status_code == 422
    assert message in said(response)
    assert str(fields.get("note", "kept words")) in said(response)
    assert stage(application) == "applied"
    assert not Message.objects.exists()


def test_a_nul_in_a_note_is_dropped_and_no_error(as_rosa: Client, application: Application) -> None:
    as_rosa.post(at("move", application), {"version": 1, "stage": "2-interview", "note": "a\x00b"})
    assert StageChange.objects.get(application=application, seq=2).note == "ab"


def test_hiring_without_an_offer_is_refused_with_a_sentence(as_rosa: Client, application: Application) -> None:
    response = as_rosa.post(at("move", application), {"version": 1, "stage": "4-hired"})
    assert response.status_code == 409
    assert "cannot move from “New” to “Hired”" in said(response)


def test_a_script_in_a_name_stays_words(as_rosa: Client, application: Application) -> None:
    Application.objects.update(name="<script>alert(1)</script>")
    for name in ("move", "application", "reject"):
        assert "<script>alert" not in said(as_rosa.get(at(name, application)))
    response = as_rosa.post(at("reject", application), {"version": 1, "disposition": "shifts"}, follow=True)
    assert "<script>alert" not in said(response)


def test_rejecting_says_when_and_offers_to_undo(as_rosa: Client, rosa: User, application: Application) -> None:
    User.objects.update(time_zone="Europe/Oslo")
    response = as_rosa.post(at("reject", application), {"version": 1, "disposition": "shifts", "note": "no evenings"}, follow=True)
    html = said(response)
    assert "Rejected. Cora Lind will be told tomorrow at" in html
    assert f'href="{at("undo", application)}"' in html
    mail = Message.objects.get(kind="rejected")
    assert mail.not_before is not None
    assert mail.not_before > timezone.now() + timedelta(hours=23)


def test_without_an_undo_window_nothing_is_promised(as_rosa: Client, northline: Employer, application: Application) -> None:
    Employer.objects.update(rejection_undo_hours=0)
    assert "told at once" in said(as_rosa.get(at("reject", application)))
    response = as_rosa.post(at("reject", application), {"version": 1, "disposition": "shifts"}, follow=True)
    assert "is being told now" in said(response)


@pytest.mark.parametrize("disposition", ["", "closed", "pay", "nonsense"])
def test_a_rejection_needs_a_reason_of_the_employers_own(as_rosa: Client, application: Application, disposition: str) -> None:
    response = as_rosa.post(at("reject", application), {"version": 1, "disposition": disposition, "note": "kept words"})
    assert response.status_code == 422
    assert "kept words" in said(response)
    assert stage(application) == "applied"


def test_undoing_puts_the_person_back_and_takes_the_mail_back(as_rosa: Client, application: Application) -> None:
    as_rosa.post(at("reject", application), {"version": 1, "disposition": "shifts"})
    assert "Undo the rejection of Cora Lind?" in said(as_rosa.get(at("undo", application)))
    assert stage(application) == "rejected", "opening the link changes nothing"
    response = as_rosa.post(at("undo", application), follow=True)
    assert "back in “New” and was told nothing" in said(response)
    assert Message.objects.get().state == "cancelled"


def test_who_was_told_stays_rejected(as_rosa: Client, application: Application) -> None:
    as_rosa.post(at("reject", application), {"version": 1, "disposition": "shifts"})
    Message.objects.update(state="sent", sent_at=timezone.now())
    response = as_rosa.post(at("undo", application), follow=True)
    assert "already been told" in said(response)
    assert stage(application) == "rejected"


def test_undoing_what_is_not_rejected_is_said_and_harmless(as_rosa: Client, application: Application) -> None:
    assert "nothing to undo" in said(as_rosa.get(at("undo", application)))
    assert "not rejected" in said(as_rosa.post(at("undo", application), follow=True))


def test_nobody_is_sent_to_another_site_afterwards(as_rosa: Client, application: Application) -> None:
    for wicked in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"):
        Application.objects.update(version=1)
        StageChange.objects.filter(seq__gt=1).delete()
        Application.objects.update(stage_id=stage_of(application.posting, "applied").pk)
        response = as_rosa.post(at("move", application), {"version": 1, "stage": "2-interview", "next": wicked})
        assert response.headers["Location"] == reverse("hiring:board", args=["northline", application.posting.code])


def test_the_fragment_for_the_dialog_is_no_page(as_rosa: Client, application: Application) -> None:
    html = said(as_rosa.get(at("move", application), headers={"HX-Request": "true"}))
    assert "<html" not in html
    assert "Move Cora Lind" in html


def test_an_ended_application_offers_no_move(as_rosa: Client, application: Application) -> None:
    pipeline.withdraw(application)
    html = said(as_rosa.get(at("move", application)))
    assert "has ended in “Withdrawn”" in html
    assert 'name="stage"' not in html
