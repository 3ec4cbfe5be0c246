"""The choices beside the results, with how many postings each would show. How they are drawn: ``listing_form``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from django.utils.functional import cached_property

from postings.filter_labels import OPEN, Named, named_in_order
from postings.filters import PostingFilter
from postings.search.facets import FIT_LEAST

# From top to bottom. Currencies and amounts are with the bands of pay.
PANEL = (
    "fit", "tier", "work", "role", "band", "day", "lang", "workplace", "employment", "hours", "payband", "experience", "training",
    "start", "country", "city", "channel", "industry", "employer", "student", "posted",
)  # fmt: skip
OPEN_AT_FIRST = frozenset({"fit", "tier", "work", "band", "lang", "workplace"})
# Read from the largest to the smallest; the others in the order of their list or their names.
BY_COUNT = frozenset({"role", "city", "employer"})
CHOICES_SHOWN = 8
# What else is chosen in the group of a facet: an amount with the bands of pay, a day to start by with the months.
OTHERS = {"payband": ("currency", "pay", "pay_to"), "start": ("starts",)}


@dataclass(slots=True)
class Facet:
    """The values that would show something, and the chosen ones: ``shown`` are seen at once, ``more`` behind a fold.

    Each has its name beside it; ``jobs`` is how many would be found with a value alone in its group.
    """

    name: str
    jobs: Mapping[str, int]
    chosen: Sequence[str]
    shown: Sequence[Named]
    more: Sequence[Named] = ()
    is_open: bool = False
    # How much else was chosen in the group.
    others: int = 0

    @property
    def chosen_count(self) -> int:
        values = (*self.shown, *self.more) if self.chosen else ()
        return sum([value in self.chosen for value, _label in values]) + self.others

    def fold(self) -> None:
        """Of many values only the chosen and the largest are seen at once."""
        values, jobs = self.shown, self.jobs
        if len(values) <= CHOICES_SHOWN:
            return
        if self.name in BY_COUNT and not self.chosen:
            self.shown, self.more = values[:CHOICES_SHOWN], values[CHOICES_SHOWN:]
            return
        largest = sorted([value for value, _label in values], key=jobs.__getitem__, reverse=True)
        if self.chosen:
            largest.sort(key=lambda value: value not in self.chosen)
        first = frozenset(largest[:CHOICES_SHOWN])
        self.more = [named for named in values if named[0] not in first]
        self.shown = [named for named in values if named[0] in first]


class Facets:
    def __init__(self, door: PostingFilter) -> None:
        self.door = door
        # The one of the page, which is active.
        self.language = door.language
        self.counts = door.counts

    @cached_property
    def panel(self) -> list[Facet]:
        found = [self.facet(name) for name in PANEL]
        return [facet for facet in found if facet.shown or facet.others or (facet.name == "payband" and self.counts.get("currency"))]

    def facet(self, name: str) -> Facet:
        """A group of the panel."""
        facet = self.whole(name)
        if name in OTHERS:
            facet.others = sum([other in self.door.chosen for other in OTHERS[name]])
        facet.is_open = name in OPEN_AT_FIRST or facet.others > 0 or bool(facet.chosen)
        # The bands are a histogram: all of them are seen.
        if name != "payband":
            facet.fold()
        return facet

    def whole(self, name: str) -> Facet:
        """All values of a facet; how well it fits always, for who has wishes."""
        jobs = self.counts.get(name, {})
        if name == "fit" and self.door.wishes:
            # Who has wishes sees that nothing fits.
            jobs = dict.fromkeys(FIT_LEAST, 0) | jobs
        chosen = self.door.chosen.get(name, ())
        if chosen:
            chosen = (chosen,) if isinstance(chosen, str) else chosen
            jobs = jobs | {item: 0 for item in chosen if item not in jobs}
        return Facet(name, jobs, chosen, self._in_order(name, jobs))

    def _in_order(self, name: str, jobs: Mapping[str, int]) -> Sequence[Named]:
        if name not in BY_COUNT:
            return named_in_order.at(self.language, name, tuple(jobs))
        # Where as many would be found, by name.
        named = self.door.employers_named(jobs) if name == "employer" else OPEN[name](jobs, language=self.language)
        values = sorted(named.items(), key=itemgetter(1))
        values.sort(key=lambda pair: jobs[pair[0]], reverse=True)
        return values
