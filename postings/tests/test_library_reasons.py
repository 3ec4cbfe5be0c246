"""Every sentence the checks of the files can say is recognized, so that a curator reads it in the own language."""

from __future__ import annotations

from postings.services import library_schema
from postings.services.library_compare import SENTENCE
from postings.services.library_files import Library
from postings.services.library_reasons import is_known, translated


def broken_library() -> Library:
    """Something wrong of every kind."""
    names = {"plan": "none", "bank": "none", "screening": ["none"]}
    role = {"key": "r", "tier": "boss", "channels": ["pigeon"], "experience_months": "x", **names}
    empty = {"key": "e", "tier": "agent", "role": "x", "questions": []}
    long_title = {"preferred": "x", "aliases": [{"text": "z" * 200, "source": "s" * 21}]}
    kit = {"key": "k", "bank": "b", "questions": ["none"]}
    library = Library(
        roles={"r": role, "bad_key": role},
        banks={
            "b": {"key": "b", "tier": "agent", "questions": [{"key": "q"}, {"key": "q"}]},
            "e": empty,
        },
        screening={"s": {"kind": "riddle"}},
        plans={"p": {"stages": [{"key": "a", "kind": "dance", "kit": kit}]}},
        pay={"f": {"amount": "x", "year": 5, "is_converted": True}, "g": {"amount": 0, "country": "NO", "role": "x"}},
        steps={"t": {"tier": "agent", "months": [9, 6]}},
        moves={"m": {"kind": "up"}},
        certificates={"c": {"roles": "r"}},
        clauses={"l": {"section": "jokes", "tiers": ["boss"]}},
    )
    bare = {"title": "x" * 200, "duties": [{"text": "y" * 400, "share": 1}], "summary": "{name}"}
    library.texts["en"] = {
        "templates": {"r": bare, "r2": 5, "r3": {"duties": "x"}},
        "titles": {
            "r": {},
            "r2": {"preferred": "x", "aliases": [{}]},
            "r3": long_title,
        },
        "questions": {"questions": {"q": {"text": "How old are you?", "tip": "x"}, "q2": {}}},
        "plans": {"p": {"stages": {}}},
        "instruction": {"l": "{boss}"},
    }
    return library


def test_every_sentence_of_the_checks_is_recognized() -> None:
    library = broken_library()
    sentences = library_schema.fact_problems(library) + library_schema.text_problems(library)
    assert len(sentences) > 50
    reasons = []
    for sentence in sentences:
        match = SENTENCE.match(sentence)
        assert match, sentence
        reasons.append(match["reason"])
    assert [reason for reason in reasons if not is_known(reason)] == []
    assert all("%(" not in translated(reason) for reason in reasons)


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert translated("something quite new") == "something quite new"
    assert translated("has 4 duties, not 5 to 7") == "There are 4 duties, not 5 to 7."
