"""Two pictures of what applicants saw, and what changed between them, in words that a recruiter reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib import diffing
from callcenter_jobs.lib.dates import date_long
from callcenter_jobs.lib.diffing import Line
from callcenter_jobs.lib.locale_names import country_name, language_name
from callcenter_jobs.lib.money import number
from callcenter_jobs.lib.text import loose
from postings.enums import Benefit, Channel, ScreeningKind, SupplementKind
from postings.models import Posting, PostingText
from postings.services.revisions import FIELDS, changed_fields
from postings.shifts import ShiftGrid

LISTS = frozenset({"duties", "must_haves", "nice_to_haves", "measures", "preview"})
NUMBERS = frozenset({"hours_min", "hours_max", "shift_hours", "pay_min", "pay_max"})


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs. ``language`` is set for words, so that screen readers say them right; ``lines`` for
    lists, item by item (``postings/_change.html`` draws either)."""

    label: str
    before: str
    after: str
    language: str = ""
    lines: tuple[Line, ...] = ()


def text_change(label: str, part: str, before: Any, after: Any, language: str) -> Change:
    """One part of the words of a posting or template, which differs."""
    old, new = part_text(part, before), part_text(part, after)
    kept = {loose(line): line for line in new.splitlines()}
    were = [kept.get(loose(line), line) for line in old.splitlines()]
    matched = tuple(diffing.lines(were, new.splitlines())) if part in LISTS else ()
    return Change(label, old, new, language, matched)


def differs(before: Any, after: Any) -> bool:
    """Whether two values of a part say something else; a no-break space for a blank does not."""
    return bool(_loose(before or "") != _loose(after or ""))


def _loose(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _loose(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_loose(part) for part in value]
    return loose(value) if isinstance(value, str) else value


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """What differs, in the order of the posting; ``before`` may be empty (then everything is new)."""
    found = []
    for name in changed_fields(before, after):
        if name.startswith("texts."):
            _texts, language, part = name.split(".", 2)
            old = before.get("texts", {}).get(language, {}).get(part)
            new = after.get("texts", {}).get(language, {}).get(part)
            label = _("%(part)s (%(language)s)") % {"part": text_label(part), "language": language_name(language, _here())}
            found.append(text_change(label, part, old, new, language))
        else:
            found.append(Change(label_of(name), value_text(name, before.get(name)), value_text(name, after.get(name))))
    return found


def labels_of(names: list[str]) -> list[str]:
    """Short names of changed parts, each once, for the list of revisions."""
    labels = [text_label(name.split(".", 2)[2]) if name.startswith("texts.") else label_of(name) for name in names]
    return list(dict.fromkeys(labels))


def label_of(name: str) -> str:
    """What a part of the posting is called."""
    own = {
        "site": _("Site"),
        "languages": _("Languages of the work"),
        "supplements": _("Supplements"),
        "start_classes": _("Start classes"),
        "screening": _("Screening questions"),
        "country": _("Country"),
    }
    return own.get(name) or capfirst(str(getattr(Posting._meta.get_field(name), "verbose_name", name)))


def value_text(name: str, value: Any) -> str:
    """A stored value in words."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in SHAPES:
        return SHAPES[name](value)
    if name in NUMBERS:
        return number(Decimal(str(value)), _here())
    if name in FIELDS:
        choices = dict(getattr(Posting._meta.get_field(name), "flatchoices", None) or ())
        return str(choices.get(value, value))
    return str(value)


def part_text(part: str, value: Any) -> str:
    """A part of the words as plain text, one item per line."""
    if not value:
        return ""
    if part == "duties":
        return "\n".join(f"{row['text']} ({row['share']}%)" if row.get("share") else str(row["text"]) for row in value)
    if part == "measures":
        return "\n".join(": ".join(filter(None, [row.get("name"), row.get("typical")])) for row in value)
    if part == "preview":
        return "\n".join(str(text) for text in value.values())
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return str(value)


def _here() -> str:
    return get_language() or "en"


def text_label(part: str) -> str:
    return capfirst(str(getattr(PostingText._meta.get_field(part), "verbose_name", part)))


def _languages(rows: Any) -> str:
    named = [(language_name(code, _here()), level, required) for code, level, required in rows]
    return ", ".join(
        _("%(language)s %(level)s") % {"language": name, "level": level}
        if required
        else _("%(language)s %(level)s is a plus") % {"language": name, "level": level}
        for name, level, required in named
    )


def _supplements(rows: Any) -> str:
    labels = dict(SupplementKind.choices)
    amounts = []
    for kind, percent, amount in rows:
        shown = number(Decimal(str(percent or amount)).normalize(), _here())
        amounts.append(f"{labels.get(kind, kind)} {shown}%" if percent else f"{labels.get(kind, kind)} {shown}")
    return ", ".join(amounts)


def _classes(rows: Any) -> str:
    return ", ".join(
        _("%(date)s: %(seats)s seats") % {"date": date_long(date.fromisoformat(day), _here()), "seats": seats} for day, seats in rows
    )


def _questions(rows: Any) -> str:
    kinds = dict(ScreeningKind.choices)
    lines = []
    for row in rows:
        texts = row["texts"]
        text: dict[str, Any] = texts.get(_here()) or texts.get("en") or next(iter(texts.values()), {})
        lines.append(f"{text.get('question', '')} ({kinds.get(row['kind'], row['kind'])})")
    return "\n".join(lines)


def _shifts(mask: Any) -> str:
    return ShiftGrid(int(mask)).text()


def _picked(choices: list[tuple[str, Any]]) -> Callable[[Any], str]:
    return lambda values: ", ".join(str(dict(choices).get(value, value)) for value in values)


SHAPES: dict[str, Callable[[Any], str]] = {
    "languages": _languages,
    "supplements": _supplements,
    "start_classes": _classes,
    "screening": _questions,
    "shift_mask": _shifts,
    "channels": _picked(Channel.choices),
    "benefits": _picked(Benefit.choices),
    "remote_countries": lambda codes: ", ".join(country_name(code, _here()) for code in codes),
    "country": lambda code: country_name(code, _here()),
    "language": lambda code: language_name(code, _here()),
    "closes_on": lambda day: date_long(date.fromisoformat(day), _here()),
}
