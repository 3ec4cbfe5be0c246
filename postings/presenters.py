"""A posting's facts in words, in the active language: what result rows, pages, previews and mails say alike.

Each function takes a posting (with ``for_list`` or ``for_page`` loaded, else it costs queries) and returns plain
text or a small record of plain text; an empty text means that the posting states nothing there. Templates use
them as filters (``{% load posting_facts %}``). Money, hours and start dates live in ``postings.presenters_pay``
and ``postings.presenters_time`` and are offered from here as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.lists import format_list
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.dates import date_short
from callcenter_jobs.lib.money import percent
from postings import wording
from postings.enums import Benefit, Channel, Direction, Education, WorkType
from postings.filter_labels import towns
from postings.models import Employer, Posting, PostingText, TemplateText
from postings.presenters_pay import (
    Supplement,
    TypicalMonth,
    bonus_text,
    frequency_text,
    pay_hourly_text,
    pay_note,
    pay_text,
    supplements,
    typical_month,
)
from postings.presenters_time import (
    FitFact,
    StartFact,
    fit_fact,
    hours_text,
    shift_notes,
    shifts_text,
    start_classes,
    start_text,
)
from postings.wording import LanguageFact

__all__ = [
    "FitFact",
    "LanguageFact",
    "ShownText",
    "StartFact",
    "Supplement",
    "TypicalMonth",
    "about_shown",
    "benefit_names",
    "bonus_text",
    "channel_names",
    "channels_text",
    "closes_text",
    "direction_text",
    "education_text",
    "employment_text",
    "experience_text",
    "first_sentence",
    "fit_fact",
    "frequency_text",
    "hours_text",
    "join_and",
    "join_or",
    "language_facts",
    "languages_text",
    "minimum_age_text",
    "openings_text",
    "other_asks",
    "pay_hourly_text",
    "pay_note",
    "pay_text",
    "place_text",
    "posted_text",
    "preview_parts",
    "remote_needs",
    "response_text",
    "share_text",
    "shift_notes",
    "shifts_text",
    "shown_text",
    "spoken_elsewhere",
    "start_classes",
    "start_text",
    "supplements",
    "template_shown",
    "training_text",
    "typical_month",
    "work_type_text",
    "workplace_text",
]


def _language() -> str:
    return get_language() or "en"


def join_and(items: Iterable[object]) -> str:
    return format_list([str(item) for item in items], style="standard", locale=_language())


def join_or(items: Iterable[object]) -> str:
    return format_list([str(item) for item in items], style="or", locale=_language())


# --- the words of a posting and of the library ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownText:
    """Words as they are shown: ``language`` is theirs; ``lang`` is it only where it differs from the page's."""

    text: Any
    language: str
    lang: str

    @property
    def is_fallback(self) -> bool:
        return bool(self.lang)


def _shown(text: Any, language: str) -> ShownText:
    return ShownText(text=text, language=language, lang="" if language == _language() else language)


def shown_text(posting: Posting, language: str | None = None) -> ShownText:
    """The posting's words in the reader's language, else in the posting's own. A posting without any shows empty words."""
    text = posting.text_in(language or _language())
    if text is None:
        return _shown(PostingText(posting=posting, language=posting.language), posting.language)
    return _shown(text, text.language)


def spoken_elsewhere(posting: Posting) -> list[str]:
    """The languages that the posting is written in, in the order of the portal."""
    written = {text.language for text in posting.texts.all()}
    return [code for code, _name in settings.LANGUAGES if code in written]


def template_shown(texts: Iterable[TemplateText]) -> ShownText | None:
    """A template's words in the reader's language when they are complete, else in English."""
    by_language = {text.language: text for text in texts}
    own = by_language.get(_language())
    best = own if own and not own.missing else by_language.get("en") or own
    return _shown(best, best.language) if best else None


def about_shown(employer: Employer) -> ShownText | None:
    """What the employer says about itself: the reader's language, its main one, English."""
    texts: dict[str, str] = employer.about or {}
    language = next((code for code in (_language(), employer.language, "en") if texts.get(code)), "")
    return _shown(texts[language], language) if language else None


def first_sentence(text: str) -> str:
    """The beginning of a text up to its first full stop, for lists."""
    head, stop, _rest = text.partition(". ")
    return f"{head}." if stop else text


def preview_parts(preview: dict[str, str]) -> list[tuple[str, str]]:
    """What the work is really like, as (heading, text), in the order to be read."""
    return [(label, str(preview[key])) for key, label in wording.preview_labels().items() if preview.get(key)]


def share_text(share: Any) -> str:
    """The part of the working time a duty takes, as ``45%``; nothing when it is not known."""
    try:
        value = int(share)
    except (TypeError, ValueError):
        return ""
    return percent(value / 100, _language()) if 0 < value <= 100 else ""


# --- where ---------------------------------------------------------------------------------------


def place_text(posting: Posting) -> str:
    """``Oslo, Norway``; for remote work the countries where the person may live."""
    where = (posting.country, posting.city)
    city = towns([where], get_language() or "en").get(where, posting.city)
    return wording.place(posting.workplace, city, posting.country, tuple(posting.remote_countries or ()))


def workplace_text(posting: Posting) -> str:
    return wording.workplace(posting.workplace)


def work_type_text(posting: Posting) -> str:
    return wording.labels(WorkType)[posting.work_type]


def direction_text(posting: Posting) -> str:
    return wording.labels(Direction)[posting.direction]


def remote_needs(posting: Posting) -> list[str]:
    """What somebody who works from home brings along."""
    needs = (
        (posting.needs_own_computer, _("Own computer")),
        (posting.needs_internet, _("Stable internet connection")),
        (posting.needs_headset, _("Own headset")),
        (posting.needs_quiet_room, _("Quiet room")),
    )
    return [label for is_needed, label in needs if is_needed]


# --- languages -------------------------------------------------------------------------------------


def language_facts(posting: Posting) -> list[LanguageFact]:
    """The languages that the work needs, required ones first."""
    return [wording.language_fact(spoken.language, spoken.level, spoken.is_required) for spoken in posting.languages.all()]


def languages_text(posting: Posting) -> str:
    """``Norwegian Bokmål B2, English B1``: the required ones; all of them when none is required."""
    return wording.languages(tuple((spoken.language, spoken.level, spoken.is_required) for spoken in posting.languages.all()))


# --- what is asked for, what is given ------------------------------------------------------------------


def experience_text(posting: Posting) -> str:
    return wording.experience(posting.experience_months)


def education_text(posting: Posting) -> str:
    return wording.labels(Education)[posting.education]


def minimum_age_text(posting: Posting) -> str:
    return wording.minimum_age(posting.minimum_age)


def other_asks(posting: Posting) -> list[str]:
    """What else a person must bring: license, papers, a way to get there."""
    asks = []
    if posting.licence:
        asks.append(_("License: %(licence)s") % {"licence": posting.licence})
    if posting.needs_right_to_work:
        asks.append(_("The right to work in the country"))
    if posting.needs_transport:
        asks.append(_("A reliable way to get to work"))
    if posting.needs_background_check:
        asks.append(_("A background check"))
    return asks


def training_text(posting: Posting) -> str:
    return wording.training(posting.training_weeks, posting.is_training_paid)


def employment_text(posting: Posting) -> str:
    return wording.employment(posting.employment_type)


def channel_names(posting: Posting) -> list[str]:
    return [label for value, label in wording.labels(Channel).items() if value in posting.channels]


def channels_text(posting: Posting) -> str:
    return ", ".join(channel_names(posting))


def benefit_names(posting: Posting) -> list[str]:
    return [label for value, label in wording.labels(Benefit).items() if value in posting.benefits]


def openings_text(posting: Posting) -> str:
    return wording.openings(posting.openings)


# --- the promise and the clock ------------------------------------------------------------------------


def response_text(posting: Posting) -> str:
    return wording.response(posting.response_promise_days)


def posted_text(posting: Posting, *, today: date | None = None) -> str:
    """How long it has been open; a posting that was never published says nothing."""
    if posting.published_at is None:
        return ""
    return wording.posted(((today or timezone.localdate()) - timezone.localdate(posting.published_at)).days)


def closes_text(posting: Posting, *, today: date | None = None) -> str:
    """``Apply by Mar 2``; nothing when the posting stays open until it is closed."""
    if posting.closes_on is None:
        return ""
    now = today or posting.local_day()
    if posting.closes_on == now:
        return _("Last day to apply: today")
    return _("Apply by %(date)s") % {"date": date_short(posting.closes_on, _language(), today=now)}
