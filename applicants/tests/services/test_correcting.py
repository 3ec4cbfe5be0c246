from __future__ import annotations

from typing import Any

import pytest

from applicants import pipeline
from applicants.models import Application, Correction
from applicants.services.applying import submit_application
from applicants.services.correcting import Corrected, CorrectionRefused, correct_application
from applicants.services.drafts import start_draft
from applicants.tests.filling import filled
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Posting
from postings.tests.factories import stage_of


@pytest.fixture
def sent(posting: Posting) -> Application:
    questions = posting.screening_questions.all()
    submit_application(draft=start_draft(posting=posting, language="en"), filled=filled(answers={item.pk: "yes" for item in questions}))
    return Application.objects.get()


def same(application: Application, **changes: Any) -> Corrected:
    values: dict[str, Any] = {
        "phone": application.phone,
        "availability_mask": application.availability_mask,
        "start_class": application.start_class,
        "languages": [(item.language, item.level) for item in application.languages.all()],
        "answers": {answer.question_id: answer.value for answer in application.answers.all()},
    }
    return Corrected(**{**values, **changes})


def test_each_difference_is_kept_with_what_it_was(sent: Application, posting: Posting) -> None:
    start = posting.start_classes.get()
    correct_application(sent, corrected=same(sent, phone="+4722334455", availability_mask=7, start_class=start, languages=[("en", "C1")]))
    found = {item.field: (item.before, item.after) for item in Correction.objects.all()}
    assert found == {
        "phone": ("", "+4722334455"),
        "availability": ("2", "7"),
        "start_class": ("", start.starts_on.isoformat()),
        "languages": ("en B2", "en C1"),
    }
    sent.refresh_from_db()
    assert (sent.phone, sent.availability_mask, sent.start_class) == ("+4722334455", 7, start)


def test_a_corrected_answer_moves_the_flag(sent: Application) -> None:
    question = sent.answers.all()[0].question
    correct_application(sent, corrected=same(sent, answers={question.pk: "no"}))
    sent.refresh_from_db()
    assert sent.is_flagged
    correct_application(sent, corrected=same(sent, answers={question.pk: "yes"}))
    sent.refresh_from_db()
    assert not sent.is_flagged
    assert [item.after for item in Correction.objects.filter(field="answer")] == ["no", "yes"]


def test_one_mail_for_all_of_them(sent: Application) -> None:
    correct_application(sent, corrected=same(sent, phone="+4722334455", availability_mask=7))
    assert Message.objects.filter(kind="correction_noted").count() == 1


def test_nothing_different_writes_nothing(sent: Application) -> None:
    assert correct_application(sent, corrected=same(sent)) == []
    assert not Correction.objects.exists()
    assert not Message.objects.filter(kind="correction_noted").exists()


def test_after_the_first_move_it_is_refused(sent: Application, rosa: User) -> None:
    pipeline.move(sent, to=stage_of(sent.posting, "screening"), by=rosa)
    with pytest.raises(CorrectionRefused):
        correct_application(sent, corrected=same(sent, phone="+4722334455"))
    assert not Correction.objects.exists()


def test_in_the_undo_window_it_works_and_no_mail_gives_the_rejection_away(sent: Application, rosa: User) -> None:
    pipeline.reject(sent, disposition="shifts", by=rosa)
    assert len(correct_application(sent, corrected=same(sent, phone="+4722334455"))) == 1
    assert not Message.objects.filter(kind="correction_noted").exists()


def test_questions_of_another_posting_are_ignored(sent: Application, foreign_posting: Posting) -> None:
    foreign = foreign_posting.screening_questions.get()
    assert correct_application(sent, corrected=same(sent, answers={foreign.pk: "no"})) == []
