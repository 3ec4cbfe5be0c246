"""What the results page shows, made from the filters: cards, choices with counts, chosen words, ways to sort."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.money import number
from callcenter_jobs.ui.pagination import Page
from postings.cards import Card, cards_of
from postings.filters import Ignored, PostingFilter
from postings.search.backend import Answer
from postings.search.concepts import Also
from postings.search.fit import WEEK, profile_of
from postings.search.query import Profile
from postings.search.text import clean
from postings.views.listing_facets import Facets
from postings.views.listing_words import ListingWords, Word

PER_PAGE = 20
# A single value of one of these is a page for search engines, when it shows enough.
INDEXED = frozenset({"tier", "work", "role", "country", "city", "lang", "workplace"})
LEAST_INDEXED = 3


class Listing:
    """The open postings that an address asks for. Everything is computed once and on demand."""

    def __init__(self, request: HttpRequest) -> None:
        self.query: QueryDict = request.GET
        self.language = get_language() or "en"
        self.filter = PostingFilter(request.GET, profile=profile_of(request), language=self.language)
        self.words = ListingWords(self.filter)
        self.path = self.words.addresses.path

    # --- what was found ------------------------------------------------------------------------

    @property
    def _asked_offset(self) -> int:
        return ((self._asked_page or 1) - 1) * PER_PAGE

    @cached_property
    def _asked_page(self) -> int | None:
        text = self.query.get("page", "")
        asked = int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else 0
        return asked or None

    @cached_property
    def answer(self) -> Answer:
        return self.filter.answer(offset=self._asked_offset, limit=PER_PAGE)

    @property
    def total(self) -> int:
        return self.answer.total

    @cached_property
    def page(self) -> Page[Card]:
        """The asked page as cards; one that does not exist is the nearest that does."""
        pages = max(1, -(-self.total // PER_PAGE))
        here = min(self._asked_page or 1, pages)
        ids = self.filter.answer(offset=(here - 1) * PER_PAGE, limit=PER_PAGE).ids
        cards = cards_of(ids, language=self.language, wishes=self.wishes, area=self.filter.area)
        return Page(items=cards, number=here, pages=pages, total=self.total, per_page=PER_PAGE)

    @property
    def ignored(self) -> list[Ignored]:
        asked = self.query.get("page", "")
        if asked in {"", str(self.page.number)}:
            return self.filter.ignored
        words = {"page": number(self._asked_page or 0, self.language)}
        reason = _("There is no page %(page)s: this is the last one.") % words if self._asked_page and self.total else ""
        return [*self.filter.ignored, Ignored(_("Page"), clean(asked)[:40], reason, "page")]

    @property
    def wishes(self) -> Profile | None:
        """What the visitor wants, as it counts on this page."""
        return self.filter.wishes

    @property
    def week(self) -> int:
        return self.wishes.week if self.wishes else 0

    @property
    def typed_week(self) -> int:
        """The week in the address, to be remembered."""
        return self.filter.week_mask

    @property
    def chosen(self) -> dict[str, Any]:
        return self.filter.chosen

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        return bool(set(self.chosen) - {"sort", WEEK})

    # --- for search engines -----------------------------------------------------------------------

    @property
    def is_indexable(self) -> bool:
        """The list of all jobs, or one value of one facet with enough jobs; the first page of it."""
        if self.page.number > 1 or self.filter.ignored:
            return False
        if not self.chosen:
            return True
        (name, values), *more = self.chosen.items()
        return not more and name in INDEXED and len(values) == 1 and self.total >= LEAST_INDEXED

    @property
    def robots(self) -> str:
        return "" if self.is_indexable else "noindex, follow"

    @property
    def canonical_path(self) -> str:
        """The one address of this search; a later page is its own."""
        page = {"page": [str(self.page.number)]} if self.page.number > 1 else {}
        return self.words.addresses.href(self.words.addresses.changed(page))

    # --- choices ---------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> Facets:
        """The choices beside the results."""
        self.answer  # noqa: B018  so that the counts come with the page
        return Facets(self.filter)

    @property
    def order(self) -> str:
        return self.filter.order.value

    # --- words ------------------------------------------------------------------------------------

    @cached_property
    def chosen_words(self) -> list[Word]:
        return self.words.chosen

    @cached_property
    def loosen(self) -> list[Word]:
        return self.words.loosen

    @cached_property
    def suggestions(self) -> list[Word]:
        return self.words.suggestions

    @cached_property
    def also(self) -> list[Also]:
        return self.words.also

    @cached_property
    def only_words(self) -> Word | None:
        return self.words.only_words

    @property
    def all_meanings(self) -> Word | None:
        return self.words.all_meanings
