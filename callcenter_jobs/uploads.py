"""Files on their way in: never more than the limit in memory, and never the answers lost with the file.

A form that carries a file of 30 MB still arrives whole: the bytes beyond the limit are counted and dropped, so
the form can say "too large" beside the field and show everything else again. What is absurdly large is refused
by its declared length before a byte of it is read.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Handler = Callable[[HttpRequest], HttpResponse]
CHUNK = 64 * 1024
# Read and thrown away, so that the browser reads the answer instead of finding the line cut.
DRAIN_BYTES = 256 * 1024 * 1024


class CappedUploadHandler(FileUploadHandler):
    """Keeps up to ``UPLOAD_MAX_BYTES`` (or ``most``) of each file in memory; ``size`` of the uploaded file is its true size."""

    most: int | None = None
    kept: io.BytesIO
    kept_bytes: int

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept, self.kept_bytes = io.BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = (self.most or settings.UPLOAD_MAX_BYTES) - self.kept_bytes
        if room > 0:
            self.kept_bytes += self.kept.write(raw_data[:room])

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        self.kept.seek(0)
        name, kind = self.file_name or "", self.content_type or ""
        kept: IO[bytes] = self.kept
        return InMemoryUploadedFile(kept, self.field_name, name, kind, file_size, self.charset, self.content_type_extra)


class RequestSizeMiddleware:
    """413 with a page for a request that declares more than ``REQUEST_MAX_BYTES``."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = declared_length(request)
        if length <= settings.REQUEST_MAX_BYTES:
            return self.get_response(request)
        drain(request, min(length, DRAIN_BYTES))
        return render(request, "413.html", {"limit_mb": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}, status=413)


def declared_length(request: HttpRequest) -> int:
    value = request.META.get("CONTENT_LENGTH") or "0"
    return int(value) if value.isascii() and value.isdecimal() else 0


def drain(request: HttpRequest, length: int) -> None:
    while length > 0:
        read = len(request.read(min(CHUNK, length)))
        if not read:
            return
        length -= read
