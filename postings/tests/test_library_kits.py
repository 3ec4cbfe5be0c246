"""Interview kits and plans of the library: their questions, their order, who may change them, and what is refused."""

from __future__ import annotations

import pytest

from callcenter_jobs.accounts.models import User
from postings.enums import LibraryAction, StageKind
from postings.models import Employer, InterviewKit, InterviewPlan, LibraryEvent, QuestionBank, Stage
from postings.services import library_banks, library_kits, library_words
from postings.services import library_questions as questions
from postings.services.library import LibraryRefused
from postings.tests.library import publish_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> QuestionBank:
    return publish_questions(count=4)


@pytest.fixture
def kit(bank: QuestionBank, ada: User) -> InterviewKit:
    made = library_kits.create_kit(name="Phone screen, agent", minutes=15, by=ada)
    for number in range(3):
        library_kits.add_question(made, key=f"agent-{number}", by=ada)
    return made


@pytest.fixture
def plan() -> InterviewPlan:
    made = InterviewPlan.objects.create(key="short", names={"en": "Short"})
    kinds = (StageKind.APPLIED, StageKind.SCREENING, StageKind.INTERVIEW, StageKind.HIRED)
    for position, kind in enumerate(kinds):
        Stage.objects.create(plan=made, kind=kind, position=position)
    return made


def keys(kit: InterviewKit) -> list[str]:
    return [row.question.key for row in kit.kit_questions.select_related("question")]


def test_a_kit_is_named_by_what_it_is_called_and_never_twice(kit: InterviewKit, ada: User) -> None:
    assert kit.key == "phone-screen-agent"
    assert library_kits.create_kit(name="Phone screen (agent)", minutes=15, by=ada).key == "phone-screen-agent-2"
    assert library_kits.create_kit(name="???", minutes=15, by=ada).key == "kit"
    assert kit.edited_at is not None, "the loader offers instead of writing over it"


def test_questions_are_added_moved_and_taken_out_with_a_line_of_history_each(kit: InterviewKit, ada: User) -> None:
    assert library_kits.place_question(kit, key="agent-2", place=1, by=ada) == 1
    assert library_kits.place_question(kit, key="agent-2", place=-5, by=ada) == 1, "at the end nothing happens"
    library_kits.remove_question(kit, key="agent-0", by=ada)
    library_kits.remove_question(kit, key="agent-0", by=ada)
    assert keys(kit) == ["agent-2", "agent-1"]
    events = LibraryEvent.objects.filter(area="kit", key=kit.key).order_by("id")
    assert [event.action for event in events] == [LibraryAction.CREATED, *[LibraryAction.CHANGED] * 5]
    assert events.last().detail["before"] == {"questions": ["agent-2", "agent-0", "agent-1"]}  # type: ignore[union-attr]


def test_only_published_questions_of_the_kits_own_bank_can_be_added(kit: InterviewKit, bank: QuestionBank, ada: User) -> None:
    publish_questions(key="lead", tier="team_lead")
    draft = library_banks.start_bank_draft(bank, by=ada)
    new = questions.add_question(draft, category="people", text="What would you ask us?", by=ada)
    for key in ("agent-0", "lead-0", new.key, "nothing"):
        with pytest.raises(LibraryRefused, match="cannot be added"):
            library_kits.add_question(kit, key=key, by=ada)
    assert keys(kit) == ["agent-0", "agent-1", "agent-2"]
    for number in range(3):
        library_kits.remove_question(kit, key=f"agent-{number}", by=ada)
    library_kits.add_question(kit, key="lead-0", by=ada)
    assert keys(kit) == ["lead-0"], "an empty kit draws on the bank of its first question"


def test_a_kit_holds_so_many_questions(kit: InterviewKit, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_kits, "MOST_QUESTIONS", 3)
    with pytest.raises(LibraryRefused, match="at most 3"):
        library_kits.add_question(kit, key="agent-3", by=ada)


def test_an_employers_kit_is_not_the_librarys(bank: QuestionBank, ada: User, northline: Employer) -> None:
    own = InterviewKit.objects.create(key="own", employer=northline, names={"en": "Own"})
    assert not library_kits.library_kits().filter(pk=own.pk).exists()
    with pytest.raises(LibraryRefused, match="removed this kit"):
        library_kits.add_question(own, key="agent-0", by=ada)


def test_a_kit_in_use_is_not_removed(kit: InterviewKit, plan: InterviewPlan, ada: User) -> None:
    library_kits.choose_kits(plan, chosen={2: kit.key}, seen=None, by=ada)
    with pytest.raises(LibraryRefused, match="in use"):
        library_kits.remove_kit(kit, by=ada)
    library_kits.choose_kits(plan, chosen={2: ""}, seen=None, by=ada)
    library_kits.remove_kit(kit, by=ada)
    assert not InterviewKit.objects.exists()


def test_minutes_are_a_hint() -> None:
    assert [library_kits.minutes_needed(number) for number in (0, 3, 6)] == [0, 15, 27]


def test_words_of_a_kit_are_saved_like_other_small_texts(kit: InterviewKit, ada: User) -> None:
    kind = library_words.KINDS["kits"]
    seen = library_words.fingerprint(kind, kit, "nb")
    library_words.save_words(kind, kit, language="nb", words={"name": "Telefonsamtale", "intro": "Si hvem du er."}, by=ada, seen=seen)
    kit.refresh_from_db()
    assert (kit.name_in("nb"), kit.intro_in("nb"), kit.name_in("sv")) == ("Telefonsamtale", "Si hvem du er.", "Phone screen, agent")
    with pytest.raises(library_words.WordsChanged):
        library_words.save_words(kind, kit, language="nb", words={"name": "Annet", "intro": ""}, by=ada, seen=seen)
    seen = library_words.fingerprint(kind, kit, "en")
    library_words.save_words(kind, kit, language="en", words={"name": "Call", "intro": ""}, facts={"minutes": 20}, by=ada, seen=seen)
    kit.refresh_from_db()
    assert (kit.name_in("en"), kit.minutes) == ("Call", 20)


def test_a_plan_uses_the_kits_that_were_chosen_and_two_curators_lose_nothing(kit: InterviewKit, plan: InterviewPlan, ada: User) -> None:
    seen = library_kits.kits_of(plan)
    assert seen == {0: "", 1: "", 2: ""}, "the ends have no kits"
    library_kits.choose_kits(plan, chosen={1: kit.key, 3: kit.key, 99: kit.key}, seen=seen, by=ada)
    now = library_kits.kits_of(InterviewPlan.objects.get(pk=plan.pk))
    assert now == {0: "", 1: kit.key, 2: ""}
    with pytest.raises(library_kits.PlanChanged):
        library_kits.choose_kits(plan, chosen={2: kit.key}, seen=seen, by=ada)
    with pytest.raises(LibraryRefused, match="from the list"):
        library_kits.choose_kits(plan, chosen={2: "nothing"}, seen=now, by=ada)
    assert LibraryEvent.objects.get(area="plan").detail["after"] == {"kits": ["", kit.key, ""]}
