"""Handing a candidate's file to the hiring team: always as a download, never shown by the browser."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from applicants.access import get_document_for


@require_safe
def document(request: HttpRequest, employer_slug: str, code: str) -> HttpResponse:
    """The bytes as they came. The type is the one that was checked; the sandbox holds if a browser opens it all the same."""
    found = get_document_for(request.user, employer_slug, code)
    response = HttpResponse(bytes(found.blob.content), content_type=found.content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.original_name, safe='')}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
