"""Drawings: the shift strip, the line, bars, dots and rings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.ui import strip as strips
from callcenter_jobs.ui.charts import BarChart, DotPlot, as_percent
from callcenter_jobs.ui.line import Stop, as_stops, line_summary

register = template.Library()


@register.simple_tag
def shift_strip(
    mask: int | None, label: str = "", *, have: int | None = None, size: str = "small", legend: bool | None = None
) -> SafeString:
    """A week of shifts. ``label`` is the same in words ("Mon–Fri day, Sat early").

    With ``have`` the mask is the need, and the drawing shows what is covered, missing and extra.
    size: "small" (84 px, for rows), "medium" (126 px), "large" (with days and hours).
    """
    # A template that has no week to lay over passes an empty text, not None.
    have = have if isinstance(have, int) else None
    if size != "large":
        # + "" makes a plain string: a literal in a template is marked as safe, and the label must be escaped.
        return strips.svg(mask or 0, have, label + "", size)
    drawing = strips.Strip(need=mask or 0, have=have)
    language = get_language() or "en"
    context = {
        "strip": drawing,
        "label": label,
        "days": strips.heads(language),
        "bands": strips.band_rows(language, drawing),
        "is_overlay": have is not None,
        "legend": have is not None if legend is None else legend,
    }
    return render_to_string("ui/shift_strip.html", context)


@register.simple_tag
def the_line(
    stops: Iterable[Stop | Mapping[str, Any]], *, label: str = "", direction: str = "vertical", size: str = "medium", compact: bool = False
) -> SafeString:
    """Stops on a line. direction: "vertical" (with notes) or "horizontal"; size: "small", "medium", "large".

    ``compact`` draws only the stops and says the rest in words that screen readers hear.
    """
    from callcenter_jobs.ui import jinja  # the engine offers these tags to its templates

    listed = as_stops(stops)
    return jinja.draw(
        "ui/the_line.html",
        stops=listed,
        label=label or _("Progress"),
        direction=direction,
        size=size,
        compact=compact,
        summary=line_summary(listed) if compact else "",
    )


@register.inclusion_tag("ui/bar_chart.html")
def bar_chart(chart: BarChart, *, table: bool = True) -> dict[str, Any]:
    return {"chart": chart, "rows": chart.rows(), "table": table}


@register.inclusion_tag("ui/dot_plot.html")
def dot_plot(chart: DotPlot, *, table: bool = True) -> dict[str, Any]:
    first, last = chart.ticks()
    return {"chart": chart, "rows": chart.rows(), "table": table, "first": first, "last": last}


@register.inclusion_tag("ui/meter.html")
def meter(value: int, top: int, label: str, *, shown: str = "") -> dict[str, Any]:
    """One bar in a row: seats filled of seats. ``shown`` is the text beside it, else "12 of 25"."""
    share = min(value / top, 1.0) if top > 0 else 0.0
    return {"width": as_percent(share), "label": label, "shown": shown or _("%(value)s of %(top)s") % {"value": value, "top": top}}


@register.inclusion_tag("ui/ring.html")
def ring(percent: float, label: str, *, size: int = 40, text: str = "") -> dict[str, Any]:
    """How complete something is; the number stands in the ring, and whole only at a true 100."""
    bounded = max(0.0, min(100.0, float(percent)))
    return {"percent": int(bounded), "rest": 100 - int(bounded), "label": label, "size": size, "text": text}
