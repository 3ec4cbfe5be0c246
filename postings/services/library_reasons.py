"""What the checks of the files say, in the reader's language.

The checks write plain English, for operators and for the command line. A curator who imports a file reads the same
in the language of the page: each kind of sentence is recognized here and said anew.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from postings.services.question_check import FORBIDDEN

KINDS = [
    (re.compile(pattern, re.DOTALL), sentence)
    for pattern, sentence in (
        (r"(?:[\w-]+: )?(?P<name>\w+) is (?P<value>.+), not one of (?P<allowed>.+)", _("%(name)s is %(value)s, not one of: %(allowed)s")),
        (r"(?P<name>\w+) is (?:missing|empty)", _("%(name)s is missing")),
        (r"(?P<name>.+) is longer than (?P<limit>\d+)", _("%(name)s is longer than %(limit)s characters")),
        (r"(?:country|currency) must be \w+ capital letters", _("A country is two capital letters, a currency three.")),
        (r"country (?P<value>\w+) is not .+", _("There is no country with the code %(value)s (ISO 3166).")),
        (r"currency (?P<value>\w+) is not .+", _("There is no currency with the code %(value)s (ISO 4217).")),
        (r"amount must be .+", _("The amount must be a number above zero.")),
        (r"year must be between .+", _("The year must be between 1990 and 2100, or empty when the source does not say.")),
        (r"a converted figure says .+", _("A converted figure says how it was converted, and no other does.")),
        (r"has (?P<number>\d+) duties, not 5 to 7", _("There are %(number)s duties, not 5 to 7.")),
        (r"the shares of the duties .+", _("The shares of the duties do not add up to 100.")),
        (r"preview needs (?P<names>.+)", _("The preview needs: %(names)s")),
        (r"placeholders are not allowed here", _("Placeholders are not allowed here.")),
        (r"holds the unknown placeholder (?P<name>.+)", _("There is no placeholder %(name)s here.")),
        (r"the anchors are not 1 to 5", _("There must be an anchor for each of 1 to 5.")),
        (r"a public question has a tip, .+", _("A public question has a hint for those who practice, and no other does.")),
        (r"every alias has .+", _("Every other title has a text and a source.")),
        (r"(?P<name>\w+) must be a whole number", _("%(name)s must be a whole number")),
        (r"(?:\w+ )?names the unknown [a-z ]+? (?P<value>\S+)", _("%(value)s is unknown.")),
        (r"\w+ holds (?P<value>.+), which is unknown", _("%(value)s is unknown.")),
        (r"(?P<value>\S+) stands twice", _("%(value)s stands twice.")),
        (r"has no words for the stage (?P<name>.+)", _("The stage %(name)s has no words.")),
        (r"has no questions", _("A bank needs at least one question.")),
        (r"(?:(?P<name>\w+) )?must be a (?:list|mapping).*", _("This must be a list of fields.")),
        (r"months must be \[from, to\]", _("Months are two numbers: from, to.")),
        (r"is not a key .+", _("A key is lowercase words with hyphens.")),
    )
]
ASKS = re.compile(r"asks for (?P<topic>\w+)")


def is_known(reason: str) -> bool:
    return bool(ASKS.fullmatch(reason)) or any(pattern.fullmatch(reason) for pattern, _sentence in KINDS)


def translated(reason: str) -> str:
    """``reason`` in the active language; a sentence of no known kind stays as it is."""
    asks = ASKS.fullmatch(reason)
    if asks and asks["topic"] in FORBIDDEN:
        return str(FORBIDDEN[asks["topic"]])
    for pattern, sentence in KINDS:
        match = pattern.fullmatch(reason)
        if match:
            return str(sentence) % {name: value or "" for name, value in match.groupdict().items()}
    return reason
