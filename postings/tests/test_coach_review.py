"""What the coach says about a posting, what each remark costs, and what a mend does to the text."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from postings.coach import settings as coach_settings
from postings.coach.boxes import LONGEST, MOST_LINES, Boxes, Change, TextChanged, apply, boxes_from, change_of, revert, words_of
from postings.coach.fact_rules import PREVIEW
from postings.coach.facts import MOST_LETTERS, Duty, Measure, PostingFacts, Words, passages
from postings.coach.findings import Finding
from postings.coach.kinds import Kind
from postings.coach.likeness import alike
from postings.coach.reasons import REASONS, reason_of
from postings.coach.review import MOST_REMARKS, Review, review
from postings.coach.rules import for_language
from postings.coach.text_rules import sentences_in

GOOD = Words(
    language="en",
    title="Customer service agent",
    summary=(
        "You answer customers of a phone company by phone and chat, and settle what they need in the first contact. "
        "The job is open to people without experience."
    ),
    duties=(Duty("Answer calls and chats.", 60), Duty("Record every contact.", 30), Duty("Call back as promised.", 10)),
    must_haves=("Correct writing in English (CEFR B2)",),
    nice_to_haves=("Work in a store or hotel",),
    measures=(Measure("First-contact resolution", "70–75%"),),
    reports_to="Team lead",
    preview=tuple((part, "50 contacts in a shift") for part in PREVIEW),
    call_to_action="Apply in five minutes.",
)
FACTS = PostingFacts(
    words=GOOD,
    names=("Northline",),
    country="HR",
    tier="agent",
    workplace="on_site",
    has_shifts=True,
    training_weeks=3,
    response_promise_days=5,
    minimum_age=18,
    pay_basis="hour",
    pay_min=Decimal(20),
    pay_max=Decimal(25),
)


def read(facts: dict[str, Any] | None = None, **words: Any) -> Review:
    return review(replace(FACTS, words=replace(GOOD, **words), **(facts or {})))


def rules(found: Review) -> list[str]:
    return [finding.rule for finding in found.findings]


def one(found: Review, rule: str) -> Finding:
    (hit,) = [finding for finding in found.findings if finding.rule == rule]
    return hit


def test_a_good_posting_has_nothing_to_mend() -> None:
    found = read()
    assert rules(found) == []
    assert found.score == 100


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({"title": ""}, "title_missing"),
        ({"title": "Customer service agent for the largest campaign of the whole region"}, "title_long"),
        ({"title": "Agent - Telco - Team Blue - Oslo"}, "title_particular"),
        ({"title": "Agent REQ-2024-118"}, "title_code"),
        ({"title": "Customer service rep II"}, "title_code"),
        ({"title": "★ Agent ★"}, "title_decoration"),
        ({"title": "HIRING NOW: agents"}, "shouting"),
        ({"title": "Agents wanted!"}, "shouting"),
        ({"summary": ""}, "summary_missing"),
        ({"summary": "You answer calls."}, "summary_short"),
        ({"summary": "One here. Two here. Three here. Four here. Five here. " * 3}, "summary_long"),
        ({"duties": ()}, "duties_missing"),
        ({"duties": (Duty("Answer calls."),)}, "duties_few"),
        ({"duties": tuple(Duty(f"Answer line {row}.") for row in range(8))}, "duties_many"),
        ({"duties": tuple(Duty(f"Answer line {row}.") for row in range(11))}, "duties_too_many"),
        ({"duties": (Duty("Answer.", 60), Duty("Call.", 30), Duty("Write."))}, "duties_shares"),
        ({"duties": (*GOOD.duties[:2], Duty("Responsible for answering mail.", 10))}, "duty_verb"),
        ({"duties": (*GOOD.duties[:2], Duty("Answer " + "long " * 60, 10))}, "duty_long"),
        ({"must_haves": tuple(f"Able to use tool number {row}" for row in range(9))}, "must_haves_many"),
        ({"must_haves": tuple(f"Able {row}" for row in "abcde"), "nice_to_haves": ()}, "nice_to_haves_missing"),
        ({"must_haves": ("Work in a store or a hotel",)}, "must_and_nice"),
        ({"measures": ()}, "measures_missing"),
        ({"measures": (Measure("Quality"),)}, "measure_open"),
        ({"reports_to": ""}, "reports_to_missing"),
        ({"call_to_action": " "}, "call_to_action_missing"),
        ({"preview": ()}, "preview_hard_missing"),
    ],
)
def test_shape_of_the_text(words: dict[str, Any], rule: str) -> None:
    assert rule in rules(read(**words))


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"has_shifts": False}, "shifts_missing"),
        ({"training_weeks": 0}, "training_missing"),
        ({"is_training_paid": False}, "training_unpaid"),
        ({"workplace": "remote"}, "equipment_missing"),
        ({"response_promise_days": None}, "response_missing"),
        ({"response_promise_days": 15}, "response_late"),
        ({"minimum_age": 21}, "minimum_age_high"),
        ({"has_variable_pay": True}, "variable_pay_unexplained"),
        ({"pay_basis": "call"}, "pay_piecework"),
        ({"pay_max": Decimal(31)}, "pay_wide"),
        ({"pay_min": None, "pay_max": None, "country": "AT"}, "pay_missing_law"),
        ({"pay_min": None, "pay_max": None, "country": "HR"}, "pay_missing_directive"),
        ({"pay_min": None, "pay_max": None, "country": "NO"}, "pay_missing_expected"),
        ({"pay_min": None, "pay_max": None, "country": "US"}, "pay_missing_parts"),
        ({"pay_min": None, "pay_max": None, "country": "RU"}, "pay_missing"),
        ({"questions": ("What did you earn in your last job?",)}, "pay_history"),
    ],
)
def test_facts_and_pay(facts: dict[str, Any], rule: str) -> None:
    assert rules(read(facts)) == [rule]


def test_what_is_fine_is_left_alone() -> None:
    assert rules(read({"workplace": "hybrid", "says_equipment": True})) == []
    assert rules(read({"tier": "manager", "training_weeks": 0})) == []
    assert rules(read({"pay_max": Decimal(30)})) == [], "half as much again is the limit itself"
    assert rules(read({"has_variable_pay": True, "pay_extra": "2 EUR per sale, 100 EUR a month is usual"})) == []
    assert rules(read(title="Customer service agent, French C1")) == []
    assert rules(read({"names": ("NORTHLINE GROUP",)}, title="Agent at NORTHLINE GROUP")) == []


def test_a_gender_mark_is_judged_by_the_custom_of_the_country() -> None:
    title = "Agent (m/f/d)"
    assert rules(read({"country": "DE"}, title=title)) == []
    hit = one(read({"country": "US"}, title=title), "gender_mark")
    assert title[hit.place.start : hit.place.end] == hit.words == "(m/f/d)"
    assert rules(read({"country": "US"}, title="Agent (B2/C1)")) == []
    assert "gender_mark" not in rules(read({"country": "NO"}, language="hr", title="Agent (m/ž)"))


def test_a_must_that_the_template_calls_nice_can_move() -> None:
    template = {"template_nice_to_haves": ("A second language at conversation level",), "template_must_haves": ("Clear speech",)}
    hit = one(read(template, must_haves=("Clear speech", "Second language at a conversation level")), "must_was_nice")
    assert hit.place.index == 1
    assert hit.mend is not None
    assert hit.mend.move_to == "nice_to_haves"
    assert rules(read(template, must_haves=("Clear speech in the language of the customers",))) == []


def test_a_translation_has_the_same_rules_in_its_own_words_or_says_that_it_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postings.coach.review.coach_rules.for_language", lambda _language: None)
    found = read(title="Rockstar agent")
    assert not found.has_word_rules
    assert rules(found) == []


def test_the_score_is_the_sum_of_its_parts_and_of_what_the_findings_cost() -> None:
    found = read(
        {"has_shifts": False, "pay_min": None, "pay_max": None},
        title="ROCKSTAR salesman!!!",
        summary="Young team. Excellent, dynamic, outstanding people person. " * 6,
        duties=(Duty("Responsible for stuff"),) * 12,
        preview=(),
        measures=(),
    )
    assert found.score == sum(part.points for part in found.parts) == 100 - sum(finding.points for finding in found.findings)
    assert sum(part.most for part in found.parts) == 100
    for part in found.parts:
        assert part.most - part.points == sum(finding.points for finding in found.findings if finding.part == part.part)
        assert part.points >= 0
    assert found.score < 50


def test_an_empty_posting_is_read_without_a_word() -> None:
    found = review(PostingFacts(words=Words(language="en")))
    assert {"title_missing", "duties_missing", "shifts_missing", "pay_missing"} <= set(rules(found))


def test_every_rule_has_its_reason() -> None:
    bad = read({"has_shifts": False, "minimum_age": 21}, title="Agent REQ-2024-118 " + "x" * 60, duties=(Duty("The " + "long " * 60),))
    assert set(map(str, Kind)) <= set(REASONS)
    for finding in bad.findings:
        assert "%(" not in reason_of(finding, country="Croatia")
        assert "%%" not in reason_of(finding, country="Croatia")


def test_words_inside_a_longer_find_are_reported_once() -> None:
    found = read(summary=GOOD.summary + " You join a young and dynamic team.")
    assert rules(found) == ["age"]


def test_sentences_are_counted_with_abbreviations() -> None:
    en = for_language("en")
    assert sentences_in("Bring e.g. a bike, approx. 3 km. Start at 8 a.m. on Monday. Good? Yes", en) == 4
    assert sentences_in("Costs 3.50 EUR. Fine", None) == 2


def test_requirements_are_alike_by_their_words() -> None:
    assert alike("Experience with a dialer", "Experience with dialers") >= 0.8
    assert alike("Able to type", "Able to stay calm") < 0.8
    assert alike("", "x") == 0


def boxes(**more: str) -> Boxes:
    return {"title": "Salesman", "summary": "", "must_haves": "One\nSecond language\nThree", "nice_to_haves": "Nice", **more}


def test_a_mend_changes_exactly_what_was_seen_and_can_be_undone() -> None:
    typed = boxes(summary="The salesman calls. A salesman writes.")
    words = words_of(typed, "en")
    hits = [
        finding for finding in review(PostingFacts(words=words)).findings if finding.rule == "gendered" and finding.place.field == "summary"
    ]
    second = change_of(hits[1], typed)
    assert second is not None
    apply(second, typed)
    assert typed["summary"] == "The salesman calls. A salesperson writes."
    assert typed["title"] == "Salesman"
    revert(second, typed)
    assert typed["summary"] == "The salesman calls. A salesman writes."


def test_a_mend_is_refused_when_the_words_are_gone() -> None:
    change = Change("summary", 4, "salesman", "salesperson")
    for summary in ("A salesman calls.", "", "The sales person"):
        typed = boxes(summary=summary)
        with pytest.raises(TextChanged):
            apply(change, typed)
        assert typed["summary"] == summary
    with pytest.raises(TextChanged):
        revert(change, boxes(summary="The agent calls."))


def test_a_line_moves_and_comes_back_to_its_place() -> None:
    typed = boxes()
    change = Change("must_haves", 4, "Second language", moved_to="nice_to_haves")
    apply(change, typed)
    assert (typed["must_haves"], typed["nice_to_haves"]) == ("One\nThree", "Nice\nSecond language")
    with pytest.raises(TextChanged):
        apply(change, typed)
    revert(change, typed)
    assert typed == boxes()


def test_taking_a_word_out_leaves_a_whole_sentence() -> None:
    for before, after in (
        ("Handle calls efficiently.", "Handle calls."),
        ("Efficiently handle calls.", "Handle calls."),
        ("Handle calls efficiently and on time.", "Handle calls and on time."),
    ):
        typed = {"duties-0-text": before}
        found = review(PostingFacts(words=words_of(typed, "en")))
        change = change_of(one(found, "vague"), typed)
        assert change is not None
        apply(change, typed)
        assert typed["duties-0-text"] == after
        assert (change.words.lower(), change.cuts) == ("efficiently", True)
        revert(change, typed)
        assert typed["duties-0-text"] == before


def test_a_duty_gets_its_verb_to_the_front() -> None:
    for before, after in (
        ("You will write to customers.", "Write to customers."),
        ("You will answer mail.", "Answer mail."),
        ("Responsible for handling claims.", "Handle claims."),
    ):
        typed = {"duties-0-text": before}
        change = change_of(one(review(PostingFacts(words=words_of(typed, "en"))), "duty_verb"), typed)
        assert change is not None
        apply(change, typed)
        assert typed["duties-0-text"] == after


def test_capitals_are_kept() -> None:
    typed = {"title": "Foreman, nights"}
    change = change_of(one(review(PostingFacts(words=words_of(typed, "en"))), "gendered"), typed)
    assert change is not None
    assert (change.old, change.new) == ("Foreman", "Supervisor")


def test_what_a_form_sends_is_read_as_the_browser_counts_it() -> None:
    got = boxes_from(
        {"summary": "a\r\nb", "must_haves": "x\r\ny", "duties-1-text": "Answer", "csrfmiddlewaretoken": "t", "duties-99999-text": "no"}
    )
    assert got == {"summary": "a\nb", "must_haves": "x\ny", "duties-1-text": "Answer"}
    words = words_of(got, "en")
    assert [duty.text for duty in words.duties] == ["", "Answer"]
    assert words.must_haves == ("x", "y")
    assert len(words_of({"duties-99-text": "x"}, "en").duties) <= 15


def test_the_files_of_rules_are_read_once() -> None:
    assert coach_settings.current() is coach_settings.current()
    assert for_language("en") is for_language("en")


@pytest.mark.parametrize(
    "text", ["a" * 2000 + " A." * 700, "." * 9000, "1.1," * 3000, "young guru " * 900, "x (" * 3000, "\x00!" * 999, "AB a " * 2000]
)
def test_hostile_text_is_read_up_to_a_length_and_answered_with_a_list_that_can_be_read(text: str) -> None:
    typed = dict.fromkeys(("title", "summary", "must_haves", "nice_to_haves", "reports_to", "call_to_action"), text)
    typed |= {f"{name}": text for row in range(15) for name in (f"duties-{row}-text", f"measures-{row}-name", f"measures-{row}-typical")}
    typed["must_haves"] = text.replace(" ", "\n")
    facts = PostingFacts(words=words_of(typed, "en"))
    read = [passage.text for passage in passages(facts)]
    assert max(map(len, read)) <= LONGEST
    assert sum(map(len, read)) <= MOST_LETTERS + LONGEST
    assert len(facts.words.must_haves) <= MOST_LINES
    words = [finding for finding in review(facts).findings if finding.rule in set(Kind)]
    assert len(words) <= MOST_REMARKS + len(facts.words.duties)


def test_an_undo_does_not_put_words_back_where_others_stand_now() -> None:
    typed = boxes(summary="Handle calls efficiently and on time.")
    (cut,) = [
        change
        for finding in review(PostingFacts(words=words_of(typed, "en"))).findings
        if (change := change_of(finding, typed)) and change.cuts
    ]
    apply(cut, typed)
    other = "Be kind to whoever calls, and stay calm."
    for now in (other, "We " + typed["summary"]):
        later = {**typed, "summary": now}
        with pytest.raises(TextChanged):
            revert(cut, later)
        assert later["summary"] == now
    revert(cut, typed)
    assert typed["summary"] == "Handle calls efficiently and on time."


def test_an_abbreviation_explained_anywhere_needs_no_other_word() -> None:
    for summary in ("We watch the quality score (QSX) daily. QSX counts.", "QSX (the score of quality) counts, and QSX again."):
        found = review(PostingFacts(words=Words("en", summary=summary))).findings
        assert not [finding for finding in found if finding.rule == "abbreviation"], summary
    assert [
        finding.words
        for finding in review(PostingFacts(words=Words("en", summary="QSX counts (as you know)."))).findings
        if finding.rule == "abbreviation"
    ] == ["QSX"]
