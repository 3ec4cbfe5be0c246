"""What the pages of papers ask about their parts: ``{% load posting_papers %}{% if part|is_gap %}``."""

from __future__ import annotations

from django import template

from callcenter_jobs.lib.pdf import Gap

register = template.Library()


@register.filter
def is_gap(part: object) -> bool:
    """Whether this part of a paragraph is a line to fill in by hand."""
    return isinstance(part, Gap)
