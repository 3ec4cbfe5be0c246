from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from applicants import pipeline
from applicants.models import Answer, Application, ApplicationDraft, ApplicationLanguage, Candidate, Document, DocumentBlob, StageChange
from applicants.services.applying import CONSENT_VERSION, PostingNotOpen, Receipt, submit_application
from applicants.services.asking import lock_for_sending
from applicants.services.drafts import attach_file, start_draft
from applicants.tests.factories import CandidateFactory
from applicants.tests.filling import filled
from applicants.tests.resumes import corpus
from callcenter_jobs import prepared
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Employer, Posting, Site
from postings.services.publishing import close_posting, pause_posting
from postings.tests.factories import EmployerFactory, PostingFactory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday


@pytest.fixture
def draft(posting: Posting) -> ApplicationDraft:
    return start_draft(posting=posting, language="nb", data={"contact": {"name": "Cora"}})


def test_an_application_is_written_whole(draft: ApplicationDraft, posting: Posting) -> None:
    attach_file(draft, name="cv.pdf", content_type="application/pdf", content=corpus.pdf())
    first, second = posting.screening_questions.all()
    start = posting.start_classes.get()
    answers = {first.pk: "yes", second.pk: "no"}

    receipt = submit_application(
        draft=draft,
        filled=filled(phone="+4722334455", answers=answers, start_class=start, languages=[("en", "B2"), ("hr", "C2")]),
        at=NOON,
    )

    application = Application.objects.get()
    assert application.employer == posting.employer
    assert application.revision == posting.revisions.first()
    assert application.idempotency_key == draft.key
    assert (application.name, application.phone, application.language) == ("Cora Lind", "+4722334455", "nb")
    assert application.time_zone == "Europe/Oslo"
    assert application.start_class == start
    assert (application.consent_version, application.consented_at) == (CONSENT_VERSION, NOON)
    assert {item.language: item.level for item in application.languages.all()} == {"en": "B2", "hr": "C2"}
    assert {answer.question_id: answer.is_flagged for answer in application.answers.all()} == {first.pk: False, second.pk: True}
    assert application.is_flagged
    assert application.stage.kind == "applied"
    assert StageChange.objects.get().actor == "candidate"
    assert receipt.reply_due_on == application.reply_due_on


def test_the_file_changes_hands_without_a_copy(draft: ApplicationDraft) -> None:
    attach_file(draft, name="cv.pdf", content_type="application/pdf", content=corpus.pdf())
    blob = DocumentBlob.objects.get()
    submit_application(draft=draft, filled=filled())
    document = Document.objects.get()
    assert document.blob == blob
    assert (document.size, document.original_name, document.state) == (len(corpus.pdf()), "cv.pdf", "received")
    draft.refresh_from_db()
    assert (draft.blob_id, draft.file_name) == (None, "")


def test_one_mail_in_the_candidates_language(draft: ApplicationDraft) -> None:
    submit_application(draft=draft, filled=filled(language="nb"))
    message = Message.objects.get()
    assert (message.kind, message.language, message.to_addr) == ("application_received", "nb", "cora@example.com")
    assert message.about == Application.objects.get().about


def test_sending_again_answers_with_the_same_receipt(draft: ApplicationDraft) -> None:
    first = submit_application(draft=draft, filled=filled(), at=NOON)
    again = submit_application(draft=draft, filled=filled(name="Somebody Else", email="else@example.com"))
    assert first == again
    assert Application.objects.get().name == "Cora Lind"
    assert Candidate.objects.count() == 1
    assert Message.objects.count() == 1


def test_what_was_typed_does_not_stay_in_the_draft(draft: ApplicationDraft) -> None:
    submit_application(draft=draft, filled=filled())
    draft.refresh_from_db()
    assert set(draft.data) == {"sent"}
    assert "Cora" not in str(draft.data)


def test_an_existing_candidate_is_never_changed(draft: ApplicationDraft) -> None:
    before = CandidateFactory.create(email="cora@example.com", language="hr")
    submit_application(draft=draft, filled=filled(email="Cora@Example.com", language="nb"))
    candidate = Candidate.objects.get()
    assert (candidate.pk, candidate.language) == (before.pk, "hr")
    assert Application.objects.get().email == "Cora@Example.com"


def test_a_second_application_of_one_person_makes_a_mail_and_the_same_receipt(posting: Posting) -> None:
    first = submit_application(draft=start_draft(posting=posting, language="nb"), filled=filled(), at=NOON)
    other = start_draft(posting=posting, language="en")
    attach_file(other, name="cv.pdf", content_type="application/pdf", content=corpus.pdf())

    second = submit_application(draft=other, filled=filled(email="CORA@example.com", name="A Stranger"), at=NOON)

    assert Application.objects.count() == 1
    assert second == Receipt("CORA@example.com", NOON, first.reply_due_on)
    mails = list(Message.objects.order_by("pk"))
    assert [mail.context["already_applied"] for mail in mails] == [False, True]
    assert mails[1].to_addr == "cora@example.com"
    assert not DocumentBlob.objects.exists()


def test_repeated_attempts_send_one_mail_a_day(posting: Posting) -> None:
    for _attempt in range(4):
        submit_application(draft=start_draft(posting=posting, language="nb"), filled=filled(), at=NOON)
    assert Message.objects.count() == 2


def test_whoever_withdrew_may_apply_again(posting: Posting) -> None:
    submit_application(draft=start_draft(posting=posting, language="nb"), filled=filled())
    pipeline.withdraw(Application.objects.get())
    submit_application(draft=start_draft(posting=posting, language="nb"), filled=filled())
    assert Application.objects.count() == 2


def test_a_rejection_that_was_not_told_counts_as_under_way(posting: Posting, rosa: User) -> None:
    submit_application(draft=start_draft(posting=posting, language="nb"), filled=filled())
    pipeline.reject(Application.objects.get(), disposition="shifts", by=rosa)
    submit_application(draft=start_draft(posting=posting, language="nb"), filled=filled())
    assert Application.objects.count() == 1


@pytest.mark.parametrize("end", [pause_posting, close_posting])
def test_a_posting_that_is_not_open_takes_nothing(draft: ApplicationDraft, posting: Posting, rosa: User, end: object) -> None:
    end(posting, by=rosa)  # type: ignore[operator]
    with pytest.raises(PostingNotOpen):
        submit_application(draft=draft, filled=filled())
    assert not Application.objects.exists()
    assert not Candidate.objects.exists()
    draft.refresh_from_db()
    assert draft.data == {"contact": {"name": "Cora"}}


def test_a_posting_that_closes_while_an_application_is_sent_keeps_nobody_waiting(
    draft: ApplicationDraft, posting: Posting, rosa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    starting = pipeline.starting

    def closed_meanwhile(application: Application, *, at: datetime) -> object:
        Posting.objects.filter(pk=posting.pk).update(state="closed", closed_at=at)
        return starting(application, at=at)

    monkeypatch.setattr(pipeline, "starting", closed_meanwhile)
    with pytest.raises(PostingNotOpen):
        submit_application(draft=draft, filled=filled())
    assert not Application.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_an_application_under_way() -> None:
    posting = PostingFactory.create(employer=EmployerFactory.create())
    draft = start_draft(posting=posting, language="nb")

    def can_be_closed(_number: int) -> bool:
        with transaction.atomic():
            return Posting.objects.select_for_update(skip_locked=True).filter(pk=posting.pk).exists()

    with transaction.atomic():
        lock_for_sending(draft, email="cora@example.com", language="nb", at=NOON)
        assert run_at_once(1, can_be_closed) == [False]
    assert run_at_once(1, can_be_closed) == [True]


def test_days_count_where_the_job_is(draft: ApplicationDraft, posting: Posting) -> None:
    """Friday evening in Los Angeles is Saturday in UTC: the last day is not over, and the promise counts from Friday."""
    assert posting.site is not None
    Site.objects.filter(pk=posting.site.pk).update(time_zone="America/Los_Angeles")
    Posting.objects.filter(pk=posting.pk).update(closes_on=date(2026, 11, 20), response_promise_days=1)
    receipt = submit_application(draft=draft, filled=filled(), at=datetime(2026, 11, 21, 4, 0, tzinfo=UTC))
    assert receipt.reply_due_on == date(2026, 11, 23) == Application.objects.get().reply_due_on


def run_at_once(count: int, action: object) -> list[object]:
    """``count`` threads that all wait for the last one before they begin."""
    gate = threading.Barrier(count)

    def one(number: int) -> object:
        gate.wait(timeout=30)
        try:
            return action(number)  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_fifty_sends_of_one_form_make_one_application_and_one_mail() -> None:
    posting = PostingFactory.create(employer=EmployerFactory.create(), questions=1)
    draft = start_draft(posting=posting, language="nb")
    receipts = run_at_once(50, lambda _number: submit_application(draft=draft, filled=filled()))
    assert len(set(receipts)) == 1
    assert Application.objects.count() == 1
    assert Message.objects.count() == 1
    assert StageChange.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_forms_of_one_person_make_one_application() -> None:
    posting = PostingFactory.create(employer=EmployerFactory.create())
    drafts = [start_draft(posting=posting, language="nb") for _number in range(10)]
    run_at_once(10, lambda number: submit_application(draft=drafts[number], filled=filled()))
    assert Application.objects.count() == 1
    assert Candidate.objects.count() == 1
    assert sorted(mail.context["already_applied"] for mail in Message.objects.all()) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_a_statement_lost_on_the_way_makes_no_second_application(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a pooler that lends its connections: whichever of the statements it is, all is written once."""
    posting = PostingFactory.create(employer=EmployerFactory.create(), questions=2)
    answers = {question.pk: "yes" for question in posting.screening_questions.all()}
    hints: list[int] = []
    monkeypatch.setattr("callcenter_jobs.outbox.queue.nudge", hints.append)

    def send(number: int) -> None:
        person = filled(email=f"cora-{number}@example.com", languages=[("en", "B2")], answers=answers)
        submit_application(draft=start_draft(posting=posting, language="nb"), filled=person)

    lost: list[str] = []
    for number in range(2):
        monkeypatch.setattr(prepared._Way, "is_open", True)
        connection.close()
        send(10 + number)
        with connection.execute_wrapper(Losing(number, lost)):
            send(20 + number)
        assert not prepared._Way.is_open
    assert len(set(lost)) == 2
    for model in (Application, Candidate, Message, StageChange, ApplicationLanguage):
        assert model.objects.count() == 4
    assert Answer.objects.count() == 8
    assert sorted(hints) == sorted(Message.objects.values_list("pk", flat=True))
    connection.close()


class Losing:
    """Has the connection forget everything before the statement of this number is asked as it was prepared."""

    def __init__(self, number: int, lost: list[str]) -> None:
        self.left, self.lost = number, lost

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("EXECUTE"):
            if not self.left:
                self.lost.append(sql)
                execute("DEALLOCATE ALL", None, False, context)
            self.left -= 1
        return execute(sql, params, many, context)


def test_the_employer_is_the_postings_own(draft: ApplicationDraft, northline: Employer, fjordline: Employer) -> None:
    submit_application(draft=draft, filled=filled())
    assert Application.objects.of(northline).count() == 1
    assert not Application.objects.of(fjordline).exists()
