"""The one door to search: the address of a page, a feed, an alert or the API, made into a ``Query``.

What makes no sense is left out and said so; nothing typed refuses a page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.collation import sorted_by
from callcenter_jobs.lib.locale_names import ISO_3166_1
from postings.enums import Channel, EmploymentType, Industry, LanguageLevel, Tier, Workplace, WorkType
from postings.filter_fields import (
    AmountFilter,
    Ignored,
    LenientForm,
    LineFilter,
    ManyFilter,
    Shared,
    is_currency,
    is_language,
    is_pay_band,
    is_start,
)
from postings.filter_labels import employers, labels
from postings.models import Employer, Posting, Role
from postings.search import places, text
from postings.search.backend import Answer, get_backend
from postings.search.currencies import first_currency
from postings.search.facets import BAND_MASKS, DAY_MASKS, EXPERIENCE, FACETS, FIT_LEAST, HOURS, POSTED_DAYS, TRAINING
from postings.search.fit import WEEK, mask_of
from postings.search.query import Area, Profile, Query, Sort, Text
from postings.search.reference_rules import groups_of

__all__ = ["COUNTRY", "RADII", "SORTS", "Ignored", "PostingFilter"]

# Around a place: kilometers, or the country that it lies in.
COUNTRY = "country"
RADII = (("10", "10"), ("25", "25"), ("50", "50"), ("100", "100"), ("200", "200"), (COUNTRY, COUNTRY))
SORTS = (
    (Sort.MATCH, _("Best match")),
    (Sort.NEWEST, _("Newest")),
    (Sort.PAY, _("Highest pay")),
    (Sort.START, _("Earliest start")),
    (Sort.DISTANCE, _("Nearest")),
    (Sort.FIT, _("Best fit for me")),
)
NEEDS_PLACE = _("Choose a place for it.")
NEEDS_LANGUAGE = _("Choose a language for it.")
NEEDS_CURRENCY = _("Choose one currency for it.")
BELOW_LOWEST = _("That is below the lowest pay.")
NEEDS_WISHES = _("Say first what fits you.")
CITY = re.compile(r"[A-Z]{2}-[a-z0-9]+(?:-[a-z0-9]+)*")
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


def _not_past(value: date) -> None:
    if value < timezone.localdate():
        raise ValidationError(_("That day has passed."))


def _a_city(value: str) -> bool:
    return len(value) <= 90 and value[:2] in ISO_3166_1 and bool(CITY.fullmatch(value))


def _a_slug(value: str) -> bool:
    return len(value) <= 60 and bool(SLUG.fullmatch(value))


class PostingFilter(django_filters.FilterSet):
    """An address understood: ``query`` to be asked, ``answer`` to be shown, ``ignored`` to be said.

    ``profile`` are the visitor's wishes; a week in the address stands for the profile's own on this page. The order
    of the fields is the order of a canonical address.
    """

    q = LineFilter(label=_("What"))
    words = django_filters.ChoiceFilter(label=_("Only these words"), choices=[("1", "1")])
    where = LineFilter(label=_("Where"))
    radius = django_filters.ChoiceFilter(label=_("Distance"), choices=RADII)
    tier = ManyFilter(label=_("Level"), known=Tier.values)
    role = ManyFilter(label=_("Role"), known=_a_slug)
    work = ManyFilter(label=_("Kind of work"), known=WorkType.values)
    channel = ManyFilter(label=_("Channels"), known=Channel.values)
    lang = ManyFilter(label=_("Language"), known=is_language)
    level = django_filters.ChoiceFilter(label=_("My level"), choices=LanguageLevel.choices)
    band = ManyFilter(label=_("Shifts"), known=BAND_MASKS)
    day = ManyFilter(label=_("Days"), known=DAY_MASKS)
    workplace = ManyFilter(label=_("Workplace"), known=Workplace.values)
    employment = ManyFilter(label=_("Employment"), known=EmploymentType.values)
    student = ManyFilter(label=_("Students"), known=("1",))
    hours = ManyFilter(label=_("Hours a week"), known=HOURS)
    currency = ManyFilter(label=_("Currency"), known=is_currency)
    payband = ManyFilter(label=_("Pay"), known=is_pay_band)
    pay = AmountFilter(label=_("Pay per hour, at least"))
    pay_to = AmountFilter(label=_("Pay per hour, at most"))
    experience = ManyFilter(label=_("Experience"), known=EXPERIENCE)
    training = ManyFilter(label=_("Training"), known=TRAINING)
    start = ManyFilter(label=_("Start"), known=is_start)
    starts = django_filters.DateFilter(label=_("Starts by"), validators=[_not_past])
    country = ManyFilter(label=_("Country"), known=ISO_3166_1)
    city = ManyFilter(label=_("City"), known=_a_city)
    industry = ManyFilter(label=_("Industry"), known=Industry.values)
    employer = ManyFilter(label=_("Employer"), known=_a_slug)
    posted = django_filters.ChoiceFilter(label=_("Posted"), choices=[(days, days) for days in POSTED_DAYS])
    fit = django_filters.ChoiceFilter(label=_("Fits me"), choices=[(least, least) for least in FIT_LEAST])
    week = ManyFilter(label=_("My week"), known=lambda value: not mask_of([value])[1])
    sort = django_filters.ChoiceFilter(label=_("Sort by"), choices=SORTS)

    class Meta:
        model = Posting
        fields: tuple[str, ...] = ()
        form = LenientForm

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[Posting] | None = None,
        *,
        profile: Profile | None = None,
        language: str = "",
        now: datetime | None = None,
    ) -> None:
        # Not the inherited one, which copies all filters, and makes a field of each: an address names a few of them.
        self.is_bound = True
        self.data = data
        # What ``.qs`` narrows, made only when that is asked for: an answer of the index needs none.
        self.queryset = cast("QuerySet[Posting]", SimpleLazyObject(Posting.objects.open)) if queryset is None else queryset
        self.request = None
        self.form_prefix = None
        self.filters = self.base_filters
        self.profile = profile
        self.language = language or get_language() or "en"
        self.now = now or timezone.now()
        self._answers: dict[tuple[int, int], Answer] = {}
        # By slug, of those that are chosen or counted.
        self._employer_ids: dict[str, int] = {}
        self._employer_names: dict[str, str] = {}

    def get_form_class(self) -> type[LenientForm]:
        address = cast(QueryDict, self.data)
        return _form_of(tuple([name for name in self.filters if name in address]))

    # --- what the address says ----------------------------------------------------------------------

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """The usable choices by name; nothing that was left empty or out."""
        form = cast(LenientForm, self.form)
        form.is_valid()
        cleaned = form.cleaned_data
        for name, (needed, reason) in self._reasons(cleaned).items():
            if cleaned.get(name) not in (None, "") and not needed:
                form.leave_out(name, form.data.get(name, ""), str(reason))
        if cleaned.get("radius") and not self._has_circle(cleaned["where"], cleaned["radius"]):
            cleaned["radius"] = None
        for name, exist in (("role", self._roles), ("employer", self._employers)):
            if cleaned.get(name):
                known = exist(cleaned[name])
                for value in cleaned[name]:
                    if value not in known:
                        form.note(name, value)
                cleaned[name] = [value for value in cleaned[name] if value in known]
        # The fields stand in the order of the filters.
        return {name: cleaned[name] for name in form.fields if cleaned[name] not in (None, "", [])}

    def _reasons(self, cleaned: Mapping[str, Any]) -> dict[str, tuple[bool, Any]]:
        """What is of no use alone: the filter → whether it has what it needs, and what to say if not."""
        one_currency = len(cleaned.get("currency") or ()) == 1
        has_words = bool(text.WORD.search(cleaned.get("q") or ""))
        low, high = cleaned.get("pay"), cleaned.get("pay_to")
        in_order = low is None or high is None or low <= high
        return {
            "q": (has_words, ""),
            "words": (has_words, ""),
            "radius": (bool(cleaned.get("where")), NEEDS_PLACE),
            "level": (bool(cleaned.get("lang")), NEEDS_LANGUAGE),
            "pay": (one_currency, NEEDS_CURRENCY),
            "pay_to": (one_currency and in_order, NEEDS_CURRENCY if in_order else BELOW_LOWEST),
            "fit": (bool(self._wishes(cleaned)), NEEDS_WISHES),
        }

    def _has_circle(self, where: str, radius: str) -> bool:
        """A country and a region have no kilometers around them."""
        if "place" not in self.__dict__:
            self.place = places.resolve(where, language=self.language)
        return radius == COUNTRY or self.place is None or self.place.kind not in {"country", "region"}

    @staticmethod
    def _roles(keys: list[str]) -> set[str]:
        return set(Role.objects.filter(key__in=keys).values_list("key", flat=True))

    def _employers(self, slugs: list[str]) -> Mapping[str, int]:
        rows = list(Employer.objects.filter(slug__in=slugs).values_list("slug", "pk", "name"))
        self._employer_names = {slug: name for slug, _pk, name in rows}
        self._employer_ids = {slug: pk for slug, pk, _name in rows}
        return self._employer_ids

    @property
    def ignored(self) -> list[Ignored]:
        """What the address asks for and nobody can answer."""
        self.chosen  # noqa: B018  cleaning finds them
        return cast(LenientForm, self.form).ignored

    @cached_property
    def address(self) -> dict[str, list[str]]:
        """What is usable, as an address says it, in a fixed order, without the page."""
        return {name: value if isinstance(value, list) else [plain(value)] for name, value in self.chosen.items()}

    @cached_property
    def canonical(self) -> QueryDict:
        """``address`` as Django reads one."""
        kept = QueryDict(mutable=True)
        for name, values in self.address.items():
            kept.setlist(name, values)
        return kept

    # --- what is meant ------------------------------------------------------------------------------

    @property
    def week_mask(self) -> int:
        """The week in the address; the profile's is not in here."""
        return mask_of(self.chosen.get(WEEK, ()))[0]

    def _wishes(self, cleaned: Mapping[str, Any]) -> Profile | None:
        mask = mask_of(cleaned.get(WEEK) or ())[0]
        profile = replace(self.profile or Profile(), week=mask) if mask else self.profile
        return profile or None

    @cached_property
    def wishes(self) -> Profile | None:
        """The profile as it counts on this page; ``None`` when nothing is known."""
        return self._wishes(self.chosen)

    @cached_property
    def text(self) -> Text | None:
        typed = self.chosen.get("q", "")
        told = {"only_words": "words" in self.chosen, "has_place": "where" in self.chosen}
        return text.read(typed, language=self.language, **told) if typed else None

    def understand_as(self, other: PostingFilter) -> None:
        """Take over what ``other`` found out about the same words and the same place."""
        if text.clean(cast(QueryDict, self.data).get("where", "")) == other.chosen.get("where"):
            self.place = other.place
        ours, theirs = self.address, other.address
        if all(ours.get(name) == theirs.get(name) for name in ("q", "words")) and bool(ours.get("where")) == bool(theirs.get("where")):
            self.text = other.text

    @cached_property
    def place(self) -> places.Where | None:
        return places.resolve(self.chosen["where"], language=self.language) if "where" in self.chosen else None

    @cached_property
    def area(self) -> Area | None:
        if self.place is None:
            return None
        radius = self.chosen.get("radius", "0")
        return places.country_of(self.place) if radius == COUNTRY else places.area(self.place, km=int(radius))

    @cached_property
    def order(self) -> Sort:
        """The order asked for where it can be had, else the best for what was typed."""
        asked = Sort(self.chosen["sort"]) if "sort" in self.chosen else None
        if asked in self.sorts:
            return asked
        if self.text:
            return Sort.MATCH
        return Sort.FIT if self.week_mask else Sort.NEWEST

    @cached_property
    def sorts(self) -> list[Sort]:
        """The orders that there is something to order by for."""
        lacking = {
            Sort.MATCH: not self.text,
            Sort.DISTANCE: not (self.area and self.area.has_middle),
            Sort.FIT: not self.wishes,
        }
        return [sort for sort, _label in SORTS if not lacking.get(sort)]

    @cached_property
    def query(self) -> Query:
        chosen = self.chosen
        choices = {name: tuple(value if isinstance(value, list) else [value]) for name, value in chosen.items() if name in FACETS}
        choices.pop("fit", None)
        if "employer" in choices:
            choices["employer"] = tuple(str(self._employer_ids[slug]) for slug in choices["employer"])
        asked = Query(
            language=self.language,
            now=self.now,
            today=timezone.localdate(self.now),
            text=self.text,
            area=self.area,
            choices=choices,
            level=chosen.get("level", ""),
            pay_from=chosen.get("pay"),
            pay_to=chosen.get("pay_to"),
            starts_by=chosen.get("starts"),
            fit=self.wishes,
            fit_least=chosen.get("fit", ""),
            sort=self.order,
        )
        return replace(asked, pay_first=first_currency(asked)) if asked.sort is Sort.PAY else asked

    # --- what is found ------------------------------------------------------------------------------

    def answer(self, *, offset: int = 0, limit: int = 20, is_second: bool = False) -> Answer:
        """Total, one page of ids and all counts; asked once per page. A second question of the same page needs no
        counts, and no look at what changed since the first."""
        page = (offset, limit)
        if page not in self._answers:
            self._answers[page] = get_backend().search(self.query, offset=offset, limit=limit, facets=not is_second, fresh=not is_second)
        return self._answers[page]

    @property
    def figures(self) -> Answer:
        """The total and all counts, of whatever page was asked for: they are the same on each."""
        return next(iter(self._answers.values()), None) or self.answer()

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """What each choice would show, by the values that an address says: employers by slug."""
        found = cast("dict[str, dict[str, int]]", dict(self.figures.facets))
        for name, counts in found.items():
            # Of pay that is not stated, say, the currency.
            if "" in counts:
                found[name] = {value: count for value, count in counts.items() if value}
        by_key = {int(pk): count for pk, count in found.get("employer", {}).items()}
        known = employers(by_key)
        self._employer_names |= dict(known.values())
        found["employer"] = {slug: by_key[pk] for pk, (slug, _name) in known.items()}
        return found

    def labels(self, facet: str, values: Collection[str]) -> dict[str, str]:
        """The names of some values that are chosen or counted, in the order to be read."""
        if facet != "employer":
            return labels(facet, values)
        return dict(sorted_by(self.employers_named(values).items(), self.language, key=lambda pair: pair[1]))

    def employers_named(self, slugs: Iterable[str]) -> dict[str, str]:
        """The names of employers that are chosen or counted, in no order."""
        return {slug: self._employer_names[slug] for slug in slugs if slug in self._employer_names}

    def newest(self, *, limit: int) -> tuple[int, ...]:
        """For feeds: primary keys, whatever order was asked for."""
        return get_backend().search(replace(self.query, sort=Sort.NEWEST), limit=limit, facets=False).ids

    def filter_queryset(self, queryset: QuerySet[Posting]) -> QuerySet[Posting]:
        """The same as conditions of the ORM, for ``.qs``: slow, and for short lists only."""
        return queryset.filter(*groups_of(self.query).values())


@lru_cache(maxsize=128)
def _form_of(names: tuple[str, ...]) -> type[LenientForm]:
    """The form that has the fields of these filters; making the class costs as much as filling it in."""
    fields = {name: PostingFilter.base_filters[name].field for name in names}
    form = cast("type[LenientForm]", type("PostingFilterForm", (LenientForm,), fields))
    form.base_fields = Shared(form.base_fields)
    return form


def plain(value: object) -> str:
    """An amount without needless zeros; everything else as it is."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
