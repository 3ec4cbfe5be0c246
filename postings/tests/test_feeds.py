"""Searches as Atom feeds (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from postings.models import Posting
from postings.tests.factories import EmployerFactory, PostingFactory
from postings.views import public_feeds

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def read(client: Client, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.content)


def text(element: ET.Element, name: str) -> str:
    found = element.findall(f"{ATOM}{name}")
    assert len(found) == 1, (name, len(found))
    return found[0].text or ""


def links(element: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{ATOM}link")}


def test_a_feed_is_a_search_with_names_that_never_change(client: Client) -> None:
    employer = EmployerFactory.create(name="Fish & <Chips>")
    moment = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    old = PostingFactory.create(employer=employer, workplace="hybrid", published_at=moment, language="nb", text__title="A < B & \u0007C")
    newest = PostingFactory.create(employer=employer, workplace="hybrid")
    PostingFactory.create(employer=employer)
    feed = read(client, "/nb/feeds/jobs.atom?page=7&workplace=hybrid&sort=pay&nonsense=1")
    assert feed.attrib[LANG] == "nb"
    assert links(feed) == {
        "alternate": "http://127.0.0.1:8000/nb/jobs/?workplace=hybrid",
        "self": "http://127.0.0.1:8000/nb/feeds/jobs.atom?workplace=hybrid",
    }
    assert text(feed, "id").startswith("tag:openline.example,")
    entries = feed.findall(f"{ATOM}entry")
    assert [text(entry, "id") for entry in entries][1] == f"tag:openline.example,2026-03-01:posting/{old.code}"
    first, last = entries
    assert links(first)["alternate"].endswith(f"-{newest.code}/")
    assert text(last, "title") == "A < B & C"
    assert (last.attrib[LANG], text(last, "published")) == ("nb", "2026-03-01T23:30:00+00:00")
    author = last.find(f"{ATOM}author")
    assert author is not None
    assert text(author, "name") == "Fish & <Chips>"
    summary = ET.fromstring(f"<div>{text(last, 'summary')}</div>")
    assert "210" in "".join(summary.itertext())
    changed = max(Posting.objects.filter(workplace="hybrid").values_list("updated_at", flat=True))
    assert text(feed, "updated")[:19] == changed.astimezone(UTC).isoformat()[:19]


def test_the_newest_of_many_and_a_valid_feed_of_none(
    client: Client, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_feeds, "ENTRIES", 3)
    assert text(read(client, "/feeds/jobs.atom"), "updated")
    employer = EmployerFactory.create()
    for number in range(4):
        PostingFactory.create(employer=employer, published_at=timezone.now() - timedelta(minutes=number))
    PostingFactory.create(employer=employer, state="closed")
    with django_assert_max_num_queries(8):
        assert len(read(client, "/feeds/jobs.atom").findall(f"{ATOM}entry")) == 3


def test_readers_ask_whether_it_changed(client: Client) -> None:
    PostingFactory.create()
    first = client.get("/feeds/jobs.atom")
    assert "Last-Modified" not in first
    assert "max-age=300" in first["Cache-Control"]
    assert first["X-Robots-Tag"] == "noindex"
    assert client.get("/feeds/jobs.atom", headers={"If-None-Match": first["ETag"]}).status_code == 304
