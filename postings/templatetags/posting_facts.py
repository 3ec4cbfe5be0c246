"""The facts of a posting as template filters: ``{% load posting_facts %}{{ posting|pay_text }}``.

Every filter is the function of the same name in ``postings.presenters``.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from postings import presenters
from postings.cards import Card, cards_html

register = template.Library()

for function in (
    presenters.benefit_names,
    presenters.channel_names,
    presenters.channels_text,
    presenters.closes_text,
    presenters.education_text,
    presenters.employment_text,
    presenters.experience_text,
    presenters.first_sentence,
    presenters.fit_fact,
    presenters.hours_text,
    presenters.join_and,
    presenters.language_facts,
    presenters.languages_text,
    presenters.minimum_age_text,
    presenters.openings_text,
    presenters.other_asks,
    presenters.pay_hourly_text,
    presenters.pay_note,
    presenters.pay_text,
    presenters.place_text,
    presenters.posted_text,
    presenters.preview_parts,
    presenters.remote_needs,
    presenters.response_text,
    presenters.shift_notes,
    presenters.share_text,
    presenters.shifts_text,
    presenters.shown_text,
    presenters.start_classes,
    presenters.start_text,
    presenters.supplements,
    presenters.training_text,
    presenters.typical_month,
    presenters.workplace_text,
    presenters.bonus_text,
    presenters.frequency_text,
):
    register.filter(function.__name__, function)


@register.simple_tag
def posting_cards(cards: Iterable[Card], *, level: int = 3, hide_employer: bool = False) -> SafeString:
    """A list of postings: ``{% posting_cards cards level=2 %}``."""
    return cards_html(cards, level=level, hide_employer=hide_employer)
