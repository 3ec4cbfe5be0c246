"""The names of all roles, as a process knows them: most lines that people type hold one, and each would ask the database.

There are a few thousand, which take less than a megabyte and a few milliseconds to read. They are never older than half a
minute; the keeper reads them again before that. So whatever way a curator's title came into the dictionary, it is soon known.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings

from postings.models import TitleAlias

# Seconds: the keeper reads them anew after so many, and a search that would have to do with older ones than that.
AGAIN, OLDEST = 20.0, 30.0

# The key of a role, and the language in which it is called so.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TitleNames:
    """Who is called so: by the letters of a title, and by its language and stems."""

    by_letters: Mapping[str, tuple[Pair, ...]]
    by_stems: Mapping[Pair, tuple[Pair, ...]]


_lock = threading.Lock()
_kept: tuple[float, TitleNames] | None = None


def title_names(*, oldest: float = OLDEST) -> TitleNames:
    """All names, read anew if they are as old as that. One thread at a time does so."""
    global _kept
    if (names := _young(oldest)) is not None:
        return names
    with _lock:
        if (names := _young(oldest)) is None:
            now = time.monotonic()
            names = _read()
            _kept = (now, names)
        return names


def learn() -> None:
    """Read them before a search has to. Nothing where nothing is to be kept."""
    if settings.PLACES_KEPT_SECONDS:
        title_names(oldest=AGAIN)


def forget() -> None:
    """For tests, each of which has another database."""
    global _kept
    _kept = None


def _young(oldest: float) -> TitleNames | None:
    kept = _kept
    return kept[1] if kept is not None and time.monotonic() - kept[0] < min(oldest, settings.PLACES_KEPT_SECONDS) else None


def _read() -> TitleNames:
    by_letters: dict[str, tuple[Pair, ...]] = {}
    by_stems: dict[Pair, tuple[Pair, ...]] = {}
    # Few different ones: hundreds of names share each of them.
    same: dict[tuple[Pair, ...], tuple[Pair, ...]] = {}

    def with_one_more(called: tuple[Pair, ...], role: str, language: str) -> tuple[Pair, ...]:
        called = (*called, (role, language))
        return same.setdefault(called, called)

    for role, language, stems, letters in TitleAlias.objects.order_by().values_list("role__key", "language", "stems", "letters"):
        by_letters[letters] = with_one_more(by_letters.get(letters, ()), role, language)
        by_stems[language, stems] = with_one_more(by_stems.get((language, stems), ()), role, language)
    # Of a title that is nothing but signs.
    by_letters.pop("", None)
    return TitleNames(by_letters, by_stems)
