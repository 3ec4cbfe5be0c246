from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from applicants.models import Application, ApplicationDraft, Document, DocumentBlob
from applicants.services import drafts
from applicants.services.applying import submit_application
from applicants.tasks import delete_expired_drafts, read_documents
from applicants.tests.filling import filled
from applicants.tests.resumes import corpus
from postings.models import Posting


@pytest.fixture
def draft(posting: Posting) -> ApplicationDraft:
    return drafts.start_draft(posting=posting, language="en")


def attach(draft: ApplicationDraft, content: bytes = b"%PDF-1") -> ApplicationDraft:
    return drafts.attach_file(draft, name="cv.pdf", content_type="application/pdf", content=content)


def test_a_screen_is_kept_beside_the_others(draft: ApplicationDraft) -> None:
    drafts.save_screen(draft, screen="contact", typed={"name": "Cora"})
    drafts.save_screen(draft, screen="week", typed={"week": ["1"]})
    draft.refresh_from_db()
    assert draft.data == {"contact": {"name": "Cora"}, "week": {"week": ["1"]}}


def test_a_new_file_takes_the_place_of_the_old_one(draft: ApplicationDraft) -> None:
    attach(draft)
    attach(draft, b"%PDF-2")
    assert bytes(DocumentBlob.objects.get().content) == b"%PDF-2"


def test_a_removed_file_is_gone(draft: ApplicationDraft) -> None:
    assert drafts.remove_file(attach(draft)).file_name == ""
    assert not DocumentBlob.objects.exists()


def test_a_draft_that_was_sent_takes_nothing_more(draft: ApplicationDraft) -> None:
    submit_application(draft=draft, filled=filled())
    drafts.save_screen(draft, screen="contact", typed={"name": "Late"})
    attach(draft)
    draft.refresh_from_db()
    assert set(draft.data) == {"sent"}
    assert not DocumentBlob.objects.exists()


def test_an_unknown_source_counts_as_the_portal(posting: Posting) -> None:
    assert drafts.start_draft(posting=posting, language="en", source="'; drop").source == "portal"
    assert drafts.start_draft(posting=posting, language="en", source="job_board").source == "job_board"


def test_expired_drafts_go_with_their_files_and_applications_stay(posting: Posting, draft: ApplicationDraft) -> None:
    attach(draft)
    sent = drafts.start_draft(posting=posting, language="en")
    attach(sent, b"%PDF-3")
    submit_application(draft=sent, filled=filled())
    young = attach(drafts.start_draft(posting=posting, language="en"), b"%PDF-4")
    ApplicationDraft.objects.exclude(pk=young.pk).update(expires_at=timezone.now() - timedelta(minutes=1))

    assert delete_expired_drafts() == 2

    assert list(ApplicationDraft.objects.all()) == [young]
    assert sorted(bytes(blob.content) for blob in DocumentBlob.objects.all()) == [b"%PDF-3", b"%PDF-4"]
    assert Application.objects.count() == Document.objects.count() == 1


def test_files_that_nothing_points_to_go_after_a_day(draft: ApplicationDraft) -> None:
    old = DocumentBlob.objects.create(content=b"x", sha256="0", created_at=timezone.now() - timedelta(days=2))
    new = DocumentBlob.objects.create(content=b"y", sha256="1")
    delete_expired_drafts()
    assert not DocumentBlob.objects.filter(pk=old.pk).exists()
    assert DocumentBlob.objects.filter(pk=new.pk).exists()


@pytest.mark.parametrize(
    ("content", "state"), [(corpus.pdf(), "read"), (corpus.pdf(content=b""), "unreadable"), (corpus.pdf()[:200], "unreadable")]
)
def test_the_sweep_reads_what_waits(draft: ApplicationDraft, content: bytes, state: str) -> None:
    attach(draft, content)
    submit_application(draft=draft, filled=filled())
    assert read_documents() == 1
    document = Document.objects.get()
    assert document.state == state
    assert ("five years of calls" in document.text) == (state == "read")
    assert read_documents() == 0
