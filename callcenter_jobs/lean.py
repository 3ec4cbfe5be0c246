"""Less memory for the same: what a process holds twice, and what it has freed and not given back."""

from __future__ import annotations

import ctypes
import gettext
from collections.abc import Iterable
from typing import Any

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
