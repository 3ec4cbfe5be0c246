"""The choices beside the results, with how many postings each would show. How they are drawn: ``listing_form``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import cached_property

from postings.filter_labels import labels
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

    ``labels`` is what they are called, ``jobs`` how many would be found with a value alone in its group.
    """

    name: str
    labels: Mapping[str, str]
    jobs: Mapping[str, int]
    chosen: Sequence[str]
    shown: Sequence[str]
    more: Sequence[str] = ()
    is_open: bool = False
    # How much else was chosen in the group.
    others: int = 0

    @property
    def chosen_count(self) -> int:
        return sum([value in self.labels for value in self.chosen]) + self.others

    def fold(self) -> None:
        """Of many values only the chosen and the largest are seen at once."""
        if len(self.shown) > CHOICES_SHOWN:
            largest = sorted(self.shown, key=self.jobs.__getitem__, reverse=True)
            if self.chosen:
                largest.sort(key=lambda value: value not in self.chosen)
            first = set(largest[:CHOICES_SHOWN])
            self.more = [value for value in self.shown if value not in first]
            self.shown = [value for value in self.shown if value in first]


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
        facet.others = sum([other in self.door.chosen for other in OTHERS.get(name, ())])
        facet.is_open = name in OPEN_AT_FIRST or facet.others > 0 or name in self.door.chosen
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
        value = self.door.chosen.get(name, ())
        chosen = (value,) if isinstance(value, str) else value
        if chosen:
            jobs = jobs | {item: 0 for item in chosen if item not in jobs}
        named = self._named(name, jobs)
        values = list(named)
        if name in BY_COUNT:
            # Where as many would be found, by name.
            values.sort(key=named.__getitem__)
            values.sort(key=jobs.__getitem__, reverse=True)
        return Facet(name, named, jobs, chosen, values)

    def _named(self, name: str, values: Collection[str]) -> dict[str, str]:
        if name == "employer":
            return self.door.employers_named(values)
        return labels(name, values, language=self.language, in_order=name not in BY_COUNT)
