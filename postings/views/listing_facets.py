"""The choices beside the results, with how many postings each would show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callcenter_jobs.lib.money import number
from callcenter_jobs.ui.jinja import draw
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
# Stands where the count will be in a choice that is kept; no label can have it.
COUNT = "\0"


@dataclass(frozen=True, slots=True)
class Choice:
    """``id`` is that of its box; ``count`` is what would be found with this value alone in its group."""

    name: str
    value: str
    label: str
    count: int
    is_chosen: bool
    id: str
    # As people write it.
    count_text: str = ""
    # Of the largest count beside it, in percent: how long its bar is.
    share: int = 0

    def drawn(self, kind: str) -> str:
        """The box with its label, as markup. Only the count differs from page to page; the rest is drawn once and kept."""
        before, after = _around_the_count(kind, self.name, self.value, self.label, self.id, self.is_chosen, not self.count)
        # A number needs no escaping: digits, and the sign that groups them.
        return f"{before}{self.count_text}{after}"


@lru_cache(maxsize=8192)
def _around_the_count(kind: str, name: str, value: str, label: str, box: str, is_chosen: bool, is_none: bool) -> tuple[str, str]:
    what = {"kind": kind, "name": name, "value": value, "label": label, "id": box, "is_chosen": is_chosen, "is_none": is_none}
    html = draw("postings/_choice.html", **what, count=COUNT)
    before, _count, after = html.partition(COUNT)
    return before, after


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
        return sum(choice.is_chosen for choice in (*self.choices, *self.more)) + self.others

    @property
    def choices_html(self) -> SafeString:
        kind = "radio" if self.is_single else "checkbox"
        return mark_safe("".join([choice.drawn(kind) for choice in self.choices]))  # noqa: S308  drawn one by one

    @property
    def more_html(self) -> SafeString:
        return mark_safe("".join([choice.drawn("checkbox") for choice in self.more]))  # noqa: S308  drawn one by one

    @property
    def more_text(self) -> str:
        return ngettext("%(count)s more", "%(count)s more", len(self.more)) % {"count": len(self.more)}


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
        largest = max((choice.count for choice in bands), default=0) or 1
        made = [replace(choice, share=max(1 if choice.count else 0, round(100 * choice.count / largest))) for choice in bands]
        others = sum(name in self.door.chosen for name in ("currency", "pay", "pay_to"))
        label = str(self.door.filters["payband"].label)
        return Facet("pay", label, made, [], is_open=bool(others) or any(band.is_chosen for band in made), others=others)

    def facet(self, name: str) -> Facet:
        made = self.choices(name)
        shown = sorted(made, key=lambda choice: (not choice.is_chosen, -choice.count))[:CHOICES_SHOWN]
        first = {choice.value for choice in shown}
        return Facet(
            name=name,
            label=str(self.door.filters[name].label),
            choices=[choice for choice in made if choice.value in first],
            more=[choice for choice in made if choice.value not in first],
            is_open=any(choice.is_chosen for choice in made) or name in OPEN_AT_FIRST or self._others(name) > 0,
            is_single=name in SINGLE,
            others=self._others(name),
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
        named = self.door.labels(name, [*counts, *chosen])
        language = self.door.language
        made = [
            Choice(name, item, text, count := counts.get(item, 0), item in chosen, f"f-{name}-{item}", number(count, language))
            for item, text in named.items()
        ]
        return sorted(made, key=lambda choice: -choice.count) if name in BY_COUNT else made

    @property
    def radii(self) -> list[Choice]:
        """Kilometers around the place. Not counted: each would be a search of its own."""
        chosen = self.door.chosen.get("radius", "")
        return [
            Choice("radius", km, _("Whole country") if km == COUNTRY else _("%(km)s km") % {"km": km}, 0, km == chosen, f"f-radius-{km}")
            for km, _label in RADII
        ]
