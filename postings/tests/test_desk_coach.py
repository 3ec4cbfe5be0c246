"""The coach at the desk: beside the form, on the review page and on a page of its own; who may use it, and what a mend changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from postings.coach.boxes import boxes_of, change_of
from postings.models import Posting, PostingText
from postings.services import drafting
from postings.services.coaching import reference_of, review_boxes
from postings.services.editing import version_of

if TYPE_CHECKING:
    from callcenter_jobs.accounts.models import User

pytestmark = pytest.mark.django_db
SUMMARY = "The salesman answers customers by phone. A salesman also writes to them, and asks what they need before he offers anything."


@pytest.fixture
def client_of() -> Any:
    def made(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return made


@pytest.fixture
def written(posting: Posting, rosa: User) -> Posting:
    words = {
        "title": "Sales agent",
        "summary": SUMMARY,
        "duties": [{"text": "Answer calls.", "share": 40}],
        "must_haves": ["English (CEFR B2)"],
    }
    drafting.save_step(posting=posting, step="work", values=words, by=rosa)
    return Posting.objects.for_page().get(pk=posting.pk)


def at(name: str, posting: Posting, *args: object) -> str:
    return reverse(f"desk:{name}", args=[posting.employer.slug, posting.code, *args])


def text_of(posting: Posting, language: str = "en") -> PostingText:
    return PostingText.objects.get(posting=posting, language=language)


def mend_of(posting: Posting, nth: int, text: PostingText | None = None) -> str:
    """The button's value for the nth mend that the coach offers."""
    boxes = boxes_of(text or text_of(posting))
    found = review_boxes(posting, boxes, text.language if text else "en")
    made = [(finding, change) for finding in found.findings if (change := change_of(finding, boxes))]
    return f"mend:{reference_of(*made[nth])}"


def typed(posting: Posting, **changes: str) -> dict[str, str]:
    text = text_of(posting)
    data = boxes_of(text) | {"version": version_of(posting), "channels": "voice"}
    for kind in ("duties", "measures"):
        data[f"{kind}-TOTAL_FORMS"] = str(len(getattr(text, kind)) + 1)
        data[f"{kind}-INITIAL_FORMS"] = "0"
    return {**data, **changes}


def undo_in(page: str) -> str:
    found = re.search(r'value="(unmend:[^"]+)"', page)
    assert found
    return found.group(1)


def test_the_form_shows_the_coach_beside_the_words(written: Posting, rosa: User, client_of: Any) -> None:
    page = client_of(rosa).get(at("posting_step", written, "work")).content.decode()
    assert 'href="#id_summary"' in page
    assert '<q lang="en">salesman</q>' in page
    assert "of 100 points" in page
    assert "Replace with “salesperson”" in page
    for part in ("Wording", "Fairness", "Structure", "Facts", "Honesty"):
        assert f"<span>{part}</span>" in page
    assert f'hx-post="{at("posting_coach", written, "en")}"' in page


def test_remarks_follow_what_is_typed_and_nothing_is_saved(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    before = text_of(written).summary
    data = typed(written, summary="Rockstar wanted. We need manpower.")
    answer = client.post(at("posting_coach", written, "en"), data, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Rockstar" in page
    assert "salesman" not in page
    assert "<html" not in page
    assert "HX-Request" in answer["Vary"]
    assert 'form="step-form"' in page
    assert text_of(written).summary == before
    assert Posting.objects.get(pk=written.pk).updated_at == written.updated_at


def test_remarks_on_hostile_input_are_no_error(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    for data in ({}, {"summary": "\x00<script>alert(1)</script>" * 300}, {"duties-TOTAL_FORMS": "x", "duties-99-text": "salesman"}):
        answer = client.post(at("posting_coach", written, "en"), data, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content


def test_a_text_that_is_not_saved_yet_is_read_too(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    url = at("posting_coach", written, "nb")
    assert client.post(url, {"title": "Kundeagent"}, headers={"HX-Request": "true"}).status_code == 200
    assert client.get(url).status_code == 404
    assert client.get(at("posting_coach", written, "xx")).status_code == 404
    assert client.post(at("posting_coach_mend", written, "nb"), {"do": "mend:a"}).status_code == 404


def test_only_who_may_edit_is_coached(written: Posting, ivan: User, otto: User, client_of: Any) -> None:
    for url, method in ((at("posting_coach", written, "en"), "get"), (at("posting_coach_mend", written, "en"), "post")):
        assert getattr(client_of(ivan), method)(url).status_code == 403
        assert getattr(client_of(otto), method)(url).status_code == 404


def test_a_mend_without_a_script_changes_the_typed_words_and_saves_nothing(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    data = typed(written, reports_to="Somebody new", do=mend_of(written, 1))
    page = client.post(at("posting_step", written, "work"), data).content.decode()
    assert "The salesman answers customers by phone. A salesperson also writes" in page
    assert 'value="Somebody new"' in page
    assert "“salesman” is now “salesperson”." in page
    assert text_of(written).summary == SUMMARY
    assert text_of(written).reports_to != "Somebody new"
    again = typed(written, summary=SUMMARY.replace("A salesman", "A salesperson"), do=undo_in(page))
    page = client.post(at("posting_step", written, "work"), again).content.decode()
    assert "“salesman” is back." in page
    assert "A salesman also writes" in page


def test_a_mend_keeps_all_of_a_text_that_is_too_long(written: Posting, rosa: User, client_of: Any) -> None:
    long = SUMMARY + " And more." * 600
    data = typed(written, summary=long, do=mend_of(written, 0))
    page = client_of(rosa).post(at("posting_step", written, "work"), data).content.decode()
    assert "“salesman” is now “salesperson”." in page
    assert page.count("And more.") >= 600, "what stands beyond the limit is not cut off by a mend"


def test_a_mend_is_refused_when_the_typed_words_are_others(written: Posting, rosa: User, client_of: Any) -> None:
    data = typed(written, summary="Every " + SUMMARY, do=mend_of(written, 0))
    page = client_of(rosa).post(at("posting_step", written, "work"), data).content.decode()
    assert "nothing was replaced" in page
    assert "Every The salesman answers" in page


def test_a_mend_on_the_review_page_changes_what_is_stored_and_can_be_undone(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    review = at("posting_review", written)
    assert "Replace with “salesperson”" in client.get(review).content.decode()
    before = boxes_of(text_of(written))
    answer = client.post(at("posting_coach_mend", written, "en"), {"do": mend_of(written, 0), "back": "posting_review"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[0][0] == f"{review}#coach-en"
    assert "“salesman” is now “salesperson”." in page
    after = boxes_of(text_of(written))
    assert after == before | {"summary": SUMMARY.replace("The salesman", "The salesperson")}
    assert Posting.objects.get(pk=written.pk).client_program == written.client_program
    assert "is now" not in client.get(review).content.decode(), "told once"
    page = client.post(
        at("posting_coach_mend", written, "en"), {"do": undo_in(page), "back": "posting_review"}, follow=True
    ).content.decode()
    assert "“salesman” is back." in page
    assert boxes_of(text_of(written)) == before


def test_a_stored_mend_is_refused_when_somebody_changed_the_words(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    do = mend_of(written, 0)
    drafting.save_step(posting=written, step="work", values={"summary": "Another text."}, by=rosa)
    for value in (do, "mend:", "mend:summary:4:000000000000", "unmend:forged", "publish", ""):
        page = client.post(at("posting_coach_mend", written, "en"), {"do": value}, follow=True).content.decode()
        assert "nothing was replaced" in page, value
    assert text_of(written).summary == "Another text."


def test_the_key_of_an_undo_is_good_for_its_posting_only(
    written: Posting, foreign_posting: Posting, rosa: User, otto: User, client_of: Any
) -> None:
    page = client_of(rosa).post(at("posting_coach_mend", written, "en"), {"do": mend_of(written, 0)}, follow=True).content.decode()
    mended = text_of(written).summary
    foreign = Posting.objects.for_page().get(pk=foreign_posting.pk)
    PostingText.objects.filter(posting=foreign, language="en").update(summary=mended)
    page = client_of(otto).post(at("posting_coach_mend", foreign, "en"), {"do": undo_in(page)}, follow=True).content.decode()
    assert "nothing was replaced" in page
    assert text_of(foreign).summary == mended


def test_a_mend_of_an_open_posting_is_on_record(written: Posting, rosa: User, client_of: Any) -> None:
    count = written.revisions.count()
    client_of(rosa).post(at("posting_coach_mend", written, "en"), {"do": mend_of(written, 0)})
    newest = written.revisions.order_by("-number").first()
    assert written.revisions.count() == count + 1
    assert newest is not None
    assert newest.created_by == rosa


def test_a_mend_that_does_not_fit_is_refused_whole(written: Posting, rosa: User, client_of: Any) -> None:
    line = "Keep AHT low " + "x" * 185
    drafting.save_step(posting=written, step="work", values={"summary": "Fine.", "must_haves": [line]}, by=rosa)
    fresh = Posting.objects.for_page().get(pk=written.pk)
    page = client_of(rosa).post(at("posting_coach_mend", fresh, "en"), {"do": mend_of(fresh, 0)}, follow=True).content.decode()
    assert "does not fit" in page
    assert text_of(fresh).must_haves == [line]


def test_a_translation_has_its_own_panel_and_mends_in_its_own_form(written: Posting, rosa: User, client_of: Any) -> None:
    client = client_of(rosa)
    drafting.replace_text(posting=written, language="sv", words={"title": "Säljare REQ-2024-118", "summary": "Du ringer."}, by=rosa)
    fresh = Posting.objects.for_page().get(pk=written.pk)
    assert 'id="coach-sv"' in client.get(at("posting_review", fresh)).content.decode()
    url = at("posting_text", fresh, "sv")
    page = client.get(url).content.decode()
    assert '<q lang="sv">REQ-2024-118</q>' in page
    data = typed(fresh, title="Säljare REQ-2024-118", summary="Du ringer.", do=mend_of(fresh, 0, text_of(fresh, "sv")))
    data |= {"reports_to": "", "must_haves": "", "duties-0-text": "", "duties-0-share": ""}
    page = client.post(url, data).content.decode()
    assert 'value="Säljare"' in page
    assert text_of(fresh, "sv").title == "Säljare REQ-2024-118"


def test_the_coach_never_stands_in_the_way_of_publishing(written: Posting, rosa: User, client_of: Any) -> None:
    Posting.objects.filter(pk=written.pk).update(state="draft", published_at=None)
    answer = client_of(rosa).post(at("posting_publish", written), follow=True)
    assert answer.status_code == 200
    assert Posting.objects.get(pk=written.pk).state == "open"


def test_the_reason_is_in_the_language_of_the_reader(written: Posting, rosa: User, client_of: Any) -> None:
    page = client_of(rosa).get("/nb" + at("posting_coach", written, "en")).content.decode()
    assert '<q lang="en">salesman</q>' in page


def test_the_panel_costs_no_query_of_its_own(written: Posting, rosa: User, client_of: Any, django_assert_max_num_queries: Any) -> None:
    client = client_of(rosa)
    with django_assert_max_num_queries(16):
        client.post(at("posting_coach", written, "en"), typed(written), headers={"HX-Request": "true"})
