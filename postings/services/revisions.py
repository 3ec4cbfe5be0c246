"""What applicants saw, as plain data, and how two such pictures differ."""

from __future__ import annotations

from typing import Any

from callcenter_jobs.children import read_children
from postings.models import Posting

# The fields that each step of the posting form stores; the form, the editor and the record read this one list.
STEP_FIELDS: dict[str, tuple[str, ...]] = {
    "work": ("channels", "client_program"),
    "when": (
        "workplace",
        "remote_countries",
        "needs_own_computer",
        "needs_internet",
        "needs_headset",
        "needs_quiet_room",
        "employment_type",
        "is_student_friendly",
        "hours_min",
        "hours_max",
        "shift_mask",
        "is_rotating",
        "shift_hours",
        "rota_notice_weeks",
        "can_choose_days_off",
    ),
    "pay": ("pay_basis", "pay_min", "pay_max", "pay_currency", "pay_frequency", "has_bonus", "has_commission", "pay_extra"),
    "who": (
        "training_weeks",
        "is_training_paid",
        "licence",
        "experience_months",
        "education",
        "minimum_age",
        "needs_transport",
        "needs_right_to_work",
        "needs_background_check",
        "benefits",
    ),
    "hiring": ("openings", "response_promise_days", "closes_on"),
}
# Language and place are public too, and written by other ways than a step's plain fields.
FIELDS = (
    "language",
    *STEP_FIELDS["work"],
    "city",
    "country",
    *(name for step in ("when", "pay", "who", "hiring") for name in STEP_FIELDS[step]),
)
TEXT_FIELDS = (
    "title",
    "summary",
    "duties",
    "must_haves",
    "nice_to_haves",
    "measures",
    "reports_to",
    "preview",
    "call_to_action",
)


def _plain(value: Any) -> Any:
    """A JSON value: decimals and dates as text, lists as they are."""
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)


def read_content(posting: Posting) -> None:
    """Read what ``snapshot`` shows beside the posting's own row and its site, where that is not done yet."""
    # Not the search vectors: they are longer than the words.
    unread = frozenset({"search"})
    read_children(posting, "texts", "languages", "supplements", "start_classes", "screening_questions", leave_out=unread)


def snapshot(posting: Posting) -> dict[str, Any]:
    """Everything public about ``posting``: its fields, words per language, languages, supplements, classes, questions."""
    return {
        **{name: _plain(getattr(posting, name)) for name in FIELDS},
        "site": str(posting.site) if posting.site else "",
        "texts": {text.language: {name: _plain(getattr(text, name)) for name in TEXT_FIELDS} for text in posting.texts.all()},
        "languages": [[row.language, row.level, row.is_required] for row in posting.languages.all()],
        "supplements": [[row.kind, _plain(row.percent), _plain(row.amount)] for row in posting.supplements.all()],
        "start_classes": [[str(row.starts_on), row.seats] for row in posting.start_classes.all()],
        "screening": [{"kind": row.kind, "texts": row.texts} for row in posting.screening_questions.all() if row.is_active],
    }


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Names of the parts that differ; words are named ``texts.<language>.<part>``."""
    names = [name for name in after if name != "texts" and before.get(name) != after.get(name)]
    texts_before, texts_after = before.get("texts", {}), after.get("texts", {})
    for language in sorted({*texts_before, *texts_after}):
        old, new = texts_before.get(language, {}), texts_after.get(language, {})
        names += [f"texts.{language}.{part}" for part in TEXT_FIELDS if old.get(part) != new.get(part)]
    return names
