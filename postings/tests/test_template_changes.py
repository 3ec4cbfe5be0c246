"""A template that has moved on: what changed, what is taken over, and what stays."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from callcenter_jobs.lib.diffing import Fate
from postings.enums import PostingState, VersionState
from postings.models import Employer, Posting, TemplateText, TemplateVersion
from postings.services import drafting, template_changes
from postings.services.editing import EditConflict, EditRefused, version_of
from postings.services.publishing import record_edit
from postings.services.template_changes import Difference, changes_of, keep_ours, take_over
from postings.tests.templates import WORDS, make_version

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {
    "title": "Customer service agent",
    "summary": "You help customers by phone, chat and e-mail. Training comes first.",
    "duties": [
        {"text": "Answer customers", "share": 60},
        {"text": "Log every contact", "share": 30},
        {"text": "Report faults", "share": 10},
    ],
    "must_haves": ["Clear speech and writing", "Calm with customers who are angry"],
    "nice_to_haves": [],
    "preview": {
        "contacts": "60–90 contacts a shift",
        "hard": "Some callers are angry.",
        "good": "You help people.",
        "script": "Own words.",
    },
}


@pytest.fixture
def draft(northline: Employer, rosa: User) -> Posting:
    return drafting.create_posting_from_template(employer=northline, version=make_version(), language="en", by=rosa)


def move_on(words: dict[str, Any] = NEW, *, languages: tuple[str, ...] = ("en", "nb"), number: int = 2) -> TemplateVersion:
    TemplateVersion.objects.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    version = make_version(number=number, languages=languages)
    TemplateText.objects.filter(version=version, language="en").update(**words)
    return version


def fresh(posting: Posting) -> Posting:
    return Posting.objects.for_page().get(pk=posting.pk)


def found(posting: Posting) -> dict[str, Difference]:
    changes = changes_of(fresh(posting))
    assert changes is not None
    return {row.ref: row for item in changes.languages for row in item.differences}


def ref_of(posting: Posting, part: str, fate: Fate) -> str:
    refs = [row.ref for row in found(posting).values() if (row.part, row.fate) == (part, fate)]
    assert len(refs) == 1
    return refs[0]


def words(posting: Posting, language: str = "en") -> Any:
    return posting.texts.get(language=language)


def test_template_that_stays_has_no_changes(draft: Posting) -> None:
    assert changes_of(fresh(draft)) is None


def test_changes_are_named_part_by_part_and_item_by_item(draft: Posting) -> None:
    move_on()
    kinds = sorted((row.part, row.fate.value) for row in found(draft).values())
    assert kinds == [
        ("duties", "added"),
        ("duties", "changed"),
        ("must_haves", "changed"),
        ("nice_to_haves", "removed"),
        ("preview", "added"),
        ("preview", "changed"),
        ("summary", "changed"),
    ]
    assert all(row.is_untouched for row in found(draft).values())


def test_three_sides_are_told_apart(draft: Posting, rosa: User) -> None:
    drafting.replace_text(posting=draft, language="en", words={"must_haves": ["Clear speech and writing", "Calm with customers"]}, by=rosa)
    move_on()
    row = found(draft)[ref_of(draft, "must_haves", Fate.CHANGED)]
    assert (row.was, row.now, row.ours) == ("Calm with angry customers", "Calm with customers who are angry", "Calm with customers")
    assert not row.is_untouched
    assert not row.is_taken


def test_only_languages_of_the_posting_are_compared_and_silent_ones_are_named(draft: Posting, rosa: User) -> None:
    drafting.replace_text(posting=draft, language="nb", words=WORDS["nb"], by=rosa)
    move_on(languages=("en",))
    changes = changes_of(fresh(draft))
    assert changes is not None
    assert [item.language for item in changes.languages] == ["en"]
    assert changes.silent == ("nb",)


def test_what_only_moved_is_no_difference(draft: Posting) -> None:
    move_on({"duties": list(reversed(WORDS["en"]["duties"])), "must_haves": list(reversed(WORDS["en"]["must_haves"]))})
    assert found(draft) == {}


def test_chosen_parts_are_taken_over_and_the_rest_stays(draft: Posting, rosa: User) -> None:
    newest = move_on()
    refs = ["en.summary", ref_of(draft, "duties", Fate.ADDED), ref_of(draft, "must_haves", Fate.CHANGED), "en.preview.contacts"]
    assert take_over(posting=draft, refs=refs, number=2, by=rosa) == 4
    text = words(draft)
    assert text.summary == NEW["summary"]
    assert [duty["text"] for duty in text.duties] == ["Answer customers", "Log every contact", "Report faults"]
    assert text.must_haves == ["Clear speech and writing", "Calm with customers who are angry"]
    assert text.nice_to_haves == WORDS["en"]["nice_to_haves"]
    assert text.preview == {**WORDS["en"]["preview"], "contacts": NEW["preview"]["contacts"]}
    assert fresh(draft).template_version == newest
    assert changes_of(fresh(draft)) is None


def test_own_item_is_replaced_where_it_stands_and_removed_where_the_template_dropped_it(draft: Posting, rosa: User) -> None:
    own = {
        "must_haves": ["Our own line", "Calm with angry customers!", "Clear speech and writing"],
        "nice_to_haves": ["Ours", "Experience from a store"],
    }
    drafting.replace_text(posting=draft, language="en", words=own, by=rosa)
    move_on()
    take_over(
        posting=draft,
        refs=[ref_of(draft, "must_haves", Fate.CHANGED), ref_of(draft, "nice_to_haves", Fate.REMOVED)],
        number=2,
        by=rosa,
    )
    assert words(draft).must_haves == ["Our own line", "Calm with customers who are angry", "Clear speech and writing"]
    assert words(draft).nice_to_haves == ["Ours"]


def test_shares_that_no_longer_fit_together_are_left_out_of_what_came(draft: Posting, rosa: User) -> None:
    move_on()
    take_over(posting=draft, refs=[ref_of(draft, "duties", Fate.ADDED)], number=2, by=rosa)
    assert [(duty["text"], duty["share"]) for duty in words(draft).duties] == [
        ("Answer customers", 70),
        ("Log every contact", 30),
        ("Report faults", None),
    ]


def test_list_never_grows_past_what_the_form_can_hold(draft: Posting, rosa: User) -> None:
    drafting.replace_text(
        posting=draft, language="en", words={"duties": [{"text": f"Duty {n}", "share": None} for n in range(10)]}, by=rosa
    )
    move_on()
    with pytest.raises(EditRefused) as refusal:
        take_over(posting=draft, refs=[ref_of(draft, "duties", Fate.ADDED)], number=2, by=rosa)
    assert refusal.value.field == "duties"
    assert len(words(draft).duties) == 10
    assert changes_of(fresh(draft)) is not None


def test_keeping_ours_changes_no_word_and_ends_the_notice(draft: Posting, rosa: User) -> None:
    before = words(draft).summary
    newest = move_on()
    keep_ours(posting=draft, number=2, by=rosa)
    assert words(draft).summary == before
    assert fresh(draft).template_version == newest


def test_open_posting_keeps_what_people_saw_before(draft: Posting, rosa: User) -> None:
    Posting.objects.filter(pk=draft.pk).update(state=PostingState.OPEN, published_at=timezone.now())
    record_edit(draft, by=rosa)
    move_on()
    take_over(posting=fresh(draft), refs=["en.summary"], number=2, by=rosa)
    newest, older = draft.revisions.all()
    assert (newest.content["texts"]["en"]["summary"], newest.created_by) == (NEW["summary"], rosa)
    assert older.content["texts"]["en"]["summary"] == WORDS["en"]["summary"]


def test_keeping_ours_writes_no_revision(draft: Posting, rosa: User) -> None:
    Posting.objects.filter(pk=draft.pk).update(state=PostingState.OPEN, published_at=timezone.now())
    record_edit(draft, by=rosa)
    move_on()
    keep_ours(posting=fresh(draft), number=2, by=rosa)
    assert draft.revisions.count() == 1


@pytest.mark.parametrize("refs", [[], ["en.title"], ["xx.summary", "", "en.duties.99"]])
def test_nothing_chosen_changes_nothing(draft: Posting, rosa: User, refs: list[str]) -> None:
    move_on()
    with pytest.raises(EditRefused):
        take_over(posting=draft, refs=refs, number=2, by=rosa)
    assert changes_of(fresh(draft)) is not None


def test_template_that_moved_on_again_and_a_colleague_who_saved_are_noticed(draft: Posting, rosa: User) -> None:
    seen = version_of(fresh(draft))
    move_on()
    move_on({**NEW, "summary": "A third summary."}, number=3)
    with pytest.raises(EditRefused):
        take_over(posting=draft, refs=["en.summary"], number=2, by=rosa, seen=seen)
    drafting.replace_text(posting=draft, language="en", words={"summary": "Ours."}, by=rosa)
    with pytest.raises(EditConflict):
        take_over(posting=draft, refs=["en.summary"], number=3, by=rosa, seen=seen)
    assert words(draft).summary == "Ours."


# --- pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, rosa: User) -> Client:
    client.force_login(rosa)
    return client


def url(name: str, posting: Posting, *args: object) -> str:
    return reverse(f"desk:{name}", args=[posting.employer.slug, posting.code, *args])


def form_of(page: str) -> dict[str, Any]:
    hidden = dict(re.findall(r'type="hidden" name="(version|number)" value="([^"]*)"', page))
    return {**hidden, "part": re.findall(r'name="part" value="([^"]*)"[^>]* checked', page)}


def test_notice_stands_on_the_posting_and_in_the_editor(desk: Client, draft: Posting) -> None:
    pages = [url("posting", draft), url("posting_step", draft, "work"), url("posting_text", draft, "nb")]
    for address in pages:
        assert "moved on" not in desk.get(address).content.decode()
    move_on()
    for address in pages:
        page = desk.get(address).content.decode()
        assert "The template has moved on (version 1 → 2)" in page
        assert url("posting_template", draft) in page


def test_page_shows_three_sides_and_ticks_what_was_never_changed(desk: Client, draft: Posting, rosa: User) -> None:
    drafting.replace_text(posting=draft, language="en", words={"summary": "Our own summary."}, by=rosa)
    move_on()
    page = desk.get(url("posting_template", draft)).content.decode()
    assert WORDS["en"]["summary"] in page
    assert "Our own summary." in page
    assert "<ins>" in page
    assert "You have changed this in your posting." in page
    ticked = form_of(page)["part"]
    assert "en.summary" not in ticked
    assert "en.preview.contacts" in ticked


def test_ticked_parts_are_taken_over_by_the_form(desk: Client, draft: Posting) -> None:
    move_on()
    data = form_of(desk.get(url("posting_template", draft)).content.decode())
    answer = desk.post(url("posting_template", draft), {**data, "do": "take"}, follow=True)
    page = answer.content.decode()
    assert "7 parts are taken over." in page
    assert "moved on" not in page
    assert words(draft).summary == NEW["summary"]
    assert [duty["share"] for duty in words(draft).duties] == [60, 30, 10]


def test_keep_button_ends_it_and_the_page_then_leads_back(desk: Client, draft: Posting) -> None:
    move_on()
    data = form_of(desk.get(url("posting_template", draft)).content.decode())
    assert desk.post(url("posting_template", draft), {**data, "do": "keep"}).status_code == 302
    assert words(draft).summary == WORDS["en"]["summary"]
    assert desk.get(url("posting_template", draft)).status_code == 302


@pytest.mark.parametrize("bad", [{"part": []}, {"number": "99"}, {"number": "-1"}, {"number": "9" * 40}, {"number": "²"}, {"number": ""}])
def test_refused_form_says_why_and_keeps_the_ticks(desk: Client, draft: Posting, bad: dict[str, Any]) -> None:
    move_on()
    data = form_of(desk.get(url("posting_template", draft)).content.decode()) | {"part": ["en.summary"]} | bad
    answer = desk.post(url("posting_template", draft), {**data, "do": "take"})
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    assert form_of(answer.content.decode())["part"] == data["part"]
    assert words(draft).summary == WORDS["en"]["summary"]


def test_colleague_who_was_faster_is_answered_with_409(desk: Client, draft: Posting, rosa: User) -> None:
    move_on()
    data = form_of(desk.get(url("posting_template", draft)).content.decode())
    drafting.replace_text(posting=draft, language="en", words={"summary": "Theirs."}, by=rosa)
    assert desk.post(url("posting_template", draft), {**data, "do": "take"}).status_code == 409
    assert words(draft).summary == "Theirs."


def test_reader_without_the_right_sees_the_notice_and_no_way_to_act(client: Client, ivan: User, draft: Posting) -> None:
    move_on()
    client.force_login(ivan)
    page = client.get(url("posting", draft)).content.decode()
    assert "The template has moved on" in page
    assert url("posting_template", draft) not in page
    assert client.get(url("posting_template", draft)).status_code == 403


def test_page_stays_within_its_queries(desk: Client, draft: Posting, rosa: User) -> None:
    move_on()
    with CaptureQueriesContext(connection) as one:
        desk.get(url("posting_template", draft))
    drafting.replace_text(posting=draft, language="nb", words={**WORDS["nb"], "summary": "Eget."}, by=rosa)
    with CaptureQueriesContext(connection) as two:
        desk.get(url("posting_template", draft))
    assert len(two) == len(one) <= 18
    assert template_changes.newer_version(fresh(draft)) is not None
