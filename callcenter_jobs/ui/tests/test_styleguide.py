from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from callcenter_jobs.ui.samples import FRAMES
from callcenter_jobs.ui.templatetags import ui

TEMPLATES = Path(settings.BASE_DIR) / "templates"
CSS = Path(settings.BASE_DIR) / "static" / "css"
# Parts of the frames around a page rather than of its content; they show on every page, or only to someone signed in.
FRAME_TAGS = {"alternate_links", "drawn", "language_links", "language_offer", "nav_link", "theme_switch", "ui_static", "url_or_empty"}
# Class names of the style sheets that a component of another name brings along.
SHEETS_WITHOUT_TAG = {"header", "footer", "field", "messages", "error_summary"}


@pytest.fixture
def page(client: Client, db: None) -> str:
    response = client.get("/styleguide/")
    assert response.status_code == 200
    return response.content.decode()


def test_guide_uses_every_tag_of_the_design_system() -> None:
    source = "".join(path.read_text() for path in TEMPLATES.glob("ui/styleguide/*.html"))
    used = set(re.findall(r"{%\s*(\w+)", source)) | {"field"}  # form_fields draws each field
    missing = set(ui.register.tags) - used - FRAME_TAGS
    assert missing == set()


def test_guide_uses_every_filter_or_a_component_does() -> None:
    source = "".join(path.read_text() for path in [*TEMPLATES.glob("ui/**/*.html"), *TEMPLATES.glob("jinja/**/*.html")])
    unused = {name for name in ui.register.filters if f"|{name}" not in source}
    assert unused <= {"clock", "and_list"}


@pytest.mark.parametrize("name", sorted(path.stem for path in (CSS / "components").glob("*.css")))
def test_style_sheet_is_named_as_its_component(name: str) -> None:
    tags = {*ui.register.tags, *(f"{tag}s" for tag in ui.register.tags)}
    assert name in tags or any((TEMPLATES / place / f"{name}.html").exists() for place in ("ui", "jinja/ui")) or name in SHEETS_WITHOUT_TAG


@pytest.mark.parametrize("name", sorted(path.stem for path in (CSS / "components").glob("*.css")))
def test_guide_shows_the_component(page: str, name: str) -> None:
    sheet = (CSS / "components" / f"{name}.css").read_text()
    classes = set(re.findall(r"\.([a-z][a-z-]*(?:__[a-z-]+)?)(?=[\s.,:{>\[)])", sheet))
    shown = set(re.findall(r"[\w-]+", " ".join(re.findall(r'class="([^"]*)"', page))))
    assert classes & shown, f"nothing of {name}.css is on the style guide"


def test_wrong_form_keeps_what_was_typed_and_says_what_to_do(page: str) -> None:
    assert 'value="cora@"' in page
    assert "Fill this in." in page
    assert "Tick this box to go on." in page
    assert "Write at most 600 characters; this has 620." in page
    assert 'aria-invalid="true"' in page


def test_drawings_have_words(page: str) -> None:
    assert page.count('role="img"') > 10
    for drawing in re.findall(r'<(?:svg|span|div)[^>]*role="img"[^>]*>', page):
        assert re.search(r'aria-label="[^"]{2,}"', drawing), drawing


def test_ids_are_unique(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


def test_every_described_by_points_at_something(page: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    for names in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page):
        assert set(names.split()) <= ids, names


def test_summary_links_lead_to_fields(page: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    targets = re.findall(r'<li><a href="#(id_b[^"]+)"', page)
    assert len(targets) == 7
    assert set(targets) <= ids


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("prefix", ["", "/nb", "/ru"])
def test_each_frame_renders_in_each_language(client: Client, db: None, frame: str, prefix: str) -> None:
    response = client.get(f"{prefix}/styleguide/frames/{frame}/")
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert html.count("<main ") == 1
    assert f'<html lang="{prefix[1:] or "en"}"' in html


def test_unknown_frame_is_not_found(client: Client, db: None) -> None:
    assert client.get("/styleguide/frames/nothing/").status_code == 404


@override_settings(LOCAL_MODE=False, DEBUG=False)
def test_guide_is_for_operators_elsewhere(client: Client, db: None) -> None:
    from callcenter_jobs.accounts.tests.factories import UserFactory

    assert client.get("/styleguide/").status_code == 404
    client.force_login(UserFactory.create())
    assert client.get("/styleguide/").status_code == 404
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get("/styleguide/").status_code == 200


def test_page_needs_one_style_sheet_and_one_script() -> None:
    base = (TEMPLATES / "base.html").read_text()
    assert base.count('rel="stylesheet"') == 1
    assert base.count("<script") == 1
