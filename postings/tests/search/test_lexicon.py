"""What is known to be right, kept as arrays."""

from __future__ import annotations

from itertools import product

from postings.search.lexicon import Known, Lexicon, wrong_letters

NB, BOTH = frozenset({"nb"}), frozenset({"nb", "sv"})
KUNDER, TJANST, TJENST = ("kunder", "kunder", BOTH, 7), ("kundtjanst", "kundtjänst", NB, 2), ("kundtjanst", "kundtjanst", NB, 1)


def test_what_is_found_by_its_key_is_as_it_was_written() -> None:
    known = Lexicon([KUNDER, TJANST, TJENST])
    assert list(known.of("kunder")) == [Known("kunder", BOTH, 7)]
    assert {entry.text for entry in known.of("kundtjanst")} == {"kundtjänst", "kundtjanst"}
    assert "kunder" in known
    assert "kunde" not in known
    assert not list(known.of("kunde"))


def test_near_is_what_has_few_wrong_letters_and_not_none() -> None:
    known = Lexicon([KUNDER, TJANST])
    assert list(known.near("kunedr", 1)) == [(1, Known("kunder", BOTH, 7))]
    assert not list(known.near("kunder", 2))
    assert not list(known.near("kunedr", 0))


def test_nothing_near_is_left_out_by_looking_at_lengths_and_letters_first() -> None:
    keys = ["".join(letters) for length in range(1, 5) for letters in product("abc", repeat=length)]
    known = Lexicon([(key, key, NB, 1) for key in keys])
    for typed in ("a", "ab", "cab", "abcd", "bbbba", "acbdb"):
        for limit in (1, 2, 3):
            near = {entry.text: wrong for wrong, entry in known.near(typed, limit)}
            assert near == {key: wrong for key in keys if 0 < (wrong := wrong_letters(typed, key, limit)) <= limit}


def test_a_key_is_found_by_its_beginning_and_by_parts_of_it() -> None:
    known = Lexicon([KUNDER, TJANST])
    assert known.begins("kundt")
    assert not known.begins("undt")
    assert [entry.text for entry in known.holding(("tj", "kun"))] == ["kundtjänst"]


def test_where_nothing_is_known_nothing_is_found() -> None:
    known = Lexicon([])
    assert "" not in known
    assert not known.begins("a")
    assert not [*known.of("a"), *known.holding(("",)), *(entry for _wrong, entry in known.near("ab", 2))]
