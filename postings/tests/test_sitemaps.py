"""What search engines are told."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from postings.sitemaps import PostingSitemap
from postings.tests.factories import PostingFactory
from postings.tests.library import publish_role

pytestmark = pytest.mark.django_db
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def locations(client: Client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200
    return [str(entry.text) for entry in ET.fromstring(response.content).findall(".//s:loc", NS)]


def test_index_names_every_section_and_each_range_once(client: Client) -> None:
    PostingFactory.create_batch(3)
    publish_role()
    paths = [location.removeprefix("http://testserver") for location in locations(client, "/sitemap.xml")]
    assert paths == ["/sitemap-pages.xml", "/sitemap-jobs.xml", "/sitemap-employers.xml", "/sitemap-roles.xml"]
    for path in paths:
        assert locations(client, path)


def test_a_long_section_has_a_page_for_each_range_that_holds_something(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostingSitemap, "step", 1)
    shown = [PostingFactory.create(state=state) for state in ("open", "closed", "open")]
    paths = [path for path in locations(client, "/sitemap.xml") if "jobs" in path]
    assert [path.rpartition("/")[2] for path in paths] == ["sitemap-jobs.xml", "sitemap-jobs.xml?p=2"]
    assert shown[2].get_absolute_url() in " ".join(locations(client, "/sitemap-jobs.xml?p=2"))
    assert client.get("/sitemap-jobs.xml?p=3").status_code == 404


def test_only_open_postings_are_listed_and_in_every_language(client: Client) -> None:
    posting = PostingFactory.create()
    for state in ("draft", "paused", "closed"):
        PostingFactory.create(state=state)
    tree = ET.fromstring(client.get("/sitemap-jobs.xml").content)
    found = [str(entry.text) for entry in tree.findall(".//s:loc", NS)]
    assert len(found) == len(settings.LANGUAGES)
    assert f"{settings.BASE_URL}{posting.get_absolute_url()}" in found
    first = tree.find("s:url", NS)
    assert first is not None
    assert {link.get("hreflang") for link in first.findall("x:link", NS)} == {"en", "nb", "sv", "hr", "ru", "x-default"}


def test_an_employer_that_never_published_stays_unknown(client: Client) -> None:
    draft = PostingFactory.create(state="draft")
    assert all(draft.employer.slug not in location for location in locations(client, "/sitemap-employers.xml"))
    assert client.get(f"/employers/{draft.employer.slug}/").status_code == 404


def test_robots_lead_to_the_sitemap(client: Client) -> None:
    assert "/sitemap.xml" in client.get("/robots.txt").content.decode()
