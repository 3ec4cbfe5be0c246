"""How complete the library is, per language: what the rings of the workshop show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from postings.models import BankVersion, Question, QuestionText, TemplateText, TemplateVersion
from postings.services.library import SOURCE, is_behind
from postings.services.library_files import digest


@dataclass(frozen=True, slots=True)
class LanguageState:
    """One language of one template or bank: parts filled of parts there are, and whether English has moved on.

    ``behind_version`` is the version in which English last changed, ``made_from`` the one whose English this
    language was translated from; 0 where that is not known (a draft's English may change many times).
    """

    language: str
    filled: int
    total: int
    behind: int = 0
    behind_version: int = 0
    made_from: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.filled / self.total) if self.total else 0

    @property
    def is_complete(self) -> bool:
        return self.total > 0 and self.filled == self.total


def of_template(version: TemplateVersion | None, versions: Iterable[TemplateVersion] = ()) -> list[LanguageState]:
    """One state per language of the portal. Reads the prefetched ``texts``; ``versions`` are the template's, for the
    numbers of those that a language is behind and was made from."""
    texts = {text.language: text for text in version.texts.all()} if version else {}
    total = len(TemplateText.REQUIRED)
    source = texts.get(SOURCE)
    history = _english(version, versions) if version else []
    states = []
    for language, _name in settings.LANGUAGES:
        text = texts.get(language)
        filled = total - len(text.missing) if text else 0
        if text is None or not is_behind(text, source):
            states.append(LanguageState(language, filled, total))
        else:
            made_from = next((number for number, hashed in history if hashed == text.source_hash), 0)
            states.append(LanguageState(language, filled, total, 1, _changed_in(history), made_from))
    return states


def _english(version: TemplateVersion, versions: Iterable[TemplateVersion]) -> list[tuple[int, str]]:
    """The English text of ``version`` and of those before it, as (number, digest), newest first."""
    known = {item.number: item for item in versions if item.number < version.number} | {version.number: version}
    found = []
    for number in sorted(known, reverse=True):
        source = next((text for text in known[number].texts.all() if text.language == SOURCE), None)
        found.append((number, digest(source.content()) if source else ""))
    return found


def _changed_in(history: list[tuple[int, str]]) -> int:
    """The first version with the English of the newest."""
    newest, hashed = history[0]
    for number, other in history[1:]:
        if other != hashed:
            break
        newest = number
    return newest


def of_bank(version: BankVersion | None) -> list[LanguageState]:
    """Counts questions that are complete in each language. Reads the prefetched ``questions__texts``."""
    questions = list(version.questions.all()) if version else []
    by_language = [{text.language: text for text in question.texts.all()} for question in questions]
    states = []
    for language, _name in settings.LANGUAGES:
        there = [(texts[language], texts.get(SOURCE)) for texts in by_language if language in texts]
        filled = sum(1 for text, _source in there if text.is_complete and (text.tip or not text.question.is_public))
        behind = sum(1 for text, source in there if is_behind(text, source))
        states.append(LanguageState(language, filled, len(questions), behind))
    return states


def of_question(question: Question) -> list[LanguageState]:
    """One state per language of one question. Reads the prefetched ``texts``."""
    texts = {text.language: text for text in question.texts.all()}
    source = texts.get(SOURCE)
    # A public question has one part more: what its practice page says.
    wanted = (*QuestionText.REQUIRED, "tip") if question.is_public else QuestionText.REQUIRED
    total = len(wanted) + len(QuestionText.SCORES)
    states = []
    for language, _name in settings.LANGUAGES:
        text = texts.get(language)
        filled = 0
        if text is not None:
            filled = sum(1 for name in wanted if getattr(text, name)) + sum(1 for score in QuestionText.SCORES if text.anchors.get(score))
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
