"""From template to draft, and what an edit leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from postings.enums import PostingState, StageKind, VersionState
from postings.models import Employer, Posting, PostingText, ScreeningQuestion, StartClass, TemplateText
from postings.services import drafting, publishing, screening
from postings.services.editing import EditConflict, EditRefused, version_of
from postings.services.screening import QuestionContent
from postings.tests.factories import PostingFactory, SiteFactory
from postings.tests.templates import WORDS, make_question, make_version

pytestmark = pytest.mark.django_db


def _draft(employer: Employer, user: User, **more: Any) -> Posting:
    return drafting.create_posting_from_template(employer=employer, version=make_version(), language="nb", by=user, **more)


def test_draft_carries_the_words_of_the_wanted_language(northline: Employer, rosa: User) -> None:
    site = SiteFactory.create(employer=northline, city="Bergen", country="NO")
    posting = _draft(northline, rosa, site=site)
    text = posting.texts.get()
    assert (text.language, text.title, text.must_haves) == ("nb", "Kundeservicemedarbeider", ["Tydelig tale og skrift"])
    assert (posting.state, posting.city, posting.country) == (PostingState.DRAFT, "Bergen", "NO")
    assert (posting.training_weeks, posting.experience_months, posting.channels) == (4, 3, ["voice", "email"])
    # The slower of the two promises: the template says 7 days, the employer 5.
    assert posting.response_promise_days == 7
    assert posting.template_version is not None


def test_draft_copies_questions_in_order_and_its_own_plan(northline: Employer, rosa: User) -> None:
    posting = _draft(northline, rosa)
    assert [question.library_key for question in posting.screening_questions.all()] == ["right-to-work", "evenings"]
    assert posting.plan.key is None
    assert [stage.kind for stage in posting.plan.stages.all()][:3] == [StageKind.APPLIED, StageKind.INTERVIEW, StageKind.OFFER]


def test_words_are_copied_by_value(northline: Employer, rosa: User) -> None:
    posting = _draft(northline, rosa)
    TemplateText.objects.update(title="Changed", duties=[])
    assert posting.texts.get().duties == WORDS["nb"]["duties"]


def test_missing_language_is_refused_unless_a_fallback_is_named(northline: Employer, rosa: User) -> None:
    version = make_version(languages=("en",))
    with pytest.raises(drafting.TextMissing):
        drafting.create_posting_from_template(employer=northline, version=version, language="hr", by=rosa)
    assert not Posting.objects.exists()
    posting = drafting.create_posting_from_template(employer=northline, version=version, language="hr", by=rosa, fallback="en")
    assert (posting.language, posting.texts.get().language, posting.texts.get().title) == ("hr", "hr", "Customer service agent")


def test_foreign_site_and_unpublished_version_are_refused(northline: Employer, fjordline: Employer, rosa: User) -> None:
    with pytest.raises(EditRefused):
        _draft(northline, rosa, site=SiteFactory.create(employer=fjordline))
    draft = make_version("agent-sales", state=VersionState.DRAFT)
    with pytest.raises(EditRefused):
        drafting.create_posting_from_template(employer=northline, version=draft, language="en", by=rosa)
    assert not Posting.objects.exists()


def test_pay_is_normalized_with_the_middle_of_the_hours(northline: Employer, rosa: User) -> None:
    posting = PostingFactory.create(employer=northline, hours_min=Decimal(30), hours_max=Decimal(40))
    values = {"pay_basis": "month", "pay_min": Decimal(35000), "pay_max": Decimal(35000), "pay_currency": "NOK", "supplements": []}
    drafting.save_step(posting=posting, step="pay", values=values, by=rosa)
    posting.refresh_from_db()
    # 35,000 × 12 / (52 × 35 hours)
    assert posting.hourly_min == posting.hourly_max == Decimal("230.77")


def test_second_save_from_the_same_page_is_refused(northline: Employer, rosa: User, posting: Posting) -> None:
    seen = version_of(posting)
    drafting.save_step(posting=posting, step="hiring", values=_hiring(openings=3), by=rosa, seen=seen)
    stale = Posting.objects.get(pk=posting.pk)
    with pytest.raises(EditConflict) as caught:
        drafting.save_step(posting=stale, step="hiring", values=_hiring(openings=9), by=rosa, seen=seen)
    assert caught.value.posting.openings == 3
    assert Posting.objects.get(pk=posting.pk).openings == 3


def _hiring(**more: Any) -> dict[str, Any]:
    return {"openings": 5, "response_promise_days": 5, "closes_on": None, "start_classes": [], **more}


def test_edit_of_an_open_posting_keeps_what_applicants_saw(posting: Posting, rosa: User) -> None:
    before = posting.revisions.count()
    words = {"title": "New title", "summary": "New.", "duties": [{"text": "Answer", "share": None}]}
    drafting.save_step(posting=posting, step="work", values={**words, "channels": ["chat"], "client_program": ""}, by=rosa)
    newest, older = posting.revisions.order_by("-number")[:2]
    assert posting.revisions.count() == before + 1
    assert older.content["texts"]["en"]["title"] == "Customer service agent"
    assert newest.content["texts"]["en"]["title"] == "New title"
    assert newest.created_by == rosa


def test_edit_of_a_draft_makes_no_revision(northline: Employer, rosa: User) -> None:
    posting = PostingFactory.create(employer=northline, state="draft")
    drafting.save_step(posting=posting, step="hiring", values=_hiring(), by=rosa)
    assert not posting.revisions.exists()


def test_open_posting_cannot_lose_what_it_must_state(posting: Posting, rosa: User) -> None:
    with pytest.raises(publishing.PublishRefused) as caught:
        drafting.save_step(posting=posting, step="who", values={"languages": []}, by=rosa)
    assert [name for name, _message in caught.value.problems] == ["languages"]
    assert posting.languages.count() == 1


def test_what_was_wrong_before_does_not_stop_another_edit(posting: Posting, rosa: User) -> None:
    StartClass.objects.filter(posting=posting).update(starts_on=timezone.localdate() - timedelta(days=3))
    drafting.save_step(posting=posting, step="pay", values={"pay_frequency": "weekly", "supplements": []}, by=rosa)
    posting.refresh_from_db()
    assert posting.pay_frequency == "weekly"


def test_start_classes_keep_their_row_when_the_date_moves(posting: Posting, rosa: User) -> None:
    stored = posting.start_classes.get()
    moved = stored.starts_on + timedelta(days=7)
    rows = [{"starts_on": moved, "seats": 8, "code": stored.code}, {"starts_on": moved + timedelta(days=7), "seats": 4, "code": ""}]
    drafting.save_step(posting=posting, step="hiring", values=_hiring(start_classes=rows), by=rosa)
    assert StartClass.objects.get(pk=stored.pk).starts_on == moved
    assert list(posting.start_classes.values_list("seats", flat=True)) == [8, 4]


def test_swapped_dates_of_two_classes_are_saved(posting: Posting, rosa: User) -> None:
    first = posting.start_classes.get()
    second = StartClass.objects.create(posting=posting, starts_on=first.starts_on + timedelta(days=9), seats=3)
    rows = [
        {"starts_on": second.starts_on, "seats": 20, "code": first.code},
        {"starts_on": first.starts_on, "seats": 30, "code": second.code},
    ]
    drafting.save_step(posting=posting, step="hiring", values=_hiring(start_classes=rows), by=rosa)
    assert list(posting.start_classes.values_list("starts_on", "seats")) == [(first.starts_on, 30), (second.starts_on, 20)]


def test_duplicate_is_a_draft_with_its_own_plan_and_no_past(posting: Posting, rosa: User) -> None:
    Posting.objects.filter(pk=posting.pk).update(closes_on=timezone.localdate())
    StartClass.objects.create(posting=posting, starts_on=timezone.localdate() - timedelta(days=30), seats=5)
    ScreeningQuestion.objects.filter(posting=posting).first().delete()  # type: ignore[union-attr]
    copy = drafting.duplicate_posting(posting=posting, by=rosa)
    copy.refresh_from_db()
    assert (copy.state, copy.published_at, copy.closes_on, copy.copied_from) == (PostingState.DRAFT, None, None, posting)
    assert copy.code != posting.code
    assert copy.plan_id != posting.plan_id
    assert copy.title == posting.title
    assert copy.start_classes.count() == 1
    assert copy.screening_questions.count() == 1
    assert (copy.pay_min, copy.hourly_min) == (posting.pay_min, posting.hourly_min)


def test_text_in_another_language_is_added_changed_and_taken_away(posting: Posting, rosa: User) -> None:
    drafting.replace_text(posting=posting, language="nb", words={"title": "Agent", "duties": [{"text": "Svare", "share": None}]}, by=rosa)
    drafting.replace_text(posting=posting, language="nb", words={"title": "Kundeagent"}, by=rosa)
    text = PostingText.objects.get(posting=posting, language="nb")
    assert (text.title, text.duties) == ("Kundeagent", [{"text": "Svare", "share": None}])
    drafting.remove_text(posting=posting, language="nb", by=rosa)
    assert posting.texts.count() == 1
    with pytest.raises(EditRefused):
        drafting.remove_text(posting=posting, language="en", by=rosa)


# --- screening questions ---------------------------------------------------------------------------


def _asked(posting: Posting) -> list[str]:
    return [str(q.text_in("en")["question"]) for q in posting.screening_questions.filter(is_active=True)]


def test_library_question_is_added_once(posting: Posting, rosa: User) -> None:
    make_question("typing")
    screening.add_library_questions(posting=posting, keys=["typing", "typing"], by=rosa)
    screening.add_library_questions(posting=posting, keys=["typing"], by=rosa)
    assert posting.screening_questions.filter(library_key="typing").count() == 1
    with pytest.raises(EditRefused):
        screening.add_library_questions(posting=posting, keys=["no-such-question"], by=rosa)


def test_own_question_of_a_public_posting_is_retired_not_changed(posting: Posting, rosa: User) -> None:
    content = QuestionContent(kind="choice", question="Which days?", options={"o1": "Weekdays", "o2": "Weekends"}, accepted=("o2",))
    screening.add_own_question(posting=posting, content=content, by=rosa)
    place = len(_asked(posting))
    changed = replace(content, question="Which days suit you?")
    screening.change_question(posting=posting, place=place, content=changed, by=rosa)
    assert _asked(posting)[-1] == "Which days suit you?"
    assert posting.screening_questions.filter(is_active=False).get().text_in("en")["question"] == "Which days?"


def test_question_of_a_draft_is_changed_in_place(northline: Employer, rosa: User) -> None:
    posting = PostingFactory.create(employer=northline, state="draft", questions=1)
    content = QuestionContent(kind="yes_no", question="Can you work nights?", accepted=("yes",), is_knockout=True)
    screening.change_question(posting=posting, place=1, content=content, by=rosa)
    assert posting.screening_questions.get().text_in("en")["question"] == "Can you work nights?"
    screening.remove_question(posting=posting, place=1, by=rosa)
    assert not posting.screening_questions.exists()


def test_removed_question_of_a_public_posting_stays_for_its_answers(posting: Posting, rosa: User) -> None:
    screening.remove_question(posting=posting, place=1, by=rosa)
    assert len(_asked(posting)) == 1
    assert posting.screening_questions.count() == 2
    with pytest.raises(EditRefused):
        screening.remove_question(posting=posting, place=2, by=rosa)


def test_questions_change_places(posting: Posting, rosa: User) -> None:
    first, second = _asked(posting)
    screening.move_question(posting=posting, place=2, up=True, by=rosa)
    assert _asked(posting) == [second, first]
    screening.move_question(posting=posting, place=2, up=False, by=rosa)
    assert _asked(posting) == [second, first]


def test_too_many_questions_are_refused(posting: Posting, rosa: User) -> None:
    content = QuestionContent(kind="text", question="Why?")
    for _ in range(screening.MAX_QUESTIONS - 2):
        screening.add_own_question(posting=posting, content=content, by=rosa)
    with pytest.raises(EditRefused):
        screening.add_own_question(posting=posting, content=content, by=rosa)
