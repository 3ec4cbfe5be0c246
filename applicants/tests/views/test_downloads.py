from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from applicants.models import Application, Document, DocumentBlob
from callcenter_jobs.accounts.models import User


@pytest.fixture
def document(application: Application) -> Document:
    blob = DocumentBlob.objects.create(content=b"%PDF-1.7 bytes", sha256="0")
    return Document.objects.create(
        employer=application.employer,
        application=application,
        blob=blob,
        original_name="Резюме Коры.pdf",
        content_type="application/pdf",
        size=14,
    )


def url(document: Document, slug: str = "northline") -> str:
    return reverse("hiring:document", args=[slug, document.code])


def test_the_team_gets_the_file_as_a_download(client: Client, document: Document, rosa: User) -> None:
    client.force_login(rosa)
    response = client.get(url(document))
    assert response.content == b"%PDF-1.7 bytes"
    name = "%D0%A0%D0%B5%D0%B7%D1%8E%D0%BC%D0%B5%20%D0%9A%D0%BE%D1%80%D1%8B.pdf"
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_an_interviewer_may_not(client: Client, document: Document, ivan: User) -> None:
    client.force_login(ivan)
    assert client.get(url(document)).status_code == 403


def test_another_employer_finds_nothing(client: Client, document: Document, otto: User) -> None:
    client.force_login(otto)
    assert client.get(url(document)).status_code == 404
    assert client.get(url(document, "fjordline")).status_code == 404
    assert client.get(reverse("hiring:document", args=["fjordline", "NOSUCHCODE"])).status_code == 404


def test_nobody_else_gets_it(client: Client, document: Document, cora: User) -> None:
    assert client.get(url(document)).status_code == 302
    client.force_login(cora)
    assert client.get(url(document)).status_code == 404
