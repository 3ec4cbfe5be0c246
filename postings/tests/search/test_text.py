"""What is typed, as trees and readings; that what was mistyped is mended is asked in the golden set."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter_jobs.lib.text import search_key
from postings.models import TitleAlias
from postings.search import facet_words, spelling, title_names, tsquery
from postings.search.concepts import explain
from postings.search.query import Both, Either, Node, Phrase, Reading, Text, Without, Word
from postings.search.text import clean, read
from postings.search.tsquery import TsqueryError, parse, write
from postings.tests.factories import RoleFactory, TitleAliasFactory
from postings.tests.places import load_places


@pytest.fixture
def titles(db: None) -> None:
    role = RoleFactory.create(key="agent-customer-service")
    names = {"en": ("Customer service agent", "CSR"), "nb": ("Kundebehandler",), "ru": ("Оператор колл-центра",)}
    for language, texts in names.items():
        for text in texts:
            TitleAliasFactory.create(role=role, language=language, text=text, normalized=search_key(text), is_preferred=text == texts[0])
    load_places()
    spelling.forget()


def readings(typed: str, language: str = "en") -> tuple[Reading, ...]:
    text = read(typed, language=language)
    return text.readings if text else ()


# --- trees ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("", None),
        ("'custom'", Word("custom")),
        ("'serv':*", Word("serv", is_prefix=True)),
        ("'serv':*AB & 'x':C", Both((Word("serv", is_prefix=True), Word("x")))),
        ("'o''brien' & 'back\\\\slash'", Both((Word("o'brien"), Word("back\\slash")))),
        ("'a' & !'b' | 'c'", Either((Both((Word("a"), Without(Word("b")))), Word("c")))),
        ("'a' & ( 'b' | 'c' )", Both((Word("a"), Either((Word("b"), Word("c")))))),
        ("'night' <-> 'shift'", Phrase((Word("night"), Word("shift")), "'night' <-> 'shift'")),
        ("!( 'a' <2> 'b' )", Without(Phrase((Word("a"), Word("b")), "'a' <2> 'b'"))),
    ],
)
def test_a_query_of_postgresql_becomes_a_tree(source: str, tree: Node | None) -> None:
    assert parse(source) == tree


@pytest.mark.parametrize("source", ["custom", "'a' &", "'a' 'b'", "( 'a'", "'a' )", "'open", "!" * 200 + "'a'", "'a' <-> ( 'b' | 'c' )"])
def test_anything_else_is_refused(source: str) -> None:
    with pytest.raises(TsqueryError):
        parse(source)


words = st.builds(Word, st.text("ab'\\ и", min_size=1, max_size=4), st.booleans())
trees = st.recursive(
    words,
    lambda inner: st.one_of(
        st.builds(Without, inner),
        st.lists(inner, min_size=2, max_size=3).map(tsquery.both),
        st.lists(inner, min_size=2).map(tsquery.either),
    ),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(trees)
def test_what_is_written_is_read_again_as_the_same(tree: Node) -> None:
    assert parse(write(tree)) == tree


# --- readings ---------------------------------------------------------------------------------------------------


def test_a_title_in_any_form_is_its_role(titles: None) -> None:
    for typed in ("csr", "Customer-Service AGENTS", "kundebehandlere", "оператора колл центра", "кол-центр операторы", "jobs for a CSR"):
        assert [reading.roles for reading in readings(typed)] == [("agent-customer-service",)], typed
    assert readings("kundebehandler som sover")[0].roles == ("agent-customer-service",)
    only_words = read("csr", language="en", only_words=True)
    assert only_words is not None
    assert only_words.roles == ()


def test_what_stands_beside_a_title_is_a_place_a_facet_or_words(titles: None) -> None:
    plain, meant = readings("CSR night shift")
    assert (write(plain.rest["en"]), plain.choices) == ("'night' & 'shift':*", {})
    assert (meant.roles, meant.choices, meant.rest) == (("agent-customer-service",), {"band": ("night",)}, {})

    said, *_beside, there = readings("CSR oslo german")
    assert (said.area, list(said.rest)) == (None, ["en", "nb", "sv", "hr", "ru"])
    assert there.area is not None
    assert (there.area.name, there.choices, there.rest) == ("Oslo, Norway", {"lang": ("de",)}, {})

    for typed in ("kundebehandler i Oslo", "oslo kundebehandler", "jobb som kundebehandler, Oslo"):
        last = readings(typed, "nb")[-1]
        assert last.area is not None, typed
        assert (last.area.countries, last.roles, last.rest) == (("NO",), ("agent-customer-service",), {}), typed


def test_of_a_line_that_is_only_a_place_or_a_facet_no_words_are_left(titles: None) -> None:
    assert [(bool(reading.trees), bool(reading.area)) for reading in readings("jobs in Oslo")] == [(True, False), (False, True)]
    assert readings("remote")[-1].choices == {"workplace": ("remote",)}
    assert not readings("vacancies")


def test_or_has_two_sides_and_quotes_and_minus_are_literal(titles: None) -> None:
    assert [reading.roles for reading in readings("CSR eller inkasso")] == [("agent-customer-service",), ()]
    (literal,) = readings('"customer service agent" -csr')
    assert (literal.roles, write(literal.trees["en"])) == ((), "'custom' <-> 'servic' <-> 'agent' & !'csr'")


def test_a_minus_before_one_word_for_a_facet_leaves_the_facet_out_as_well(titles: None) -> None:
    without = {"workplace": ("remote",), "lang": ("de",), "employment": ("part_time",)}
    assert [reading.without for reading in readings("chat -hjemmefra -tysk -part-time -chat")] == [without]
    for typed in ('chat -"remote"', "chat or -remote", "chat -remotely-yours", 'chat "-remote"', "chat remote"):
        assert not any(reading.without for reading in readings(typed)), typed
    (literal,) = (read("chat -remote", language="en", only_words=True) or Text("", ())).readings
    assert not literal.without


def test_what_was_typed_is_written_and_read_again_as_the_same(titles: None) -> None:
    for typed in ("CSR night shift", "колл-center agent's", "l'agent \\ 50%", 'x "a b-c" -d'):
        for reading in readings(typed):
            for tree in (*reading.trees.values(), *reading.rest.values()):
                assert parse(write(tree)) == tree, typed


@override_settings(PLACES_KEPT_SECONDS=60)
def test_what_a_curator_writes_and_deletes_is_known_within_half_a_minute(titles: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Mock(return_value=1000.0)
    monkeypatch.setattr(title_names, "time", Mock(monotonic=clock))
    role = ("agent-customer-service",)
    assert (readings("chat hero")[0].roles, readings("csr")[0].roles) == ((), role)
    csr = TitleAlias.objects.get(text="CSR")
    TitleAliasFactory.create(role=csr.role, language="sv", text="Chat-hero", normalized="chat-hero")
    csr.delete()
    clock.return_value += 31
    assert (readings("chat hero")[0].roles, readings("csr")[0].roles) == (role, ())


@override_settings(PLACES_KEPT_SECONDS=60)
def test_a_title_costs_no_statement_once_its_words_are_known(titles: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Mock(return_value=1000.0)
    monkeypatch.setattr(title_names, "time", Mock(monotonic=clock))
    readings("customer service agent")
    clock.return_value += 29
    # The keeper is earlier than any search would have to be.
    title_names.learn()
    clock.return_value += 29
    with CaptureQueriesContext(connection) as queries:
        assert readings("customer service agent")[0].roles
    assert not queries.captured_queries


def test_who_searches_is_told_which_role_is_shown_too(titles: None) -> None:
    (also,) = explain(read("csr", language="nb"), "nb")
    assert (also.title, also.others) == ("Kundebehandler", ("Customer service agent", "Оператор колл-центра"))
    assert explain(read("baker", language="nb"), "nb") == []


def test_large_and_strange_lines_are_answered(titles: None) -> None:
    for typed in ("x" * 10_000, "csr " * 3000, "\x00'\\\"" * 2500, "((((&|!<->:*" * 800, "колл " * 2000, "-a " * 4000, "\U0001f4de" * 5000):
        read(typed, language="ru")
        spelling.suggest(typed, language="ru")
        assert len(clean(typed)) <= 100


def test_nothing_is_mended_that_is_right(titles: None) -> None:
    for typed in ("customer service agent", "Oslo", "kundebehandlere", "CSR", "night shift", "qwrtzp"):
        assert spelling.suggest(typed, language="en") is None, typed
    assert spelling.suggest("CSR Oslp", language="en") is None
    assert spelling.suggest("custmer-service agent", language="en") == "customer service agent"


def test_words_of_facets_exist() -> None:
    assert {facet for facet, _values in facet_words.meanings().values()} == {
        "workplace",
        "employment",
        "band",
        "experience",
        "student",
        "lang",
        "tier",
    }


def test_a_word_for_a_tier_is_one_more_reading_and_never_the_only_one(titles: None) -> None:
    words, remote, tier = readings("manager remote")
    assert (list(words.trees), words.choices) == (["en", "nb", "sv", "hr", "ru"], {})
    assert (list(remote.trees), remote.choices) == (["en", "nb", "sv", "hr", "ru"], {"workplace": ("remote",)})
    assert (tier.trees, tier.choices, tier.tiers) == ({}, {"tier": ("manager",), "workplace": ("remote",)}, ("manager",))
    for language, line, meant in (
        ("nb", "leder", ("manager",)),
        ("sv", "chef eller direktör", ("manager", "director")),
        ("hr", "menadžer", ("manager",)),
        ("hr", "voditelj smjene", ("team_lead",)),
        ("ru", "руководитель или супервайзер", ("manager", "team_lead")),
        ("ru", "менеджер по продажам", ()),
        ("en", "call center lead", ()),
        ("en", "customer service agent", ()),
    ):
        text = read(line, language=language)
        assert text is not None
        assert text.tiers == meant, line
    *_others, there = readings("director, Oslo")
    assert there.area is not None
    assert (there.area.name, there.tiers, there.trees) == ("Oslo, Norway", ("director",), {})


def test_a_tier_that_is_also_the_name_of_a_role_is_read_both_ways(titles: None) -> None:
    TitleAliasFactory.create(role=RoleFactory.create(key="team-lead"), language="en", text="Team lead")
    assert [(reading.roles, reading.tiers) for reading in readings("team lead")] == [(("team-lead",), ()), ((), ("team_lead",))]
    said, meant, tier = readings("team lead remote")
    assert (said.roles, meant.roles, tier.roles) == (("team-lead",), ("team-lead",), ())
    assert tier.choices == {"tier": ("team_lead",), "workplace": ("remote",)}


def test_words_alone_quotes_and_a_minus_mean_no_tier(titles: None) -> None:
    (words,) = (read("manager", language="en", only_words=True) or Text("", ())).readings
    assert not words.tiers
    (literal,) = readings('"team lead" -manager')
    assert (literal.tiers, literal.without) == ((), {})


@pytest.mark.django_db
def test_a_stem_of_two_letters_does_not_stand_for_all_words_that_begin_so() -> None:
    written = [write(reading.trees["ru"]) for reading in readings("пою", "ru")]
    assert written
    assert all("'пою':*" in source and "'по':*" not in source for source in written)
