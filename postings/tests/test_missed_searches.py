"""Searches that found nothing are counted without anything personal, and become titles with one click."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from postings.models import LibraryEvent, MissedSearch, MissedTerm, TitleAlias
from postings.services import missed_searches
from postings.services.missed_searches import count_missed, forget_old, missed_terms, set_aside, take_as_title, term_of
from postings.tests.factories import PostingFactory, RoleFactory, TitleAliasFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Chat-AGENT  ", "chat-agent"),
        ("Kundtjänst", "kundtjanst"),
        ("оператор чата", "оператор чата"),
        ("kari.nordmann@example.org", ""),
        ("99 88 77 66", ""),
        ("agent 1234", ""),
        ("https://example.org", ""),
        ("I am looking for a job near home", ""),
        ("x" * 61, ""),
        ("<script>", ""),
        ("24/7", ""),
        ("", ""),
    ],
)
def test_only_short_terms_without_anything_personal_are_kept(typed: str, kept: str) -> None:
    assert term_of(typed) == kept
    assert count_missed(typed, language="en") == bool(kept)
    assert MissedSearch.objects.count() == bool(kept)


def test_searches_of_a_day_are_one_row_with_a_number() -> None:
    for _time in range(3):
        count_missed("Chat Agent", language="en", day=TODAY)
    count_missed("chat agent", language="nb", day=TODAY)
    assert sorted(MissedSearch.objects.values_list("term", "language", "day", "count")) == [
        ("chat agent", "en", TODAY, 3),
        ("chat agent", "nb", TODAY, 1),
    ]


def test_the_visitor_does_not_wait_for_the_disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        count_missed("chat agent", language="en", day=TODAY)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("off",)


def test_invented_words_stop_filling_the_table_but_known_ones_still_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missed_searches, "MOST_NEW_A_DAY", 2)
    for word in ("one", "two", "three", "one"):
        count_missed(word, language="en", day=TODAY)
    assert dict(MissedSearch.objects.values_list("term", "count")) == {"one": 2, "two": 1}


def test_a_term_is_shown_after_several_searches_in_ninety_days_with_the_role_it_resembles() -> None:
    chat = RoleFactory.create(key="chat")
    TitleAliasFactory.create(role=chat, language="en", text="Chat agent", is_preferred=True)
    for back in (0, 10, 89):
        count_missed("chatt agent", language="en", day=TODAY - timedelta(days=back))
    for _time in range(2):
        count_missed("rare", language="en", day=TODAY)
    for _time in range(9):
        count_missed("long ago", language="en", day=TODAY - timedelta(days=91))
        count_missed("chat agent", language="nb", day=TODAY)
    (found,) = missed_terms(today=TODAY)
    assert (found.term, found.count, found.guess) == ("chatt agent", 3, chat), "a name that is a title by now is not missed"
    assert forget_old(today=TODAY) == 1
    assert missed_terms(language="nb", today=TODAY) == []


def test_a_misspelt_russian_term_finds_its_role_too() -> None:
    """The embedded database takes no Cyrillic for letters, and every Russian term would be unlike every title."""
    role = RoleFactory.create(key="chat")
    TitleAliasFactory.create(role=role, language="ru", text="оператор чата", is_preferred=True)
    for _time in range(3):
        count_missed("аператор чата", language="ru", day=TODAY)
    (found,) = missed_terms(today=TODAY)
    assert found.guess == role


def test_a_taken_term_is_a_title_and_in_the_history_and_one_set_aside_is_not_suggested(ada: User) -> None:
    role = RoleFactory.create(key="chat")
    for term in ("live chatter", "rubbish"):
        for _time in range(3):
            count_missed(term, language="en")
    take_as_title("live chatter", language="en", role=role, by=ada)
    set_aside("rubbish", language="en", by=ada)
    assert missed_terms() == []
    assert TitleAlias.objects.get(normalized="live chatter").source == "curator"
    assert LibraryEvent.objects.get().detail == {"after": "live chatter"}
    assert set(MissedTerm.objects.values_list("term", "decision")) == {("live chatter", "added"), ("rubbish", "ignored")}


def test_a_search_without_results_is_counted_and_finds_its_role_right_after_one_click(client: Client, ada: User) -> None:
    role = RoleFactory.create(key="chat")
    TitleAliasFactory.create(role=role, language="en", text="Chat agent", is_preferred=True)
    posting = PostingFactory.create(role=role, text__title="Zzyx")
    for _time in range(3):
        page = client.get("/jobs/", {"q": "webb chatter"}).content.decode()
    assert posting.code not in page
    assert MissedSearch.objects.get().count == 3
    client.force_login(ada)
    listed = html.unescape(client.get("/curate/missed-searches/").content.decode())
    assert "webb chatter" in listed
    assert "3 searches" in listed
    assert (
        client.post("/curate/missed-searches/decide/", {"term": "webb chatter", "language": "en", "role": "chat", "do": "add"}).status_code
        == 302
    )
    client.logout()
    assert posting.code in client.get("/jobs/", {"q": "webb chatter"}).content.decode()
    assert "webb chatter" not in [term.term for term in missed_terms()]


@pytest.mark.parametrize(
    "query", [{"q": "nothing", "tier": "director"}, {"q": "nothing", "where": "nowhere"}, {"where": "nowhere"}, {"q": "@"}]
)
def test_an_empty_result_of_other_filters_is_not_a_missed_title(client: Client, query: dict[str, str]) -> None:
    client.get("/jobs/", query)
    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"term": "a@b", "language": "en"}, {"term": "x", "language": "xx"}, {"term": "x", "language": "en", "role": "no"}]
)
def test_what_is_no_missed_term_is_refused_with_a_message(client: Client, ada: User, sent: dict[str, str]) -> None:
    client.force_login(ada)
    response = client.post("/curate/missed-searches/decide/", sent, follow=True)
    assert response.redirect_chain == [("/curate/missed-searches/", 302)]
    assert not TitleAlias.objects.exists()


def test_a_name_of_another_role_is_refused(ada: User) -> None:
    from postings.services.library import LibraryRefused

    first, second = RoleFactory.create(key="first"), RoleFactory.create(key="second")
    TitleAliasFactory.create(role=first, language="en", text="Operator", is_preferred=True)
    with pytest.raises(LibraryRefused, match="Operator"):
        take_as_title("operator", language="en", role=second, by=ada)
    assert not MissedTerm.objects.exists()


def test_the_day_is_todays(client: Client) -> None:
    client.get("/jobs/", {"q": "nothing at all"})
    assert MissedSearch.objects.get().day == timezone.localdate()
