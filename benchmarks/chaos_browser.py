"""A visitor without JavaScript: reads a page, fills in its form, sends it, and does not give up."""

from __future__ import annotations

import http.client
import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
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
    options: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def filled(self, answers: dict[str, str]) -> list[tuple[str, str]]:
        """What a browser would send for somebody in a hurry: ``answers`` by name, and the first option of every open choice."""
        sent: list[tuple[str, str]] = []
        for found in self.fields:
            if not found.name or found.kind in {"file", "submit", "button", "radio"}:
                continue
            if found.kind == "checkbox":
                if found.checked or found.name in answers:
                    sent.append((found.name, found.value))
            elif found.kind == "select":
                first = next((option for option in found.options if option), "")
                sent.append((found.name, answers.get(found.name, found.value or first)))
            else:
                sent.append((found.name, answers.get(found.name, found.value)))
        groups: dict[str, list[Field]] = {}
        for found in self.fields:
            if found.kind == "radio":
                groups.setdefault(found.name, []).append(found)
        for name, options in groups.items():
            chosen = next((option for option in options if option.checked), options[0])
            sent.append((name, answers.get(name, chosen.value)))
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
        if tag == "input":
            kind = got.get("type", "text")
            value = got.get("value", "on" if kind == "checkbox" else "")
            self._form.fields.append(Field(got.get("name", ""), kind, value, "checked" in got))
        elif tag == "select":
            self._select = Field(got.get("name", ""), "select")
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.options.append(got.get("value", ""))
            if "selected" in got:
                self._select.value = got.get("value", "")
        elif tag == "textarea":
            self._textarea = Field(got.get("name", ""), "textarea")
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

    def forms(self) -> list[Form]:
        reader = _Reader()
        reader.feed(self.text)
        return reader.forms

    def form(self, *, having: set[str]) -> Form | None:
        """The first form with one of the fields; a name that ends in ``_`` stands for all that begin so."""
        starts = tuple(name for name in having if name.endswith("_"))
        for found in self.forms():
            if any(item.name in having or (starts and item.name.startswith(starts)) for item in found.fields):
                return found
        return None


class Browser:
    """One visitor with cookies of their own. Connection errors and 5xx are tried again, the same request each time."""

    def __init__(self, address: str, *, visitor: str, patience: float = 90.0) -> None:
        self.address = address
        self.patience = patience
        self.retries = 0
        self.pages = 0
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

    def _ask(self, path: str, body: bytes | None, referer: str = "") -> Page:
        url = urllib.parse.urljoin(self.address, path)
        deadline = time.monotonic() + self.patience
        while True:
            request = urllib.request.Request(url, data=body, headers={"Referer": referer} if referer else {})
            try:
                with self.opener.open(request, timeout=20) as answer:
                    page = Page(answer.geturl(), answer.status, answer.read().decode("utf-8", "replace"))
                self.pages += 1
                return page
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return Page(error.geturl(), error.code, error.read().decode("utf-8", "replace"))
            except (OSError, http.client.HTTPException):
                pass  # the portal was killed under this request; nobody knows whether it was carried out
            if time.monotonic() > deadline:
                raise GaveUp(url)
            self.retries += 1
            time.sleep(0.3)
