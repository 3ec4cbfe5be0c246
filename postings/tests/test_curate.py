"""The curators' workshop, as its user: drafts, words, publishing, titles, questions."""

from __future__ import annotations

import pytest
from django.test import Client

from callcenter_jobs.accounts.models import User
from postings.enums import VersionState
from postings.models import TemplateVersion, TitleAlias
from postings.services import library_files, library_loading
from postings.tests.factories import PostingFactory

KEY = "agent-customer-service"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def files() -> library_files.Library:
    return library_files.read()


@pytest.fixture
def shipped(db: None, files: library_files.Library) -> None:
    library_loading.load(files)


@pytest.fixture
def desk(client: Client, ada: User, shipped: None) -> Client:
    client.force_login(ada)
    return client


def template_fields(client: Client, language: str = "en") -> dict[str, str]:
    form = client.get(f"/curate/templates/{KEY}/{language}/").context["form"]
    return {name: field.prepare_value(form.initial.get(name, "")) or "" for name, field in form.fields.items()}


@pytest.mark.parametrize(
    "path",
    [
        "",
        "templates/",
        f"templates/{KEY}/",
        f"templates/{KEY}/versions/1/",
        "titles/",
        f"titles/{KEY}/nb/",
        "questions/",
        "questions/agent/",
        "kits/",
        "kits/agent-interview/",
        "plans/",
    ],
)
def test_every_page_answers_and_is_hidden_from_others(desk: Client, rosa: User, path: str) -> None:
    assert desk.get(f"/curate/{path}").status_code == 200
    desk.force_login(rosa)
    assert desk.get(f"/curate/{path}").status_code == 404


def test_a_new_version_goes_public_and_postings_keep_theirs(desk: Client) -> None:
    old = TemplateVersion.objects.get(template__role__key=KEY)
    posting = PostingFactory.create(role=old.template.role, template_version=old)
    desk.post(f"/curate/templates/{KEY}/start/")
    fields = template_fields(desk) | {"title": "Customer care agent"}
    assert desk.post(f"/curate/templates/{KEY}/en/", fields).status_code == 302
    assert desk.post(f"/curate/templates/{KEY}/publish/", {"note": "Shorter title"}).status_code == 302
    published = TemplateVersion.objects.get(template__role__key=KEY, state=VersionState.PUBLISHED)
    assert (published.number, published.change_note) == (2, "Shorter title")
    assert published.texts.get(language="en").title == "Customer care agent"
    posting.refresh_from_db()
    assert posting.template_version == old
    assert old.texts.get(language="en").title == "Customer service agent"
    assert "Customer care agent" in desk.get(f"/curate/templates/{KEY}/versions/2/").content.decode()


def test_a_change_in_english_marks_the_translation_as_behind(desk: Client) -> None:
    desk.post(f"/curate/templates/{KEY}/start/")
    assert not any(state.behind for state in desk.get(f"/curate/templates/{KEY}/").context["states"])
    desk.post(f"/curate/templates/{KEY}/en/", template_fields(desk) | {"title": "Another title"})
    behind = [state.language for state in desk.get(f"/curate/templates/{KEY}/").context["states"] if state.behind]
    assert behind == [
        state.language for state in desk.get(f"/curate/templates/{KEY}/").context["states"] if state.language != "en" and state.filled
    ]


def test_a_title_leads_to_its_role_and_cannot_be_added_twice(desk: Client) -> None:
    assert desk.post(f"/curate/titles/{KEY}/nb/", {"text": "Kundehåndterer"}).status_code == 302
    assert TitleAlias.objects.get(text="Kundehåndterer").normalized == "kundehandterer"
    response = desk.post(f"/curate/titles/{KEY}/nb/", {"text": "KUNDEHANDTERER"})
    assert response.status_code == 422
    assert "already in this list" in response.content.decode()


def test_the_preferred_title_is_replaced_not_removed(desk: Client) -> None:
    preferred = TitleAlias.objects.get(role__key=KEY, language="en", is_preferred=True)
    other = TitleAlias.objects.filter(role__key=KEY, language="en", is_preferred=False)[0]
    desk.post(f"/curate/titles/{KEY}/en/{preferred.pk}/remove/")
    assert TitleAlias.objects.filter(pk=preferred.pk).exists()
    desk.post(f"/curate/titles/{KEY}/en/{other.pk}/prefer/")
    assert TitleAlias.objects.get(role__key=KEY, language="en", is_preferred=True) == other
    desk.post(f"/curate/titles/{KEY}/en/{preferred.pk}/remove/")
    assert not TitleAlias.objects.filter(pk=preferred.pk).exists()
