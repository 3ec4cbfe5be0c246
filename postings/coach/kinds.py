"""What the coach distinguishes: kinds of word rules, how grave a finding is, the parts of the score."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Part(StrEnum):
    """The parts of the score, in the order they are shown."""

    WORDING = "wording"
    FAIRNESS = "fairness"
    STRUCTURE = "structure"
    FACTS = "facts"
    PAY = "pay"
    HONESTY = "honesty"


class Kind(StrEnum):
    """Kinds of findings about words. The last three are found by signs, not by listed words."""

    GENDERED = "gendered"  # names or pictures one sex
    AGE = "age"  # asks for or hints at an age
    ORIGIN = "origin"  # mother tongue, nationality, accent
    DISCRIMINATING = "discriminating"  # health, family, looks, faith: what nobody may ask for
    BIAS = "bias"  # names no group and still puts some off: ninja, aggressive, one big family
    PAY_HISTORY = "pay_history"  # asks for earlier pay
    VAGUE = "vague"  # adverbs and adjectives open to interpretation
    JARGON = "jargon"  # words that somebody from outside the trade does not know
    PROMISE = "promise"  # promises that nobody can check
    ABBREVIATION = "abbreviation"  # not explained
    SHOUTING = "shouting"  # capitals and exclamation marks
    DUTY_VERB = "duty_verb"  # a duty that does not start with a verb


# Kinds that a language's list of words may use.
LISTED_KINDS = tuple(kind for kind in Kind if kind not in {Kind.ABBREVIATION, Kind.SHOUTING, Kind.DUTY_VERB})

PART_OF_KIND = {
    Kind.GENDERED: Part.FAIRNESS,
    Kind.AGE: Part.FAIRNESS,
    Kind.ORIGIN: Part.FAIRNESS,
    Kind.DISCRIMINATING: Part.FAIRNESS,
    Kind.BIAS: Part.FAIRNESS,
    Kind.PAY_HISTORY: Part.PAY,
    Kind.VAGUE: Part.WORDING,
    Kind.JARGON: Part.WORDING,
    Kind.PROMISE: Part.HONESTY,
    Kind.ABBREVIATION: Part.WORDING,
    Kind.SHOUTING: Part.WORDING,
    Kind.DUTY_VERB: Part.STRUCTURE,
}

# Fields of a posting whose words are read, by the names of the form. "questions" are the posting's own screening questions.
WORD_FIELDS = (
    "title",
    "summary",
    "duties",
    "must_haves",
    "nice_to_haves",
    "measures",
    "reports_to",
    "preview_contacts",
    "preview_script",
    "preview_monitoring",
    "preview_hard",
    "preview_good",
    "call_to_action",
    "pay_extra",
    "questions",
)
