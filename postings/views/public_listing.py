"""What the results page shows, made from the filters: rows, choices with counts, chosen words, ways to sort."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.collation import sorted_by
from callcenter_jobs.lib.dates import date_long
from callcenter_jobs.lib.locale_names import country_name, currency_name, language_name
from callcenter_jobs.lib.money import money
from callcenter_jobs.ui.pagination import Page
from callcenter_jobs.ui.widgets import ShiftGridWidget
from postings.enums import EmploymentType, LanguageLevel, ShiftBand, Tier, Workplace, WorkType
from postings.filters import SORTS, Ignored, PostingFilter
from postings.models import Posting
from postings.search import words
from postings.search.week import PARAM as WEEK
from postings.shifts import ShiftGrid

PER_PAGE = 20
LAST_PAGE = 500
CHOICES_SHOWN = 8
FACETS = ("tier", "work", "band", "lang", "workplace", "country", "employment", "experience", "student")
# Facets of one choice share a group.
SINGLE = ("experience", "student")
OPEN_AT_FIRST = frozenset({"tier", "work", "band", "lang", "workplace"})


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    value: str
    label: str
    count: int
    is_chosen: bool
    id: str


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]
    more: list[Choice]
    is_open: bool

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in (*self.choices, *self.more))


@dataclass(frozen=True, slots=True)
class Word:
    """A chosen filter as a word, and the address without it; ``count`` is what that address shows."""

    label: str
    href: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Sorting:
    value: str
    label: str
    href: str
    is_current: bool


class Listing:
    """The open postings that an address asks for. Everything is computed once and on demand."""

    def __init__(self, request: HttpRequest) -> None:
        self.query: QueryDict = request.GET
        self.filter = PostingFilter(request.GET, Posting.objects.open())
        self.language = get_language() or "en"
        self.path = reverse("public:job_list")

    # --- what was found ------------------------------------------------------------------------

    @property
    def total(self) -> int:
        return self.filter.counts.total

    @cached_property
    def page(self) -> Page[Posting]:
        """The asked page; one that does not exist is the nearest that does."""
        pages = min(max(1, -(-self.total // PER_PAGE)), LAST_PAGE)
        number = max(1, min(self._asked_page or 1, pages))
        start = (number - 1) * PER_PAGE
        rows = list(self.filter.sorted().for_list()[start : start + PER_PAGE]) if self.total else []  # type: ignore[attr-defined]
        return Page(items=rows, number=number, pages=pages, total=self.total, per_page=PER_PAGE)

    @property
    def _asked_page(self) -> int | None:
        text = self.query.get("page", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None

    @property
    def ignored(self) -> list[Ignored]:
        asked = self.query.get("page", "")
        wrong = [] if asked in {"", str(self.page.number)} else [Ignored(_("Page"), words.clean(asked)[:40], "")]
        return [*self.filter.ignored, *wrong]

    @property
    def week(self) -> int:
        return self.filter.week_mask

    @property
    def chosen(self) -> dict[str, Any]:
        return self.filter.chosen

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        return bool(set(self.chosen) - {"sort", WEEK})

    @property
    def suggestions(self) -> list[Word]:
        """Titles spelled like the query, when nothing was found because of its words."""
        is_to_blame = len(self.filter.conditions) == 1 or bool(self.without.get("q"))
        if self.total or not self.filter.words or not is_to_blame:
            return []
        return [Word(title, f"{self.path}?{self._changed({'q': [title]}).urlencode()}") for title in words.suggestions(self.chosen["q"])]

    @cached_property
    def without(self) -> dict[str, int]:
        return self.filter.without

    @property
    def loosen(self) -> list[Word]:
        """When nothing was found: which single thing to take away, and how much that opens. The most first."""
        if self.total or len(self.filter.conditions) < 2:
            return []
        found = []
        for facet, count in self.without.items():
            said = ", ".join(word.label for name, word in self._words_by_facet if name == facet)
            if count and said:
                found.append(Word(said, self._without("currency" if facet == "pay" else facet), count))
        return sorted(found, key=lambda word: -word.count)

    # --- addresses ------------------------------------------------------------------------------

    @cached_property
    def _kept(self) -> QueryDict:
        """The usable part of the address, without the page."""
        kept = QueryDict(mutable=True)
        for name in self.filter.filters:
            value = self.chosen.get(name)
            if value is None:
                continue
            kept.setlist(name, value if isinstance(value, list) else [str(value)])
        return kept

    def _changed(self, changes: dict[str, list[str]]) -> QueryDict:
        """The address with other values; an empty list takes a name out, and what depends on it."""
        query = self._kept.copy()
        for name, values in changes.items():
            if values:
                query.setlist(name, values)
            else:
                query.pop(name, None)
        if not query.get("lang"):
            query.pop("level", None)
        if len(query.getlist("currency")) != 1:
            query.pop("pay", None)
        return query

    def _without(self, name: str, value: str | None = None) -> str:
        left = [item for item in self._kept.getlist(name) if item != value] if value is not None else []
        query = self._changed({name: left})
        return f"{self.path}?{query.urlencode()}" if query else self.path

    # --- choices ---------------------------------------------------------------------------------

    @property
    def facets(self) -> list[Facet]:
        groups = [self._facet(name) for name in FACETS if name not in SINGLE]
        yes = [choice for name in SINGLE for choice in self._facet(name).choices]
        groups.append(Facet("first", _("First job"), yes, [], is_open=any(choice.is_chosen for choice in yes)))
        return [facet for facet in groups if facet.choices]

    def _facet(self, name: str) -> Facet:
        labels = self._labels(name)
        counts = self.filter.counts.by_facet.get(name, {})
        chosen = set(self.chosen.get(name, ()))
        shown = [(value, label) for value, label in labels if counts.get(value) or value in chosen]
        by_size = sorted((value for value, _label in shown), key=lambda value: (value not in chosen, -counts.get(value, 0)))
        first = set(by_size[:CHOICES_SHOWN])
        made = [Choice(name, value, label, counts.get(value, 0), value in chosen, f"f-{name}-{value}") for value, label in shown]
        return Facet(
            name=name,
            label=str(self.filter.filters[name].label),
            choices=[choice for choice in made if choice.value in first],
            more=[choice for choice in made if choice.value not in first],
            is_open=bool(chosen) or name in OPEN_AT_FIRST,
        )

    def _labels(self, name: str) -> list[tuple[str, str]]:
        """The choices of a facet in the order to be read."""
        found = [*self.filter.counts.by_facet.get(name, {}), *self.chosen.get(name, ())]
        match name:
            case "tier":
                return [(value, str(label)) for value, label in Tier.choices]
            case "work":
                return [(value, str(label)) for value, label in WorkType.choices]
            case "workplace":
                return [(value, str(label)) for value, label in Workplace.choices]
            case "employment":
                return [(value, str(label)) for value, label in EmploymentType.choices]
            case "band":
                bands = [(band.name.lower(), str(band.label)) for band in ShiftBand]
                return [*bands, ("weekend", _("Weekend")), ("holiday", _("Public holidays"))]
            case "lang":
                return self._named(found, lambda code: capfirst(language_name(code, self.language)))
            case "country":
                return self._named(found, lambda code: country_name(code, self.language))
            case "experience":
                return [("none", _("No experience needed"))]
        return [("1", _("Suits students"))]

    def _named(self, codes: Iterable[str], name: Any) -> list[tuple[str, str]]:
        pairs = [(code, name(code)) for code in dict.fromkeys(codes) if code]
        return sorted_by(pairs, self.language, key=lambda pair: pair[1])

    @property
    def currencies(self) -> list[Choice]:
        """The currencies that the found postings pay in."""
        counts = {code: count for code, count in self.filter.counts.by_facet.get("pay", {}).items() if code}
        chosen = self.chosen.get("currency", [])
        pairs = self._named([*counts, *chosen], lambda code: capfirst(currency_name(code, self.language)))
        return [Choice("currency", code, name, counts.get(code, 0), code in chosen, f"f-currency-{code}") for code, name in pairs]

    levels = LanguageLevel.values

    @property
    def pay(self) -> str:
        """The amount as it goes into its box again."""
        return f"{self.chosen['pay'].normalize():f}" if "pay" in self.chosen else ""

    @property
    def level(self) -> str:
        return str(self.chosen.get("level", ""))

    @property
    def grid(self) -> str:
        """The week as checkboxes."""
        return str(ShiftGridWidget().render(WEEK, self.week, attrs={"id": "f-week"}))

    @property
    def sortings(self) -> list[Sorting]:
        usable = {"newest", "pay", "start"} | ({"match"} if self.filter.words else set()) | ({"fit"} if self.week else set())
        order = self.filter.order
        return [
            Sorting(value, str(label), f"{self.path}?{self._changed({'sort': [value]}).urlencode()}", value == order)
            for value, label in SORTS
            if value in usable
        ]

    # --- chosen filters in words --------------------------------------------------------------------

    @property
    def chosen_words(self) -> list[Word]:
        return [word for _name, word in self._words_by_facet]

    @cached_property
    def _words_by_facet(self) -> list[tuple[str, Word]]:
        chosen = self.chosen
        found: list[tuple[str, Word]] = [
            (name, Word(_("“%(words)s”") % {"words": chosen[name]}, self._without(name))) for name in ("q", "where") if name in chosen
        ]
        for name in FACETS:
            labels = dict(self._labels(name))
            found += [(name, Word(self._said(name, labels[value]), self._without(name, value))) for value in chosen.get(name, ())]
        if "pay" in chosen:
            amount = money(chosen["pay"], chosen["currency"][0], self.language)
            found.append(("pay", Word(_("At least %(amount)s per hour") % {"amount": amount}, self._without("pay"))))
        found += [
            ("pay", Word(_("Paid in %(currency)s") % {"currency": currency_name(code, self.language)}, self._without("currency", code)))
            for code in chosen.get("currency", ())
            if "pay" not in chosen
        ]
        if "starts" in chosen:
            said = _("Starts by %(date)s") % {"date": date_long(chosen["starts"], self.language)}
            found.append(("starts", Word(said, self._without("starts"))))
        if self.week:
            found.append((WEEK, Word(_("My week: %(week)s") % {"week": ShiftGrid(self.week).text()}, self._without(WEEK))))
        return found

    def _said(self, name: str, label: str) -> str:
        if name == "lang" and self.level:
            return _("%(language)s, I speak it at %(level)s") % {"language": label, "level": self.level}
        return label
