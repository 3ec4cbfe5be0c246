"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "SITE_NAME": settings.SITE_NAME,
        "LOCAL_MODE": settings.LOCAL_MODE,
        # django-htmx looks for Django 6's name of the nonce; django-csp sets the attribute on the request.
        "csp_nonce": getattr(request, "csp_nonce", ""),
        # Empty means: as the device says.
        "theme": theme if theme in THEMES else "",
    }
