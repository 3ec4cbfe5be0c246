"""Rules that hold for every template of the portal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
EVERY = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.html"))
JINJA = [name for name in EVERY if name.startswith("jinja/")]
PAGES = [name for name in EVERY if name not in JINJA]
# Mails are read by programs that know no style sheets; their styles are written inline on purpose.
WEB = [name for name in EVERY if "emails/" not in name and "/email/" not in name]

STYLE = re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")", re.IGNORECASE)
JAVASCRIPT_URL = re.compile(r"(?:href|action|src)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE)
INLINE = (STYLE, HANDLER, SCRIPT, JAVASCRIPT_URL)


def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WEB)
def test_nothing_inline(name: str) -> None:
    text = source(name)
    assert [found[0] for pattern in INLINE if (found := pattern.search(text))] == []


@pytest.mark.parametrize("name", PAGES)
def test_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", JINJA)
def test_template_of_the_second_engine_compiles_and_escapes(name: str) -> None:
    env = engines["jinja2"].env  # type: ignore[attr-defined]
    assert env.get_template(name.removeprefix("jinja/")).environment.autoescape is True
    # What is drawn elsewhere is a SafeString already: a template never waves text through.
    assert not re.search(r"\|\s*safe\b|autoescape", source(name))


@pytest.mark.parametrize("name", WEB)
def test_template_fits_on_few_screens(name: str) -> None:
    assert len(source(name).splitlines()) <= 300


@pytest.mark.parametrize(
    ("bad", "pattern"),
    [
        ('<p style="color:red">', STYLE),
        ("<style>p{}</style>", STYLE),
        ('<a href="#" onclick="x()">', HANDLER),
        ("<script>alert(1)</script>", SCRIPT),
        ('<a href="javascript:x()">', JAVASCRIPT_URL),
    ],
)
def test_rules_catch_what_they_should(bad: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(bad)


@pytest.mark.parametrize("fine", ['<script type="module" src="x.js">', '<script type="application/ld+json">', "<p>one on two = three</p>"])
def test_rules_let_pass_what_is_fine(fine: str) -> None:
    assert not any(pattern.search(fine) for pattern in INLINE)
