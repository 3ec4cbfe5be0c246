"""What the coach needs to know of a posting, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

# Twice what all fields of the form take together.
MOST_LETTERS = 40_000


@dataclass(frozen=True, slots=True)
class Duty:
    text: str
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    typical: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A posting's words in one language. List items keep the place they have on the form, so empty ones may stand between."""

    language: str
    title: str = ""
    summary: str = ""
    duties: tuple[Duty, ...] = ()
    must_haves: tuple[str, ...] = ()
    nice_to_haves: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    reports_to: str = ""
    preview: tuple[tuple[str, str], ...] = ()
    call_to_action: str = ""


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """One language's words with the facts of the posting. Lists of codes hold the values of ``postings.enums``."""

    words: Words
    names: tuple[str, ...] = ()  # of the employer and the client: never corrected
    country: str = ""
    tier: str = ""
    workplace: str = ""
    has_shifts: bool = False
    training_weeks: int = 0
    is_training_paid: bool = True
    says_equipment: bool = False
    response_promise_days: int | None = None
    minimum_age: int = 0
    pay_basis: str = ""
    pay_min: Decimal | None = None
    pay_max: Decimal | None = None
    has_variable_pay: bool = False
    pay_extra: str = ""
    questions: tuple[str, ...] = ()
    template_must_haves: tuple[str, ...] = ()
    template_nice_to_haves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with its place on the form."""

    field: str
    index: int
    text: str


def passages(facts: PostingFacts) -> Iterator[Passage]:
    """Every text of the posting, in the order of the form. A measure is two passages, its name at an even index.

    Together at most ``MOST_LETTERS``: no posting has more, and rules about words are not run over a book.
    """
    left = MOST_LETTERS
    for passage in _every(facts):
        if left <= 0:
            return
        yield passage
        left -= len(passage.text)


def _every(facts: PostingFacts) -> Iterator[Passage]:
    words = facts.words
    yield Passage("title", 0, words.title)
    yield Passage("summary", 0, words.summary)
    yield Passage("reports_to", 0, words.reports_to)
    for index, duty in enumerate(words.duties):
        yield Passage("duties", index, duty.text)
    for name in ("must_haves", "nice_to_haves"):
        for index, item in enumerate(getattr(words, name)):
            yield Passage(name, index, item)
    for index, measure in enumerate(words.measures):
        yield Passage("measures", 2 * index, measure.name)
        yield Passage("measures", 2 * index + 1, measure.typical)
    for part, text in words.preview:
        yield Passage(f"preview_{part}", 0, text)
    yield Passage("call_to_action", 0, words.call_to_action)
    yield Passage("pay_extra", 0, facts.pay_extra)
    for index, question in enumerate(facts.questions):
        yield Passage("questions", index, question)
