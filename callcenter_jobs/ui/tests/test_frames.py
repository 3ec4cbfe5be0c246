"""What surrounds a page: theme, languages, errors, style sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from callcenter_jobs.ui import bundle

PAGE = "/styleguide/frames/public/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_colors_are_there_from_the_first_byte(client: Client, db: None, theme: str) -> None:
    response = client.post("/colors/", {"theme": theme, "next": PAGE})
    assert response.status_code == 302
    assert response["Location"] == PAGE
    html = client.get(PAGE).content.decode()
    assert f'data-theme="{theme}"' in html
    assert f'<meta name="color-scheme" content="{theme}">' in html


def test_auto_forgets_the_choice(client: Client, db: None) -> None:
    client.post("/colors/", {"theme": "dark"})
    client.post("/colors/", {"theme": "auto"})
    assert "data-theme" not in client.get(PAGE).content.decode()


def test_theme_needs_no_token_and_sets_no_other_cookie(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/colors/", {"theme": "dark"})
    assert response.status_code == 302
    assert set(response.cookies) == {"theme"}


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_theme_switch_leads_nowhere_else(client: Client, db: None, target: str) -> None:
    assert client.post("/colors/", {"theme": "dark", "next": target})["Location"] == "/"


def test_foreign_cookie_value_is_ignored(client: Client, db: None) -> None:
    client.cookies["theme"] = 'dark"><script>'
    assert "data-theme" not in client.get(PAGE).content.decode()


def test_theme_is_not_changed_by_a_link(client: Client, db: None) -> None:
    assert client.get("/colors/?theme=dark").status_code == 405


def test_public_page_sets_no_cookie(client: Client, db: None) -> None:
    assert not client.get(PAGE).cookies


def test_languages_keep_the_page_and_the_query(client: Client, db: None) -> None:
    html = client.get(f"{PAGE}?q=chat&page=2").content.decode()
    assert f'href="/nb{PAGE}?q=chat&amp;page=2" hreflang="nb" lang="nb"' in html
    back = client.get(f"/nb{PAGE}?q=chat").content.decode()
    assert f'href="{PAGE}?q=chat" hreflang="en"' in back


def test_alternates_are_absolute_and_complete(client: Client, db: None) -> None:
    html = client.get(f"/sv{PAGE}?q=1").content.decode()
    assert f'<link rel="canonical" href="{settings.BASE_URL}/sv{PAGE}">' in html
    found = dict(re.findall(r'hreflang="([\w-]+)" href="(http[^"]+)"', html))
    assert set(found) == {"en", "nb", "sv", "hr", "ru", "x-default"}
    assert found["x-default"] == found["en"] == f"{settings.BASE_URL}{PAGE}"


def test_not_found_offers_a_search(client: Client, db: None) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "This page is not here" in response.content.decode()


@pytest.mark.parametrize("name", ["500.html", "400.html", "403_csrf.html"])
def test_last_resort_pages_need_no_context(name: str) -> None:
    html = render_to_string(name)
    assert "<h1>" in html
    assert 'name="robots" content="noindex"' in html


def test_bundle_holds_every_part_in_order() -> None:
    css = bundle.joined()
    places = [
        css.index(mark)
        for mark in ("@layer reset, base", "--paper:", "@layer reset {", "@layer base {", "@layer layout {", ".badge {", ".write-line")
    ]
    assert places == sorted(places)
    assert "/*" not in css
    assert css.count("{") == css.count("}")


def test_bundle_is_found_like_any_static_file() -> None:
    found = finders.find(bundle.BUNDLE)
    assert isinstance(found, str)
    assert Path(found).read_text() == bundle.joined()
    assert finders.find("css/nothing.css") is None


def test_bundle_is_collected() -> None:
    listed = {path: storage for finder in finders.get_finders() for path, storage in finder.list(None)}
    with listed[bundle.BUNDLE].open(bundle.BUNDLE) as file:
        assert b"@layer components" in file.read()


def test_style_and_script_of_every_page_stay_small() -> None:
    import gzip

    css = len(gzip.compress(bundle.joined().encode()))
    script = (Path(settings.BASE_DIR) / "static/js/site.js").stat().st_size
    assert css < 14_000
    assert script < 2_500
