"""How an entry of the library's files is laid out: its fields, and of what kind each is.

Checked before anything else is, so that a wrong kind (a list where a word belongs, a forgotten field) is a sentence
with its place and never an error in the middle of loading. Closed lists, lengths and references are ``library_schema``'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from postings.services.library_files import Library


@dataclass(frozen=True, slots=True)
class Plain:
    """One value. ``says`` finishes the sentence "must be …"."""

    says: str
    fits: Callable[[Any], bool]
    may_lack: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list of ``inner``, or with ``by_name`` a mapping of names to it."""

    inner: Layout
    by_name: bool = False
    may_lack: bool = False


@dataclass(frozen=True, slots=True)
class Maybe:
    inner: Layout


Layout = Plain | Many | Maybe | dict[str, Any]


def _is_text(value: Any) -> bool:
    """Codes and amounts may stand without quotation marks; yes and no may not, for YAML reads them as something else."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


TEXT = Plain("a text; put yes, no and dates in quotation marks", lambda value: _is_text(value) and str(value).strip() != "")
TEXT_OR_NONE = Plain(TEXT.says, _is_text, may_lack=True)
NUMBER = Plain("a whole number", _is_number)
NUMBER_OR_NONE = Plain(NUMBER.says, _is_number, may_lack=True)
YES = Plain("true or false", lambda value: isinstance(value, bool))
YES_OR_NONE = Plain(YES.says, YES.fits, may_lack=True)
# Words are words: a number among them lacks its quotation marks.
WRITTEN = Plain("a text; put numbers, yes, no and dates in quotation marks", lambda value: isinstance(value, str) and value.strip() != "")
WRITTEN_OR_NONE = Plain(WRITTEN.says, lambda value: isinstance(value, str), may_lack=True)
WRITTEN_LIST = Many(WRITTEN)
# Answers of a screening question may be yes and no.
ANSWER = Plain("a text, a number, or true or false", lambda value: _is_text(value) or isinstance(value, bool))
TEXTS = Many(TEXT)
TEXTS_OR_NONE = Many(TEXT, may_lack=True)
MONTHS = Many(NUMBER, may_lack=True)
KIT = {"key": TEXT, "bank": TEXT, "minutes": NUMBER, "questions": TEXTS}

FACTS: dict[str, Layout] = {
    "roles": {
        **dict.fromkeys(("key", "tier", "family", "work_type", "direction", "education", "plan", "bank"), TEXT),
        **dict.fromkeys(("isco", "esco_uri", "soc", "codes_source"), TEXT_OR_NONE),
        **dict.fromkeys(("experience_months", "minimum_age", "training_weeks", "response_promise_days"), NUMBER),
        **dict.fromkeys(("channels", "screening"), TEXTS),
    },
    "banks": {
        "key": TEXT,
        "tier": TEXT,
        "role": TEXT_OR_NONE,
        "questions": Many({"key": TEXT, "category": TEXT, "is_public": YES, "position": NUMBER}),
    },
    "screening": {
        **dict.fromkeys(("key", "kind"), TEXT),
        "is_knockout": YES,
        **dict.fromkeys(("expected", "options"), Many(ANSWER, may_lack=True)),
        "min": NUMBER_OR_NONE,
    },
    "plans": {"key": TEXT, "stages": Many({"key": TEXT, "kind": TEXT, "kit": Maybe(KIT)})},
    "pay": {
        **dict.fromkeys(("key", "tier", "country", "currency", "period", "measure", "amount", "source_name"), TEXT),
        **dict.fromkeys(("role", "industry", "employer_name", "source_url", "source_note", "conversion"), TEXT_OR_NONE),
        "year": NUMBER_OR_NONE,
        **dict.fromkeys(("is_converted", "is_active"), YES_OR_NONE),
    },
    "steps": {"key": TEXT, "tier": TEXT, "role": TEXT_OR_NONE, "months": MONTHS},
    "moves": {**dict.fromkeys(("key", "from", "to", "kind"), TEXT), "months": MONTHS},
    "certificates": {
        **dict.fromkeys(("key", "name", "issuer"), TEXT),
        **dict.fromkeys(("url", "source"), TEXT_OR_NONE),
        "roles": TEXTS_OR_NONE,
    },
    "clauses": {"key": TEXT, "section": TEXT, "tiers": TEXTS_OR_NONE, "families": TEXTS_OR_NONE},
}
WORDS: dict[str, Layout] = {
    "templates": {
        **dict.fromkeys(("title", "summary", "reports_to", "call_to_action"), WRITTEN),
        "duties": Many({"text": WRITTEN, "share": NUMBER_OR_NONE}),
        **dict.fromkeys(("must_haves", "nice_to_haves"), WRITTEN_LIST),
        "measures": Many({"name": WRITTEN, "typical": WRITTEN_OR_NONE}),
        "preview": Many(WRITTEN, by_name=True),
    },
    "titles": {"preferred": WRITTEN, "aliases": Many({"text": WRITTEN, "source": WRITTEN}, may_lack=True)},
    "questions": {
        **dict.fromkeys(("text", "probes", "strong", "weak"), WRITTEN),
        "tip": WRITTEN_OR_NONE,
        "anchors": Many(WRITTEN, by_name=True),
    },
    "banks": WRITTEN,
    "screening": {"question": WRITTEN, "help": WRITTEN_OR_NONE, "options": Many(WRITTEN, by_name=True, may_lack=True)},
    "plans": {"name": WRITTEN, "description": WRITTEN_OR_NONE, "stages": Many({"desk": WRITTEN, "candidate": WRITTEN}, by_name=True)},
    "kits": {"name": WRITTEN, "intro": WRITTEN_OR_NONE},
    "steps": {"name": WRITTEN, **dict.fromkeys(("about", "changes", "promoted"), WRITTEN_OR_NONE)},
    "moves": WRITTEN,
    "certificates": WRITTEN,
    "clauses": WRITTEN,
}


def fact_problems(library: Library) -> list[str]:
    """A sentence for each value of the language-neutral files that is not of its kind."""
    return [
        problem
        for part, layout in FACTS.items()
        for key, row in getattr(library, part).items()
        for problem in _wrong(f"{part}: {key}", row, layout)
    ]


def word_problems(where: str, part: str, there: dict[Any, Any]) -> list[str]:
    """The same for the texts of one kind in one language."""
    return [problem for key, entry in there.items() for problem in _wrong(f"{where}: {key}", entry, WORDS[part])]


def _wrong(where: str, value: Any, layout: Layout) -> Iterator[str]:
    if isinstance(layout, Maybe):
        if value is not None:
            yield from _wrong(where, value, layout.inner)
    elif isinstance(layout, Plain):
        if not (layout.fits(value) or (layout.may_lack and value is None)):
            yield f"{where} must be {layout.says}"
    elif isinstance(layout, Many):
        yield from _many(where, value, layout)
    elif not isinstance(value, dict):
        yield f"{where} must be a mapping with {', '.join(layout)}"
    else:
        yield from (f"{where}: {str(name)[:60]!r} is unknown; allowed are {', '.join(layout)}" for name in value if name not in layout)
        for name, inner in layout.items():
            yield from _wrong(f"{where}: {name}", value.get(name), inner)


def _many(where: str, value: Any, layout: Many) -> Iterator[str]:
    if value is None and layout.may_lack:
        return
    if layout.by_name:
        if not isinstance(value, dict):
            yield f"{where} must be a mapping"
            return
        rows = list(value.items())
    else:
        if not isinstance(value, list):
            yield f"{where} must be a list"
            return
        rows = list(enumerate(value, 1))
    for name, row in rows:
        yield from _wrong(f"{where}: {str(name)[:60]}", row, layout.inner)
