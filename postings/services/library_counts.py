"""How much the shipped library holds, counted from the files: what ``make library-report`` prints."""

from __future__ import annotations

from typing import Any

from postings.services.library_files import Library


def counts(library: Library) -> dict[str, Any]:
    """``templates``, ``questions``, ``practice_questions`` and ``aliases_min`` (the fewest aliases of any role), each
    by language; ``pay_figures``; and ``missing``, the keys that a language lacks."""
    public = {q["key"] for bank in library.banks.values() for q in bank["questions"] if q["is_public"]}
    asked = {language: set(files["questions"].get("questions") or {}) for language, files in library.texts.items()}
    return {
        "templates": {language: len(files["templates"]) for language, files in library.texts.items()},
        "questions": {language: len(keys) for language, keys in asked.items()},
        "practice_questions": {language: len(keys & public) for language, keys in asked.items()},
        "aliases_min": {
            language: min((len(titles.get("aliases") or []) for titles in files["titles"].values()), default=0)
            for language, files in library.texts.items()
        },
        "pay_figures": len(library.pay),
        "missing": library.missing,
    }


def questions_per_bank(library: Library) -> dict[str, int]:
    return {key: len(bank["questions"]) for key, bank in library.banks.items()}
