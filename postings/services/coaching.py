"""The coach at work on stored postings: the facts it reads, and a mend made to what is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from postings.coach.boxes import Boxes, Change, boxes_of, change_of, words_of
from postings.coach.facts import PostingFacts
from postings.coach.findings import Finding
from postings.coach.review import Review, review
from postings.enums import Benefit
from postings.services.drafting import template_text
from postings.services.screening import active_questions

if TYPE_CHECKING:
    from postings.models import Posting, PostingText


def facts_of(posting: Posting, boxes: Mapping[str, str], language: str) -> PostingFacts:
    """The posting as stored, with the words of ``boxes``."""
    template = template_text(posting.template_version, language) if posting.template_version else None
    needs = (posting.needs_own_computer, posting.needs_internet, posting.needs_headset, posting.needs_quiet_room)
    return PostingFacts(
        words=words_of(boxes, language),
        names=(posting.employer.name, posting.client_program),
        country=posting.country,
        tier=posting.tier,
        workplace=posting.workplace,
        has_shifts=bool(posting.shift_mask),
        training_weeks=posting.training_weeks,
        is_training_paid=posting.is_training_paid,
        says_equipment=any(needs) or Benefit.EQUIPMENT in posting.benefits,
        response_promise_days=posting.response_promise_days,
        minimum_age=posting.minimum_age,
        pay_basis=posting.pay_basis,
        pay_min=posting.pay_min,
        pay_max=posting.pay_max,
        has_variable_pay=posting.has_bonus or posting.has_commission,
        # Written once, in the posting's own language.
        pay_extra=posting.pay_extra if language == posting.language else "",
        questions=tuple(_questions(posting, language)),
        template_must_haves=tuple(template.must_haves) if template else (),
        template_nice_to_haves=tuple(template.nice_to_haves) if template else (),
    )


def _questions(posting: Posting, language: str) -> list[str]:
    """Those that are asked in ``language``; a question that falls back to another one is read there."""
    return [str(question.texts.get(language, {}).get("question", "")) for question in active_questions(posting)]


def stored_text(posting: Posting, language: str) -> PostingText | None:
    return next((text for text in posting.texts.all() if text.language == language), None)


def review_boxes(posting: Posting, boxes: Boxes, language: str) -> Review:
    return review(facts_of(posting, boxes, language))


def review_text(posting: Posting, text: PostingText) -> Review:
    """What is stored, in the language of ``text``."""
    return review_boxes(posting, boxes_of(text), text.language)


def reference_of(finding: Finding, change: Change) -> str:
    """Names a mend: its place, and a mark of the words seen and the words to come. Says nothing when either is another."""
    seen = hashlib.sha256(repr((finding.rule, change.old, change.new, change.moved_to)).encode()).hexdigest()[:12]
    return f"{change.box}:{change.start}:{seen}"


def find_change(found: Review, boxes: Boxes, reference: str) -> Change | None:
    """The mend that ``reference`` names, if the coach still offers exactly it."""
    for finding in found.findings:
        change = change_of(finding, boxes)
        if change and reference_of(finding, change) == reference:
            return change
    return None
