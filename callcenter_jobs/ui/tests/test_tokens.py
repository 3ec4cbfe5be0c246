from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from callcenter_jobs.ui.tests.colors import contrast, in_gamut, linear_srgb, tokens

CSS = Path(settings.BASE_DIR) / "static" / "css"
THEMES = tokens(CSS / "tokens.css")
GROUNDS = ("paper", "surface", "sunken")
TEXT = [(ink, ground) for ink in ("ink", "ink-soft", "accent", "accent-strong", "bad", "warn", "good", "info") for ground in GROUNDS]
TEXT += [("accent-ink", "accent"), ("accent-ink", "accent-strong"), ("bad-ink", "bad"), ("paper", "ink"), ("accent", "accent-soft")]
TEXT += [(tone, f"{tone}-soft") for tone in ("info", "good", "warn", "bad")]
TEXT += [("ink", soft) for soft in ("accent-soft", "info-soft", "good-soft", "warn-soft", "bad-soft")]
SHAPES = [(shape, ground) for shape in ("line-strong", "accent", "bad", "focus") for ground in ("paper", "surface")] + [
    ("accent", "cell"),
    ("focus", "sunken"),
]


def test_contrast_formula_agrees_with_known_values() -> None:
    white, black = linear_srgb(100, 0, 0), linear_srgb(0, 0, 0)
    assert contrast(white, black) == pytest.approx(21, abs=0.01)
    # #ff0000 is oklch(62.8% 0.2577 29.23) and has 4.0 against white
    assert contrast(linear_srgb(62.796, 0.25768, 29.2339), white) == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(theme: str, ink: str, ground: str) -> None:
    assert contrast(THEMES[theme][ink], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_lines_that_carry_meaning_are_visible(theme: str, shape: str, ground: str) -> None:
    assert contrast(THEMES[theme][shape], THEMES[theme][ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_color_exists_on_ordinary_screens(theme: str) -> None:
    assert [name for name, color in THEMES[theme].items() if not in_gamut(color, 0.02)] == []


def test_components_use_roles_and_never_colors_of_their_own() -> None:
    import re

    # Plain white is allowed: a QR code and somebody else's mail must stand on it in the dark theme too.
    wrong = re.compile(r"#(?!fff\b)[0-9a-f]{3,8}\b|rgb\(|hsl\(|oklch\(", re.IGNORECASE)
    files = [*CSS.glob("components/*.css"), *CSS.glob("pages/*.css"), CSS / "base.css", CSS / "layout.css"]
    found = [path.name for path in files if wrong.search(path.read_text())]
    assert found == []
