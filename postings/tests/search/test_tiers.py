"""A word for a tier finds all of that tier, behind what is titled so and before what only says the word somewhere."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.utils import timezone

from postings.models import Posting
from postings.search.memory import MemoryBackend
from postings.search.query import Query, Sort
from postings.search.reference import ReferenceBackend
from postings.search.text import read
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, TitleAliasFactory
from postings.views.public_listing import Listing
from postings.views.results_page import Shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs() -> dict[str, Posting]:
    """The oldest first, so that their dates alone would turn them round."""
    manager, agent = RoleFactory.create(key="head", tier="manager"), RoleFactory.create(key="hand", tier="agent")
    for language, title in (("en", "Call center head"), ("nb", "Kundesentersjef")):
        TitleAliasFactory.create(role=manager, language=language, text=title, is_preferred=True)
    employer = EmployerFactory.create(name="Acme")
    made = {}
    for name, role, language, title, summary, workplace in (
        ("titled", agent, "en", "Manager of one phone", "Calls.", "remote"),
        ("titled elsewhere", agent, "nb", "Manager for en telefon", "Samtaler.", "on_site"),
        ("tier", manager, "en", "Head of floor", "Plans.", "remote"),
        ("tier elsewhere", manager, "nb", "Kundesentersjef", "Planer.", "remote"),
        ("text", agent, "en", "Phone agent", "Your manager listens.", "remote"),
        ("text elsewhere", agent, "nb", "Telefonist", "Din manager lytter.", "on_site"),
        ("neither", agent, "en", "Chat agent", "Chats.", "remote"),
    ):
        made[name] = PostingFactory.create(
            role=role, language=language, employer=employer, site__employer=employer, workplace=workplace, revision=False,
            text__title=title, text__summary=summary,
        )  # fmt: skip
    return made


def found(typed: str, jobs: dict[str, Posting], *, only_words: bool = False) -> list[str]:
    text = read(typed, language="en", only_words=only_words)
    query = Query(language="en", now=timezone.now(), today=timezone.localdate(), text=text, sort=Sort.MATCH)
    memory, reference = (backend.search(query) for backend in (MemoryBackend(), ReferenceBackend()))
    assert (memory.ids, memory.total, memory.facets["tier"]) == (reference.ids, reference.total, reference.facets["tier"])
    names = {posting.pk: name for name, posting in jobs.items()}
    return [names[pk] for pk in memory.ids]


def test_what_is_titled_so_is_first_and_what_only_says_the_word_is_last(jobs: dict[str, Posting]) -> None:
    in_order = ["titled", "titled elsewhere", "tier", "tier elsewhere", "text", "text elsewhere"]
    assert found("manager", jobs) == in_order
    assert found("manager remote", jobs) == ["titled", "tier", "tier elsewhere", "text"]
    assert found("sjef", jobs) == ["tier", "tier elsewhere"]
    assert found("manager", jobs, only_words=True) == [name for name in in_order if "tier" not in name]
    assert found('"manager"', jobs) == [name for name in in_order if "tier" not in name]
    # Without the word: who has no "manager" in the text may manage all the same.
    assert sorted(found("customers -manager", jobs)) == ["neither", "tier", "tier elsewhere"]


@pytest.mark.usefixtures("jobs")
def test_the_page_names_roles_of_the_tier_that_are_shown() -> None:
    def also(query: str) -> str:
        request = RequestFactory().get(f"/jobs/?{query}")
        return Shown(request, Listing(request), is_part=False).also

    assert also("q=manager") == "Also showing: Call center head and Kundesentersjef."
    # The tier, but none of it is there.
    assert also("q=manager+chat") == ""
    assert also("q=manager+listens") == ""
    assert also("q=manager&words=1") == ""
