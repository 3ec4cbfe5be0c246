"""The form of the results page as markup: the line of the search, and the choices beside the results.

Drawn once, with marks where counts and what was typed will stand, and filled for each page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import escape

from callcenter_jobs.lib.money import numbers
from callcenter_jobs.ui.jinja import draw
from callcenter_jobs.ui.kept import per_language, per_process
from callcenter_jobs.ui.moulds import Mould, mark
from postings.enums import LanguageLevel
from postings.filter_labels import Named
from postings.filters import COUNTRY, RADII, PostingFilter, plain
from postings.search.facets import FACETS
from postings.views.listing_facets import Facet, Facets

# Choices that are no checkboxes. Of a facet with radio buttons one value at most is chosen: the larger holds the smaller.
KINDS = {"fit": "radio", "posted": "radio", "payband": "bar", "currency": "option"}
# Choices of one facet in one state that are kept as markup.
MOST_KEPT = 1024

# --- the line of the search -------------------------------------------------------------------------------


class Radius(NamedTuple):
    """Around the place. Not counted: each would be a search of its own."""

    value: str
    label: str
    is_chosen: bool


def search_line(door: PostingFilter) -> SafeString:
    chosen = door.chosen
    typed = {name: escape(chosen.get(name, "")) for name in ("q", "where")}
    return _search_line.at(door.language, chosen.get("radius", "")).filled(typed)


@per_language(64)
def _search_line(chosen: str) -> Mould:
    radii = [Radius(km, _("Whole country") if km == COUNTRY else _("%(km)s km") % {"km": km}, km == chosen) for km, _label in RADII]
    return Mould.of(draw("postings/_search.html", id="f", what=mark("q"), where=mark("where"), radii=radii))


# --- the choices ------------------------------------------------------------------------------------------


def panel(facets: Facets) -> SafeString:
    """The groups of choices, one below the other."""
    return SafeString("".join([_drawn(facet, facets) for facet in facets.panel]))


def _drawn(facet: Facet, facets: Facets) -> str:
    chosen, language = facets.door.chosen, facets.language
    count = facet.chosen_count
    level = chosen.get("level", "") if facet.name == "lang" else ""
    # An amount may be chosen where no band of pay has a job.
    is_shown = bool(facet.shown) or facet.others > 0
    mould = _around_the_choices.at(language, facet.name, facet.is_open, bool(count), is_shown, bool(facet.more), level)
    values = {"chosen": str(count)}
    if facet.name == "payband":
        currencies = facets.whole("currency")
        # Amounts need no escaping, and neither do days.
        values |= {name: plain(chosen[name]) if name in chosen else "" for name in ("pay", "pay_to")}
        values |= {"currencies": _choices(currencies, currencies.shown, language), "choices": _bars(facet, language)}
        return mould.filled(values)
    values["choices"] = _choices(facet, facet.shown, language)
    if facet.more:
        values |= {"more": _choices(facet, facet.more, language), "more_text": more_text.at(language, len(facet.more))}
    if facet.name == "start":
        values["starts"] = chosen["starts"].isoformat() if "starts" in chosen else ""
    return mould.filled(values)


@per_language(512)
def _around_the_choices(name: str, is_open: bool, is_chosen: bool, is_shown: bool, has_more: bool, level: str) -> Mould:
    """A facet without its choices, and without what was typed."""
    slots = ("choices", "more", "more_text", "chosen", "currencies", "pay", "pay_to", "starts")
    lacking = {"choices": not is_shown, "more": not has_more, "chosen": not is_chosen}
    marks = {slot: "" if lacking.get(slot) else mark(slot) for slot in slots}
    group, label = FACETS[name].group, PostingFilter.base_filters[name].label
    what = {"name": group, "label": label, "kind": KINDS.get(name, "checkbox"), "is_open": is_open}
    return Mould.of(draw("postings/_facet.html", **what, levels=LanguageLevel.values, level=level, **marks))


@per_language(256)
def more_text(count: int) -> str:
    return ngettext("%(count)s more", "%(count)s more", count) % {"count": count}


# --- values -----------------------------------------------------------------------------------------------


def _choices(facet: Facet, values: Sequence[Named], language: str) -> str:
    """The boxes with their labels. Only the counts differ from page to page; the rest is drawn once and kept."""
    counts = _counts(facet, values)
    (after,) = _usual(facet).behind
    pieces = [after] * (3 * len(values))
    pieces[::3] = _before_counts(facet, values, counts)
    # A number needs no escaping: digits, and the sign that groups them.
    pieces[1::3] = numbers(counts, language)
    return "".join(pieces)


def _bars(facet: Facet, language: str) -> str:
    """The same as a histogram: a bar is as long as its count is of the largest, in percent."""
    counts = _counts(facet, facet.shown)
    largest = max(counts, default=0) or 1
    between, after = _usual(facet).behind
    pieces: list[str] = []
    for before, count, text in zip(_before_counts(facet, facet.shown, counts), counts, numbers(counts, language), strict=True):
        share = max(1 if count else 0, round(100 * count / largest))
        pieces += (before, text, between, str(share), after)
    return "".join(pieces)


def _counts(facet: Facet, values: Sequence[Named]) -> list[int]:
    jobs = facet.jobs
    return [jobs[value] for value, _label in values]


def _before_counts(facet: Facet, values: Sequence[Named], counts: Sequence[int]) -> list[str]:
    """What stands before the count of each of these values."""
    if not facet.chosen and 0 not in counts:
        usual = _usual(facet)
        return [usual[named] for named in values]
    counted = zip(values, counts, strict=True)
    return [_choices_of(facet.name, named[0] in facet.chosen, not count)[named] for named, count in counted]


class _Choices(dict[Named, str]):
    """The values of a facet in one of their states as markup, each up to its count; ``behind`` is what follows the count, parted
    by the share where there is one. A town that is seldom met is not drawn by the template, but cast."""

    def __init__(self, name: str, is_chosen: bool, is_none: bool) -> None:
        value, label, count, share = mark("value"), mark("label"), mark("count"), mark("share")
        what = {"name": name, "kind": KINDS.get(name, "checkbox"), "is_chosen": is_chosen, "is_none": is_none}
        html = draw("postings/_choice.html", **what, value=value, label=label, id=f"f-{name}-{value}", count=count, share=share)
        self.mould, behind = Mould.of(html).parted("count")
        self.behind = behind.texts

    def __missing__(self, named: Named) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
        # + "" makes a plain string: what was marked as safe must never answer for the same letters unmarked.
        value, label = [escape(text + "") for text in named]
        self[named] = drawn = self.mould.filled({"value": value, "label": label})
        return drawn


_choices_of = per_process(128)(_Choices)


def _usual(facet: Facet) -> _Choices:
    """Not chosen, and something would be found."""
    return _choices_of(facet.name, False, False)
