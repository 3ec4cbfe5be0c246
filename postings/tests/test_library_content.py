"""The shipped library is whole: every language has every key, in its own words, and enough of everything."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from callcenter_jobs.lib.text import search_key
from postings.enums import Tier
from postings.services import library_counts, library_files
from postings.services.library_files import SOURCE, Library

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# A shorter text may well be the same word in two languages ("Coach", "70–75 %").
PARAGRAPH = 40


@pytest.fixture(scope="module")
def library() -> Library:
    return library_files.read()


def paragraphs(value: Any) -> Iterator[str]:
    """Every text of at least a sentence inside a tree of YAML."""
    if isinstance(value, str):
        if len(value) >= PARAGRAPH:
            yield " ".join(value.split())
    elif isinstance(value, dict):
        for part in value.values():
            yield from paragraphs(part)
    elif isinstance(value, list):
        for part in value:
            yield from paragraphs(part)


def test_every_language_has_every_key(library: Library) -> None:
    assert library.languages == LANGUAGES
    assert library.missing == []


def test_there_is_enough_of_everything(library: Library) -> None:
    report = library_counts.counts(library)
    for name, least in (("templates", 24), ("questions", 110), ("practice_questions", 40), ("aliases_min", 8)):
        assert {language: number for language, number in report[name].items() if number < least} == {}, name
    per_bank = library_counts.questions_per_bank(library)
    assert all(per_bank[bank] >= 20 for bank in ("agent", "team-lead", "manager", "director")), per_bank
    assert all(per_bank[bank] >= 10 for bank in ("quality-analyst", "wfm-analyst", "trainer")), per_bank
    assert len(library.pay) >= 30


def test_every_tier_asks_in_several_categories(library: Library) -> None:
    for tier in Tier.values:
        categories = Counter(q["category"] for bank in library.banks.values() if bank["tier"] == tier for q in bank["questions"])
        assert len(categories) >= 5, (tier, categories)


def test_the_report_ends_with_one_json_object(library: Library) -> None:
    out = StringIO()
    call_command("library_report", stdout=out)
    report = json.loads(out.getvalue().strip().splitlines()[-1])
    assert report == json.loads(json.dumps(library_counts.counts(library)))
    assert list(report["templates"]) == LANGUAGES


def test_no_two_languages_share_a_paragraph(library: Library) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for language, files in library.texts.items():
        for text in paragraphs({name: tree for name, tree in files.items() if name != "titles"}):
            seen[text].add(language)
    assert {text: languages for text, languages in seen.items() if len(languages) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_templates_share_a_duty_or_a_summary(library: Library, language: str) -> None:
    templates = library.texts[language]["templates"].values()
    texts = Counter(text for template in templates for text in (template["summary"], *(duty["text"] for duty in template["duties"])))
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_questions_are_the_same(library: Library, language: str) -> None:
    texts = Counter(search_key(text["text"]) for text in library.texts[language]["questions"]["questions"].values())
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_belongs_to_one_role(library: Library, language: str) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for role, titles in library.texts[language]["titles"].items():
        for text in (titles["preferred"], *(row["text"] for row in titles["aliases"])):
            owners[search_key(text)].add(role)
    assert {title: roles for title, roles in owners.items() if len(roles) > 1} == {}


def test_esco_titles_are_english_and_name_their_occupation(library: Library) -> None:
    for language in LANGUAGES:
        for role, titles in library.texts[language]["titles"].items():
            marked = [row["text"] for row in titles["aliases"] if row["source"] == "esco"]
            assert not marked or (language == SOURCE and library.roles[role]["esco_uri"]), (language, role, marked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_the_same_in_every_language(library: Library, language: str) -> None:
    """A duty's shares, and the figures of the measures, carry over; words around them do not."""
    for key, template in library.texts[language]["templates"].items():
        source = library.texts[SOURCE]["templates"][key]
        assert [duty["share"] for duty in template["duties"]] == [duty["share"] for duty in source["duties"]], key
        assert len(template["measures"]) == len(source["measures"]), key
        assert len(template["must_haves"]) == len(source["must_haves"]), key
        for own, english in zip(template["measures"], source["measures"], strict=True):
            assert re.findall(r"\d+", own["typical"])[:1] == re.findall(r"\d+", english["typical"])[:1], (key, own)


def test_a_step_up_leads_up_and_nobody_is_left_without_a_next_step(library: Library) -> None:
    rank = {tier: place for place, tier in enumerate(Tier.values)}
    for key, move in library.moves.items():
        here, there = (rank[library.roles[move[end]]["tier"]] for end in ("from", "to"))
        assert there >= here, key
    at_the_top = {key for key, role in library.roles.items() if role["tier"] == "director"}
    without = set(library.roles) - {move["from"] for move in library.moves.values()} - at_the_top
    assert without == set()


def test_converted_pay_says_how(library: Library) -> None:
    for key, figure in library.pay.items():
        assert bool(figure.get("is_converted")) == bool(figure.get("conversion")), key
    yearly = library.pay["bls-2024-wholesale-year"]
    assert float(yearly["amount"]) == float(library.pay["bls-2024-wholesale-hour"]["amount"]) * 2080
