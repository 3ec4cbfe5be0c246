"""Which fields each part of the library has, of what kind: to check what is brought, and to show it as text.

The kinds: ``text``, ``number``, ``yes``, ``lines`` (a list of texts), ``map`` (texts under short names), and a tuple
of names for rows that have those fields.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Model
from django.utils.translation import gettext as _

from callcenter_jobs.lib.text import search_key
from postings.models import CareerStep, Certificate, PayFigure, QuestionText, Role, TemplateText

Kind = str | tuple[str, ...]

FACTS: dict[str, dict[str, Kind]] = {
    "roles": {
        **dict.fromkeys(("tier", "family", "work_type", "direction", "isco", "esco_uri", "soc", "codes_source", "education"), "text"),
        **dict.fromkeys(("experience_months", "minimum_age", "training_weeks", "response_promise_days"), "number"),
        "channels": "lines",
        "screening": "lines",
        "plan": "text",
        "bank": "text",
    },
    "banks": {"tier": "text", "role": "text", "questions": ("key", "category", "is_public")},
    "screening": {"kind": "text", "is_knockout": "yes", "expected": "lines", "min": "number", "options": "lines"},
    "kits": {"bank": "text", "minutes": "number", "questions": "lines"},
    "plans": {"stages": ("kind", "kit")},
    "pay": {
        **dict.fromkeys(("role", "tier", "country", "industry", "employer_name", "currency", "period", "measure", "amount"), "text"),
        "year": "number",
        "source_name": "text",
        "source_url": "text",
        "source_note": "text",
        "is_converted": "yes",
        "conversion": "text",
        "is_active": "yes",
    },
    "steps": {"tier": "text", "role": "text", "months": "lines"},
    "moves": {"from": "text", "to": "text", "kind": "text", "months": "lines"},
    "certificates": {"name": "text", "issuer": "text", "url": "text", "source": "text", "roles": "lines"},
    "clauses": {"section": "text", "tiers": "lines", "families": "lines"},
}
WORDS: dict[str, dict[str, Kind]] = {
    "templates": {
        "title": "text",
        "summary": "text",
        "duties": ("text", "share"),
        "must_haves": "lines",
        "nice_to_haves": "lines",
        "measures": ("name", "typical"),
        "reports_to": "text",
        "preview": "map",
        "call_to_action": "text",
    },
    "titles": {"preferred": "text", "aliases": ("text", "source")},
    "questions": {**dict.fromkeys(("text", "probes", "strong", "weak", "tip"), "text"), "anchors": "map"},
    "banks": {"name": "text"},
    "screening": {"question": "text", "help": "text", "options": "map"},
    "plans": {"name": "text", "description": "text", "stages": ("desk", "candidate")},
    "kits": {"name": "text", "intro": "text"},
    "steps": {"name": "text", "about": "text", "changes": "text", "promoted": "text"},
    "moves": {"changes": "text"},
    "certificates": {"about": "text"},
    "clauses": {"text": "text"},
}
# The columns that end up in the database, with its limits.
MODELS: dict[str, type[Model]] = {"roles": Role, "pay": PayFigure, "certificates": Certificate, "steps": CareerStep}
TEXT_MODELS: dict[str, type[Model]] = {"templates": TemplateText, "questions": QuestionText}
LONGEST = {("titles", "preferred"): 120, ("banks", "name"): 120, ("kits", "name"): 120, ("plans", "name"): 120}
# A question is named with its bank in the history: both fit together.
LONGEST_KEY = {"roles": 60, "banks": 60, "plans": 60, "screening": 60, "questions": 59}
LONGEST_TEXT, MOST_LINES, MOST_NUMBER = 3000, 200, 32767
ADDRESSES = {"source_url", "url", "esco_uri"}
UNORDERED = {"roles", "tiers", "families"}
is_address = URLValidator(schemes=["http", "https"])


def longest(part: str, name: str, *, words: bool) -> int:
    """The most characters of a field."""
    model = (TEXT_MODELS if words else MODELS).get(part)
    column = next((field for field in model._meta.get_fields() if field.name == name), None) if model else None
    return LONGEST.get((part, name)) or getattr(column, "max_length", None) or LONGEST_TEXT


_LIMITS: dict[tuple[str, bool], dict[str, int]] = {}


def limits(part: str, *, words: bool) -> dict[str, int]:
    if (part, words) not in _LIMITS:
        shape = (WORDS if words else FACTS)[part]
        _LIMITS[part, words] = {name: longest(part, name, words=words) for name in shape}
    return _LIMITS[part, words]


# --- checking -----------------------------------------------------------------------------------


def problems_of(part: str, entry: Any, *, words: bool) -> list[str]:
    """What is wrong with the shape of one entry, each a sentence. References and closed lists are checked elsewhere."""
    shape = (WORDS if words else FACTS)[part]
    if not isinstance(entry, dict):
        return [_("This must be a list of fields.")]
    found = [_("There is no field “%(name)s” here.") % {"name": str(name)[:60]} for name in entry if name not in shape and name not in OWN]
    most = limits(part, words=words)
    for name, kind in shape.items():
        if name in entry:
            reason = _wrong(entry[name], kind, most[name])
            if reason is None and name in ADDRESSES and entry[name] and not _is_address(entry[name]):
                reason = _("is no web address that begins with https:// or http://")
            if reason:
                found.append(f"{name}: {reason}")
    shares = [row.get("share") for row in entry.get("duties") or [] if isinstance(row, dict)] if part == "templates" else []
    if any(not (share is None or (isinstance(share, int) and not isinstance(share, bool) and 0 <= share <= 100)) for share in shares):
        reason = _("a share is a whole number from 0 to 100")
        found.append(f"duties: {reason}")
    if not words and len(str(entry.get("key", ""))) > LONGEST_KEY.get(part, 80):
        found.append(f"key: {_too_long(LONGEST_KEY.get(part, 80))}")
    if part == "banks" and not words and isinstance(entry.get("questions"), list):
        keys = [str(row.get("key", "")) for row in entry["questions"] if isinstance(row, dict)]
        found += [f"{key[:60]}…: {_too_long(LONGEST_KEY['questions'])}" for key in keys if len(key) > LONGEST_KEY["questions"]]
    return found


OWN = {"key", "adds", "position"}


def _is_address(value: str) -> bool:
    try:
        is_address(value)
    except ValidationError:
        return False
    return True


def _too_long(most: int) -> str:
    return _("is longer than %(limit)d characters") % {"limit": most}


def _wrong(value: Any, kind: Kind, most: int) -> str | None:
    if value is None:
        return None
    if kind == "yes":
        return None if isinstance(value, bool) else _("must be true or false")
    if kind == "number":
        good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_NUMBER
        return None if good else _("must be a whole number")
    if kind == "map":
        rows = list(value.values()) if isinstance(value, dict) else None
        return _wrong_rows(rows, most, _("must be texts under short names"))
    if kind == "text":
        if isinstance(value, list | dict | bool):
            return _("must be a text; put yes and no in quotation marks")
        return _too_long(most) if len(str(value)) > most else None
    if not isinstance(value, list) or len(value) > MOST_LINES:
        return _("must be a list")
    if kind == "lines":
        if any(isinstance(cell, bool) for cell in value):
            return _("must be texts; put yes and no in quotation marks")
        return _wrong_rows(value, LONGEST_TEXT, _("must be a list of texts"))
    if not all(isinstance(row, dict) and set(row) - OWN <= {*kind, "key"} for row in value):
        return _("must be a list with the fields %(names)s") % {"names": ", ".join(kind)}
    marks = [cell for row in value for name, cell in row.items() if (name == "is_public") != isinstance(cell, bool)]
    if marks:
        return _("must be texts, and true or false for a mark; put yes and no in quotation marks")
    return _wrong_rows([cell for row in value for cell in row.values()], 500, _("must be a list of texts"))


def _wrong_rows(cells: list[Any] | None, most: int, reason: str) -> str | None:
    if cells is None or any(isinstance(cell, list | dict) for cell in cells):
        return reason
    return _too_long(most) if any(len(str(cell)) > most for cell in cells) else None


# --- showing ------------------------------------------------------------------------------------


def fields_of(part: str, entry: Any, *, words: bool) -> dict[str, str]:
    """Each field as text, the same for the same content in whatever order; empty fields are left out."""
    shape = (WORDS if words else FACTS)[part]
    if words and not isinstance(entry, dict):
        entry = {next(iter(shape)): entry}
    found = {}
    for name, kind in shape.items():
        text = _shown(name, entry.get(name), kind)
        if text:
            found[name] = text
    return found


def _shown(name: str, value: Any, kind: Kind) -> str:
    if value is None or value == "":
        return ""
    if name == "amount":
        return amount_text(value)
    if kind == "yes":
        return "yes" if value else "no"
    if kind in {"text", "number"}:
        return str(value).strip()
    if kind == "lines":
        return "\n".join(sorted(map(str, value)) if name in UNORDERED else map(str, value))
    if kind == "map":
        return "\n".join(f"{short}: {value[short]}" for short in sorted(value, key=str) if value[short] not in (None, ""))
    rows = sorted(value, key=lambda row: search_key(str(row.get("text", "")))) if name == "aliases" else value
    return "\n".join(" | ".join(_cell(row.get(part)) for part in kind if row.get(part) not in (None, "")) for row in rows)


def _cell(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value).strip()


def amount_text(value: Any) -> str:
    """``20.5`` and ``20.50`` are the same amount; what is no number stays as it was written."""
    try:
        return f"{Decimal(str(value)):.2f}"
    except (InvalidOperation, ValueError):
        return str(value)


def clean(value: Any) -> Any:
    """A tree of plain JSON values: dates and the like as text, no control characters, no endless numbers."""
    if isinstance(value, dict):
        return {_clean_text(str(name)): clean(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [clean(part) for part in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        # As it is for people; a number of a million digits, which hexadecimal can write, is not turned into decimals.
        return value if abs(value) < 10**15 else f"{value:#x}"[:40]
    if isinstance(value, float):
        return value if value == value and abs(value) < 10**15 else str(value)
    return _clean_text(str(value))


CONTROL = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _clean_text(text: str) -> str:
    return CONTROL.sub("", text)
