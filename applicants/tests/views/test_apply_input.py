"""What a hurried or hostile person sends, form by form: a sentence beside the field, 422, and nothing lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applicants.forms.screens import question_key
from applicants.models import Application, ApplicationDraft, DocumentBlob
from applicants.tests.filling import begin, contact, fill_to_the_end, finish, start_url, url, week
from applicants.tests.resumes import corpus
from postings.models import Posting
from postings.tests.factories import PostingFactory

BAD_CONTACT: dict[str, tuple[str, str]] = {
    "no name": ("name", ""),
    "blanks as a name": ("name", "   "),
    "a huge name": ("name", "x" * 121),
    "digits as a name": ("name", "12345"),
    "a link as a name": ("name", "See https://evil.example now"),
    "a tag as a name": ("name", "<script>alert(1)</script>"),
    "a header in a name": ("name", "Cora\r\nBcc: all@example.com"),
    "no address": ("email", ""),
    "half an address": ("email", "cora@"),
    "two addresses": ("email", "a@example.com,b@example.com"),
    "a quoted comma": ("email", '"a,b"@example.com'),
    "a huge address": ("email", "x" * 250 + "@example.com"),
    "a header in an address": ("email", "cora@example.com\nBcc: x@example.com"),
    "words as a phone": ("phone", "call me"),
    "too short a phone": ("phone", "12"),
    "too long a phone": ("phone", "+47" + "2" * 60),
    "an extension": ("phone", "+47 22 33 44 55 ext. 9"),
    "an unknown language": ("language", "xx"),
    "no language": ("language", ""),
}


def error_beside(page: str, field: str) -> bool:
    """The field is marked and described by a message of its own."""
    return bool(re.search(rf'id="id_{field}_error"', page)) and f"#id_{field}" in page


@pytest.mark.parametrize("case", BAD_CONTACT)
def test_the_first_screen_refuses_and_keeps(client: Client, posting: Posting, case: str) -> None:
    field, value = BAD_CONTACT[case]
    typed = contact(name="Čora Žuk", email="cora@example.com", phone="22334455") | {field: value}
    response = client.post(start_url(posting), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert error_beside(page, field)
    for other, kept in (("name", "Čora Žuk"), ("email", "cora@example.com"), ("phone", "22334455")):
        assert other == field or f'value="{kept}"' in page
    assert not ApplicationDraft.objects.exists()
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["Жанна Лисицына", "李小龍", "محمد علي", "Đorđe Čančar", "O’Neill-Ødegård", "J. R. R. Åsen", "Ł"])
def test_names_of_every_script_are_taken(client: Client, posting: Posting, name: str) -> None:
    begin(client, posting, name=name)
    assert ApplicationDraft.objects.get().data["contact"]["name"] == name


@pytest.mark.parametrize(
    ("typed", "kept"), [("22334455", "+4722334455"), ("+385 1 4819 000", "+38514819000"), ("0046 8 123 456 78", "+46812345678")]
)
def test_phones_are_kept_as_one_can_call_them(client: Client, posting: Posting, typed: str, kept: str) -> None:
    draft = fill_to_the_end(client, posting, phone=typed)
    client.post(url(draft, "questions"), finish(posting))
    assert Application.objects.get().phone == kept


def test_nul_and_direction_marks_vanish(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting, name="Cora\x00 \u202eLind", email="cora@example.com\x00")
    assert client.post(url(draft, "questions"), finish(posting)).status_code == 303
    assert (Application.objects.get().name, Application.objects.get().email) == ("Cora Lind", "cora@example.com")


def bad_weeks(posting: Posting) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "no time": ("week_0", {"week": []}),
        "a bit too many": ("week_0", {"week": ["36"]}),
        "a negative bit": ("week_0", {"week": ["-1"]}),
        "a word": ("week_0", {"week": ["Monday"]}),
        "a huge bit": ("week_0", {"week": ["9" * 400]}),
        "no level": ("level_en", {"level_en": ""}),
        "an unknown level": ("level_en", {"level_en": "Z9"}),
        "an unknown language": ("other_1", {"other_1": "xx", "other_1_level": "B1"}),
        "a language without level": ("other_1_level", {"other_1": "hr"}),
        "a level without language": ("other_1", {"other_1_level": "B1"}),
        "a language twice": ("other_2", {"other_1": "hr", "other_1_level": "B1", "other_2": "hr", "other_2_level": "B2"}),
        "an unknown start": ("start", {"start": "NOPE"}),
    }


@pytest.mark.parametrize("case", bad_weeks(Posting()))
def test_the_second_screen_refuses_and_keeps(client: Client, posting: Posting, case: str) -> None:
    target, changes = bad_weeks(posting)[case]
    draft = begin(client, posting)
    response = client.post(url(draft, "week"), week(posting, **changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert f"#id_{target}" in page
    assert "week" in changes or page.count(" checked") >= 5


def test_a_start_of_another_posting_is_unknown_here(client: Client, posting: Posting) -> None:
    other = PostingFactory.create(start_in_days=30).start_classes.get()
    draft = begin(client, posting)
    assert client.post(url(draft, "week"), week(posting, start=other.code)).status_code == 422


def test_a_start_that_has_passed_is_unknown(client: Client, posting: Posting) -> None:
    past = posting.start_classes.create(starts_on="2020-01-01", seats=5)
    draft = begin(client, posting)
    assert client.post(url(draft, "week"), week(posting, start=past.code)).status_code == 422


@pytest.fixture
def asking(northline: Any) -> Posting:
    """A posting with a question of each kind."""
    posting = PostingFactory.create(employer=northline, questions=1)
    texts = {"en": {"question": "Which?", "help": "", "options": {"b1": "B1", "b2": "B2"}}}
    posting.screening_questions.create(kind="choice", position=2, texts=texts, options=["b1", "b2"])
    posting.screening_questions.create(kind="number", position=3, texts={"en": {"question": "How many years?"}})
    posting.screening_questions.create(kind="text", position=4, texts={"en": {"question": "Why?"}})
    return posting


def keys_of(posting: Posting) -> dict[str, str]:
    return {question.kind: question_key(question) for question in posting.screening_questions.all()}


def good_answers(posting: Posting) -> dict[str, Any]:
    keys = keys_of(posting)
    return finish(posting) | {keys["choice"]: "b2", keys["number"]: "2,5", keys["text"]: "I like to help."}


BAD_ANSWERS = {
    "no yes or no": ("yes_no", ""),
    "maybe": ("yes_no", "maybe"),
    "no choice": ("choice", ""),
    "an unknown choice": ("choice", "c9"),
    "no number": ("number", ""),
    "a word as a number": ("number", "many"),
    "a negative number": ("number", "-1"),
    "a number beyond all": ("number", "1000001"),
    "not a number": ("number", "nan"),
    "an exponent": ("number", "1e5"),
    "two points": ("number", "1.2.3"),
    "a formula": ("number", "=1+1"),
    "no text": ("text", ""),
    "a huge text": ("text", "ж" * 1001),
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
def test_the_last_screen_refuses_and_keeps(client: Client, asking: Posting, case: str) -> None:
    kind, value = BAD_ANSWERS[case]
    keys = keys_of(asking)
    draft = fill_to_the_end(client, asking)
    response = client.post(url(draft, "questions"), good_answers(asking) | {keys[kind]: value})
    page = response.content.decode()
    assert response.status_code == 422
    assert f"#id_{keys[kind]}" in page
    assert kind == "text" or "I like to help." in page
    assert kind == "number" or 'value="2,5"' in page
    assert not Application.objects.exists()


def test_answers_of_each_kind_are_kept_plainly(client: Client, asking: Posting) -> None:
    draft = fill_to_the_end(client, asking)
    text = "<script>alert(1)</script>\r\nЖенщина & mann"
    answers = good_answers(asking) | {keys_of(asking)["text"]: text}
    assert client.post(url(draft, "questions"), answers).status_code == 303
    found = {answer.question.kind: answer.value for answer in Application.objects.get().answers.select_related("question")}
    assert (found["yes_no"], found["choice"], found["number"]) == ("yes", "b2", "2.5")
    assert found["text"].startswith("<script>")


def test_consent_is_needed(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    answers = finish(posting)
    del answers["consent"]
    response = client.post(url(draft, "questions"), answers)
    assert response.status_code == 422
    assert "#id_consent" in response.content.decode()


FILES = ["a program renamed", "a text called pdf", "nothing", "one byte too many", "an encrypted pdf", "a script in a pdf", "a ratio bomb"]


@pytest.mark.parametrize("case", FILES)
def test_a_refused_file_has_its_sentence_beside_it(client: Client, posting: Posting, case: str) -> None:
    name, content, _code = corpus.BAD[case]
    draft = fill_to_the_end(client, posting)
    response = client.post(url(draft, "questions"), {**finish(posting), "resume": SimpleUploadedFile(name, content)})
    page = response.content.decode()
    assert response.status_code == 422
    assert error_beside(page, "resume")
    assert page.count(" checked") == 3
    assert not Application.objects.exists()
    assert not DocumentBlob.objects.exists()


@pytest.mark.parametrize("name", ["../../x.pdf", "cv\u202efdp.pdf", "a\tb.pdf", "quo'te.pdf", "Ж" * 200 + ".pdf", "con.pdf"])
def test_hostile_file_names_become_harmless(client: Client, posting: Posting, name: str) -> None:
    draft = fill_to_the_end(client, posting)
    response = client.post(url(draft, "questions"), {**finish(posting), "resume": SimpleUploadedFile(name, corpus.pdf())})
    assert response.status_code == 303, response.content.decode()
    stored = Application.objects.get().documents.get().original_name
    assert re.fullmatch(r"[\w .-]{1,80}", stored)
    assert stored.endswith(".pdf")


def test_thirty_megabytes_are_answered_beside_the_field(client: Client, posting: Posting) -> None:
    draft = fill_to_the_end(client, posting)
    big = SimpleUploadedFile("cv.pdf", corpus.pdf() + b"0" * 30_000_000)
    response = client.post(url(draft, "questions"), {**finish(posting), "resume": big})
    page = response.content.decode()
    assert response.status_code == 422
    assert "larger than 5 MB" in page
    assert page.count(" checked") == 3


def test_fields_that_the_form_does_not_have_do_nothing(client: Client, posting: Posting) -> None:
    extra = {
        "is_flagged": "1",
        "stage": "5",
        "employer": "1",
        "source": "referral",
        "candidate": "1",
        "version": "9",
        "submitted_at": "2020-01-01",
    }
    draft = begin(client, posting, **extra)
    client.post(url(draft, "week"), week(posting, **extra))
    client.post(url(draft, "questions"), finish(posting, **extra))
    application = Application.objects.get()
    assert (application.version, application.source, application.stage.kind) == (1, "portal", "applied")
    assert not {"stage", "employer"} & set(ApplicationDraft.objects.get().data)


def test_answers_to_a_foreign_question_are_dropped(client: Client, posting: Posting, foreign_posting: Posting) -> None:
    foreign = question_key(foreign_posting.screening_questions.get())
    draft = fill_to_the_end(client, posting)
    client.post(url(draft, "questions"), finish(posting, **{foreign: "yes"}))
    assert Application.objects.get().answers.count() == 2


def test_a_body_that_is_no_form_is_refused(client: Client, posting: Posting) -> None:
    response = client.post(start_url(posting), b"\xff\xfe{]", content_type="application/json")
    assert response.status_code == 422


@pytest.mark.parametrize("part", ["%00", "x%00", "%2500", "%ED%A0%80", "%D0%96", "9" * 40])
@pytest.mark.parametrize("path", ["/apply/{0}/", "/apply/{code}/{0}/contact/", "/apply/{code}/{0}/sent/", "/apply/{code}/x/{0}/"])
def test_an_address_that_nobody_gave_out_is_unknown(client: Client, posting: Posting, path: str, part: str) -> None:
    assert client.get(path.format(part, code=posting.code)).status_code == 404


def test_a_filled_trap_is_answered_with_a_sentence(client: Client, posting: Posting) -> None:
    response = client.post(start_url(posting), contact(leave_empty="http://spam.example"))
    assert response.status_code == 422
    page = response.content.decode()
    assert "This field must stay empty" in page
    assert "apply-trap" not in page
    assert "spam.example" not in page
    draft = fill_to_the_end(client, posting)
    assert client.post(url(draft, "questions"), finish(posting, leave_empty="x")).status_code == 422
    assert not Application.objects.exists()


def test_what_stands_in_the_trap_is_not_kept(client: Client, posting: Posting) -> None:
    draft = begin(client, posting)
    for screen, filled in (("contact", contact(leave_empty="spam.example")), ("questions", finish(posting, leave_empty="spam.example"))):
        client.post(url(draft, screen), filled, headers={"X-Autosave": "1"})
        draft.refresh_from_db()
        assert "leave_empty" not in draft.data[screen]
    # Drafts of earlier days may hold it.
    draft.data["contact"]["leave_empty"] = "spam.example"
    draft.save()
    assert "spam.example" not in client.get(url(draft, "contact")).content.decode()
