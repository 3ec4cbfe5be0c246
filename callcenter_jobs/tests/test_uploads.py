from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from callcenter_jobs.uploads import RequestSizeMiddleware


@pytest.fixture
def small(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1_000
    settings.REQUEST_MAX_BYTES = 200_000


def file_of(request: HttpRequest, name: str) -> UploadedFile[Any]:
    found = request.FILES[name]
    assert isinstance(found, UploadedFile)
    return found


def test_what_is_too_much_of_a_file_is_counted_and_dropped(small: None, rf: RequestFactory) -> None:
    request = rf.post("/", {"name": "Cora", "file": SimpleUploadedFile("cv.pdf", b"x" * 150_000)})
    upload = file_of(request, "file")
    assert upload.size == 150_000
    assert len(upload.read()) == 1_000
    assert request.POST["name"] == "Cora"


def test_several_files_are_kept_apart(small: None, rf: RequestFactory) -> None:
    request = rf.post("/", {"a": SimpleUploadedFile("a.pdf", b"a" * 10), "b": SimpleUploadedFile("b.pdf", b"b" * 20)})
    assert (file_of(request, "a").read(), file_of(request, "b").read()) == (b"a" * 10, b"b" * 20)


@pytest.mark.django_db
def test_an_absurd_length_is_refused_before_it_is_read(small: None, client: Client) -> None:
    response = client.post("/account/login/", {"file": SimpleUploadedFile("cv.pdf", b"x" * 250_000)})
    assert response.status_code == 413
    assert b"too large" in response.content


def test_the_view_never_sees_it(small: None, rf: RequestFactory) -> None:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    RequestSizeMiddleware(view)(rf.post("/", b"x" * 10, content_type="text/plain"))
    assert len(seen) == 1
