"""The journey without a script: what a phone on a poor line does, and what a stranger could find out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applicants.access import status_token
from applicants.models import Application, ApplicationDraft, Document, DocumentBlob
from applicants.tests.filling import begin, contact, fill_to_the_end, finish, sent_url, start_url, url, week
from applicants.tests.resumes import corpus
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Posting
from postings.services.publishing import close_posting, pause_posting, reopen_posting
from postings.tests.factories import PostingFactory


def file(name: str = "cv.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content, content_type="application/octet-stream")


def test_looking_at_the_first_screen_writes_nothing(client: Client, posting: Posting) -> None:
    response = client.get(start_url(posting))
    assert response.status_code == 200
    assert b'name="email"' in response.content
    assert not ApplicationDraft.objects.exists()
    assert "no-store" in response.headers["Cache-Control"]
    assert b"noindex" in response.content


def test_three_screens_make_an_application(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    response = client.post(url(draft, "questions"), {**finish(posting), "resume": file(), "send": "1"})
    assert response.status_code == 303
    assert response.headers["Location"] == sent_url(draft)
    page = client.get(sent_url(draft)).content.decode()
    assert "cora@example.com" in page
    application = Application.objects.get()
    assert (application.availability_mask, application.language) == (sum(1 << (day * 5 + 1) for day in range(5)), "nb")
    assert Document.objects.get().application == application
    assert Message.objects.get().kind == "application_received"


def test_every_screen_shows_again_what_was_typed(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting, phone="22 33 44 55")
    assert 'value="22 33 44 55"' in client.get(url(draft, "contact")).content.decode()
    assert client.get(url(draft, "week")).content.decode().count(" checked") >= 5
    client.post(url(draft, "questions"), {**finish(posting), "consent": ""})
    page = client.get(url(draft, "questions")).content.decode()
    assert page.count(" checked") == 2


def test_sending_takes_three_statements_and_one_commit(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    page = finish(posting)
    with CaptureQueriesContext(connection) as first:
        assert client.post(url(draft, "questions"), page).headers["Location"] == sent_url(draft)
    # The first read; in a savepoint of the test: draft and candidate are locked, and everything is written.
    assert len(first) == 5, [query["sql"][:90] for query in first.captured_queries]
    assert Application.objects.get().answers.count() == 2


def test_a_screen_takes_two_queries(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    for screen in ("contact", "week", "questions"):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(draft, screen)).status_code == 200
        assert len(seen) == 2, [query["sql"][:90] for query in seen.captured_queries]


def test_what_was_typed_is_kept_when_sending_fails(client: Client, posting: Posting, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = fill_to_the_end(client, posting)

    def broken(**_values: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("applicants.views.apply.submit_application", broken)
    with pytest.raises(RuntimeError):
        client.post(url(draft, "questions"), finish(posting))
    draft.refresh_from_db()
    assert draft.data["questions"]["consent"] == "on"


def test_the_receipt_can_be_read_for_a_week_after_sending(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    ApplicationDraft.objects.filter(pk=draft.pk).update(expires_at=timezone.now() + timedelta(minutes=1))
    client.post(url(draft, "questions"), finish(posting))
    draft.refresh_from_db()
    assert draft.expires_at > timezone.now() + timedelta(days=6)


def test_a_half_filled_screen_is_kept_although_it_is_refused(client: Client, posting: Posting) -> None:
    draft = begin(client, posting)
    assert client.post(url(draft, "contact"), contact(email="not an address", name="Cora Other")).status_code == 422
    page = client.get(url(draft, "contact")).content.decode()
    assert "not an address" in page
    assert "Cora Other" in page


def test_the_file_is_kept_when_another_field_is_refused(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    response = client.post(url(draft, "questions"), {**finish(posting), "consent": "", "resume": file("My CV.pdf")})
    assert response.status_code == 422
    assert "My CV.pdf" in response.content.decode()
    client.post(url(draft, "questions"), finish(posting))
    assert Document.objects.get().original_name == "My CV.pdf"


def test_a_kept_file_can_be_removed_and_replaced(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    client.post(url(draft, "questions"), {**finish(posting), "consent": "", "resume": file("one.pdf")})
    client.post(url(draft, "questions"), {**finish(posting), "consent": "", "resume": file("two.docx", corpus.docx())})
    assert DocumentBlob.objects.count() == 1
    response = client.post(url(draft, "questions"), {**finish(posting), "remove_file": "1"})
    assert response.status_code == 303
    assert not DocumentBlob.objects.exists()
    assert not Application.objects.exists()
    assert client.get(url(draft, "questions")).content.decode().count(" checked") >= 2


def test_a_refused_file_leaves_the_earlier_one(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    client.post(url(draft, "questions"), {**finish(posting), "consent": "", "resume": file("good.pdf")})
    response = client.post(url(draft, "questions"), {**finish(posting), "resume": file("bad.pdf", b"text")})
    assert response.status_code == 422
    assert "good.pdf" in response.content.decode()


def test_the_review_shows_the_earlier_screens(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting, phone="22334455")
    page = client.get(url(draft, "questions")).content.decode()
    assert "+47 22 33 44 55" in page
    assert "Mon–Fri day" in page
    assert url(draft, "contact") in page


def test_a_later_screen_waits_for_the_earlier_ones(client: Client, posting: Posting) -> None:
    draft = begin(client, posting)
    assert client.get(url(draft, "questions")).headers["Location"] == url(draft, "week")
    client.post(url(draft, "contact"), contact(name=""))
    assert client.get(url(draft, "week")).headers["Location"] == url(draft, "contact")


def test_sending_twice_and_going_back_make_one_application(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    first = client.post(url(draft, "questions"), finish(posting))
    again = client.post(url(draft, "questions"), finish(posting))
    assert first.headers["Location"] == again.headers["Location"] == sent_url(draft)
    for screen in ("contact", "week", "questions"):
        assert client.get(url(draft, screen)).headers["Location"] == sent_url(draft)
    assert client.post(url(draft, "contact"), contact(name="Too Late")).headers["Location"] == sent_url(draft)
    assert Application.objects.get().name == "Cora Lind"
    assert Message.objects.count() == 1


def test_nobody_learns_that_an_address_has_applied(client: Client, posting: Posting) -> None:
    pages = []
    for name in ("Cora Lind", "A Stranger"):
        draft = fill_to_the_end(client, posting, name=name)
        client.post(url(draft, "questions"), finish(posting))
        response = client.get(sent_url(draft))
        assert response.status_code == 200
        main = response.content.decode().partition("<main")[2].partition("</main")[0]
        pages.append(re.sub(r'datetime="[^"]+"', "", main.replace(draft.key, "KEY")))
    assert pages[0] == pages[1]
    application = Application.objects.get()
    assert status_token(application) not in pages[0]
    assert application.code not in pages[0]


def test_the_whole_way_in_norwegian(client: Client, posting: Posting) -> None:
    response = client.post(f"/nb/apply/{posting.code}/", contact())
    assert response.headers["Location"].startswith("/nb/apply/")
    assert ApplicationDraft.objects.get().language == "nb"


def test_the_source_of_the_link_is_kept(client: Client, posting: Posting) -> None:
    client.post(f"{start_url(posting)}?source=job_board", contact())
    assert ApplicationDraft.objects.get().source == "job_board"


def test_whoever_is_signed_in_need_not_type_their_name(client: Client, posting: Posting, cora: User) -> None:
    client.force_login(cora)
    page = client.get(start_url(posting)).content.decode()
    assert 'value="Cora Lind"' in page
    assert 'value="cora@example.com"' in page


# --- postings that change meanwhile ------------------------------------------------------------


@pytest.mark.parametrize("end", [pause_posting, close_posting])
def test_a_posting_that_ends_meanwhile_loses_nothing(client: Client, posting: Posting, rosa: User, end: Any) -> None:
    draft = fill_to_the_end(client, posting)
    end(posting, by=rosa)
    response = client.post(url(draft, "questions"), {**finish(posting), "resume": file()})
    assert response.status_code == 410
    assert "was not sent" in response.content.decode()
    assert not Application.objects.exists()
    for screen in ("contact", "week", "questions"):
        assert client.get(url(draft, screen)).status_code == 410
    draft.refresh_from_db()
    assert set(draft.data) == {"contact", "week", "questions"}


def test_a_posting_that_opens_again_goes_on_where_one_was(client: Client, posting: Posting, rosa: User) -> None:
    draft = fill_to_the_end(client, posting)
    close_posting(posting, by=rosa)
    client.post(url(draft, "questions"), finish(posting))
    reopen_posting(posting, by=rosa)
    assert client.get(url(draft, "questions")).content.decode().count(" checked") == 3
    client.post(url(draft, "questions"), finish(posting))
    assert Application.objects.count() == 1


def test_a_posting_past_its_last_day_says_so(client: Client, posting: Posting) -> None:
    Posting.objects.filter(pk=posting.pk).update(closes_on=timezone.localdate() - timedelta(days=1))
    response = client.get(start_url(posting))
    assert response.status_code == 410
    assert reverse("public:job_list") in response.content.decode()


def test_new_questions_are_asked_before_sending(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    page = finish(posting)
    first = posting.screening_questions.all()[0]
    posting.screening_questions.create(kind="text", position=5, texts={"en": {"question": "Which shift is best?"}})
    first.is_active = False
    first.save()
    response = client.post(url(draft, "questions"), page)
    assert response.status_code == 422
    assert "Which shift is best?" in response.content.decode()
    assert "changed while you were applying" in response.content.decode()
    assert not Application.objects.exists()
    answers = finish(posting)
    client.post(url(draft, "questions"), answers)
    assert sorted(Application.objects.get().answers.values_list("value", flat=True)) == ["yes", "yes"]
    assert first.pk not in Application.objects.get().answers.values_list("question_id", flat=True)


def test_a_language_asked_for_meanwhile_is_asked_before_sending(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    posting.languages.create(language="nb", level="C1")
    response = client.post(url(draft, "questions"), finish(posting))
    assert response.headers["Location"] == f"{url(draft, 'week')}?check=1"
    page = client.get(response.headers["Location"]).content.decode()
    assert "error-summary" in page
    assert not Application.objects.exists()


# --- what is not there ---------------------------------------------------------------------------


def test_what_was_never_public_is_not_found(client: Client, db: None) -> None:
    assert client.get(start_url(PostingFactory.create(state="draft"))).status_code == 404
    assert client.get("/apply/NOSUCHCODE/").status_code == 404


def test_a_foreign_an_expired_and_an_unknown_draft_look_alike(client: Client, posting: Posting, foreign_posting: Posting) -> None:
    foreign = begin(client, foreign_posting)
    old = begin(client, posting)
    ApplicationDraft.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    pages = set()
    for key in (foreign.key, old.key, "ABCDEFGH"):
        for way in ("contact", "week", "questions", "sent"):
            response = client.get(f"/apply/{posting.code}/{key}/{way}/")
            assert response.status_code == 404
            pages.add(response.content.decode().replace(key, "").partition("<main")[2].partition("</main")[0])
        assert client.post(f"/apply/{posting.code}/{key}/contact/", contact()).status_code == 404
    assert len(pages) == 1
    assert client.get(f"/apply/{posting.code}/{begin(client, posting).key}/other/").status_code == 404


def test_the_confirmation_comes_only_after_sending(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    assert client.get(sent_url(draft)).headers["Location"] == url(draft, "contact")


# --- limits ----------------------------------------------------------------------------


def test_a_flood_is_slowed_and_loses_nothing(client: Client, posting: Posting, settings: Any) -> None:
    cache.clear()
    settings.APPLY_SENDS_PER_HOUR = 1
    for name in ("cora@example.com", "dora@example.com"):
        draft = fill_to_the_end(client, posting, email=name)
        response = client.post(url(draft, "questions"), finish(posting))
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert Application.objects.count() == 1
    draft.refresh_from_db()
    assert "questions" in draft.data
    cache.clear()


def test_only_what_is_sent_counts_as_sent(client: Client, posting: Posting, settings: Any) -> None:
    cache.clear()
    settings.APPLY_SENDS_PER_HOUR = 1
    draft = begin(client, posting)
    address = url(draft, "questions")
    assert "/week/" in client.post(address, finish(posting)).headers["Location"]
    client.post(url(draft, "week"), week(posting))
    assert client.post(address, finish(posting, consent="")).status_code == 422
    assert client.post(address, finish(posting), headers={"X-Autosave": "1"}).status_code == 200
    assert client.post(address, finish(posting, remove_file="1")).headers["Location"].endswith("#resume")
    assert client.post(address, finish(posting, resume=file())).headers["Location"] == sent_url(draft)
    # The next one comes too often, with its file, and keeps it.
    other = fill_to_the_end(client, posting, email="dora@example.com")
    assert client.post(url(other, "questions"), finish(posting, resume=file("dora.pdf"))).status_code == 429
    other.refresh_from_db()
    assert (other.file_name, "questions" in other.data, Application.objects.count()) == ("dora.pdf", True, 1)
    cache.clear()


# --- saving by itself ----------------------------------------------------------------------------


def test_saving_by_itself_makes_the_draft_and_says_where_it_is(client: Client, posting: Posting) -> None:
    response = client.post(start_url(posting), contact(email="half an addr"), headers={"X-Autosave": "1"})
    assert response.status_code == 201
    draft = ApplicationDraft.objects.get()
    assert response.json() == {"url": url(draft, "contact")}
    assert client.post(url(draft, "contact"), contact(name="Cora L"), headers={"X-Autosave": "1"}).status_code == 200
    assert 'value="Cora L"' in client.get(url(draft, "contact")).content.decode()


def test_saving_a_file_by_itself_keeps_or_refuses_it(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    kept = client.post(url(draft, "questions"), {"resume": file("cv.odt", corpus.odt())}, headers={"X-Autosave": "1"})
    assert (kept.status_code, kept.json()) == (200, {"file_name": "cv.odt"})
    refused = client.post(url(draft, "questions"), {"resume": file("cv.pdf", b"text")}, headers={"X-Autosave": "1"})
    assert refused.status_code == 422
    assert "PDF" in refused.json()["resume"]
    assert not Application.objects.exists()


# --- cost ------------------------------------------------------------------------------------------


def test_the_pages_cost_few_queries(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    for address in (start_url(posting), url(draft, "contact"), url(draft, "week"), url(draft, "questions")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 12, [query["sql"] for query in queries.captured_queries]
    client.post(url(draft, "questions"), finish(posting))
    with CaptureQueriesContext(connection) as queries:
        client.get(sent_url(draft))
    assert len(queries) <= 12


def test_more_questions_languages_and_starts_cost_no_more_queries(client: Client, northline: Any) -> None:
    counts = []
    for number in (1, 3):
        spoken = [("en", "B2"), ("nb", "B1"), ("sv", "A2")][:number]
        posting = PostingFactory.create(employer=northline, questions=number, start_in_days=30, spoken=spoken)
        draft = fill_to_the_end(client, posting)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(draft, "week"))
            client.get(url(draft, "questions"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_without_the_week_screen_nothing_is_sent(client: Client, posting: Posting) -> None:
    draft = begin(client, posting)
    response = client.post(url(draft, "questions"), finish(posting))
    assert response.headers["Location"] == f"{url(draft, 'week')}?check=1"
    client.post(url(draft, "week"), week(posting))
    assert not Application.objects.exists()
