"""The results page in words: sentences with numbers and names, what was said of oneself, and what to do when nothing is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from babel.lists import format_list
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import escape

from callcenter_jobs.lib.locale_names import country_name, language_name
from callcenter_jobs.lib.money import money, number
from callcenter_jobs.ui.jinja import draw, pagination, url
from callcenter_jobs.ui.kept import per_language
from callcenter_jobs.ui.moulds import Mould, escaped, mark
from callcenter_jobs.ui.templatetags.ui_navigation import url_or_empty
from callcenter_jobs.ui.templatetags.ui_parts import button
from postings.cards import Card, cards_of
from postings.filters import COUNTRY, RADII, SORTS, PostingFilter
from postings.presenters_front import open_jobs_text
from postings.saved_searches import NOT_KEPT
from postings.search.currencies import found_in_order
from postings.search.fit import WEEK, Wishes, wishes_of
from postings.search.query import Sort
from postings.search.text import OPERATORS, parts_of
from postings.shifts import ShiftGrid
from postings.views import listing_form
from postings.views.listing_words import Word

if TYPE_CHECKING:
    from postings.views.public_listing import Listing

NEAREST = 5
# So many ways to find more are tried: each is a search.
TRIES = 2
TRIED_PAIRS = 6
ALSO_NAMED = 3
# What another person, or a mail, cannot ask for: it hangs on this device.
OF_THE_DEVICE = frozenset({"fit", "week"})
TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Counted:
    """A word that leads somewhere, and how much is there."""

    label: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """What almost matches: ``label`` says what was loosened, ``text`` how many there are."""

    label: str
    href: str
    text: str
    cards: list[Card]


class Shown:
    """What templates ask for beside the listing itself; each part is made when it is asked for."""

    def __init__(self, request: HttpRequest, listing: Listing, *, is_part: bool) -> None:
        self.request = request
        self.listing = listing
        self.is_part = is_part
        # Other addresses that were tried, so that each is understood once.
        self._doors: dict[str, PostingFilter] = {}

    # --- what was found ------------------------------------------------------------------------

    @cached_property
    def total(self) -> str:
        return open_jobs_text(self.listing.total)

    @property
    def button(self) -> SafeString:
        """Below the choices."""
        total = self.listing.total
        words = {"count": number(total, self.listing.language)}
        label = ngettext("Show %(count)s job", "Show %(count)s jobs", total) % words if total else _("Show jobs")
        return _button.at(self.listing.language).cast([escape(label)])

    @cached_property
    def title(self) -> str:
        """What the page is about; of a search its total and its words."""
        title = _("Open jobs in call centers")
        if self.words:
            title = _("%(jobs)s: %(search)s") % {"jobs": self.total, "search": self.words[:TITLE_LENGTH]}
        if self.listing.page.number > 1:
            title = _("%(title)s, page %(page)s") % {"title": title, "page": number(self.listing.page.number, self.listing.language)}
        return title

    @property
    def window_title(self) -> str:
        return f"{self.title} · {settings.SITE_NAME}"

    @property
    def sortings(self) -> SafeString:
        addresses, door = self.listing.words.addresses, self.listing.filter
        start = f"{addresses.path}?{addresses.unordered}{'&' if addresses.unordered else ''}"
        mould = _sortings.at(self.listing.language, tuple(door.sorts), door.order)
        return mould.filled({"unordered": escape(start)})

    @property
    def pay_order(self) -> str:
        """What one must know of an order by pay, where it holds several currencies."""
        door = self.listing.filter
        order = found_in_order(door.query, door.counts) if door.order is Sort.PAY else []
        words = {"currency": order[0]} if len(order) > 1 else None
        return _("Amounts in different currencies are not compared: %(currency)s first.") % words if words else ""

    @property
    def pagination(self) -> SafeString:
        return pagination(self.request, self.listing.page)

    @property
    def search_line(self) -> SafeString:
        return listing_form.search_line(self.listing.filter)

    @property
    def panel(self) -> SafeString:
        return listing_form.panel(self.listing.facets)

    # --- which search this is --------------------------------------------------------------------

    @cached_property
    def words(self) -> str:
        return " · ".join(word.label for word in self.listing.chosen_words)

    @property
    def chips(self) -> SafeString:
        """The same, each to be taken away."""
        chip = _chip.at(self.listing.language)
        words = [{"label": escape(word.label), "href": escape(word.href)} for word in self.listing.chosen_words]
        return SafeString("".join([chip.filled(word) for word in words]))

    @cached_property
    def search(self) -> str:
        """The address of this search without its order and page."""
        return self.listing.words.addresses.unordered

    @property
    def alerts(self) -> SafeString:
        """New jobs of this search by mail; empty where this portal tells nobody."""
        if not address_of_alerts.at(self.listing.language):
            return SafeString("")
        return _alerts.at(self.listing.language, not self.listing.page.items).cast([escape(self.feed_query)])

    @cached_property
    def feed_query(self) -> str:
        return self.listing.words.addresses.query(without=NOT_KEPT | OF_THE_DEVICE)

    @property
    def feed_link(self) -> SafeString:
        asked = f"?{self.feed_query}" if self.feed_query else ""
        language = self.listing.language
        return _feed_link.at(language).cast([escaped(f"{url.at(language, 'public:job_feed')}{asked}")])

    # --- what was understood ------------------------------------------------------------------------

    @property
    def also(self) -> str:
        """``Also showing: Customer service agent``: what others call the roles that the words name."""
        if self.listing.only_words is None or not self.listing.total:
            return ""
        typed = self.listing.chosen.get("q", "").casefold()
        names = [name for role in self.listing.also for name in (role.title, *role.others[:1])]
        shown = list(dict.fromkeys(name for name in names if name.casefold() != typed))[:ALSO_NAMED]
        return _("Also showing: %(titles)s.") % {"titles": format_list(shown, locale=self.listing.language)} if shown else ""

    @property
    def left_out(self) -> list[str]:
        said = []
        for item in self.listing.ignored:
            if item.reason:
                # Of a page there is a whole sentence.
                said.append(item.reason if item.name == "page" else f"{item.label}: {item.reason}")
                continue
            text = _("%(label)s: “%(value)s” is not something we can search for.") % {"label": item.label, "value": item.value}
            said.append(text)
        return said

    # --- what was said of oneself ---------------------------------------------------------------------

    @cached_property
    def wishes(self) -> list[str]:
        wishes, profile = wishes_of(self.request), self.listing.filter.profile
        if profile and profile.area and profile.area.is_country:
            wishes = replace(wishes, km=0)
        return list(_in_words(wishes, self.listing.typed_week, self.listing.language))

    @property
    def mine(self) -> SafeString:
        address = url.at(self.listing.language, "public:my_week")
        if self.search:
            address = f"{address}?search={quote_plus(self.search)}"
        if self.wishes:
            return draw("postings/_my_wishes.html", wishes=self.wishes, url=address)
        return _no_wishes.at(self.listing.language).cast([escape(address)])

    # --- when nothing was found ------------------------------------------------------------------------

    @cached_property
    def meant(self) -> list[Counted]:
        """The words as they were probably meant, where that finds something."""
        return [found for word in self.listing.suggestions if (found := self._tried(word))]

    @property
    def loosen(self) -> list[Counted]:
        words = self.listing.loosen or ([self._pair] if self._pair else [])
        return [Counted(word.label, word.href, jobs_text(word.count)) for word in words]

    @property
    def loosen_title(self) -> str:
        return _("Take one thing away and these open:") if self.listing.loosen else _("Take these two away and jobs open:")

    @property
    def nothing_title(self) -> str:
        only_words = set(self.listing.chosen) - {"sort", WEEK, "words"} == {"q"}
        return _("No job matches these words") if only_words else _("No job matches all of this")

    @cached_property
    def _pair(self) -> Word | None:
        """Where no single thing helps: the two that open the most when both are taken away."""
        if self.listing.total or self.listing.loosen:
            return None
        tried = islice(self.listing.words.pairs, TRIED_PAIRS)
        counted = [replace(word, count=self._door(word).answer(limit=NEAREST, is_second=True).total) for word in tried]
        best = max(counted, key=lambda word: word.count, default=None)
        return best if best and best.count else None

    @cached_property
    def nearest(self) -> Nearest | None:
        """The best of what a little less would find: a wider circle, any of the words, one filter less."""
        if self.listing.total:
            return None
        for word in islice(self._looser(), TRIES):
            door = self._door(word)
            answer = door.answer(limit=NEAREST, is_second=True)
            cards = cards_of(answer.ids, language=self.listing.language, wishes=self.listing.wishes, area=door.area)
            if cards:
                return Nearest(word.label, word.href, _see_all(answer.total), cards)
        return None

    def _looser(self) -> Iterator[Word]:
        addresses, chosen = self.listing.words.addresses, self.listing.chosen
        if self.listing.suggestions:
            # What was meant is nearer than anything else, and was tried already.
            for word in self.listing.suggestions:
                is_quoted = word.label == self._door(word).chosen.get("q")
                yield replace(word, label=_("“%(words)s”") % {"words": word.label}) if is_quoted else word
            return
        place = self.listing.filter.place
        if place and place.kind == "city":
            known = [km for km, _label in RADII]
            wider = known[known.index(chosen["radius"]) + 1 :] if chosen.get("radius") in known else known
            for km in wider[1::2] if len(wider) > 1 else wider:
                text = _("Within %(km)s km of %(place)s") % {"km": km, "place": place.label}
                text = country_name(place.countries[0], self.listing.language) if km == COUNTRY else text
                yield Word(text, addresses.with_values("radius", km))
        parts = parts_of(chosen.get("q", ""))
        if len(parts) > 1 and not OPERATORS.search(chosen["q"]):
            yield Word(_("With any of the words"), addresses.with_values("q", " or ".join(parts)))
        for word in self.listing.loosen[:2] or ([self._pair] if self._pair else []):
            yield Word(_("Without %(filter)s") % {"filter": word.label}, word.href, word.count)

    def _door(self, word: Word) -> PostingFilter:
        if word.href not in self._doors:
            first = self.listing.filter
            door = PostingFilter(QueryDict(word.href.partition("?")[2]), profile=first.profile, language=first.language, now=first.now)
            door.understand_as(first)
            self._doors[word.href] = door
        return self._doors[word.href]

    def _tried(self, word: Word) -> Counted | None:
        total = self._door(word).answer(limit=NEAREST, is_second=True).total
        return Counted(word.label, word.href, jobs_text(total)) if total > self.listing.total else None


@per_language(8)
def address_of_alerts() -> str:
    return url_or_empty("alerts:ask")


@per_language(16)
def _alerts(is_open: bool) -> Mould:
    return Mould.of(draw("applicants/_alert_form.html", alert_search=mark("search"), alert_is_open=is_open))


@per_language(8)
def _feed_link() -> Mould:
    link = '<link rel="alternate" type="application/atom+xml" title="{}" href="{}">'
    return Mould.of(format_html(link, _("New jobs of this search"), mark("href")))


@per_language(64)
def _sortings(usable: tuple[Sort, ...], current: Sort) -> Mould:
    """The orders of a list as links. The order stands last in a canonical address, and nothing hangs on it."""
    named = [(value.value, label, value is current) for value, label in SORTS if value in usable]
    return Mould.of(draw("postings/_sortings.html", sortings=named, unordered=mark("unordered")))


@per_language(8)
def _button() -> Mould:
    return Mould.of(button(mark("label")))


@per_language(8)
def _chip() -> Mould:
    return Mould.of(draw("postings/_chosen.html", label=mark("label"), href=mark("href")))


@per_language(8)
def _no_wishes() -> Mould:
    return Mould.of(draw("postings/_my_wishes.html", wishes=(), url=mark("url")))


def jobs_text(count: int) -> str:
    return ngettext("%(count)s job", "%(count)s jobs", count) % {"count": number(count, get_language() or "en")}


def _see_all(total: int) -> str:
    return ngettext("See %(count)s job", "See all %(count)s jobs", total) % {"count": number(total, get_language() or "en")}


def _in_words(wishes: Wishes, typed_week: int, language: str) -> Iterable[str]:
    week = typed_week or wishes.week
    if week:
        yield capfirst(ShiftGrid(week).text())
    if wishes.languages:
        yield ", ".join(f"{capfirst(language_name(code, language))} {level}" for code, level in wishes.languages)
    if wishes.place and wishes.km:
        yield _("Within %(km)s km of %(place)s") % {"km": wishes.km, "place": wishes.place}
    elif wishes.place:
        yield wishes.place
    if wishes.pay is not None:
        yield _("At least %(amount)s per hour") % {"amount": money(wishes.pay, wishes.currency, language)}
