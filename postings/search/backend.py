"""The one door to whatever answers searches: bitmaps in the process, plain SQL, or an engine elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from postings.search.query import Query


@dataclass(frozen=True, slots=True)
class Answer:
    """``total`` and ``ids`` respect everything asked; ``facets[facet][value]`` everything but the facet's own group
    (no zeros; of facets with very many values the largest and the chosen ones); ``without[group]`` is what would be
    found without any choice in that group. ``ids`` are primary keys of postings in the asked order, one page.
    All numbers are exact.
    """

    total: int = 0
    ids: tuple[int, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)

    def of(self, facet: str, value: str) -> int:
        return self.facets.get(facet, {}).get(value, 0)


class SearchBackend(Protocol):
    """Anything that answers a ``Query`` exactly. Implementations must agree; ``ReferenceBackend`` says what is right.

    Without ``fresh`` the answer may be as old as the last one: for a second question of the same page.
    """

    def search(self, query: Query, *, offset: int = 0, limit: int = 20, facets: bool = True, fresh: bool = True) -> Answer: ...


@cache
def get_backend() -> SearchBackend:
    """The backend that ``settings.SEARCH_BACKEND`` names, one per process."""
    backend: SearchBackend = import_string(settings.SEARCH_BACKEND)()
    return backend
