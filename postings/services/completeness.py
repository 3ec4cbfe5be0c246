"""How complete the library is, per language: what the rings of the workshop show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from postings.models import BankVersion, Question, QuestionText, TemplateText, TemplateVersion
from postings.services.library import SOURCE, is_behind


@dataclass(frozen=True, slots=True)
class LanguageState:
    """One language of one template or bank: parts filled of parts there are, and whether English has moved on."""

    language: str
    filled: int
    total: int
    behind: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.filled / self.total) if self.total else 0

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.filled == self.total


def of_template(version: TemplateVersion | None) -> list[LanguageState]:
    """One state per language of the portal. Reads the prefetched ``texts``."""
    texts = {text.language: text for text in version.texts.all()} if version else {}
    total = len(TemplateText.REQUIRED)
    source = texts.get(SOURCE)
    states = []
    for language, _name in settings.LANGUAGES:
        text = texts.get(language)
        filled = total - len(text.missing) if text else 0
        states.append(LanguageState(language, filled, total, int(text is not None and is_behind(text, source))))
    return states


def of_bank(version: BankVersion | None) -> list[LanguageState]:
    """Counts questions that are complete in each language. Reads the prefetched ``questions__texts``."""
    questions = list(version.questions.all()) if version else []
    by_language = [{text.language: text for text in question.texts.all()} for question in questions]
    states = []
    for language, _name in settings.LANGUAGES:
        there = [(texts[language], texts.get(SOURCE)) for texts in by_language if language in texts]
        filled = sum(1 for text, _source in there if text.is_complete)
        behind = sum(1 for text, source in there if is_behind(text, source))
        states.append(LanguageState(language, filled, len(questions), behind))
    return states


def of_question(question: Question) -> list[LanguageState]:
    """One state per language of one question. Reads the prefetched ``texts``."""
    texts = {text.language: text for text in question.texts.all()}
    source = texts.get(SOURCE)
    total = len(QuestionText.REQUIRED) + len(QuestionText.SCORES)
    states = []
    for language, _name in settings.LANGUAGES:
        text = texts.get(language)
        filled = 0
        if text is not None:
            filled = sum(1 for name in QuestionText.REQUIRED if getattr(text, name)) + sum(
                1 for score in QuestionText.SCORES if text.anchors.get(score)
            )
        states.append(LanguageState(language, filled, total, int(text is not None and is_behind(text, source))))
    return states


def together(rows: Iterable[list[LanguageState]]) -> list[LanguageState]:
    """The sums per language over many templates or banks."""
    sums = {language: [0, 0, 0] for language, _name in settings.LANGUAGES}
    for row in rows:
        for state in row:
            total = sums[state.language]
            sums[state.language] = [total[0] + state.filled, total[1] + state.total, total[2] + state.behind]
    return [LanguageState(language, *values) for language, values in sums.items()]
