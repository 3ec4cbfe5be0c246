"""The page of one application: who sees what, what happened, and sending a mail again."""

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
from applicants.enums import Disposition
from applicants.models import Answer, Application, ApplicationLanguage, Correction, Document, DocumentBlob
from applicants.services.notes import add_note
from applicants.tests.desk.scene import many
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message, State
from postings.models import Posting
from postings.tests.factories import PostingFactory, stage_of


def html(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def page(client: Client, application: Application) -> str:
    return html(client, reverse("hiring:application", args=["northline", application.code]))


def add_resume(application: Application, text: str = "Two years on the phone.") -> Document:
    blob = DocumentBlob.objects.create(content=b"%PDF-", sha256="0" * 64)
    return Document.objects.create(
        employer=application.employer, application=application, blob=blob, original_name="cora.pdf",
        content_type="application/pdf", size=5, state="read", text=text,
    )  # fmt: skip


@pytest.fixture
def full(application: Application, rosa: User) -> Application:
    """Cora's application with a phone number, a résumé, answers, languages, a note, a move and a correction."""
    Application.objects.update(phone="+4791234567", is_flagged=True)
    first, second = application.posting.screening_questions.all()
    Answer.objects.create(application=application, question=first, value="yes")
    flagged = Answer.objects.create(application=application, question=second, value="no", is_flagged=True)
    Correction.objects.create(application=application, answer=flagged, field="answer", before="yes", after="no")
    Correction.objects.create(application=application, field="phone", before="+4790000000", after="+4791234567")
    ApplicationLanguage.objects.create(application=application, language="nb", level="C1")
    add_note(application, text="Calm voice.", by=rosa)
    add_resume(application)
    pipeline.move(application, to=stage_of(application.posting, "interview"), by=rosa)
    application.refresh_from_db()
    return application


def test_a_recruiter_sees_the_whole_person(as_rosa: Client, full: Application) -> None:
    shown = page(as_rosa, full)
    assert reverse("hiring:document", args=["northline", full.documents.get().code]) in shown
    for words in ("cora@example.com", "+4791234567", "cora.pdf", "Two years on the phone.", "Norwegian", "C1", "Calm voice."):
        assert words in shown
    assert "The candidate changed an answer: Can you work evenings? (2)" in shown
    assert "Yes → No" in shown
    assert "Rosa Berg moved from “New” to “Interview”" in shown
    assert shown.index("Can you work evenings? (2)") < shown.index("Can you work evenings? (1)"), "flagged answers come first"


def test_an_interviewer_sees_answers_and_no_contact(as_ivan: Client, full: Application) -> None:
    shown = page(as_ivan, full)
    assert "Cora Lind" in shown
    assert "Can you work evenings? (2)" in shown
    for secret in ("cora@example.com", "+4791234567", "+4790000000", "cora.pdf", "Two years on the phone."):
        assert secret not in shown
    assert "Move to…" not in shown
    mail = Message.objects.get(kind="interview_stage")
    assert "cora@example.com" not in html(as_ivan, reverse("hiring:mail", args=["northline", full.code, mail.code]))


def test_an_interviewer_may_write_a_note_and_nothing_else(as_ivan: Client, full: Application) -> None:
    mail = Message.objects.get(kind="interview_stage")
    assert as_ivan.post(reverse("hiring:note", args=["northline", full.code]), {"text": "Good."}).status_code == 302
    for name in ("move", "reject", "undo"):
        assert as_ivan.post(reverse(f"hiring:{name}", args=["northline", full.code]), {}).status_code == 403
        assert as_ivan.get(reverse(f"hiring:{name}", args=["northline", full.code])).status_code == 403
    assert as_ivan.post(reverse("hiring:resend", args=["northline", full.code, mail.code])).status_code == 403
    assert full.notes.count() == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": ""}, "Write something first."),
        ({"text": "   "}, "Write something first."),
        ({"text": "n" * 2001}, "2000"),
        ({"text": "fine", "author": "1"}, "something that it does not ask for"),
    ],
)
def test_a_bad_note_is_refused_and_kept(as_rosa: Client, application: Application, fields: dict[str, Any], message: str) -> None:
    response = as_rosa.post(reverse("hiring:note", args=["northline", application.code]), fields)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert fields["text"].strip() in response.content.decode()
    assert not application.notes.exists()


def test_a_note_is_shown_as_it_was_typed(as_rosa: Client, application: Application) -> None:
    as_rosa.post(reverse("hiring:note", args=["northline", application.code]), {"text": "<b>bold</b>\x00\nsecond line"})
    shown = page(as_rosa, application)
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    assert "second line" in shown


WORDS = {
    "pending": "Leaves within a minute.",
    "sending": "On its way",
    "uncertain": "is being asked",
    "sent": "Accepted by the mail server",
    "presumed_sent": "Probably sent",
    "failed": "Not delivered",
    "cancelled": "Nobody got it.",
}


@pytest.mark.parametrize(("state", "words"), list(WORDS.items()))
def test_every_state_of_a_mail_has_plain_words(as_rosa: Client, full: Application, state: str, words: str) -> None:
    now = timezone.now()
    claim = {"token": "00000000-0000-0000-0000-000000000001", "lease_until": now, "data_at": now}
    Message.objects.update(state=state, sent_at=now, **(claim if state in {"sending", "uncertain"} else {}))
    assert words in page(as_rosa, full)


def test_no_state_of_the_outbox_is_without_words() -> None:
    assert set(WORDS) == set(State.values)


def test_a_failed_mail_stands_on_top_and_is_sent_again_once(as_rosa: Client, full: Application) -> None:
    Message.objects.update(state="failed", last_error="550 no such user")
    mail = Message.objects.get()
    shown = page(as_rosa, full)
    assert "An e-mail did not arrive" in shown
    assert "550 no such user" in shown
    address = reverse("hiring:resend", args=["northline", full.code, mail.code])
    for _click in range(2):
        assert "on its way again" in as_rosa.post(address, follow=True).content.decode()
    assert Message.objects.filter(resend_of=mail).count() == 1
    assert "An e-mail did not arrive" not in page(as_rosa, full)


def test_a_mail_that_has_not_left_cannot_be_sent_again(as_rosa: Client, full: Application) -> None:
    mail = Message.objects.get()
    response = as_rosa.post(reverse("hiring:resend", args=["northline", full.code, mail.code]), follow=True)
    assert "cannot be sent again" in response.content.decode()
    assert Message.objects.count() == 1


def test_the_preview_of_a_mail_hides_the_private_link(as_rosa: Client, full: Application) -> None:
    shown = html(as_rosa, reverse("hiring:mail", args=["northline", full.code, Message.objects.get().code]))
    assert compose.MASK in shown
    assert "/status/" not in shown


def test_a_mail_of_another_application_is_not_found_here(
    as_rosa: Client, full: Application, posting: Posting, foreign_application: Application, otto: User
) -> None:
    other = many(posting, 1)[0]
    pipeline.withdraw(other)
    pipeline.withdraw(foreign_application)
    for about in (other.about, foreign_application.about):
        code = Message.objects.get(about=about).code
        assert as_rosa.get(reverse("hiring:mail", args=["northline", full.code, code])).status_code == 404
        assert as_rosa.post(reverse("hiring:resend", args=["northline", full.code, code])).status_code == 404


def test_earlier_applications_are_those_at_this_employer_only(
    as_rosa: Client, application: Application, foreign_posting: Posting, northline: Any
) -> None:
    here = PostingFactory.create(employer=northline, text__title="Evening agent")
    ApplicationFactory.create(posting=here, candidate=application.candidate)
    foreign = ApplicationFactory.create(posting=foreign_posting, candidate=application.candidate)
    shown = page(as_rosa, application)
    assert "Evening agent" in shown
    assert foreign.code not in shown
    assert "Fjordline" not in shown


def test_next_and_previous_stay_in_the_stage(as_rosa: Client, rosa: User, posting: Posting) -> None:
    first, second, third, moved = many(posting, 4)
    pipeline.move(moved, to=stage_of(posting, "interview"), by=rosa)
    shown = page(as_rosa, second)
    assert first.code in shown
    assert third.code in shown
    assert moved.code not in shown
    assert "Next" not in page(as_rosa, moved).split("Others in this stage")[1].split("</nav>")[0]


@pytest.mark.parametrize(("days", "words"), [(-3, "The promised answer is late"), (0, "Answer today"), (3, "Look at it and decide")])
def test_the_next_step_follows_the_promise(as_rosa: Client, application: Application, days: int, words: str) -> None:
    Application.objects.update(reply_due_on=timezone.localdate() + timedelta(days=days))
    shown = page(as_rosa, application)
    assert words in shown
    assert "Move to “Phone screen”" in shown


def test_the_next_step_of_a_rejection_is_to_undo_it_while_one_can(as_rosa: Client, rosa: User, application: Application) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa)
    assert "will be told tomorrow at" in page(as_rosa, application)
    Message.objects.update(state="sent", sent_at=timezone.now())
    shown = page(as_rosa, application)
    assert "Undo the rejection" not in shown
    assert "Shifts do not fit" in shown


def test_times_are_on_the_readers_clock(as_rosa: Client, rosa: User, application: Application) -> None:
    pipeline.reject(application, disposition=Disposition.SHIFTS, by=rosa, at=timezone.now().replace(hour=10, minute=0))
    Message.objects.update(not_before=timezone.now().replace(hour=12, minute=0, second=0) + timedelta(days=3))
    in_utc = page(as_rosa, application)
    User.objects.update(time_zone="Asia/Tokyo")
    assert "12:00" in in_utc
    assert "9:00" in page(as_rosa, application)


def test_queries_do_not_grow_with_the_history(as_rosa: Client, rosa: User, full: Application) -> None:
    def count() -> int:
        page(as_rosa, full)
        with CaptureQueriesContext(connection) as queries:
            page(as_rosa, full)
        return len(queries)

    few = count()
    add_note(full, text="two", by=rosa)
    add_note(full, text="three", by=rosa)
    pipeline.move(full, to=stage_of(full.posting, "screening"), by=rosa)
    pipeline.move(full, to=stage_of(full.posting, "interview"), by=rosa)
    ApplicationLanguage.objects.create(application=full, language="en", level="B2")
    add_resume(full)
    assert count() == few <= 22
