"""A visitor without JavaScript: reads a page, fills in its form, sends it, and does not give up."""

from __future__ import annotations

import http.client
import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser


class GaveUp(Exception):
    """The portal did not answer within the visitor's patience."""


@dataclass(slots=True)
class Field:
    name: str
    kind: str
    value: str = ""
    checked: bool = False
    required: bool = False
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def named(self, name: str) -> Field | None:
        return next((found for found in self.fields if found.name == name), None)

    def filled(self, answers: dict[str, str]) -> list[tuple[str, str]]:
        """What a browser would send: ``answers`` by name, else the page's values; required choices take their first option."""
        sent: list[tuple[str, str]] = []
        chosen: set[str] = set()
        for found in self.fields:
            if found.kind in {"file", "submit", "button"}:
                continue
            if found.kind in {"radio", "checkbox"}:
                wanted = answers.get(found.name)
                take = found.value == wanted if wanted is not None else found.checked or (found.required and found.name not in chosen)
                if take and not (found.kind == "radio" and found.name in chosen):
                    chosen.add(found.name)
                    sent.append((found.name, found.value))
                continue
            value = answers.get(found.name, found.value)
            if found.kind == "select" and not value:
                value = next((option for option in found.options if option), "") if found.required else ""
            sent.append((found.name, value))
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self._textarea: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(got.get("action", ""), got.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form is None:
            return
        required = "required" in got
        if tag == "input":
            kind = got.get("type", "text")
            value = got.get("value", "on" if kind == "checkbox" else "")
            self._form.fields.append(Field(got.get("name", ""), kind, value, "checked" in got, required))
        elif tag == "select":
            self._select = Field(got.get("name", ""), "select", required=required)
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(got.get("value", ""))
            if "selected" in got:
                self._select.value = got.get("value", "")
        elif tag == "textarea":
            self._textarea = Field(got.get("name", ""), "textarea", required=required)
            self._form.fields.append(self._textarea)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data


@dataclass(frozen=True, slots=True)
class Page:
    url: str
    status: int
    text: str

    @property
    def path(self) -> str:
        return urllib.parse.urlsplit(self.url).path

    def forms(self) -> list[Form]:
        reader = _Reader()
        reader.feed(self.text)
        return reader.forms

    def form(self, wanted: Callable[[Form], bool]) -> Form | None:
        return next((found for found in self.forms() if wanted(found)), None)


class Browser:
    """One visitor with cookies of their own. Connection errors and 5xx are tried again, the same request each time."""

    def __init__(self, address: str, *, visitor: str, patience: float = 90.0) -> None:
        self.address = address
        self.patience = patience
        self.retries = 0
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self.cookies))
        self.opener.addheaders = [("X-Forwarded-For", visitor), ("Accept", "text/html"), ("Accept-Language", "en")]

    def set_cookie(self, name: str, value: str) -> None:
        host = urllib.parse.urlsplit(self.address).hostname or ""
        self.cookies.set_cookie(
            http.cookiejar.Cookie(0, name, value, None, False, host, False, False, "/", True, False, None, False, None, None, {})
        )

    def get(self, path: str) -> Page:
        return self._ask(path, None)

    def send(self, page: Page, form: Form, answers: dict[str, str]) -> Page:
        target = urllib.parse.urljoin(page.url, form.action or page.url)
        return self._ask(target, urllib.parse.urlencode(form.filled(answers)).encode(), referer=page.url)

    def post(self, path: str, values: dict[str, str], *, referer: str) -> Page:
        return self._ask(path, urllib.parse.urlencode(values).encode(), referer=referer)

    def _ask(self, path: str, body: bytes | None, referer: str = "") -> Page:
        url = urllib.parse.urljoin(self.address, path)
        deadline = time.monotonic() + self.patience
        while True:
            request = urllib.request.Request(url, data=body, headers={"Referer": referer} if referer else {})
            try:
                with self.opener.open(request, timeout=20) as answer:
                    return Page(answer.geturl(), answer.status, answer.read().decode("utf-8", "replace"))
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return Page(error.geturl(), error.code, error.read().decode("utf-8", "replace"))
            except (OSError, http.client.HTTPException):
                pass  # the portal was killed under this request; nobody knows whether it was carried out
            if time.monotonic() > deadline:
                raise GaveUp(url)
            self.retries += 1
            time.sleep(0.3)
