"""Answers that are kept in the process because nothing but their arguments and the language decides them.

While ``DEBUG`` is on they are kept for one request: the next one sees what was changed in a template meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.conf import settings
from django.core.signals import request_started, setting_changed
from django.utils.translation import get_language

P = ParamSpec("P")
R = TypeVar("R")
_clearers: list[Callable[[], None]] = []


class KeptPerLanguage(Generic[P, R]):
    """A function whose answers are kept: called as ever in the active language, or ``at`` a language that is active
    and known already (asking which one is active costs more than finding the answer)."""

    at: Callable[Concatenate[str, P], R]

    def __init__(self, function: Callable[P, R], maxsize: int) -> None:
        # typed: a text marked as safe must never answer for the same letters unmarked.
        @lru_cache(maxsize=maxsize, typed=True)
        def at(code: str, *args: P.args, **kwargs: P.kwargs) -> R:
            return function(*args, **kwargs)

        self.at = cast("Callable[Concatenate[str, P], R]", at)
        update_wrapper(self, function)
        _clearers.append(at.cache_clear)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.at(get_language() or "", *args, **kwargs)


def per_language(maxsize: int = 2048) -> Callable[[Callable[P, R]], KeptPerLanguage[P, R]]:
    """Keeps what a function of plain values says, for each language: bounded, and only for what depends on nothing else."""
    return lambda function: KeptPerLanguage(function, maxsize)


def per_process(maxsize: int = 1024) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same for what not even the language decides."""

    def keeping(function: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize=maxsize, typed=True)(function)
        _clearers.append(kept.cache_clear)
        return cast("Callable[P, R]", kept)

    return keeping


def on_forget(clear: Callable[[], None]) -> None:
    _clearers.append(clear)


def forget(**_kwargs: Any) -> None:
    """Everything is made anew: after a changed setting in tests, and for every request while developing."""
    for clear in _clearers:
        clear()


def decide(**_kwargs: Any) -> None:
    """For how long answers are kept. Decided when the process starts, so that asking for one costs what it did."""
    forget()
    (request_started.connect if settings.DEBUG else request_started.disconnect)(forget, dispatch_uid="ui.kept.forget")


setting_changed.connect(decide, dispatch_uid="ui.kept.decide")
