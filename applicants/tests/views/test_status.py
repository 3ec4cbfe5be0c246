from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from applicants import pipeline
from applicants.access import status_token
from applicants.forms.screens import question_key
from applicants.models import Application, Correction, Document, DocumentBlob
from applicants.services.applying import submit_application
from applicants.services.drafts import start_draft
from applicants.tests.filling import filled, week
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Posting
from postings.tests.factories import stage_of


@pytest.fixture
def sent(posting: Posting) -> Application:
    """An application with answers, a language and a file."""
    questions = posting.screening_questions.all()
    values = filled(phone="+4722334455", answers={item.pk: "yes" for item in questions}, languages=[("en", "B2"), ("hr", "C2")])
    submit_application(draft=start_draft(posting=posting, language="en"), filled=values)
    application = Application.objects.get()
    blob = DocumentBlob.objects.create(content=b"x", sha256="0")
    Document.objects.create(
        employer=application.employer, application=application, blob=blob, original_name="My CV.pdf", content_type="application/pdf", size=1
    )
    return application


def url(application: Application, name: str = "detail") -> str:
    return reverse(f"status:{name}", args=[status_token(application)])


def main_of(response: Any) -> str:
    return str(response.content.decode().partition("<main")[2].partition("</main")[0])


def test_the_page_says_where_it_stands_and_what_was_sent(client: Client, sent: Application) -> None:
    response = client.get(url(sent))
    page = main_of(response)
    for words in ("Your application has arrived", "answers by", "Cora Lind", "+47 22 33 44 55", "My CV.pdf", "Croatian", "Mon day", "Yes"):
        assert words in page
    assert Message.objects.get().subject in page


def test_it_is_private(client: Client, sent: Application) -> None:
    response = client.get(url(sent))
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert b'name="robots" content="noindex' in response.content
    assert b"canonical" not in response.content


@pytest.mark.parametrize("language", ["nb", "sv", "hr", "ru"])
def test_it_speaks_every_language(client: Client, sent: Application, language: str) -> None:
    with translation.override(language):
        address = url(sent)
    assert address.startswith(f"/{language}/")
    assert f'lang="{language}"' in client.get(address).content.decode()


@pytest.mark.parametrize("page", ["detail", "withdraw", "correct"])
def test_a_wrong_link_is_like_an_unknown_one(client: Client, sent: Application, foreign_application: Application, page: str) -> None:
    token = status_token(sent)
    code, _dash, mac = token.partition("-")
    wrong = [
        f"{code}-{'0' * len(mac)}",
        f"{code}-{mac[:-1]}",
        f"{code}-{mac}0",
        code,
        f"{code}-",
        f"{foreign_application.code}-{mac}",
        f"{'A' * 26}-{mac}",
        f"{code.lower()}-{mac}",
        "x",
        "%00",
        "\x00",
        f"{token}\x00",
        "Ж" * 40,
    ]
    bodies = set()
    for tampered in wrong:
        address = url(sent, page).replace(token, quote(tampered))
        response = client.get(address)
        assert response.status_code == 404
        bodies.add(main_of(response))
        assert client.post(address).status_code in (404, 405)
    assert len(bodies) == 1
    assert Application.objects.filter(ended_at=None).count() == 2


def test_raising_the_version_ends_old_links(client: Client, sent: Application) -> None:
    old = url(sent)
    Application.objects.filter(pk=sent.pk).update(link_version=2)
    assert client.get(old).status_code == 404


def test_links_outlive_a_change_of_the_key(client: Client, sent: Application, settings: Any) -> None:
    old, address = settings.SECRET_KEY, url(sent)
    settings.SECRET_KEY = "another key of the operator"
    assert client.get(address).status_code == 404
    settings.SECRET_KEY_FALLBACKS = [old]
    assert client.get(address).status_code == 200


def test_whoever_is_rejected_reads_nothing_of_the_desks_stages(client: Client, sent: Application, rosa: User) -> None:
    pipeline.reject(sent, disposition="shifts", by=rosa, at=timezone.now() - timedelta(days=3))
    page = client.post(url(sent, "withdraw"), {"reason": ""}, follow=True)
    assert "already ended" in page.text
    assert "cannot move" not in page.text


def test_withdrawing_asks_first(client: Client, sent: Application) -> None:
    assert client.get(url(sent, "withdraw")).status_code == 200
    assert not Application.objects.filter(ended_at__isnull=False).exists()
    response = client.post(url(sent, "withdraw"), {"reason": "times"}, follow=True)
    assert "You have withdrawn your application" in main_of(response)
    sent.refresh_from_db()
    assert (sent.stage.kind, sent.disposition) == ("withdrawn", "times")
    assert Message.objects.filter(kind="withdrawn").count() == 1
    again = client.post(url(sent, "withdraw"), {"reason": "pay"}, follow=True)
    assert again.status_code == 200
    assert Message.objects.filter(kind="withdrawn").count() == 1


def test_withdrawing_without_a_reason_is_fine(client: Client, sent: Application) -> None:
    client.post(url(sent, "withdraw"))
    sent.refresh_from_db()
    assert sent.disposition == "not_said"


@pytest.mark.parametrize("reason", ["shifts", "no_show", "x" * 500, "<script>"])
def test_only_a_candidates_reasons_are_taken(client: Client, sent: Application, reason: str) -> None:
    response = client.post(url(sent, "withdraw"), {"reason": reason})
    assert response.status_code == 422
    assert "#id_reason" in response.content.decode()
    sent.refresh_from_db()
    assert sent.ended_at is None


def correction(application: Application, **changes: Any) -> dict[str, Any]:
    answers = {question_key(answer.question): answer.value for answer in application.answers.all()}
    others = {"other_1": "hr", "other_1_level": "C2"}
    return {"phone": application.phone, **week(application.posting), **others, **answers, "week": ["1"], **changes}


def test_an_answer_can_be_corrected_while_new(client: Client, sent: Application) -> None:
    question = sent.answers.all()[0].question
    page = client.get(url(sent, "correct")).content.decode()
    assert 'value="+47 22 33 44 55"' in page
    response = client.post(url(sent, "correct"), correction(sent, phone="22334466", **{question_key(question): "no"}), follow=True)
    assert "2 changes are saved" in response.content.decode()
    sent.refresh_from_db()
    assert (sent.phone, sent.is_flagged) == ("+4722334466", True)
    assert {item.field for item in Correction.objects.all()} == {"phone", "answer"}
    assert Message.objects.filter(kind="correction_noted").count() == 1


def test_an_unchanged_form_changes_nothing(client: Client, sent: Application) -> None:
    client.post(url(sent, "correct"), correction(sent))
    assert not Correction.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", "call me"), ("week", []), ("level_en", "Z"), ("other_1", "xx"), ("start", "NOPE"), ("other_2_level", "C2")],
)
def test_a_bad_correction_is_refused_and_kept(client: Client, sent: Application, field: str, value: Any) -> None:
    response = client.post(url(sent, "correct"), correction(sent, phone="22334466") | {field: value})
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert field == "phone" or 'value="22334466"' in response.content.decode()
    assert not Correction.objects.exists()


def test_after_the_first_move_nothing_can_be_corrected(client: Client, sent: Application, rosa: User) -> None:
    pipeline.move(sent, to=stage_of(sent.posting, "interview"), by=rosa)
    for response in (client.get(url(sent, "correct")), client.post(url(sent, "correct"), correction(sent, phone="22334466"))):
        assert response.status_code == 302
    assert not Correction.objects.exists()
    assert "Correct your answers" not in main_of(client.get(url(sent)))


def test_a_rejection_shows_only_when_its_mail_is_due(client: Client, sent: Application, rosa: User) -> None:
    before = main_of(client.get(url(sent)))
    pipeline.reject(sent, disposition="shifts", by=rosa)
    assert main_of(client.get(url(sent))) == before
    Message.objects.filter(kind="rejected").update(not_before=timezone.now())
    page = main_of(client.get(url(sent)))
    assert "decided not to go on" in page
    assert "Withdraw" not in page
    assert client.get(url(sent, "withdraw")).status_code == 302


@pytest.mark.parametrize("kind", ["screening", "interview", "offer", "hired"])
def test_every_stage_has_its_page(client: Client, sent: Application, rosa: User, kind: str) -> None:
    if kind == "hired":
        pipeline.move(sent, to=stage_of(sent.posting, "offer"), by=rosa)
    stage = stage_of(sent.posting, kind)
    pipeline.move(sent, to=stage, by=rosa)
    page = main_of(client.get(url(sent)))
    assert 'aria-current="step"' in page
    assert stage.candidate_name in page


def test_what_was_typed_is_inert(client: Client, sent: Application) -> None:
    Application.objects.filter(pk=sent.pk).update(name="<script>alert(1)</script>")
    sent.answers.update(value="<img src=x onerror=alert(1)>")
    page = client.get(url(sent)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_the_page_costs_few_queries(client: Client, sent: Application) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(url(sent))
    assert len(queries) <= 12, [query["sql"] for query in queries.captured_queries]
