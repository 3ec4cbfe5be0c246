"""What a template says otherwise now, beside what the posting says, in the words of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from callcenter_jobs.lib.diffing import Fate
from postings.presenters import preview_parts
from postings.presenters_revision import labels_of
from postings.services.revisions import TEXT_FIELDS
from postings.services.template_changes import Difference, TemplateChanges, line_of


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """``word`` says what became of it; ``note`` how the posting stands to it. ``is_ticked``: nothing of its own would be lost."""

    ref: str
    word: str
    was: str
    now: str
    ours: str
    note: str
    is_taken: bool
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class ShownPart:
    label: str
    rows: tuple[ShownDifference, ...]


@dataclass(frozen=True, slots=True)
class ShownLanguage:
    language: str
    parts: tuple[ShownPart, ...]


def shown_changes(changes: TemplateChanges, ticked: set[str] | None = None) -> list[ShownLanguage]:
    """``ticked`` are the parts chosen in a form that was refused; at first, what the posting never changed is ticked."""
    found = []
    for language in changes.languages:
        parts = []
        for name in TEXT_FIELDS:
            rows = tuple(_shown(item, ticked) for item in language.differences if item.part == name)
            if rows:
                parts.append(ShownPart(labels_of([f"texts.{language.language}.{name}"])[0], rows))
        found.append(ShownLanguage(language.language, tuple(parts)))
    return found


def _shown(item: Difference, ticked: set[str] | None) -> ShownDifference:
    words = {Fate.ADDED: _("Added"), Fate.REMOVED: _("Removed"), Fate.CHANGED: _("Changed")}
    word = preview_label(item.key) if item.key else words[item.fate]
    if item.is_taken:
        note = _("Your posting already says this.") if item.now is not None else _("Your posting does not have this.")
    elif item.is_untouched:
        note = ""
    else:
        note = _("You have changed this in your posting.") if item.ours is not None else _("Your posting does not have this.")
    return ShownDifference(
        ref=item.ref,
        word=word,
        was=_text(item.part, item.was),
        now=_text(item.part, item.now),
        ours=_text(item.part, item.ours),
        note=note,
        is_taken=item.is_taken,
        is_ticked=item.ref in ticked if ticked is not None else item.is_untouched and not item.is_taken,
    )


def preview_label(key: str) -> str:
    """What a part of the preview is called."""
    return next((str(label) for label, _words in preview_parts({key: "x"})), key)


def _text(part: str, value: Any) -> str:
    return "" if value is None else line_of(part, value)
