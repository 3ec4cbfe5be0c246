"""Searches answered by the ORM, slowly and obviously right: the truth that every other backend is compared with.

What the answers mean
---------------------
*Groups.* A posting is found when it meets every group that something was chosen in. Inside a facet any chosen value
will do; the facets of one group (currency, pay band, amounts; start month and "starts by") narrow each other.
The counts of a facet leave its whole group out and respect all others, so that choosing a value in an untouched group
finds exactly the number that stood beside it. ``without`` has one number for every group with a choice, words
(``q``) and place (``where``) too. Without ``facets`` both are empty. Values that no posting has are left out, chosen
ones as well; of a long facet the ``LONG`` largest are answered (equals in the order of the value as text) and those
chosen ones that some posting has.

*Open* is what is open at ``query.now`` where the job is.

*Values.* ``lang``: asked for, required or not, at a level up to ``query.level`` (which without a chosen language only
bounds these counts). ``country``: where one may live (see ``facets.hires_in``). ``city``: the town of what is not
remote. ``start``: months in which a class begins on ``today`` or later; ``open`` has no class at all, not even one
that has begun. ``posted``: published in the last N times 24 hours; of several the widest counts. ``currency`` of a
posting that states no pay is the empty value. Amounts compare with the lowest pay per hour; what states none is in no
range. ``fit`` is counted only for a ``Profile``: every wish met, and the whole week (``whole``) or half of the cells
(``half``) covered.

*Words.* A posting is found when one of the readings fits: the words in one of its texts, matched in that text's
language, or one of the roles; and, where the reading has them, the ``rest`` of the words, the facets that words mean
(languages at any level), the area, and nothing of what is said ``without``. A reading that is only an area finds what is in it.

*Orders* all end with the newest (``published_at``, then the number). ``match``: of what has a text in the reader's
language first the role that the words name, then what has them in a title; then the same two of what has no such text;
then what is of a tier that a word names, then what has them elsewhere, of each in the reader's language first; within each
by fit for a ``Profile``.
``pay``: one currency after the other, ``query.pay_first`` before the others, of which the most frequent of what was
found comes first (equals by code, no pay last), then the highest ``hourly_max``.
``start``: the earliest class from ``today`` on, without one last. ``distance``: kilometers from the middle of
``query.area`` to a tenth, then remote jobs, then what no map knows. ``fit``: the number of wishes not met (of
languages, place and pay), then the share of the week's cells that is covered, the larger first.
An order without what it needs is the newest first.

*Wishes.* Languages: a required one is missing in the profile, or wanted at a higher level. Place: not in the
profile's area. Pay: ``hourly_max`` is not stated, lower, or in another currency. What a profile does not say is
met; without a week everything is covered, and so is a posting without shifts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Count, F, Func, Q, QuerySet, TextField, When
from django.db.models.functions import TruncMonth

from postings.models import Posting, PostingLanguage, StartClass
from postings.search import reference_rules as rules
from postings.search.backend import Answer
from postings.search.facets import (
    BAND_MASKS,
    DAY_MASKS,
    EXPERIENCE,
    FACETS,
    FIT_LEAST,
    HOURS,
    LONG,
    NO_START,
    POSTED_DAYS,
    band_currencies,
    city_key,
    pay_band,
)
from postings.search.query import Query

Counts = dict[str, int]
# Facets with one value a posting, in a column.
COLUMNS = {
    "tier": "tier",
    "role": "role__key",
    "work": "work_type",
    "workplace": "workplace",
    "employment": "employment_type",
    "currency": "pay_currency",
    "industry": "employer__industry",
    "employer": "employer_id",
}
LIVES_IN = Case(
    When(rules.LISTS_COUNTRIES, then=F("remote_countries")),
    default=Func(F("country"), template="ARRAY[%(expressions)s]"),
    output_field=ArrayField(TextField()),
)


class ReferenceBackend:
    """A handful of statements per facet: for tests and for small installations."""

    def search(self, query: Query, *, offset: int = 0, limit: int = 20, facets: bool = True, fresh: bool = True) -> Answer:
        search = _Search(query)
        found = search.found()
        return Answer(
            total=found.count(),
            ids=tuple(rules.ordered(query, found)[offset : offset + limit]) if limit else (),
            facets=search.facets() if facets else {},
            without={group: search.found(group).count() for group in search.groups} if facets else {},
        )


class _Search:
    def __init__(self, query: Query) -> None:
        self.query = query

    @cached_property
    def groups(self) -> dict[str, Q]:
        return rules.groups_of(self.query)

    def found(self, without: str = "") -> QuerySet[Posting]:
        """What meets every group, or every other group."""
        conditions = [condition for group, condition in self.groups.items() if group != without]
        return Posting.objects.open(at=self.query.now).order_by().filter(*conditions)

    def facets(self) -> dict[str, Counts]:
        """Facets of groups without a choice are all counted in the same postings."""
        counted: dict[str, Counts] = {}
        for group in ["", *self.groups]:
            names = [name for name, facet in FACETS.items() if (facet.group if facet.group in self.groups else "") == group]
            counted |= self._count(names, self.found(group))
        found = {name: {str(value): count for value, count in counts.items() if count} for name, counts in counted.items()}
        return {name: self._largest(name, counts) if FACETS[name].is_long else counts for name, counts in found.items()}

    def _largest(self, name: str, counts: Counts) -> Counts:
        first = sorted(counts, key=lambda value: (-counts[value], value))[:LONG]
        return {value: counts[value] for value in [*first, *self.query.choices.get(name, ())] if value in counts}

    # --- values ---------------------------------------------------------------------------------------

    def _count(self, names: list[str], found: QuerySet[Posting]) -> dict[str, Counts]:
        conditions = {name: values for name in names if (values := self._conditions(name)) is not None}
        counted = _where(found, [condition for values in conditions.values() for condition in values.values()])
        counts: dict[str, Counts] = {name: {value: next(counted) for value in values} for name, values in conditions.items()}
        for name in names:
            if name in COLUMNS:
                counts[name] = dict(found.values_list(COLUMNS[name]).annotate(Count("pk")))
            elif name not in conditions:
                count: Callable[[QuerySet[Posting]], Counts] = getattr(self, f"_by_{name}")
                counts[name] = count(found)
        return counts

    def _conditions(self, name: str) -> dict[str, Q] | None:
        """The values of a facet as conditions on one row; ``None`` for other facets."""
        match name:
            case "band":
                return {value: rules.works(mask) for value, mask in BAND_MASKS.items()}
            case "day":
                return {value: rules.works(mask) for value, mask in DAY_MASKS.items()}
            case "hours":
                return {value: rules.weekly_hours(value) for value in HOURS}
            case "experience":
                return {value: rules.experience(value) for value in EXPERIENCE}
            case "training":
                return rules.TRAINING
            case "student":
                return {"1": Q(is_student_friendly=True)}
            case "posted":
                return {value: rules.published_within(self.query, value) for value in POSTED_DAYS}
            case "fit":
                return {value: rules.fits(self.query.fit, value) for value in FIT_LEAST} if self.query.fit else {}
        return None

    def _by_channel(self, found: QuerySet[Posting]) -> Counts:
        return _each(found, F("channels"))

    def _by_country(self, found: QuerySet[Posting]) -> Counts:
        return _each(found, LIVES_IN)

    def _by_lang(self, found: QuerySet[Posting]) -> Counts:
        asked = PostingLanguage.objects.filter(posting__in=found, level__in=rules.levels_up_to(self.query.level)).order_by()
        return dict(asked.values_list("language").annotate(Count("posting", distinct=True)))

    def _by_payband(self, found: QuerySet[Posting]) -> Counts:
        wanted = band_currencies(self.query.choices)
        rows = (
            found.filter(pay_currency__in=wanted).exclude(hourly_min=None).values_list("pay_currency", "hourly_min").annotate(Count("pk"))
        )
        return _sums((pay_band(currency, amount), count) for currency, amount, count in rows)

    def _by_city(self, found: QuerySet[Posting]) -> Counts:
        rows = found.exclude(rules.IS_REMOTE).values_list("country", "city").annotate(Count("pk"))
        return _sums((city_key(country, city), count) for country, city, count in rows)

    def _by_start(self, found: QuerySet[Posting]) -> Counts:
        classes = StartClass.objects.filter(posting__in=found, starts_on__gte=self.query.today).order_by()
        months = classes.annotate(month=TruncMonth("starts_on")).values_list("month").annotate(Count("posting", distinct=True))
        by_month = {month.strftime("%Y-%m"): count for month, count in months}
        return {**by_month, NO_START: found.filter(rules.starts_in(NO_START, self.query.today)).count()}


def _where(found: QuerySet[Posting], conditions: list[Q]) -> Iterator[int]:
    """How many meet each of the conditions."""
    counted = (
        found.aggregate(**{f"n{place}": Count("pk", filter=condition) for place, condition in enumerate(conditions)}) if conditions else {}
    )
    return (counted[f"n{place}"] for place in range(len(conditions)))


def _each(found: QuerySet[Posting], values: F | Case) -> Counts:
    """How many have each of the values of an array."""
    each = Func(values, function="unnest", output_field=TextField())
    return dict(found.annotate(each=each).values_list("each").annotate(Count("pk", distinct=True)))


def _sums(pairs: Iterable[tuple[str, int]]) -> Counts:
    total: Counter[str] = Counter()
    for value, count in pairs:
        if value:
            total[value] += count
    return dict(total)
