"""Less memory for the same: what a process holds twice, and what it has freed and not given back."""

from __future__ import annotations

import ctypes
import gettext
from collections.abc import Iterable
from typing import Any

from django.urls import URLResolver, get_resolver
from django.utils.translation import trans_real


def share_messages(languages: Iterable[str]) -> None:
    """Every catalog comes with its own copy of all the English messages: let the languages have them together.

    And let go of the copies that ``gettext`` keeps for who might read the same file again.
    """
    same: dict[Any, Any] = {}
    for language in languages:
        catalogs: list[dict[Any, Any]] = trans_real.translation(language)._catalog._catalogs  # type: ignore[attr-defined]
        for catalog in catalogs:
            shared = {same.setdefault(key, key): same.setdefault(text, text) for key, text in catalog.items()}
            catalog.clear()
            catalog.update(shared)
    gettext._translations.clear()  # type: ignore[attr-defined]


def share_routes() -> None:
    """Every part of the URL table has its own copy for each language that was spoken: only the whole, with the prefixes, differs."""
    _share_routes(get_resolver())


def _share_routes(resolver: URLResolver) -> None:
    tables = resolver._reverse_dict
    for language, table in tables.items():
        tables[language] = next(known for known in tables.values() if known == table)
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            _share_routes(part)


def _trimmer() -> Any:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        # Not glibc, which alone holds on to pages between those in use.
        return lambda _kept: 0


_trim = _trimmer()


def give_back() -> None:
    """Pages that were freed go back to the system: two milliseconds for what a crowd of large answers has left."""
    _trim(0)
