"""The coach's notation, its files, and how well each language's rules do on labelled sentences."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from postings.coach import rules as coach_rules
from postings.coach import settings as coach_settings
from postings.coach.library import findings_in, templates
from postings.coach.patterns import PatternError, compile_pattern, fold, folded
from postings.coach.rules import CoachError
from postings.coach.samples import measure, read_samples

SAMPLES = Path(__file__).parent / "coach_samples"
LANGUAGES = sorted({path.stem for path in SAMPLES.glob("*.yaml")} & set(coach_rules.languages()))
ENDINGS = {"adj": ["", "a", "og"], "none": []}


def found(pattern: str, text: str) -> list[str]:
    return [text[start:end] for start, end in compile_pattern(pattern, ENDINGS).spans(folded(text))]


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("salesman", "A Salesman, salesmanship, SALESMAN", ["Salesman", "SALESMAN"]),
        ("sales(man|men)", "salesmen and salesman", ["salesmen", "salesman"]),
        ("motiv*", "Motivated people, automotive", ["Motivated"]),
        ("*mann", "Kaufmann, mannen", ["Kaufmann"]),
        ("mlad~adj tim", "Mladog tim, mladi tim", ["Mladog tim"]),
        ("young .. team", "young and dynamic team", ["young and dynamic team"]),
        ("young .. team", "young people. The team", []),
        ("young .. team", "young or old or very new or big team", []),
        ("a (really |)great", "a great, a really great", ["a great", "a really great"]),
        ("a (really|) great (big|) idea", "a great idea, a really great big idea", ["a great idea", "a really great big idea"]),
        ("under @ years", "under 35 years, under any years", ["under 35 years"]),
        ("good health", "good\nhealth, good\u00a0health", ["good\nhealth", "good\u00a0health"]),
        ("can't", "can’t", ["can’t"]),
        ("=IT", "IT and it", ["IT"]),
        ("жесткий", "Жёсткий график", ["Жёсткий"]),
        ("/rock ?stars?/", "Rockstars", ["Rockstars"]),
        ("he/she", "he/she", ["he/she"]),
    ],
)
def test_a_pattern_finds_what_its_notation_says(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


@pytest.mark.parametrize("pattern", ["", " a", "(a", "a)", "a|b", "x~unknown", "/(/", "/a*/", "*", "..", "a ..", ".. a", "/a"])
def test_a_pattern_that_makes_no_sense_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, ENDINGS)


def test_folding_keeps_every_place() -> None:
    text = "İstanbul ’İ’ Ёлка\u202f‑"
    assert len(fold(text)) == len(text)


BROKEN = """
language: nb
colour: red
endings: {adj: e}
duties: {verbs: [answer], not_verbs: [the]}
words:
  - {key: one, kind: gender, match: [a]}
  - {key: two, kind: age, match: ["(b"]}
  - {key: two, kind: age, match: [c], only: [body], severity: huge, replace: 3}
  - {kind: age}
  - {key: three, kind: age}
"""


def test_a_broken_file_is_told_entry_by_entry(tmp_path: Path) -> None:
    path = tmp_path / "en" / "coach.yaml"
    path.parent.mkdir()
    path.write_text(BROKEN)
    with pytest.raises(CoachError) as caught:
        coach_rules.read(path)
    said = "\n".join(caught.value.problems)
    for part in (
        "en/coach.yaml: language: must be en",
        "'colour' is unknown",
        "endings: adj: must be a list of texts",
        "words: one: kind 'gender' is unknown; one of gendered",
        "words: two: match: '(b': opens a bracket that is not closed",
        "words: two: only 'body' is unknown",
        "words: two: severity 'huge' is unknown",
        "words: two: replace: must be a mapping",
        "words: two: stands twice",
        "words: entry 4: needs a key",
        "words: three: match is missing",
    ):
        assert part in said


def test_no_yaml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "en" / "coach.yaml"
    path.parent.mkdir()
    path.write_text("words: [a")
    with pytest.raises(CoachError, match=r"en/coach.yaml: is no YAML: .*line 1"):
        coach_rules.read(path)


def test_neutral_settings_are_checked(tmp_path: Path) -> None:
    text = (coach_rules.CONTENT / "coach.yaml").read_text()
    path = tmp_path / "coach.yaml"
    path.write_text(text.replace("wording: 20", "wording: 21").replace('"NO"', "NO").replace("in_parts: [US, CA]", "in_parts: [US, AT]"))
    with pytest.raises(CoachError) as caught:
        coach_settings.read(path)
    said = "\n".join(caught.value.problems)
    assert "the parts add up to 101" in said
    assert "False is no country code" in said
    assert "AT stands twice" in said
    path.write_text(text.replace("longest: 60", "longest: long").replace("summary:", "summery:"))
    with pytest.raises(CoachError, match="title: longest must be a int, not 'long'"):
        coach_settings.read(path)


def test_every_file_of_rules_is_sound() -> None:
    for language in coach_rules.languages():
        assert coach_rules.for_language(language) is not None
    assert set(coach_rules.languages()) == set(LANGUAGES) == {language for language, _name in django_settings.LANGUAGES}
    assert coach_rules.for_language("xx") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_rules_are_right_often_enough(language: str) -> None:
    rules = coach_rules.for_language(language)
    assert rules is not None, "samples without rules"
    samples = read_samples(SAMPLES / f"{language}.yaml")
    score = measure(samples, rules)
    assert score.sentences >= 60
    assert len({sample.text for sample in samples}) == score.sentences
    assert 0.35 <= score.clean / score.sentences <= 0.7, "about half of the sentences are clean"
    assert score.precision() >= 0.9, score.slips
    assert score.recall() >= 0.7, score.slips


@pytest.mark.parametrize("language", coach_rules.languages())
def test_our_own_templates_have_no_grave_words(language: str) -> None:
    grave = [(key, hit.place, hit.words) for key, words in templates(language) for hit in findings_in(words) if hit.severity == "high"]
    assert list(templates(language))
    assert grave == []


def test_samples_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_text("- {text: a, expect: [rude]}\n- {text: b}\n- {text: c, expect: [], field: body}")
    with pytest.raises(CoachError) as caught:
        read_samples(path)
    assert len(caught.value.problems) == 3


def test_the_report_ends_with_one_json_object() -> None:
    out = StringIO()
    call_command("coach_report", stdout=out)
    lines = out.getvalue().splitlines()
    figures = json.loads(lines[-1])
    assert set(figures) == set(LANGUAGES)
    assert set(figures["en"]) == {"sentences", "precision", "recall"}
    assert any(line.split()[:1] == ["gendered"] for line in lines)
    with pytest.raises(CommandError, match=r"no coach\.yaml"):
        call_command("coach_report", "xx", stdout=out)
