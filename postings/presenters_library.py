"""Versions of a role template side by side, in words that a curator reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from postings.models import TemplateText, TemplateVersion
from postings.presenters_revision import Change, differs, label_of, text_change, text_label, value_text
from postings.services.library_templates import FACTS

PREVIEW_PARTS = ("contacts", "script", "monitoring", "hard", "good")
PREVIEW_LABELS = {
    "contacts": gettext_lazy("Contacts in a shift"),
    "script": gettext_lazy("Script or own words"),
    "monitoring": gettext_lazy("How the work is followed"),
    "hard": gettext_lazy("What is hard"),
    "good": gettext_lazy("What is good"),
}
# The parts of a template's words in the order of the posting; the preview part by part.
PARTS = (
    "title",
    "summary",
    "duties",
    "must_haves",
    "nice_to_haves",
    "measures",
    "reports_to",
    *(f"preview_{part}" for part in PREVIEW_PARTS),
    "call_to_action",
)


@dataclass(frozen=True, slots=True)
class LanguageChanges:
    """What differs in one language; ``is_new`` when the version before had no words in it."""

    language: str
    is_new: bool
    is_gone: bool
    changes: list[Change]


def parts_of(text: TemplateText | None) -> dict[str, Any]:
    """The words by part, as ``PARTS`` names them."""
    if text is None:
        return {}
    return {
        name: text.preview.get(name.removeprefix("preview_"), "") if name.startswith("preview_") else getattr(text, name) for name in PARTS
    }


def part_label(name: str) -> str:
    if name.startswith("preview_"):
        return str(PREVIEW_LABELS[name.removeprefix("preview_")])
    return text_label(name)


def missing_parts(text: TemplateText | None) -> list[str]:
    """What is still to be written in one language, in the reader's words."""
    return [part_label(name) for name in (text.missing if text else TemplateText.REQUIRED)]


def text_changes(before: TemplateText | None, after: TemplateText | None, language: str) -> dict[str, Change]:
    """The parts that differ, by name."""
    old, new = parts_of(before), parts_of(after)
    return {
        name: text_change(part_label(name), name, old.get(name), new.get(name), language)
        for name in PARTS
        if differs(old.get(name), new.get(name))
    }


def version_changes(before: TemplateVersion | None, after: TemplateVersion) -> list[LanguageChanges]:
    """Every language that differs, in the order of the portal. Reads the prefetched ``texts``."""
    old, new = _by_language(before), _by_language(after)
    found = []
    for language, _name in settings.LANGUAGES:
        changes = text_changes(old.get(language), new.get(language), language)
        if changes:
            found.append(LanguageChanges(language, language not in old, language not in new, list(changes.values())))
    return found


def fact_changes(before: TemplateVersion | None, after: TemplateVersion) -> list[Change]:
    """The settings of a new posting that differ."""
    if before is None:
        return []
    names = [name for name in FACTS if getattr(before, name) != getattr(after, name)]
    return [Change(fact_label(name), fact_text(name, getattr(before, name)), fact_text(name, getattr(after, name))) for name in names]


def fact_label(name: str) -> str:
    own = {"screening_keys": _("Screening questions"), "plan_key": _("Interview plan"), "bank_key": _("Question bank")}
    return own.get(name) or label_of(name)


def fact_text(name: str, value: Any) -> str:
    if name == "screening_keys":
        return ", ".join(value) or "–"
    return value_text(name, value)


def text_in(version: TemplateVersion | None, language: str) -> TemplateText | None:
    return _by_language(version).get(language)


def unchanged_languages(changed: Iterable[LanguageChanges], version: TemplateVersion) -> list[str]:
    """Languages with words that are the same in both versions."""
    differ = {row.language for row in changed}
    return [code for code, _name in settings.LANGUAGES if code not in differ and code in _by_language(version)]


def _by_language(version: TemplateVersion | None) -> dict[str, TemplateText]:
    return {text.language: text for text in version.texts.all()} if version else {}
