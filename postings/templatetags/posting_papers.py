"""What the pages of papers ask about their parts: ``{% load posting_papers %}{% if part|is_gap %}``."""

from __future__ import annotations

from django import template

from callcenter_jobs.lib.gaps import Gap
from postings.models import InterviewKit, InterviewPlan

register = template.Library()


@register.filter
def is_gap(part: object) -> bool:
    """Whether this part of a paragraph is a line to fill in by hand."""
    return isinstance(part, Gap)


@register.filter
def name_in(thing: InterviewPlan | InterviewKit, language: str) -> str:
    """The name of a plan or kit of the library in ``language``, else in English, else its key."""
    names: dict[str, str] = thing.names
    return names.get(language) or names.get("en") or str(thing.key or "")
