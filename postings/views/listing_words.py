"""Addresses of the results page and the words that lead there: chosen filters, ways to loosen, other spellings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlencode

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from callcenter_jobs.ui.jinja import url
from callcenter_jobs.ui.kept import per_process
from postings.filter_words import Said, said
from postings.filters import PostingFilter
from postings.search import place_spelling, spelling
from postings.search.concepts import Also, explain
from postings.search.text import clean

# The parameters that go when a group goes; of other groups only the one that is called so.
PARAMETERS = {
    "q": ("q", "words"),
    "where": ("where", "radius"),
    "pay": ("currency", "payband", "pay", "pay_to"),
    "start": ("start", "starts"),
    "lang": ("lang", "level"),
}
# What says nothing without something else.
NEEDED = {"level": "lang", "words": "q", "radius": "where"}
# The groups that are typed in the line of the search.
ON_THE_LINE = frozenset({"q", "where"})
# Values by name, in the order of a canonical address.
Address = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Word:
    """A chosen filter as a word, and the address without it; ``count`` is what that address shows."""

    label: str
    href: str
    count: int = 0


class Addresses:
    """The address of a search and its neighbors: with one thing more, less or otherwise."""

    def __init__(self, door: PostingFilter) -> None:
        self.door = door
        # Its language is the active one.
        self.path = url.at(door.language, "public:job_list")

    @cached_property
    def here(self) -> Address:
        """The canonical one."""
        return self.door.address

    def changed(self, changes: dict[str, list[str]]) -> Address:
        """The canonical address with other values; an empty list takes a name out, and what depends on it."""
        query = {**self.here, **changes}
        for name, other in NEEDED.items():
            if not query.get(other):
                query.pop(name, None)
        if len(query.get("currency", ())) != 1:
            query.pop("pay", None)
            query.pop("pay_to", None)
        return {name: values for name, values in query.items() if values}

    def href(self, query: Address) -> str:
        return f"{self.path}?{'&'.join([_part(name, *values) for name, values in query.items()])}" if query else self.path

    def query(self, *, without: Collection[str] = ()) -> str:
        """The canonical address without its path and some names."""
        return "&".join([_part(name, *values) for name, values in self.here.items() if name not in without])

    @cached_property
    def unordered(self) -> str:
        """The canonical address without its path and its order."""
        return self.query(without={"sort"})

    def with_values(self, name: str, *values: str) -> str:
        return self.href(self.changed({name: list(values)}))

    def without(self, name: str, value: str | None = None) -> str:
        left = [item for item in self.here.get(name, ()) if item != value] if value is not None else []
        return self.href(self.changed({name: left}))

    def without_group(self, group: str) -> str:
        return self.href(self.changed({name: [] for name in PARAMETERS.get(group, (group,))}))


@per_process(1024)
def _part(name: str, *values: str) -> str:
    """Kept: the neighbors of an address differ in one name, and most searches choose what others chose."""
    return urlencode({name: values}, doseq=True)


class ListingWords:
    """What was chosen, in words that take themselves away; and what to do when that finds nothing."""

    def __init__(self, door: PostingFilter) -> None:
        self.door = door
        self.addresses = Addresses(door)

    @cached_property
    def _said(self) -> list[Said]:
        return said(self.door)

    @property
    def chosen(self) -> list[Word]:
        return [Word(one.text, self.addresses.without(one.name, one.value)) for one in self._said]

    @property
    def in_sheet(self) -> int:
        """How many of them stand among the filters, which a phone folds away; what and where stand above."""
        return sum(one.group not in ON_THE_LINE for one in self._said)

    @property
    def loosen(self) -> list[Word]:
        """When nothing was found: which single thing to take away, and how much that opens. The most first."""
        answer = self.door.figures
        if answer.total or len(answer.without) < 2:
            return []
        found = []
        for group, count in answer.without.items():
            text = ", ".join(one.text for one in self._said if one.group == group)
            if count and text:
                found.append(Word(text, self.addresses.without_group(group), count))
        return sorted(found, key=lambda word: -word.count)

    @property
    def pairs(self) -> Iterator[Word]:
        """Every two things that could be taken away together while a third is left; not counted."""
        groups = list(dict.fromkeys(one.group for one in self._said if one.group in self.door.figures.without))
        for one, other in combinations(groups, 2) if len(groups) > 2 else ():
            text = ", ".join(said.text for said in self._said if said.group in (one, other))
            names = [name for group in (one, other) for name in PARAMETERS.get(group, (group,))]
            yield Word(text, self.addresses.href(self.addresses.changed({name: [] for name in names})))

    @property
    def suggestions(self) -> list[Word]:
        """The words and the place as they were probably meant: when little was found because of the words, and when nobody
        knows the place."""
        meant = self._places_meant
        words = self._words_meant(is_to_blame=bool(meant))
        changes = [{"where": [place]} for place in meant]
        if words:
            changes = [{"q": [words], **(changes[0] if changes else {})}, *changes]
        return [Word(" · ".join(text for (text,) in change.values()), self._with(change)) for change in changes]

    def _with(self, changes: Address) -> str:
        return self.addresses.href(self.addresses.changed(changes))

    @property
    def _places_meant(self) -> list[str]:
        place, area = self.door.place, self.door.area
        is_unknown = place is not None and place.kind == "text" and not (area and area.cities)
        return place_spelling.suggest(self.door.chosen["where"], language=self.door.language) if is_unknown else []

    def _words_meant(self, *, is_to_blame: bool) -> str:
        answer = self.door.figures
        is_to_blame = is_to_blame or len(answer.without) == 1 or bool(answer.without.get("q"))
        if answer.total >= spelling.FEW or not self.door.text or not is_to_blame:
            return ""
        typed = self.door.chosen["q"]
        return spelling.suggest(typed, language=self.door.language) or ("" if answer.total else _unquoted(typed))

    @cached_property
    def also(self) -> list[Also]:
        """The roles that the words are a name of: their postings are shown too. Of a tier those that were found."""
        named = explain(self.door.text, self.door.language)
        if not self.door.text or not self.door.text.tiers:
            return named
        found = {*self.door.text.roles, *self.door.counts["role"]}
        return [role for role in named if role.key in found]

    @property
    def only_words(self) -> Word | None:
        """The way to search for the words alone, where they are also a name of a role."""
        if not self.also:
            return None
        return Word(_("Search only for the words"), self.addresses.with_values("words", "1"))

    @property
    def all_meanings(self) -> Word | None:
        """The way back."""
        if "words" not in self.door.chosen:
            return None
        return Word(_("Also search for the role that these words name"), self.addresses.without("words"))


def _unquoted(line: str) -> str:
    """Words in quotes are looked for side by side; without them anywhere. What a minus sign takes out in quotes stays so."""
    return "" if '"' not in line or '-"' in line else clean(line.replace('"', " "))
