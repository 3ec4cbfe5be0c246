"""What a query asks for as conditions of the ORM, and its orders: short, slow and obviously right.

``postings.search.reference`` answers with these, and every other backend is compared with them. Each rule is said
once more here on purpose, from the columns themselves and not from ``postings.search.document``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThan

from callcenter_jobs.lib.geo import distance_km
from postings.enums import LanguageLevel, Workplace
from postings.models import Posting, PostingLanguage, PostingText, StartClass
from postings.search.facets import (
    AREA,
    BAND_MASKS,
    DAY_MASKS,
    EXPERIENCE,
    FIT,
    HOURS,
    NO_START,
    PAY,
    POSTED,
    START,
    TEXT,
    band_range,
    city_key,
)
from postings.search.query import Area, Node, Profile, Query, Reading, Sort, unwanted
from postings.search.tsquery import write

NOBODY = Q(pk__in=[])
LEVELS = list(LanguageLevel.values)
NEWEST = ("-published_at", "-pk")
# Conditions of a facet's values that one row answers by itself.
TRAINING: dict[str, Q] = {
    "paid": Q(training_weeks__gt=0, is_training_paid=True),
    "unpaid": Q(training_weeks__gt=0, is_training_paid=False),
    "none": Q(training_weeks=0),
}
Chosen = Mapping[str, tuple[str, ...]]


def any_of(conditions: Iterable[Q]) -> Q:
    """At least one of them; with none of them nothing."""
    return reduce(or_, conditions, NOBODY)


# --- one value at a time -----------------------------------------------------------------------------------


def works(mask: int) -> Q:
    """Some of these cells of the week are worked."""
    return Q(GreaterThan(F("shift_mask").bitand(mask), 0))


def weekly_hours(name: str) -> Q:
    low, high = HOURS[name]
    return Q(hours_min__lt=high, hours_max__gte=low)


def experience(name: str) -> Q:
    return Q(experience_months__range=EXPERIENCE[name])


def paid_in_band(value: str) -> Q:
    band = band_range(value)
    return Q(pay_currency=band[0], hourly_min__gte=band[1], hourly_min__lt=band[2]) if band else NOBODY


def published_within(query: Query, days: str) -> Q:
    """In the last N times 24 hours."""
    return Q(published_at__gte=query.now - timedelta(days=int(days)))


def month_of(value: str) -> tuple[date, date]:
    """The first days of a month and of the next one."""
    first = date.fromisoformat(f"{value}-01")
    return first, (first + timedelta(days=31)).replace(day=1)


def starts_in(value: str, today: date) -> Q:
    """A class begins in that month and not before ``today``; ``open``: there is no class at all."""
    classes = StartClass.objects.filter(posting=OuterRef("pk"))
    if value == NO_START:
        return ~Q(Exists(classes))
    first, end = month_of(value)
    return Q(Exists(classes.filter(starts_on__gte=max(first, today), starts_on__lt=end)))


# --- languages and places ------------------------------------------------------------------------------------


def levels_up_to(level: str) -> list[str]:
    """The demands that somebody at ``level`` meets; all of them when nothing is said."""
    return LEVELS[: LEVELS.index(level) + 1] if level else LEVELS


def asks_for(language: str, level: str) -> Q:
    asked = PostingLanguage.objects.filter(posting=OuterRef("pk"), language=language, level__in=levels_up_to(level))
    return Q(Exists(asked))


IS_REMOTE = Q(workplace=Workplace.REMOTE)
LISTS_COUNTRIES = IS_REMOTE & ~Q(remote_countries=[])


def hires_in(countries: Iterable[str]) -> Q:
    """Where the person may live: the listed countries of a remote job, else the country of the job."""
    codes = list(countries)
    return (LISTS_COUNTRIES & Q(remote_countries__overlap=codes)) | (~LISTS_COUNTRIES & Q(country__in=codes))


def in_city(keys: Iterable[str]) -> Q:
    """Not remote, and in a town that an address says so (``NO-oslo``), however it is spelled."""
    wanted = set(keys)
    towns = Posting.objects.exclude(city="").order_by().values_list("country", "city").distinct()
    same = any_of(Q(country=country, city=city) for country, city in towns if city_key(country, city) in wanted)
    return ~IS_REMOTE & same


def in_area(area: Area) -> Q:
    if area.is_country:
        return hires_in(area.countries)
    here = ~IS_REMOTE & Q(site__place__in=list(area.places))
    named = in_city(area.cities) if area.cities else NOBODY
    return here | named | (IS_REMOTE & hires_in(area.countries))


# --- words -----------------------------------------------------------------------------------------------------


def says(trees: Mapping[str, Node], *, title: bool = False) -> Q:
    """One of the texts, or its title, matches the words of its language."""
    vector = Func(F("search"), template="ts_filter(%(expressions)s, '{a}')", output_field=SearchVectorField()) if title else F("search")

    def matches(tree: Node) -> Q:
        words = Func(Value(write(tree)), template="%(expressions)s::tsquery", output_field=SearchQueryField())
        return Q(Func(vector, words, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()))

    texts = PostingText.objects.filter(any_of(Q(language=language) & matches(tree) for language, tree in trees.items()))
    return Q(pk__in=texts.order_by().values("posting_id"))


# What a word can mean as a facet.
SAID: dict[str, Callable[[str], Q]] = {
    "tier": lambda value: Q(tier=value),
    "lang": lambda value: asks_for(value, ""),
    "band": lambda value: works(BAND_MASKS[value]),
    "workplace": lambda value: Q(workplace=value),
    "employment": lambda value: Q(employment_type=value),
    "student": lambda _value: Q(is_student_friendly=True),
    "experience": experience,
}


def reads(reading: Reading, *, title: bool = False) -> Q:
    """One reading of the words; with ``title`` only where they are in the title, or name the role. The rest may be anywhere."""
    parts = []
    if reading.trees or reading.roles:
        banned = any_of(says({language: part}) for language, tree in reading.trees.items() for part in unwanted(tree))
        parts.append((says(reading.trees, title=title) & ~banned) | Q(role__key__in=reading.roles))
    if reading.rest:
        parts.append(says(reading.rest))
    parts += [any_of(map(SAID[facet], values)) for facet, values in reading.choices.items()]
    if reading.area:
        parts.append(in_area(reading.area))
    without = any_of(SAID[facet](value) for facet, values in reading.without.items() for value in values)
    return reduce(and_, parts) & ~without if parts else NOBODY


def written_in(language: str) -> Q:
    return Q(Exists(PostingText.objects.filter(posting=OuterRef("pk"), language=language)))


# --- all groups --------------------------------------------------------------------------------------------------


def groups_of(query: Query) -> dict[str, Q]:
    """Group → condition, for the groups that something was chosen in."""
    rules: dict[str, Callable[[str], Q]] = {
        "tier": lambda value: Q(tier=value),
        "role": lambda value: Q(role__key=value),
        "work": lambda value: Q(work_type=value),
        "channel": lambda value: Q(channels__contains=[value]),
        "lang": lambda value: asks_for(value, query.level),
        "band": lambda value: works(BAND_MASKS[value]),
        "day": lambda value: works(DAY_MASKS[value]),
        "workplace": lambda value: Q(workplace=value),
        "employment": lambda value: Q(employment_type=value),
        "student": lambda _value: Q(is_student_friendly=True),
        "hours": weekly_hours,
        "experience": experience,
        "training": TRAINING.__getitem__,
        "industry": lambda value: Q(employer__industry=value),
        "employer": lambda value: Q(employer=int(value)),
        "country": lambda value: hires_in([value]),
        "city": lambda value: in_city([value]),
        POSTED: lambda value: published_within(query, value),
    }
    found = {facet: any_of(map(rules[facet], values)) for facet, values in query.choices.items() if values and facet in rules}
    parts: dict[str, list[Q]] = {PAY: pay_parts(query), START: start_parts(query)}
    if query.fit and query.fit_least:
        parts[FIT] = [fits(query.fit, query.fit_least)]
    if query.text:
        parts[TEXT] = [any_of(map(reads, query.text.readings))]
    if query.area:
        parts[AREA] = [in_area(query.area)]
    return found | {group: reduce(and_, conditions) for group, conditions in parts.items() if conditions}


def pay_parts(query: Query) -> list[Q]:
    """Currencies, bands and amounts narrow each other."""
    parts = []
    if query.choices.get("currency"):
        parts.append(Q(pay_currency__in=query.choices["currency"]))
    if query.choices.get("payband"):
        parts.append(any_of(map(paid_in_band, query.choices["payband"])))
    if query.pay_from is not None:
        parts.append(Q(hourly_min__gte=query.pay_from))
    if query.pay_to is not None:
        parts.append(Q(hourly_min__lte=query.pay_to))
    return parts


def start_parts(query: Query) -> list[Q]:
    parts = []
    if query.choices.get("start"):
        parts.append(any_of(starts_in(value, query.today) for value in query.choices["start"]))
    if query.starts_by:
        classes = StartClass.objects.filter(posting=OuterRef("pk"), starts_on__range=(query.today, query.starts_by))
        parts.append(Q(Exists(classes)))
    return parts


# --- the visitor's wishes --------------------------------------------------------------------------------------------


def unmet(profile: Profile) -> list[Case]:
    """One number for each wish beside the week: 1 where it is not met."""
    found = []
    if profile.languages:
        able = any_of(Q(language=language, level__in=levels_up_to(level)) for language, level in profile.languages)
        missing = PostingLanguage.objects.filter(posting=OuterRef("pk"), is_required=True).exclude(able)
        found.append(_number(When(Exists(missing), then=1), default=0))
    if profile.area:
        found.append(_number(When(in_area(profile.area), then=0), default=1))
    if profile.pay is not None and profile.currency:
        found.append(_number(When(pay_currency=profile.currency, hourly_max__gte=profile.pay, then=0), default=1))
    return found


def _number(*cases: When, default: int) -> Case:
    return Case(*cases, default=Value(default), output_field=IntegerField())


def unmet_count(profile: Profile) -> F | Func:
    return reduce(lambda a, b: a + b, unmet(profile), Value(0, output_field=IntegerField()))  # type: ignore[arg-type,return-value]


def bit_count(mask: F | Func) -> Func:
    return Func(mask, template="bit_count((%(expressions)s)::bit(36))", output_field=BigIntegerField())


def share(profile: Profile) -> Case | Value:
    """The part of the shifts that the week covers, 0.0 to 1.0; all of it where nothing is asked, or no week is said."""
    if not profile.week:
        return Value(1.0, output_field=FloatField())
    covered = Cast(bit_count(F("shift_mask").bitand(profile.week)), FloatField())  # type: ignore[arg-type]
    return Case(When(shift_mask=0, then=Value(1.0)), default=covered / bit_count(F("shift_mask")), output_field=FloatField())


def fits(profile: Profile, least: str) -> Q:
    """Every wish met, and the whole week or half of it covered."""
    enough = Posting.objects.annotate(unmet=unmet_count(profile), share=share(profile))
    return Q(pk__in=enough.filter(unmet=0, share__gte=1.0 if least == "whole" else 0.5).order_by().values("pk"))


# --- orders --------------------------------------------------------------------------------------------------------------


def ordered(query: Query, found: QuerySet[Posting]) -> list[int]:
    """Primary keys in the asked order; without what an order needs (words, a profile, a middle) the newest first."""
    fit: dict[str, Any] = {"unmet": unmet_count(query.fit), "-share": share(query.fit)} if query.fit else {}
    keys: dict[str, Any] = {}
    match query.sort:
        case Sort.MATCH:
            keys = {"rank": _rank(query), **fit}
        case Sort.PAY:
            keys = {"currency_rank": _currency_rank(query, found), "-paid": Coalesce(F("hourly_max"), Value(Decimal(-1)))}
        case Sort.START:
            classes = StartClass.objects.filter(posting=OuterRef("pk"), starts_on__gte=query.today).order_by("starts_on")
            keys = {"first_start": Coalesce(Subquery(classes.values("starts_on")[:1]), Value(date.max))}
        case Sort.DISTANCE if query.area and query.area.has_middle:
            return _nearest(query.area, found)
        case Sort.FIT:
            keys = fit
    named = {name.removeprefix("-"): key for name, key in keys.items()}
    # The keys are selected: PostgreSQL takes a bare number in ORDER BY for a column's.
    return [row[0] for row in found.annotate(**named).order_by(*keys, *NEWEST).values_list("pk", *named)]


def _rank(query: Query) -> Case:
    """0: the role that the words name, 1: in the title, with a text in the reader's language; 2, 3: without such a text;
    4: of the tier that they name, with one; 5: without; 6, 7: the rest alike."""
    readings = query.text.readings if query.text else ()
    in_role = any_of(reads(replace(reading, trees={})) for reading in readings if reading.roles)
    in_title = any_of(reads(reading, title=True) for reading in readings if not reading.tiers)
    in_tier = any_of(reads(reading) for reading in readings if reading.tiers)
    own = written_in(query.language)
    ranks = (in_role & own, in_title & own, in_role, in_title, in_tier & own, in_tier, own)
    return _number(*(When(condition, then=rank) for rank, condition in enumerate(ranks)), default=len(ranks))


def _currency_rank(query: Query, found: QuerySet[Posting]) -> Case:
    """Amounts of different currencies do not compare: one after the other, ``pay_first`` first, then the most frequent,
    no pay last."""
    counted = found.exclude(pay_currency="").values_list("pay_currency").annotate(Count("pk"))
    frequent = sorted(counted, key=lambda pair: (pair[0] != query.pay_first, -pair[1], pair[0]))
    places = [When(pay_currency=currency, then=place) for place, (currency, _count) in enumerate(frequent)]
    return _number(*places, default=len(places))


def _nearest(middle: Area, found: QuerySet[Posting]) -> list[int]:
    """By kilometers from the middle, to a tenth; then remote jobs, then jobs at places that no map knows."""

    def key(row: tuple[int, str, float | None, float | None]) -> tuple[int, float]:
        _pk, workplace, latitude, longitude = row
        if workplace == Workplace.REMOTE:
            return 1, 0.0
        if latitude is None or longitude is None or middle.latitude is None or middle.longitude is None:
            return 2, 0.0
        return 0, round(distance_km(middle.latitude, middle.longitude, latitude, longitude), 1)

    rows = found.order_by(*NEWEST).values_list("pk", "workplace", "site__place__latitude", "site__place__longitude")
    return [row[0] for row in sorted(rows, key=key)]
