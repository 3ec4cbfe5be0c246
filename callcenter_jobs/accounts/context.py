"""Template context that depends on who asks."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

# Browsers ask for Norwegian by its old or its other name.
ALSO_KNOWN_AS = {"no": "nb", "nn": "nb", "nb": "nb"}
LONGEST_HEADER = 500


@lru_cache(maxsize=256)
def preferred_language(accept_language: str) -> str | None:
    """The first of our languages that the header names, or ``None``. Region subtags are ignored."""
    ours = {code for code, _name in settings.LANGUAGES}
    for code, _quality in parse_accept_lang_header(accept_language[:LONGEST_HEADER]):
        base = code.split("-")[0]
        base = ALSO_KNOWN_AS.get(base, base)
        if base in ours:
            return base
    return None


def suggested_language(request: HttpRequest) -> dict[str, Any]:
    """``suggested_language``: the code of another of our languages that this visitor's browser prefers, or ``""``.

    An address fixes its language, so nobody is redirected; the frame can only offer the same page in theirs.
    """
    preferred = preferred_language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:LONGEST_HEADER])
    current = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return {"suggested_language": preferred if preferred and preferred != current else ""}
