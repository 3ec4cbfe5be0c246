"""Bounded lists: one page of a queryset, whatever page number the address asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

T = TypeVar("T")
LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    number: int
    pages: int
    total: int
    per_page: int
    param: str = "page"

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def first_index(self) -> int:
        """Place of the first row in the whole list, from 1; 0 in an empty list."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last_index(self) -> int:
        return (self.number - 1) * self.per_page + len(self.items)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def numbers(self) -> list[int | None]:
        """First, last and the neighbors of this page; None where numbers are left out."""
        near = range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)
        wanted = sorted({1, self.pages, *near})
        shown: list[int | None] = []
        for number in wanted:
            last = shown[-1] if shown else None
            if last is not None and number - last == 2:
                shown.append(number - 1)
            elif last is not None and number - last > 2:
                shown.append(None)
            shown.append(number)
        return shown


def paginate(request: HttpRequest, items: QuerySet[Any, T] | Sequence[T], *, per_page: int = 20, param: str = "page") -> Page[T]:
    """The asked page. What is no number, or below 1, is the first page; what is too high is the last one."""
    paginator: Paginator[Any] = Paginator(items, per_page)
    number = min(_asked(request.GET.get(param, "")), paginator.num_pages)
    page = paginator.page(number)
    return Page(
        items=list(page.object_list), number=number, pages=paginator.num_pages, total=paginator.count, per_page=per_page, param=param
    )


def _asked(text: str) -> int:
    # isdecimal also accepts other scripts' digits, and int() reads them; the length bound keeps int() cheap.
    return max(1, min(int(text), LARGEST)) if text.isdecimal() and len(text) <= 6 else (LARGEST if text.isdecimal() else 1)
