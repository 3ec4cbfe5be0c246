"""Answers that are kept in the process because nothing but their arguments and the language decides them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.core.signals import setting_changed
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


def per_process(function: Callable[P, R]) -> Callable[P, R]:
    """The same for what not even the language decides."""
    kept = lru_cache(maxsize=1024, typed=True)(function)
    _clearers.append(kept.cache_clear)
    return cast("Callable[P, R]", kept)


def on_forget(clear: Callable[[], None]) -> None:
    _clearers.append(clear)


def forget(**_kwargs: Any) -> None:
    """Everything is made anew; tests that change a setting need it."""
    for clear in _clearers:
        clear()


setting_changed.connect(forget, dispatch_uid="ui.kept.forget")
