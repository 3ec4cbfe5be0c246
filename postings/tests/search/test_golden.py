"""The golden set: what people type in five languages, and the right roles among the first ten (``golden.yaml``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from django.utils import timezone

from postings.models import Posting
from postings.search import spelling, text
from postings.search.backend import SearchBackend
from postings.search.memory import MemoryBackend
from postings.search.query import Query, Sort
from postings.tests.search.golden_corpus import make_corpus

FILE = Path(__file__).with_name("golden.yaml")
LEAST = 0.95
PAGE = 10
# In these the very first posting must be right.
STRICT = {"titles", "typos", "places"}


@dataclass(frozen=True)
class Case:
    language: str
    kind: str
    typed: str
    roles: frozenset[str]
    never: frozenset[str]
    place: str


@dataclass(frozen=True)
class Row:
    role: str
    language: str
    place: str
    is_remote: bool


def cases() -> Iterator[Case]:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    names = content.pop("roles")
    for language, kinds in content.items():
        for kind, lines in kinds.items():
            for typed, expected in lines.items():
                marks = expected.split()
                yield Case(
                    language=language,
                    kind=kind,
                    typed=str(typed),
                    roles=frozenset(names[mark] for mark in marks if mark[0] not in "!@"),
                    never=frozenset(names[mark[1:]] for mark in marks if mark[0] == "!"),
                    place=next((mark[1:] for mark in marks if mark[0] == "@"), ""),
                )


def wrong(case: Case, backend: SearchBackend, rows: dict[int, Row]) -> str:
    """What is not as it should be; empty when nothing is."""
    found, total = ask(case.typed, case.language, backend)
    if total < spelling.FEW and (better := spelling.suggest(case.typed, language=case.language)):
        # The page offers it only if it finds more.
        found, total = max((found, total), ask(better, case.language, backend), key=lambda answer: answer[1])
    first = [rows[posting] for posting in found]
    roles = [row.role for row in first]
    if not case.roles & set(roles):
        return f"none of the first ten of {total}: {Counter(roles).most_common(3)}"
    if case.kind in STRICT and roles[0] not in case.roles:
        return f"the first of {total} is {roles[0]}"
    if case.kind in STRICT and not case.place and first[0].language != case.language and case.language in {row.language for row in first}:
        return f"the first is in {first[0].language}"
    if case.never & set(roles):
        return f"{case.never & set(roles)} is found, too"
    elsewhere = [row.place for row in first if not is_in(row, case.place)]
    return f"also in {elsewhere[0]}" if elsewhere else ""


def is_in(row: Row, place: str) -> bool:
    return row.place.startswith(place) or (row.is_remote and row.place[:2] == place[:2])


def ask(typed: str, language: str, backend: SearchBackend) -> tuple[tuple[int, ...], int]:
    now = timezone.now()
    words = text.read(typed, language=language)
    query = Query(language=language, now=now, today=now.date(), text=words, sort=Sort.MATCH if words else Sort.NEWEST)
    answer = backend.search(query, limit=PAGE, facets=False)
    return answer.ids, answer.total


@pytest.mark.django_db
def test_what_people_type_finds_the_right_role(monkeypatch: pytest.MonkeyPatch) -> None:
    size = make_corpus()
    spelling.forget()
    columns = Posting.objects.values_list("pk", "role__key", "language", "site__place__key", "workplace")
    rows = {pk: Row(role, language, place, workplace == "remote") for pk, role, language, place, workplace in columns}
    backend = MemoryBackend()
    backend.catch_up()
    # Nothing changes any more, and in a transaction that is not over every change is looked at again.
    monkeypatch.setattr(backend, "catch_up", lambda **_limit: 0)
    asked = list(cases())
    misses = [f"{case.language} {case.kind}: {case.typed!r}: {problem}" for case in asked if (problem := wrong(case, backend, rows))]
    spelling.forget()
    share = 1 - len(misses) / len(asked)
    print(f"\n{len(asked)} queries over {size} postings: {share:.1%} as they should be", *misses, sep="\n  ")
    assert len(asked) >= 170
    assert share >= LEAST, misses
