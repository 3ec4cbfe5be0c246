"""What an interview question must not ask for: earlier pay, age, family, health, origin and belief.

The patterns are data (``postings/content/forbidden.yaml``), one set per language of the portal.
"""

from __future__ import annotations

import re
from functools import cache

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from postings.services.library_files import CONTENT

FORBIDDEN: dict[str, str | Promise] = {
    "pay": _("A question must not ask what somebody earned before."),
    "age": _("A question must not ask for a person’s age."),
    "family": _("A question must not ask about family, children or marriage."),
    "health": _("A question must not ask about health or habits."),
    "origin": _("A question must not ask about origin, belief or membership."),
}


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    tree = yaml.safe_load((CONTENT / "forbidden.yaml").read_text(encoding="utf-8"))
    return {
        language: {topic: re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE) for topic, parts in topics.items()}
        for language, topics in tree.items()
    }


def forbidden_topics(text: str, language: str) -> list[str]:
    """The topics (keys of ``FORBIDDEN``) that ``text`` asks for, read as ``language`` first and then, since people paste
    and mix, as every other language of the portal.

    >>> forbidden_topics("How old are you?", "nb"), forbidden_topics("What makes a call a good one?", "en")
    (['age'], [])
    """
    words = " ".join(text.split())
    readings = [_patterns()[code] for code in dict.fromkeys((language, *_patterns())) if code in _patterns()]
    return [topic for topic in FORBIDDEN if any(topic in reading and reading[topic].search(words) for reading in readings)]


def objections(text: str, language: str) -> list[str]:
    """A sentence per topic that ``text`` must not ask for, in the active language; empty when it is fine."""
    return [str(FORBIDDEN[topic]) for topic in forbidden_topics(text, language)]
