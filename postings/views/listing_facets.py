"""The choices beside the results, with how many postings each would show."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from postings.filters import RADII, PostingFilter

# From top to bottom. Currencies and amounts are drawn with the pay bands.
PANEL = (
    "tier", "work", "role", "band", "day", "lang", "workplace", "employment", "hours", "payband", "experience", "training", "start",
    "country", "city", "channel", "industry", "employer", "student", "posted", "fit",
)  # fmt: skip
OPEN_AT_FIRST = frozenset({"tier", "work", "band", "lang", "workplace"})
# One value at most: the larger holds the smaller.
SINGLE = frozenset({"posted", "fit"})
# Read from the largest to the smallest; the others in the order of their list or their names.
BY_COUNT = frozenset({"role", "city", "employer"})
CHOICES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """``id`` is that of its box; ``count`` is what would be found with this value alone in its group."""

    name: str
    value: str
    label: str
    count: int
    is_chosen: bool
    id: str


@dataclass(frozen=True, slots=True)
class Facet:
    """``choices`` are seen at once, ``more`` behind a fold. With ``is_single`` one of them replaces the other."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Choice]
    is_open: bool
    is_single: bool = False

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in (*self.choices, *self.more))


class Facets:
    def __init__(self, door: PostingFilter) -> None:
        self.door = door
        self.counts = door.counts

    @cached_property
    def panel(self) -> list[Facet]:
        return [facet for facet in map(self.facet, PANEL) if facet.choices]

    def facet(self, name: str) -> Facet:
        made = self.choices(name)
        shown = sorted(made, key=lambda choice: (not choice.is_chosen, -choice.count))[:CHOICES_SHOWN]
        first = {choice.value for choice in shown}
        return Facet(
            name=name,
            label=str(self.door.filters[name].label),
            choices=[choice for choice in made if choice.value in first],
            more=[choice for choice in made if choice.value not in first],
            is_open=any(choice.is_chosen for choice in made) or name in OPEN_AT_FIRST,
            is_single=name in SINGLE,
        )

    def choices(self, name: str) -> list[Choice]:
        """The values that would show something, and the chosen ones."""
        counts = self.counts.get(name, {})
        value = self.door.chosen.get(name, [])
        chosen = value if isinstance(value, list) else [value]
        named = self.door.labels(name, [*counts, *chosen])
        made = [Choice(name, item, text, counts.get(item, 0), item in chosen, f"f-{name}-{item}") for item, text in named.items()]
        return sorted(made, key=lambda choice: -choice.count) if name in BY_COUNT else made

    @property
    def radii(self) -> list[Choice]:
        """Kilometers around the place. Not counted: each would be a search of its own."""
        chosen = self.door.chosen.get("radius", "")
        return [Choice("radius", km, _("%(km)s km") % {"km": km}, 0, km == chosen, f"f-radius-{km}") for km, _label in RADII]
