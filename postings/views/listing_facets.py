"""The choices beside the results, with how many postings each would show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callcenter_jobs.lib.money import numbers
from callcenter_jobs.ui.jinja import draw
from callcenter_jobs.ui.kept import per_language, per_process
from callcenter_jobs.ui.moulds import Mould, mark
from postings.filters import COUNTRY, RADII, PostingFilter
from postings.search.facets import FIT_LEAST

# From top to bottom. Currencies, bands and amounts are one: pay.
PANEL = (
    "fit", "tier", "work", "role", "band", "day", "lang", "workplace", "employment", "hours", "pay", "experience", "training", "start",
    "country", "city", "channel", "industry", "employer", "student", "posted",
)  # fmt: skip
OPEN_AT_FIRST = frozenset({"fit", "tier", "work", "band", "lang", "workplace"})
# One value at most: the larger holds the smaller.
SINGLE = frozenset({"posted", "fit"})
# Read from the largest to the smallest; the others in the order of their list or their names.
BY_COUNT = frozenset({"role", "city", "employer"})
CHOICES_SHOWN = 8
# Whose panel has a box of its own below the choices.
WITH_A_BOX = frozenset({"pay", "lang", "start"})


class Choice(NamedTuple):
    """``id`` is that of its box; ``jobs`` is how many would be found with this value alone in its group."""

    name: str
    value: str
    label: str
    jobs: int
    is_chosen: bool
    id: str
    # As people write it.
    count_text: str = ""
    # Of the largest count beside it, in percent: how long its bar is.
    share: int = 0


def _drawn(kind: str, choices: Iterable[Choice]) -> SafeString:
    """The boxes with their labels. Only the counts differ from page to page; the rest is drawn once and kept."""
    pieces: list[str] = []
    for name, value, label, jobs, is_chosen, box, count_text, _share in choices:
        before, after = _around_the_count(kind, name, value, label, box, is_chosen, not jobs)
        # A number needs no escaping: digits, and the sign that groups them.
        pieces += (before, count_text, after)
    return mark_safe("".join(pieces))  # noqa: S308  drawn one by one


@per_process(2048)
def _around_the_count(kind: str, name: str, value: str, label: str, box: str, is_chosen: bool, is_none: bool) -> tuple[str, ...]:
    what = {"kind": kind, "name": name, "value": value, "label": label, "id": box, "is_chosen": is_chosen, "is_none": is_none}
    return Mould.of(draw("postings/_choice.html", **what, count=mark("count"))).texts


@per_language(512)
def _panel(name: str, label: str, is_open: bool, is_single: bool, is_chosen: bool, has_more: bool) -> Mould:
    """A facet around its choices; one without a box of its own."""
    marks = {
        "choices_html": mark("choices"),
        "more_html": mark("more"),
        "more_text": mark("more_text"),
        "chosen": is_chosen and mark("chosen"),
    }
    facet = {"name": name, "label": label, "is_open": is_open, "is_single": is_single, "more": has_more, **marks}
    return Mould.of(draw("postings/_facet.html", facet=facet))


@dataclass(frozen=True, slots=True)
class Facet:
    """``choices`` are seen at once, ``more`` behind a fold. With ``is_single`` one of them replaces the other."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice]
    is_open: bool
    is_single: bool = False
    # What else was chosen in the group: an amount, a day.
    others: int = 0

    @property
    def chosen(self) -> int:
        return sum([choice.is_chosen for choice in (*self.choices, *self.more)]) + self.others

    @property
    def choices_html(self) -> SafeString:
        return _drawn("radio" if self.is_single else "checkbox", self.choices)

    @property
    def more_html(self) -> SafeString:
        return _drawn("checkbox", self.more)

    @property
    def more_text(self) -> str:
        return more_text(len(self.more))

    def drawn(self, listing: Any, show: Any) -> SafeString:
        """The facet as markup. ``listing`` and ``show`` (see ``results_page``) are what a box of its own needs."""
        if self.name in WITH_A_BOX:
            return draw("postings/_facet.html", facet=self, listing=listing, show=show)
        chosen = self.chosen
        mould = _panel(self.name, self.label, self.is_open, self.is_single, bool(chosen), bool(self.more))
        values = {"choices": self.choices_html, "chosen": str(chosen), "more": "", "more_text": ""}
        if self.more:
            values |= {"more": self.more_html, "more_text": self.more_text}
        return mould.filled(values)


@per_language(256)
def more_text(count: int) -> str:
    return ngettext("%(count)s more", "%(count)s more", count) % {"count": count}


class Facets:
    def __init__(self, door: PostingFilter) -> None:
        self.door = door
        self.counts = door.counts

    @cached_property
    def panel(self) -> list[Facet]:
        found = (self.pay if name == "pay" else self.facet(name) for name in PANEL)
        return [facet for facet in found if facet.choices or facet.others or (facet.name == "pay" and self.counts.get("currency"))]

    @property
    def pay(self) -> Facet:
        """The bands of the chosen currencies, in order and all of them: a histogram."""
        bands = self.choices("payband")
        largest = max((choice.jobs for choice in bands), default=0) or 1
        made = [choice._replace(share=max(1 if choice.jobs else 0, round(100 * choice.jobs / largest))) for choice in bands]
        others = sum(name in self.door.chosen for name in ("currency", "pay", "pay_to"))
        label = str(self.door.filters["payband"].label)
        return Facet("pay", label, made, [], is_open=bool(others) or any(band.is_chosen for band in made), others=others)

    def facet(self, name: str) -> Facet:
        shown, more = self.choices(name), []
        others = self._others(name)
        if len(shown) > CHOICES_SHOWN:
            first = {choice.value for choice in sorted(shown, key=lambda choice: (not choice.is_chosen, -choice.jobs))[:CHOICES_SHOWN]}
            more = [choice for choice in shown if choice.value not in first]
            shown = [choice for choice in shown if choice.value in first]
        return Facet(
            name=name,
            label=str(self.door.filters[name].label),
            choices=shown,
            more=more,
            is_open=name in OPEN_AT_FIRST or others > 0 or name in self.door.chosen,
            is_single=name in SINGLE,
            others=others,
        )

    def _others(self, name: str) -> int:
        """A day to start by stands with the months, a level with the languages."""
        return int({"start": "starts"}.get(name, "") in self.door.chosen)

    def choices(self, name: str) -> list[Choice]:
        """The values that would show something, and the chosen ones; how well it fits always, for who has wishes."""
        counts = self.counts.get(name, {})
        if name == "fit" and self.door.wishes:
            # Who has wishes sees that nothing fits.
            counts = dict.fromkeys(FIT_LEAST, 0) | counts
        value = self.door.chosen.get(name, [])
        chosen = value if isinstance(value, list) else [value]
        named = self.door.labels(name, [*counts, *chosen], in_order=name not in BY_COUNT)
        jobs = [counts.get(item, 0) for item in named]
        made = [
            Choice(name, item, text, count, item in chosen, f"f-{name}-{item}", count_text)
            for (item, text), count, count_text in zip(named.items(), jobs, numbers(jobs, self.door.language), strict=True)
        ]
        return sorted(made, key=lambda choice: (-choice.jobs, choice.label)) if name in BY_COUNT else made

    @property
    def radii(self) -> list[Choice]:
        """Kilometers around the place. Not counted: each would be a search of its own."""
        return radii(self.door.chosen.get("radius", ""))


@per_language(16)
def radii(chosen: str) -> list[Choice]:
    return [
        Choice("radius", km, _("Whole country") if km == COUNTRY else _("%(km)s km") % {"km": km}, 0, km == chosen, f"f-radius-{km}")
        for km, _label in RADII
    ]
