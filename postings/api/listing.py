"""A page of search results for the API: the same door as the results page, with the parameters that only a program has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from postings import saved_searches
from postings.api import shapes
from postings.api.http import Problem
from postings.filters import PostingFilter
from postings.models import Posting
from postings.search.text import clean

PER_PAGE, MOST_PER_PAGE = 20, 100
OWN = ("page", "per_page", "facets", "language")
VALUE_LENGTH = 100
MOST_IGNORED = 50


@dataclass(frozen=True, slots=True)
class Listed:
    total: int
    page: int
    pages: int
    per_page: int
    postings: list[Posting]
    ignored: list[dict[str, str]]
    links: dict[str, str | None]
    facets: Mapping[str, Mapping[str, int]] | None


def read(data: QueryDict) -> Listed:
    """Raises ``Problem`` for a page that cannot be; everything else that makes no sense is left out and named."""
    door = PostingFilter(data)
    ignored = [*_ignored(door), *_unknown(data, door)]
    per_page = _number(data.get("per_page", ""), default=PER_PAGE, most=MOST_PER_PAGE)
    if per_page is None:
        ignored.append(_left_out("per_page", data.get("per_page", ""), f"A number from 1 to {MOST_PER_PAGE}."))
        per_page = PER_PAGE
    page = _number(data.get("page", ""), default=1)
    if page is None:
        raise Problem(400, "No such page", "page is a number from 1.", parameter="page")
    answer = door.answer(offset=(page - 1) * per_page, limit=per_page)
    total = answer.total
    pages = max(1, -(-total // per_page))
    if page > pages:
        raise Problem(400, "No such page", f"The last page is {pages}.", parameter="page", pages=pages, total=total)
    return Listed(
        total=total,
        page=page,
        pages=pages,
        per_page=per_page,
        postings=saved_searches.in_order(answer.ids),
        ignored=ignored[:MOST_IGNORED],
        links=_links(data, page=page, pages=pages),
        facets=door.counts if data.get("facets") == "1" else None,
    )


def parameters() -> list[str]:
    """The names that the address of the list understands."""
    return [*PostingFilter.base_filters, *OWN]


def _ignored(door: PostingFilter) -> list[dict[str, str]]:
    return [_left_out(item.name, item.value, item.reason) for item in door.ignored]


def _unknown(data: QueryDict, door: PostingFilter) -> list[dict[str, str]]:
    known = {*door.filters, *OWN}
    names = [name for name in list(data)[: 2 * MOST_IGNORED] if name not in known]
    return [_left_out(name, data.get(name, ""), "Unknown parameter.") for name in names]


def _left_out(name: str, value: str, reason: str) -> dict[str, str]:
    return {"parameter": clean(name)[:VALUE_LENGTH], "value": clean(value)[:VALUE_LENGTH], "reason": reason or "Unknown value."}


def _number(text: str, *, default: int, most: int | None = None) -> int | None:
    """A whole number from 1, ``default`` for nothing; None for anything else."""
    if not text:
        return default
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
    return number if number >= 1 and (most is None or number <= most) else None


def _links(data: QueryDict, *, page: int, pages: int) -> dict[str, str | None]:
    path = reverse("api:posting_list")

    def at(number: int) -> str:
        query = data.copy()
        query["page"] = str(number)
        return f"{shapes.absolute(path)}?{query.urlencode()}"

    query = saved_searches.canonical_query(data, language=get_language() or "en")
    html = reverse("public:job_list")
    return {
        "prev": at(page - 1) if page > 1 else None,
        "next": at(page + 1) if page < pages else None,
        "html": shapes.absolute(f"{html}?{query}" if query else html),
    }
