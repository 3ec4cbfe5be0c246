"""Contrast of our tokens, worked out from their definitions (oklch → linear sRGB → WCAG 2 ratio)."""

from __future__ import annotations

import re
from math import cos, radians, sin
from pathlib import Path

OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
TOKEN = re.compile(rf"--([\w-]+): light-dark\((?:{OKLCH}), (?:{OKLCH})\);")
Color = tuple[float, float, float]


def tokens(path: Path) -> dict[str, dict[str, Color]]:
    """Theme → token → linear sRGB."""
    themes: dict[str, dict[str, Color]] = {"light": {}, "dark": {}}
    for name, *numbers in TOKEN.findall(path.read_text(encoding="utf-8")):
        light, dark = numbers[:3], numbers[3:]
        themes["light"][name] = linear_srgb(*(float(number) for number in light))
        themes["dark"][name] = linear_srgb(*(float(number) for number in dark))
    return themes


def linear_srgb(lightness: float, chroma: float, hue: float) -> Color:
    """Björn Ottosson's matrices (https://bottosson.github.io/posts/oklab/); lightness in percent, hue in degrees."""
    big, a, b = lightness / 100, chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (big + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (big - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (big - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return red, green, blue


def in_gamut(color: Color, slack: float = 0.004) -> bool:
    return all(-slack <= part <= 1 + slack for part in color)


def luminance(color: Color) -> float:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
