"""Question banks in drafts: words, marks, order, what a bank may not ask, what is asked twice, versions, and the kits
that follow."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from postings import presenters_bank
from postings.enums import LibraryAction, VersionState
from postings.models import BankVersion, Employer, InterviewKit, KitQuestion, LibraryEvent, Question, QuestionBank, QuestionText
from postings.services import completeness, library_banks, library_kits, library_likeness, library_usage
from postings.services import library_questions as questions
from postings.services.library import ChangedMeanwhile, LibraryRefused, source_digest
from postings.services.library_questions import FieldRefused, Marks, MarksChanged, Seen
from postings.tests.factories import PostingFactory
from postings.tests.library import publish_questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> QuestionBank:
    """Six questions, agent-0 to agent-5: even ones of motivation, odd ones of people; all but the first are public."""
    return publish_questions(count=5, languages=("en", "nb"))


@pytest.fixture
def draft(bank: QuestionBank, ada: User) -> BankVersion:
    return library_banks.start_bank_draft(bank, by=ada)


@pytest.fixture
def bo(db: None) -> User:
    return UserFactory.create(name="Bo")


def question(version: BankVersion, number: int = 0) -> Question:
    return Question.objects.select_related("version").get(version=version, key=f"agent-{number}")


def text(version: BankVersion, number: int = 0, language: str = "en") -> QuestionText:
    return QuestionText.objects.get(question=question(version, number), language=language)


def save(version: BankVersion, by: User, number: int = 0, language: str = "en", **changes: Any) -> QuestionText:
    options = {name: changes.pop(name) for name in ("marks", "seen", "mark") if name in changes}
    content = text(version, number, language).content() | changes
    return questions.save_question(question(version, number), language=language, content=content, by=by, **options)


def order(version: BankVersion) -> list[str]:
    return [row.key.removeprefix("agent-") for row in version.questions.all()]


def kit_of(bank: QuestionBank, *numbers: int, key: str = "kit", employer: Employer | None = None) -> InterviewKit:
    kit = InterviewKit.objects.create(key=key, employer=employer, names={"en": f"Kit {key}"}, minutes=20)
    version = BankVersion.objects.get(bank=bank, state=VersionState.PUBLISHED)
    for place, number in enumerate(numbers):
        KitQuestion.objects.create(kit=kit, question=question(version, number), position=place)
    return kit


def asked(kit: InterviewKit) -> list[tuple[str, int]]:
    """What a kit asks: number of the question, number of the version."""
    rows = kit.kit_questions.select_related("question__version")
    return [(row.question.key.removeprefix("agent-"), row.question.version.number) for row in rows]


# --- words and marks --------------------------------------------------------------------------------


def test_the_same_words_again_change_nothing(draft: BankVersion, ada: User) -> None:
    before = text(draft)
    save(draft, ada)
    assert text(draft).updated_at == before.updated_at
    assert not LibraryEvent.objects.filter(key="agent/agent-0").exists()


def test_a_sitting_is_one_line_of_history_under_the_question(draft: BankVersion, ada: User) -> None:
    for words in ("One?", "Two?"):
        save(draft, ada, text=words)
    event = LibraryEvent.objects.get(key="agent/agent-0")
    assert (event.action, event.language, event.by) == (LibraryAction.CHANGED, "en", ada)
    assert event.detail["before"] == {"text": "Question 0 of agent (en)?"}


def test_somebody_elses_words_are_never_written_over(draft: BankVersion, ada: User, bo: User) -> None:
    opened = text(draft)
    save(draft, bo, text="By Bo?")
    with pytest.raises(ChangedMeanwhile):
        save(draft, ada, text="By Ada?", seen=Seen(opened.updated_at))
    assert text(draft).text == "By Bo?"
    save(draft, ada, text="By Bo?", seen=Seen(opened.updated_at))


def test_writing_in_one_language_leaves_marks_that_somebody_changed_meanwhile(draft: BankVersion, ada: User, bo: User) -> None:
    before = Marks("motivation", False)
    save(draft, bo, marks=Marks("situations", False), seen=Seen(None, before))
    save(draft, ada, language="nb", text="Ny?", marks=before, seen=Seen(None, before))
    assert question(draft).category == "situations"
    with pytest.raises(MarksChanged, match="Handling situations"):
        save(draft, ada, language="nb", text="Nyere?", marks=Marks("people", False), seen=Seen(None, before))
    assert text(draft, language="nb").text == "Ny?", "refused whole"


def test_a_public_question_needs_its_hint_in_english(draft: BankVersion, ada: User) -> None:
    with pytest.raises(FieldRefused) as refusal:
        save(draft, ada, tip="", marks=Marks("motivation", True))
    assert refusal.value.field == "tip"
    assert not question(draft).is_public
    with pytest.raises(FieldRefused):
        save(draft, ada, 1, tip="")
    # A translation may wait for its hint: the practice page falls back to English.
    save(draft, ada, 1, language="nb", tip="")
    states = {state.language: state for state in completeness.of_question(question(draft, 1))}
    assert (states["en"].is_complete, states["nb"].is_complete, states["nb"].total) == (True, False, 10)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "How old are you?"), ("nb", "Hvor gammel er du?"), ("ru", "Сколько вам лет?"), ("nb", "What is your current salary?")],
)
def test_what_no_question_may_ask_is_refused(draft: BankVersion, ada: User, language: str, words: str) -> None:
    with pytest.raises(FieldRefused) as refusal:
        questions.save_question(question(draft), language=language, content={"text": words}, by=ada)
    assert refusal.value.field == "text"
    if language == "en":
        with pytest.raises(FieldRefused):
            questions.add_question(draft, category="people", text=words, by=ada)


def test_a_new_question_gets_a_key_of_its_own_for_good(bank: QuestionBank, draft: BankVersion, ada: User) -> None:
    added = questions.add_question(draft, category="people", text="What would you ask us?", by=ada)
    assert added.key == "agent-7"
    assert added.texts.get().updated_by == ada
    questions.remove_question(added, by=ada)
    actions = LibraryEvent.objects.filter(key=f"agent/{added.key}").order_by("id").values_list("action", flat=True)
    assert list(actions) == [LibraryAction.CREATED, LibraryAction.REMOVED]


def test_a_translation_is_behind_until_it_is_marked(draft: BankVersion, ada: User) -> None:
    QuestionText.objects.filter(question=question(draft), language="nb").update(source_hash=source_digest(text(draft)))
    save(draft, ada, text="What draws you here?")
    save(draft, ada, language="nb", text="Hva trekker deg hit?")
    behind = [state.language for state in completeness.of_question(question(draft)) if state.behind]
    assert behind == ["nb"]
    save(draft, ada, language="nb", mark=source_digest(text(draft)))
    assert not any(state.behind for state in completeness.of_question(question(draft)))
    with pytest.raises(LibraryRefused, match="once more"):
        save(draft, ada, language="nb", mark="old")


def test_a_version_in_review_keeps_its_questions(draft: BankVersion, ada: User) -> None:
    library_banks.submit_bank(draft, by=ada, note="x")
    row = question(draft)
    acts = [
        lambda: save(draft, ada, text="Another?"),
        lambda: questions.add_question(draft, category="people", text="Another?", by=ada),
        lambda: questions.place_question(row, place=2, by=ada),
        lambda: questions.remove_question(row, by=ada),
    ]
    for act in acts:
        with pytest.raises(LibraryRefused, match="in review"):
            act()


# --- order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "place", "expected", "now"),
    [
        (4, 1, ["4", "1", "0", "3", "2", "5"], 1),
        (0, 3, ["2", "1", "4", "3", "0", "5"], 3),
        (1, 2, ["0", "3", "2", "1", "4", "5"], 2),
        (5, 99, ["0", "1", "2", "3", "4", "5"], 3),
        (2, -1, ["2", "1", "0", "3", "4", "5"], 1),
    ],
)
def test_questions_move_within_their_category_only(
    draft: BankVersion, ada: User, number: int, place: int, expected: list[str], now: int
) -> None:
    assert questions.place_question(question(draft, number), place=place, by=ada) == now
    assert order(draft) == expected


# --- versions ---------------------------------------------------------------------------------------


def test_an_old_version_comes_back_as_a_draft_and_the_difference_is_told(bank: QuestionBank, draft: BankVersion, ada: User) -> None:
    save(draft, ada, text="What draws you to this work?", marks=Marks("people", False))
    questions.remove_question(question(draft, 3), by=ada)
    library_banks.publish_bank(draft, by=ada, note="Two")
    old = library_banks.bank_versions(bank).get(number=1)
    restored = library_banks.restore_bank_version(old, by=ada)
    with pytest.raises(LibraryRefused, match="A draft is open"):
        library_banks.restore_bank_version(old, by=ada)
    new = library_banks.bank_versions(bank).get(pk=restored.pk)
    assert presenters_bank.version_changes(old, new) == []
    found = {row.key: row for row in presenters_bank.version_changes(library_banks.bank_versions(bank).get(number=2), new)}
    assert set(found) == {"agent-0", "agent-3"}
    assert found["agent-3"].is_new
    assert [change.after for change in found["agent-0"].marks] == ["Motivation"]
    assert [(row.language, [change.label for change in row.changes]) for row in found["agent-0"].languages] == [("en", ["Question"])]


def test_a_new_order_is_a_change_of_its_own(bank: QuestionBank, draft: BankVersion, ada: User) -> None:
    questions.place_question(question(draft, 4), place=1, by=ada)
    old, new = (library_banks.bank_versions(bank).get(number=number) for number in (1, 2))
    change = presenters_bank.order_change(old, new)
    assert change is not None
    assert change.after.splitlines()[0] == "Question 4 of agent (en)?"
    assert presenters_bank.version_changes(old, new) == []
    assert presenters_bank.order_change(old, old) is None


def test_a_public_question_without_hint_is_not_published(draft: BankVersion, ada: User) -> None:
    QuestionText.objects.filter(question=question(draft, 2), language="en").update(tip="")
    with pytest.raises(LibraryRefused, match="public and needs a hint"):
        library_banks.publish_bank(draft, by=ada, note="x")


# --- kits follow ------------------------------------------------------------------------------------


def test_library_kits_move_on_and_employers_kits_stay(bank: QuestionBank, ada: User, northline: Employer) -> None:
    kit, own = kit_of(bank, 2, 0), kit_of(bank, 0, key="own", employer=northline)
    draft = library_banks.start_bank_draft(bank, by=ada)
    assert asked(kit) == [("2", 1), ("0", 1)], "a draft changes nothing"
    library_banks.publish_bank(draft, by=ada, note="Two")
    assert asked(kit) == [("2", 2), ("0", 2)]
    assert asked(own) == [("0", 1)]


def test_a_question_that_is_gone_leaves_the_kits_and_is_named_before(bank: QuestionBank, ada: User, northline: Employer) -> None:
    kit, bare = kit_of(bank, 2, 0), kit_of(bank, 2, key="bare")
    own, same = kit_of(bank, 2, key="own", employer=northline), kit_of(bank, 4, key="same")
    draft = library_banks.start_bank_draft(bank, by=ada)
    questions.remove_question(question(draft, 2), by=ada)
    told = [(loss.kit.key, loss.keys, loss.left) for loss in library_kits.losses(draft)]
    assert told == [("bare", ["agent-2"], 0), ("kit", ["agent-2"], 1)]
    assert asked(kit) == [("2", 1), ("0", 1)], "asking what would be lost loses nothing"
    library_banks.publish_bank(draft, by=ada, note="Two")
    assert (asked(kit), asked(bare), asked(own), asked(same)) == ([("0", 2)], [], [("2", 1)], [("4", 2)])
    event = LibraryEvent.objects.get(area="kit", key="kit")
    assert event.detail["before"] == {"lost": ["agent-2"]}


def test_a_kit_with_two_versions_of_one_question_keeps_one(bank: QuestionBank, ada: User) -> None:
    kit = kit_of(bank, 0)
    draft = library_banks.start_bank_draft(bank, by=ada)
    KitQuestion.objects.create(kit=kit, question=question(draft, 0), position=5)
    library_banks.publish_bank(draft, by=ada, note="Two")
    assert asked(kit) == [("0", 2)]


# --- usage and likeness -----------------------------------------------------------------------------


def test_usage_counts_kits_and_open_postings_and_names_no_employer(
    bank: QuestionBank, northline: Employer, fjordline: Employer, django_assert_num_queries: Any
) -> None:
    kit, own = kit_of(bank, 0, 1), kit_of(bank, 0, key="own", employer=northline)
    for employer, state, used in ((northline, "open", kit), (fjordline, "open", own), (northline, "draft", kit)):
        posting = PostingFactory.create(employer=employer, state=state)
        for stage in posting.plan.stages.all()[1:3]:
            stage.kit = used
            stage.save()
    rows = list(Question.objects.filter(version__bank=bank))
    with django_assert_num_queries(3):
        found = library_usage.of_questions(rows)
    first, second, third = (found[f"agent-{number}"] for number in range(3))
    assert ([item.key for item in first.kits], first.employer_kits, first.postings) == (["kit"], 1, 2)
    assert ([item.key for item in second.kits], second.employer_kits, second.postings) == (["kit"], 0, 1)
    assert not third.is_used
    use = library_usage.of_kits([kit])[kit.pk]
    assert (use.plans, use.postings, use.all_postings) == ([], 1, 2)


@pytest.mark.parametrize(
    ("language", "stands", "typed", "alike"),
    [
        ("en", "What draws you to work with customers, and why with us?", "what draws you to working with customers and why us", True),
        ("en", "What draws you to work with customers, and why with us?", "How do you end a call that goes on too long?", False),
        ("nb", "Hva gjør du når en kunde blir sint på deg?", "HVA GJOR DU NAR KUNDEN BLIR SINT?", True),
        ("hr", "Što činite kada se korisnik naljuti na vas?", "Sto cinite kad se korisnik naljuti?", True),
        ("ru", "Что вы делаете, когда клиент на вас сердится?", "Что Вы делаете, если клиент сердится?", True),
        ("ru", "У вас 25 операторов. Как вы планируете неделю?", "Через 25 дней выходит новый тариф. Что вы скажете клиенту?", False),
    ],
)
def test_likeness_looks_past_accents_and_case_and_keeps_different_questions_apart(
    draft: BankVersion, ada: User, language: str, stands: str, typed: str, alike: bool
) -> None:
    QuestionText.objects.update_or_create(question=question(draft, 3), language=language, defaults={"text": stands})
    found = [like.key for like in library_likeness.like(typed, language)]
    assert ("agent-3" in found) is alike
    assert "agent-3" not in [like.key for like in library_likeness.like(typed, language, but="agent-3")]
    other = "en" if language != "en" else "sv"
    assert "agent-3" not in [like.key for like in library_likeness.like(typed, other)], "each language for itself"


def test_the_list_of_a_bank_finds_twins_in_other_banks_and_their_drafts(bank: QuestionBank, draft: BankVersion, ada: User) -> None:
    other = publish_questions(key="lead", tier="team_lead", count=0)
    twin = library_banks.start_bank_draft(other, by=ada).questions.get()
    words = "How do you tell a colleague that a call went badly?"
    questions.save_question(twin, language="en", content={"text": words}, by=ada)
    save(draft, ada, 0, text="How do you tell a colleague that one call went badly?")
    found = library_likeness.likes_in(draft, "en")["agent-0"][0]
    assert (found.key, found.bank, found.text, found.is_draft) == ("lead-0", "lead", words, True)
    assert 80 <= found.percent < 100
