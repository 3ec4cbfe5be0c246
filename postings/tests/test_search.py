"""What the first box finds: stems, names of roles in every language, employers, places, beginnings of words."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from callcenter_jobs.lib.text import search_key
from postings.filters import PostingFilter
from postings.models import Posting, PostingText, Role
from postings.search import spelling
from postings.search.text import read
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, TitleAliasFactory

pytestmark = pytest.mark.django_db


def found(text: str) -> list[int]:
    query = QueryDict(mutable=True)
    query["q"] = text
    return list(PostingFilter(query).answer(limit=100).ids)


def written(language: str, title: str, **kwargs: Any) -> Posting:
    empty: dict[str, Any] = {"summary": "", "duties": [], "must_haves": [], "nice_to_haves": []}
    return PostingFactory.create(language=language, text={**empty, "title": title}, **kwargs)


@pytest.fixture
def csr() -> Role:
    """A role that several languages have names for."""
    role = RoleFactory.create()
    names = {"en": "CSR", "nb": "Kundeservicerepresentant", "hr": "Predstavnik korisničke službe", "ru": "Оператор колл-центра"}
    for language, text in names.items():
        TitleAliasFactory.create(role=role, language=language, text=text, normalized=search_key(text))
    return role


@pytest.mark.parametrize(
    ("language", "title", "query"),
    [
        ("en", "Answering customers", "customer answers"),
        ("nb", "Kundebehandlere på kveldstid", "kundebehandler"),
        ("sv", "Kundtjänstmedarbetare", "kundtjanstmedarbetare"),
        ("hr", "Agenti korisničke podrške", "korisnicka podrska"),
        ("ru", "Специалист поддержки клиентов", "поддержка клиенты"),
        ("ru", "Оператор приёма звонков", "приема звонки"),
    ],
)
def test_words_match_with_the_stemming_of_the_postings_language(language: str, title: str, query: str) -> None:
    posting = written(language, title)
    written(language, "Xyz")
    assert found(query) == [posting.pk]


@pytest.mark.parametrize("query", ["csr", "CSR", "kundeservicerepresentant", "predstavnik korisnicke sluzbe", "оператор колл-центра"])
def test_a_name_of_the_role_in_any_language_finds_its_postings(csr: Role, query: str) -> None:
    norwegian, russian = written("nb", "Vi søker deg", role=csr), written("ru", "Работа у нас", role=csr)
    written("en", "Baker", role=RoleFactory.create(key="other"))
    assert sorted(found(query)) == sorted([norwegian.pk, russian.pk])


def test_words_with_a_country_find_postings_there() -> None:
    croatian = written("en", "Sales agent", country="HR", city="Zagreb")
    written("en", "Sales agent", country="NO", city="Oslo")
    assert found("sales croatia") == [croatian.pk]


def test_the_beginning_of_the_last_word_is_enough() -> None:
    posting = written("en", "Telemarketing")
    assert found("telemar") == [posting.pk]
    assert found('"telemar"') == []


def test_quotes_and_minus_mean_what_people_expect() -> None:
    exact = written("en", "Night shift agent")
    other = written("en", "Shift for the night")
    assert found('"night shift"') == [exact.pk]
    assert found("shift -agent") == [other.pk]


@pytest.mark.parametrize("backend", ["memory.MemoryBackend", "reference.ReferenceBackend"])
def test_a_minus_holds_for_a_posting_in_all_its_languages(backend: str, settings: Any) -> None:
    settings.SEARCH_BACKEND = f"postings.search.{backend}"
    both = written("en", "Sales agent")
    empty: dict[str, Any] = {"summary": "", "duties": [], "must_haves": [], "nice_to_haves": []}
    PostingText.objects.create(posting=both, language="nb", title="Kundeagent", **empty)
    other = written("nb", "Kundeagent")
    assert found("kundeagent -sales") == [other.pk]
    assert found("-sales") == [other.pk]
    assert set(found("kundeagent")) == {both.pk, other.pk}


@pytest.mark.parametrize("backend", ["memory.MemoryBackend", "reference.ReferenceBackend"])
def test_not_remote_leaves_out_remote_jobs_and_who_writes_so(backend: str, settings: Any) -> None:
    settings.SEARCH_BACKEND = f"postings.search.{backend}"
    here = written("en", "Chat agent")
    written("en", "Chat agent", workplace="remote")
    written("en", "Remote chat agent")
    assert found("chat -remote") == found("-hjemmefra -remote") == [here.pk]


def test_the_employer_is_found_by_name() -> None:
    posting = PostingFactory.create(employer=EmployerFactory.create(name="Sørlinje"))
    PostingFactory.create()
    assert found("sorlinje") == [posting.pk]


def test_a_match_in_the_title_comes_before_one_in_the_duties() -> None:
    title = written("en", "Collections agent")
    duties = PostingFactory.create(text__duties=[{"text": "Work with collections", "share": None}])
    assert found("collections") == [title.pk, duties.pk]


def test_drafts_and_closed_postings_are_never_found() -> None:
    for state in ("draft", "paused", "closed"):
        PostingFactory.create(state=state)
    assert found("customer") == []


@pytest.mark.parametrize("line", ["", "   ", "\x00", "!!!", "---"])
def test_a_query_without_a_word_is_no_query(line: str) -> None:
    assert read(line, language="en") is None


def test_a_misspelt_title_is_suggested(csr: Role) -> None:
    PostingFactory.create(role=csr)
    assert spelling.suggest("kundeservicerepresentnt", language="nb") == "kundeservicerepresentant"
    assert spelling.suggest("zzzzzzzz", language="en") is None
