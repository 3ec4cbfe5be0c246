"""Banks, kits and plans in the workshop, as their users: who is let in where, the editor, the order, the fragments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from postings.enums import StageKind, VersionState
from postings.models import (
    BankVersion,
    InterviewKit,
    InterviewPlan,
    LibraryScreeningQuestion,
    Posting,
    Question,
    QuestionBank,
    QuestionText,
    Stage,
)
from postings.services import library_banks, library_kits
from postings.services import library_questions as questions
from postings.services.library import source_digest
from postings.tests.factories import LibraryMemberFactory
from postings.tests.library import publish_questions

HERE = "/curate/questions/agent/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> QuestionBank:
    return publish_questions(count=4, languages=("en", "nb"))


@pytest.fixture
def draft(bank: QuestionBank, ada: User) -> BankVersion:
    return library_banks.start_bank_draft(bank, by=ada)


@pytest.fixture
def kit(bank: QuestionBank, ada: User) -> InterviewKit:
    made = library_kits.create_kit(name="Screen", minutes=15, by=ada)
    for number in (0, 1):
        library_kits.add_question(made, key=f"agent-{number}", by=ada)
    return made


@pytest.fixture
def plan(kit: InterviewKit) -> InterviewPlan:
    made = InterviewPlan.objects.create(key="short", names={"en": "Short plan"})
    Stage.objects.create(plan=made, kind=StageKind.APPLIED, position=0)
    Stage.objects.create(plan=made, kind=StageKind.SCREENING, position=1, kit=kit)
    return made


@pytest.fixture
def desk(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def keeper(role: str, *languages: str) -> Client:
    member = LibraryMemberFactory.create(role=role, languages=list(languages), user=UserFactory.create(name=f"A {role}"))
    client = Client()
    client.force_login(member.user)
    return client


def text(number: int = 0, language: str = "en") -> QuestionText:
    return QuestionText.objects.get(question__key=f"agent-{number}", question__version__number=2, language=language)


def fields(client: Client, number: int = 0, language: str = "en") -> dict[str, Any]:
    """What the editor's form would send, unchanged: a box that is not ticked sends nothing."""
    form = client.get(f"{HERE}agent-{number}/{language}/").context["form"]
    values = {name: form.initial.get(name, "") for name in form.fields}
    return {name: "on" if value is True else value for name, value in values.items() if value is not False}


def page_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize(
    ("path", "curator", "reviewer", "translator"),
    [
        ("GET questions/agent/", 200, 200, 200),
        ("GET questions/agent/review/", 200, 200, 200),
        ("GET questions/agent/compare/", 200, 200, 200),
        ("GET questions/agent/versions/1/?language=nb", 200, 200, 200),
        ("GET questions/agent/like/?text=Question 1 of agent&language=en", 200, 200, 200),
        ("GET questions/agent/agent-0/nb/", 200, 200, 200),
        ("GET questions/agent/agent-0/sv/", 200, 200, 403),
        ("POST questions/agent/agent-0/en/", 422, 422, 403),
        ("POST questions/agent/agent-0/move/", 302, 403, 403),
        ("POST questions/agent/agent-0/remove/", 302, 403, 403),
        ("POST questions/agent/add/", 422, 403, 403),
        ("POST questions/agent/submit/", 422, 403, 403),
        ("POST questions/agent/publish/", 422, 422, 403),
        ("POST questions/agent/send-back/", 302, 302, 403),
        ("POST questions/agent/take-back/", 302, 403, 403),
        ("POST questions/agent/versions/1/restore/", 302, 403, 403),
        ("POST questions/agent/drop/", 302, 403, 403),
        ("GET kits/", 200, 200, 200),
        ("GET kits/screen/", 200, 200, 200),
        ("GET kits/screen/preview/?language=nb", 200, 200, 200),
        ("POST kits/new/", 422, 403, 403),
        ("POST kits/screen/add/", 302, 403, 403),
        ("POST kits/screen/agent-0/move/", 302, 403, 403),
        ("POST kits/screen/agent-0/remove/", 302, 403, 403),
        ("POST kits/screen/remove/", 302, 403, 403),
        ("GET plans/", 200, 200, 200),
        ("GET plans/short/", 200, 200, 200),
        ("POST plans/short/", 302, 403, 403),
    ],
)
def test_each_role_gets_as_far_as_its_rights(
    draft: BankVersion, plan: InterviewPlan, rosa: User, client: Client, path: str, curator: int, reviewer: int, translator: int
) -> None:
    method, _space, rest = path.partition(" ")
    client.force_login(rosa)
    for role, expected in (("translator", translator), ("reviewer", reviewer), ("curator", curator), ("", 404)):
        who = keeper(role, *(["nb"] if role == "translator" else [])) if role else client
        answer = who.get(f"/curate/{rest}") if method == "GET" else who.post(f"/curate/{rest}", {"sent": "1"})
        assert answer.status_code == expected, (role, path)


def test_unknown_things_are_not_found(desk: Client, draft: BankVersion, kit: InterviewKit) -> None:
    paths = ("nothing/", "agent/versions/99/", "agent/versions/99999999999/", "agent/agent-0/xx/", "agent/nothing/en/")
    for path in (*(f"questions/{path}" for path in paths), "kits/nothing/", "plans/nothing/", "kits/screen/preview/?language=xx"):
        assert desk.get(f"/curate/{path}").status_code == 404, path


@pytest.mark.parametrize(
    "action", ["start", "submit", "take-back", "drop", "add", "publish", "send-back", "agent-0/move", "agent-0/remove"]
)
def test_a_reload_of_a_refused_form_leads_back(desk: Client, bank: QuestionBank, action: str) -> None:
    assert desk.get(f"/nb{HERE}{action}/")["Location"].startswith(f"/nb{HERE}")


# --- the list ---------------------------------------------------------------------------------------


def listed(client: Client, query: str) -> list[str]:
    groups = client.get(f"{HERE}{query}").context["groups"]
    return [row.question.key.removeprefix("agent-") for group in groups for row in group.rows]


def test_list_is_grouped_by_category_and_narrowed(desk: Client, draft: BankVersion, ada: User) -> None:
    questions.save_question(Question.objects.get(version=draft, key="agent-3"), language="nb", content={"strong": ""}, by=ada)
    QuestionText.objects.update(source_hash="old")
    assert listed(desk, "") == ["0", "2", "4", "1", "3"]
    assert listed(desk, "?category=people") == ["1", "3"]
    assert listed(desk, "?show=public") == ["2", "4", "1", "3"]
    assert listed(desk, "?show=incomplete&language=nb") == ["3"]
    assert listed(desk, "?show=incomplete") == []
    assert listed(desk, "?show=incomplete&language=sv") == ["0", "2", "4", "1", "3"]
    assert listed(desk, "?show=behind&language=nb&category=people") == ["1", "3"]
    assert listed(desk, "?show=x&language=xx&category=strategy") == ["0", "2", "4", "1", "3"], "what is unknown means all"


def test_htmx_gets_the_list_alone_and_hears_where_a_question_is_now(desk: Client, draft: BankVersion) -> None:
    answer = desk.post(f"{HERE}agent-4/move/?category=motivation", {"place": "1"}, HTTP_HX_REQUEST="true")
    page = page_of(answer)
    assert "<h1" not in page
    assert "HX-Request" in answer["Vary"]
    assert "is now number 1 of 3" in page
    assert page.index("q-agent-4") < page.index("q-agent-0")
    assert 'id="q-agent-1"' not in page, "the list stays narrowed"
    plain = desk.post(f"{HERE}agent-4/move/?category=motivation", {"direction": "down"})
    assert plain["Location"] == f"{HERE}?category=motivation#q-agent-4"
    assert listed(desk, "?category=motivation") == ["0", "4", "2"]
    for typed in ("x", "", "-3", "99999999999999999999"):
        assert desk.post(f"{HERE}agent-4/move/", {"place": typed}).status_code == 302
    assert listed(desk, "?category=motivation") == ["0", "4", "2"]


def test_page_names_what_is_like_and_who_uses_it(desk: Client, draft: BankVersion, kit: InterviewKit) -> None:
    page = page_of(desk.get(HERE))
    assert "% alike" in page, "the questions of the test bank differ by a number"
    assert '<a href="/curate/kits/screen/">Screen</a>' in page


def test_page_says_which_kits_lose_questions_before_publishing(desk: Client, draft: BankVersion, kit: InterviewKit) -> None:
    assert "Publishing takes" not in page_of(desk.get(HERE))
    desk.post(f"{HERE}agent-0/remove/")
    for path in (HERE, f"{HERE}review/"):
        assert "loses 1 question" in page_of(desk.get(path)), path
    assert desk.post(f"{HERE}publish/", {"note": "Fewer"}).status_code == 302
    assert [row.question.key for row in kit.kit_questions.all()] == ["agent-1"]


def test_bank_goes_to_review_comes_back_and_is_published(desk: Client, draft: BankVersion, settings: Any) -> None:
    settings.LIBRARY_TWO_PEOPLE = True
    desk.post(f"{HERE}submit/", {"note": "Ready"})
    assert desk.get(f"{HERE}agent-0/en/")["Location"] == HERE
    other = keeper("reviewer")
    assert other.post(f"{HERE}send-back/", {"reason": "Say why."}).status_code == 302
    assert "Say why." in page_of(desk.get(HERE))
    desk.post(f"{HERE}submit/", {"note": "Ready"})
    mine = desk.post(f"{HERE}publish/", {"note": "Ready"})
    assert mine.status_code == 422
    assert "somebody else publishes it" in page_of(mine)
    assert other.post(f"{HERE}publish/", {"note": "Ready"}).status_code == 302
    assert BankVersion.objects.get(bank__key="agent", state=VersionState.PUBLISHED).number == 2
    assert desk.post(f"{HERE}versions/1/restore/").status_code == 302
    assert BankVersion.objects.get(bank__key="agent", state=VersionState.DRAFT).number == 3


# --- the editor -------------------------------------------------------------------------------------


def test_words_go_through_the_form_unchanged(desk: Client, draft: BankVersion) -> None:
    before = text().content()
    assert desk.post(f"{HERE}agent-0/en/", fields(desk)).status_code == 302
    assert text().content() == before
    assert text().updated_by is None, "nothing was written"


def test_script_saves_and_is_told_what_is_wrong_and_nothing_is_lost(desk: Client, draft: BankVersion) -> None:
    sent = fields(desk, 1, "nb") | {"text": "Hva ville du spurt oss om?"}
    answer = desk.post(f"{HERE}agent-1/nb/", sent, HTTP_X_AUTOSAVE="1")
    seen = json.loads(answer.content)["seen"]
    assert text(1, "nb").text == "Hva ville du spurt oss om?"
    again = desk.post(f"{HERE}agent-1/nb/", sent | {"seen": seen, "text": "Hva vil du vite?"}, HTTP_X_AUTOSAVE="1")
    assert again.status_code == 200
    stale = desk.post(f"{HERE}agent-1/nb/", sent | {"text": "Noe annet?"}, HTTP_X_AUTOSAVE="1")
    assert stale.status_code == 409
    assert "Hva vil du vite?" in json.loads(stale.content)["panel"] or "diff" in json.loads(stale.content)["panel"]
    bad = desk.post(f"{HERE}agent-1/nb/", sent | {"seen": seen, "text": "Hvor gammel er du?"}, HTTP_X_AUTOSAVE="1")
    assert bad.status_code == 422
    assert "age" in json.loads(bad.content)["status"]
    assert text(1, "nb").text == "Hva vil du vite?"


def test_a_forbidden_question_is_refused_beside_its_field_with_all_that_was_typed(desk: Client, draft: BankVersion) -> None:
    answer = desk.post(f"{HERE}agent-0/en/", fields(desk) | {"text": "Are you married?", "probes": "Typed at length."})
    assert answer.status_code == 422
    assert "family" in str(answer.context["form"].errors["text"])
    assert "Typed at length." in page_of(answer)
    assert text().text != "Are you married?"
    new = desk.post(f"{HERE}add/", {"text": "How old are you?", "category": "people"})
    assert new.status_code == 422
    assert "age" in str(new.context["new_form"].errors["text"])


def test_a_recruiter_may_not_ask_it_either(client: Client, rosa: User, posting: Posting) -> None:
    client.force_login(rosa)
    path = f"/desk/northline/postings/{posting.code}/questions/new/text/"
    before = posting.screening_questions.count()
    form = client.get(path)
    assert form.status_code == 200
    sent = {"question": "What did you earn before? What was your salary?", "is_required": "on", "version": form.context["version"]}
    answer = client.post(path, sent)
    assert answer.status_code == 422
    assert "earned before" in str(answer.context["form"].errors["question"])
    assert "What did you earn before?" in page_of(answer)
    assert posting.screening_questions.count() == before


def test_the_librarys_screening_questions_may_not_ask_it_but_may_say_so(desk: Client) -> None:
    asked = LibraryScreeningQuestion.objects.create(key="age", kind="yes_no", texts={"en": {"question": "Are you 18?", "help": ""}})
    path = "/curate/texts/screening/age/en/"
    seen = desk.get(path).context["form"]["seen"].value()
    refused = desk.post(path, {"question": "How old are you?", "help": "", "seen": seen})
    assert refused.status_code == 422
    assert "How old are you?" in page_of(refused)
    assert desk.post(path, {"question": "Are you 18?", "help": "Not your date of birth.", "seen": seen}).status_code == 302
    asked.refresh_from_db()
    assert asked.texts["en"]["help"] == "Not your date of birth."


def test_a_translator_writes_words_and_leaves_the_marks(draft: BankVersion) -> None:
    client = keeper("translator", "nb")
    sent = fields(client, 0, "nb") | {"probes": "Nytt.", "category": "strategy", "is_public": "on"}
    assert "category" not in client.get(f"{HERE}agent-0/nb/").context["form"].fields
    assert client.post(f"{HERE}agent-0/nb/", sent).status_code == 302
    question = Question.objects.get(version=draft, key="agent-0")
    assert (text(0, "nb").probes, question.category, question.is_public) == ("Nytt.", "motivation", False)


def test_two_who_change_the_marks_decide_and_lose_nothing(desk: Client, draft: BankVersion) -> None:
    mine = fields(desk) | {"category": "people", "probes": "Mine."}
    desk.post(f"{HERE}agent-0/nb/", fields(desk, 0, "nb") | {"category": "data"})
    answer = desk.post(f"{HERE}agent-0/en/", mine)
    assert answer.status_code == 422
    assert "It is now: Data" in str(answer.context["form"].errors["category"])
    assert "Mine." in page_of(answer)
    assert desk.post(f"{HERE}agent-0/en/", mine | {"seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert (Question.objects.get(version=draft, key="agent-0").category, text().probes) == ("people", "Mine.")


def test_what_changed_in_english_is_shown_beside_the_translation(desk: Client, draft: BankVersion) -> None:
    QuestionText.objects.filter(language="nb").update(source_hash=source_digest(text()))
    desk.post(f"{HERE}agent-0/en/", fields(desk) | {"probes": "Another thing."})
    answer = desk.get(f"{HERE}agent-0/nb/")
    assert answer.context["compared"] == 1
    changed = [pair["field"].name for pair in answer.context["pairs"] if pair["change"]]
    assert changed == ["probes"]
    sent = fields(desk, 0, "nb") | {"mark": answer.context["mark"]}
    assert desk.post(f"{HERE}agent-0/nb/", sent).status_code == 302
    assert not desk.get(f"{HERE}agent-0/nb/").context["state"].behind


def test_likeness_is_told_while_typing_and_saving_goes_on(desk: Client, draft: BankVersion) -> None:
    stands = text(3).text
    part = desk.get(f"{HERE}like/", {"text": stands.upper(), "language": "en", "question": "agent-1"})
    assert "100% alike" in page_of(part)
    assert "<h1" not in page_of(part)
    for query in ({}, {"text": "x" * 900, "language": "en"}, {"text": stands, "language": "xx"}, {"text": "\x00", "language": "en"}):
        assert desk.get(f"{HERE}like/", query).status_code == 200
    assert desk.post(f"{HERE}agent-1/en/", fields(desk, 1) | {"text": stands}).status_code == 302


# --- kits and plans ---------------------------------------------------------------------------------


def test_a_kit_is_made_filled_ordered_and_removed(desk: Client, bank: QuestionBank) -> None:
    made = desk.post("/curate/kits/new/", {"name": "First talk", "minutes": "10"})
    here = made["Location"]
    assert here == "/curate/kits/first-talk/"
    for number in (2, 0, 1):
        desk.post(f"{here}add/", {"question": f"agent-{number}"})
    page = desk.get(here)
    assert page.context["is_tight"], "three questions take fifteen minutes"
    assert [question.key for question, _text in page.context["choices"]] == ["agent-3", "agent-4"]
    fragment = desk.post(f"{here}agent-1/move/", {"place": "1"}, HTTP_HX_REQUEST="true")
    assert "is now number 1 of 3" in page_of(fragment)
    assert "<h1" not in page_of(fragment)
    assert [row["question"].key for row in desk.get(here).context["rows"]] == ["agent-1", "agent-2", "agent-0"]
    assert desk.post(f"{here}nothing/move/", {"place": "1"})["Location"] == here
    desk.post(f"{here}agent-2/remove/")
    assert "Used" not in page_of(desk.post(f"{here}remove/", follow=True))
    assert not InterviewKit.objects.filter(key="first-talk").exists()


def test_offered_questions_are_searched_in_the_readers_language(desk: Client, bank: QuestionBank, kit: InterviewKit) -> None:
    found = desk.get("/nb/curate/kits/screen/?q=agent+(NB)&category=people", HTTP_HX_REQUEST="true")
    assert [question.key for question, _text in found.context["choices"]] == ["agent-3"]
    assert "<h1" not in page_of(found)
    assert desk.get("/curate/kits/screen/?q=nothing+like+it").context["choices"] == []


def test_preview_is_what_the_interviewer_gets(desk: Client, kit: InterviewKit) -> None:
    page = page_of(desk.get("/curate/kits/screen/preview/?language=nb"))
    assert "Question 0 of agent (nb)?" in page
    assert "SECRET-STRONG" in page
    english = page_of(desk.get("/curate/kits/screen/preview/?language=sv"))
    assert 'lang="en">Question 0 of agent (en)?' in english


def test_a_plan_is_drawn_with_its_kits_and_they_can_be_changed(desk: Client, plan: InterviewPlan) -> None:
    page = page_of(desk.get("/curate/plans/"))
    assert "Screen, 15 minutes" in page
    form = desk.get("/curate/plans/short/").context["form"]
    sent = {"stage_0": "screen", "stage_1": "", "seen": form.initial["seen"]}
    assert desk.post("/curate/plans/short/", sent).status_code == 302
    assert library_kits.kits_of(InterviewPlan.objects.get(key="short")) == {0: "screen", 1: ""}
    late = desk.post("/curate/plans/short/", sent | {"stage_0": "", "stage_1": "screen"}, follow=True)
    assert "Somebody else has changed the kits" in page_of(late)
    for seen in ("", "no json", "[1]", "{}"):
        assert desk.post("/curate/plans/short/", {"stage_0": "screen", "stage_1": "", "seen": seen}).status_code == 302
    assert desk.post("/curate/plans/short/", {"stage_0": "nothing", "seen": ""}).status_code == 422


@pytest.mark.parametrize("path", ["questions/agent/", "kits/", "plans/", "kits/screen/"])
def test_pages_cost_the_same_for_few_and_for_many(
    desk: Client, draft: BankVersion, plan: InterviewPlan, ada: User, path: str, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.get(f"/curate/{path}")
    with CaptureQueriesContext(connection) as few:
        desk.get(f"/curate/{path}")
    publish_questions(key="lead", tier="team_lead", count=5)
    for number in range(3):
        questions.add_question(draft, category="people", text=f"What would you ask us, number {number}?", by=ada)
        made = library_kits.create_kit(name=f"Kit {number}", minutes=20, by=ada)
        library_kits.add_question(made, key="lead-0", by=ada)
        other = InterviewPlan.objects.create(key=f"plan-{number}", names={"en": "Plan"})
        Stage.objects.create(plan=other, kind=StageKind.SCREENING, position=0, kit=made)
    library_kits.add_question(InterviewKit.objects.get(key="screen"), key="agent-2", by=ada)
    with django_assert_num_queries(len(few)):
        desk.get(f"/curate/{path}")
    assert len(few) <= 30
