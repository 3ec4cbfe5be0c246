"""What of a segment answers a query, group by group, and how many each choice would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import reduce
from itertools import count, takewhile
from operator import and_
from typing import TYPE_CHECKING

import numpy as np
from pyroaring import BitMap

from postings.enums import Workplace
from postings.search import facets as names
from postings.search.phrases import phrase_bits, word_bits
from postings.search.query import Area, Both, Either, Node, Phrase, Profile, Query, Reading, Word, unwanted
from postings.search.segment import LEVELS, Segment, union
from postings.search.segment import numbers as set_of

if TYPE_CHECKING:
    from decimal import Decimal

MICRO = 1_000_000
# Of at most such a share of all postings it pays to look at each one instead of at every bitmap.
FEW = 0.25
# (wishes not met, minus the share of the week), and the numbers that fit so.
FitClass = tuple[tuple[int, float], BitMap]


def cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


@dataclass(slots=True)
class FitClasses:
    """How well postings fit, best first. Each class is made when somebody gets as far: most pages end within the best."""

    _left: Iterator[FitClass]
    _made: list[FitClass] = field(default_factory=list)

    def __iter__(self) -> Iterator[FitClass]:
        for place in count():
            if place == len(self._made):
                made = next(self._left, None)
                if made is None:
                    return
                self._made.append(made)
            yield self._made[place]


@dataclass(slots=True)
class Match:
    """A query laid on a segment. ``groups`` holds the numbers of each group that something was chosen in."""

    query: Query
    segment: Segment
    open: BitMap
    groups: dict[str, BitMap]
    _found: BitMap | None = None
    _without: dict[str, BitMap] = field(default_factory=dict)
    _fit_classes: FitClasses | None = None

    @classmethod
    def of(cls, query: Query, segment: Segment) -> Match:
        return cls(query, segment, segment.open_at(query.now.timestamp()), groups_of(query, segment))

    @property
    def found(self) -> BitMap:
        if self._found is None:
            # The smallest first: what is small stays small.
            self._found = reduce(and_, sorted(self.groups.values(), key=len), self.open)
        return self._found

    def without(self, group: str) -> BitMap:
        """What everything but one group finds."""
        if group not in self._without:
            rest = [numbers for name, numbers in self.groups.items() if name != group]
            self._without[group] = reduce(and_, sorted(rest, key=len), self.open)
        return self._without[group]

    def universe(self, group: str) -> BitMap:
        """What the choices of a group would choose from."""
        return self.without(group) if group in self.groups else self.found

    @property
    def fit_classes(self) -> FitClasses:
        """How well what was found fits. Of few it is found out anew, of much it is kept for the next page."""
        if names.FIT in self.groups or len(self.found) > self.segment.size * FEW:
            return fit_classes(self.query, self.segment)
        if self._fit_classes is None:
            self._fit_classes = FitClasses(_classes_of(self.found, self.query, self.segment))
        return self._fit_classes


def groups_of(query: Query, segment: Segment) -> dict[str, BitMap]:
    chosen = {facet: values for facet, values in query.choices.items() if values}
    found: dict[str, BitMap] = {}
    plain = ("tier", "role", "work", "channel", "band", "day", "workplace", "employment", "student", "hours")
    for facet in (*plain, "experience", "training", "country", "industry"):
        if facet in chosen:
            found[facet] = segment.union(facet, chosen[facet])
    if "lang" in chosen:
        found["lang"] = union(language_bits(segment, value, query.level) for value in chosen["lang"])
    for facet in ("city", "employer"):
        if facet in chosen:
            found[facet] = segment.with_values(facet, chosen[facet])
    if "posted" in chosen:
        since = query.now - timedelta(days=max(int(value) for value in chosen["posted"]))
        found[names.POSTED] = segment.published_since(int(since.timestamp() * MICRO))
    extra: dict[str, Callable[[Query, Segment], BitMap | None]] = {
        names.PAY: pay_bits,
        names.START: start_bits,
        names.FIT: fit_bits,
        names.TEXT: text_bits,
        names.AREA: lambda asked, part: area_bits(asked.area, part) if asked.area else None,
    }
    for group, make in extra.items():
        numbers = make(query, segment)
        if numbers is not None:
            found[group] = numbers
    return found


# --- groups that are more than a union of values --------------------------------------------------------------


def language_bits(segment: Segment, language: str, level: str) -> BitMap:
    """Jobs that ask for a language, at a level that the reader has."""
    return union(segment.of("lang", f"{language} {asked}") for asked in levels_up_to(level))


def levels_up_to(level: str) -> tuple[str, ...]:
    return LEVELS[: LEVELS.index(level) + 1] if level else LEVELS


def pay_bits(query: Query, segment: Segment) -> BitMap | None:
    parts = [segment.union(facet, query.choices[facet]) for facet in ("currency", "payband") if query.choices.get(facet)]
    if query.pay_from is not None or query.pay_to is not None:
        parts.append(segment.paid_between(cents(query.pay_from), cents(query.pay_to)))
    return reduce(and_, parts) if parts else None


def start_bits(query: Query, segment: Segment) -> BitMap | None:
    parts = []
    months = set(query.choices.get("start", ()))
    if months:
        parts.append(union(numbers for month, numbers in segment.months(query.today) if month in months))
    if query.starts_by:
        parts.append(segment.starting(query.today, query.starts_by))
    return reduce(and_, parts) if parts else None


def area_bits(area: Area, segment: Segment) -> BitMap:
    hiring = segment.union("country", area.countries)
    if area.is_country:
        return hiring
    here = union(segment.places[place] for place in area.places if place in segment.places)
    named = segment.with_values("city", area.cities)
    return here | named | (hiring & segment.of("workplace", Workplace.REMOTE))


# --- the reader's wishes ---------------------------------------------------------------------------------------------


def shares(segment: Segment, week: int) -> dict[float, list[BitMap]]:
    """How much of the shifts a week covers, the most first (1.0 to 0.0), and the sets of numbers of each share."""
    found: dict[float, list[BitMap]] = {}
    for mask, numbers in segment.masks.items():
        cells = mask.bit_count()
        found.setdefault((mask & week).bit_count() / cells if cells else 1.0, []).append(numbers)
    return dict(sorted(found.items(), reverse=True))


def unmet(numbers: BitMap, query: Query, segment: Segment) -> list[BitMap]:
    """For each wish beside the week: those of ``numbers`` (and maybe others) that do not meet it."""
    profile = query.fit
    found: list[BitMap] = []
    if profile is None:
        return found
    if profile.languages:
        # Many speak the same.
        found.append(segment.kept(("unspoken", profile.languages), lambda: unspoken(profile, segment)))
    if profile.area:
        found.append(numbers - area_bits(profile.area, segment))
    if profile.pay is not None and profile.currency:
        paid = numbers & segment.of("currency", profile.currency)
        where = np.asarray(paid.to_array())
        enough = set_of(where[segment.pay_max[where] >= (cents(profile.pay) or 0)]) if paid else paid
        found.append(numbers - enough)
    return found


def unspoken(profile: Profile, segment: Segment) -> BitMap:
    """What asks for a language, or for a level of one, that somebody does not have."""
    spoken = {f"{language} {level}" for language, best in profile.languages for level in levels_up_to(best)}
    return union(asking for need, asking in segment.need.items() if need not in spoken)


def full_of(segment: Segment) -> BitMap:
    return BitMap(range(segment.size))


def fit_classes(query: Query, segment: Segment) -> FitClasses:
    """How well everything fits. Hangs on the columns alone."""
    classes: FitClasses = segment.wishes(query.fit, lambda: FitClasses(_classes_of(full_of(segment), query, segment)))
    return classes


def _classes_of(everything: BitMap, query: Query, segment: Segment) -> Iterator[FitClass]:
    weeks = shares(segment, query.fit.week) if query.fit and query.fit.week else {1.0: [everything]}
    covered: dict[float, BitMap] = {}
    for missing, numbers in enumerate(by_count(everything, unmet(everything, query, segment))):
        # Most often there is nothing that fails in as much as this.
        if not numbers:
            continue
        for share, sets in weeks.items():
            if share not in covered:
                covered[share] = union(sets)
            if fitting := numbers & covered[share]:
                yield (missing, -share), fitting


def by_count(everything: BitMap, sets: list[BitMap]) -> list[BitMap]:
    """The numbers that are in exactly 0, 1, 2 … of ``sets``."""
    found = [everything]
    for numbers in sets:
        kept = [level - numbers for level in found]
        moved = [level & numbers for level in found]
        found = [kept[0], *(a | b for a, b in zip(kept[1:], moved[:-1], strict=True)), moved[-1]]
    return found


def fit_bits(query: Query, segment: Segment) -> BitMap | None:
    return least_fit(fit_classes(query, segment), query.fit_least) if query.fit_least and query.fit else None


def least_fit(classes: FitClasses, least: str) -> BitMap:
    bar = 1.0 if least == "whole" else 0.5
    # The best come first.
    return union(numbers for _key, numbers in takewhile(lambda made: made[0] <= (0, -bar), classes))


# --- words -----------------------------------------------------------------------------------------------------------------


def text_bits(query: Query, segment: Segment, *, title: bool = False) -> BitMap | None:
    if query.text is None:
        return None
    return union(reading_bits(reading, segment, title=title) for reading in query.text.readings if not (title and reading.tiers))


def called_bits(query: Query, segment: Segment) -> BitMap:
    """What is of a tier that the words name, whatever its title."""
    readings = query.text.readings if query.text else ()
    return union(reading_bits(reading, segment) for reading in readings if reading.tiers)


def role_bits(query: Query, segment: Segment) -> BitMap:
    """What has a role that the words name, whatever it says."""
    readings = query.text.readings if query.text else ()
    return union(reading_bits(replace(reading, trees={}), segment) for reading in readings if reading.roles)


def reading_bits(reading: Reading, segment: Segment, *, title: bool = False) -> BitMap:
    """The words in one language, or a role that they name; and what else was said beside it."""
    parts: list[BitMap] = []
    if reading.trees or reading.roles:
        words = [tree_bits(tree, segment, language, title=title) for language, tree in reading.trees.items()]
        # A text in another language may say what was not wanted in this one.
        banned = union(tree_bits(part, segment, code) for code, tree in reading.trees.items() for part in unwanted(tree))
        roles = [segment.of("role", role) for role in reading.roles]
        parts.append(union([union(words) - banned, *roles]) if banned else union([*words, *roles]))
    if reading.rest:
        parts.append(union(tree_bits(tree, segment, language) for language, tree in reading.rest.items()))
    parts += [said_bits(segment, facet, values) for facet, values in reading.choices.items()]
    if reading.area:
        parts.append(area_bits(reading.area, segment))
    found = reduce(and_, parts) if parts else BitMap()
    unwelcome = union(said_bits(segment, facet, values) for facet, values in reading.without.items())
    return found - unwelcome if unwelcome else found


def said_bits(segment: Segment, facet: str, values: tuple[str, ...]) -> BitMap:
    """What words that mean a facet ask for."""
    return union(language_bits(segment, value, "") for value in values) if facet == "lang" else segment.union(facet, values)


def tree_bits(tree: Node, segment: Segment, language: str, *, title: bool = False) -> BitMap:
    match tree:
        case Word():
            return word_bits(tree, segment, language, title=title)
        case Both(parts):
            return reduce(and_, (tree_bits(part, segment, language, title=title) for part in parts))
        case Either(parts):
            return union(tree_bits(part, segment, language, title=title) for part in parts)
        case Phrase():
            return phrase_bits(tree, segment, language)[title]
    return segment.written.get(language, BitMap()) - tree_bits(tree.part, segment, language, title=title)
