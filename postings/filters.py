"""The filters of the results page. Each chosen one is a condition; what makes no sense is left out and said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import GreaterThan
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.locale_names import ISO_3166_1, currency_name, language_name
from postings.enums import EmploymentType, LanguageLevel, Tier, Workplace, WorkType
from postings.models import Posting, PostingLanguage, StartClass
from postings.search import words as searching
from postings.search.counting import BAND_MASKS, Counts, count_facets
from postings.search.places import hires_in, place_condition
from postings.search.week import PARAM as WEEK
from postings.search.week import fit_share, mask_of

MOST_VALUES = 40
SHOWN_LENGTH = 40
SORTS = (
    ("newest", _("Newest")),
    ("match", _("Best match")),
    ("pay", _("Highest pay")),
    ("start", _("Earliest start")),
    ("fit", _("Best fit to my week")),
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in the address that was left out: the filter's name, what stood there, and why."""

    label: str
    value: str
    reason: str


class KnownValues(forms.Field):
    """Several values; the unknown ones are kept aside instead of refusing them all."""

    widget = forms.SelectMultiple

    def __init__(self, *, known: Callable[[str], bool], **kwargs: Any) -> None:
        self.known = known
        self.unknown: list[str] = []
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:
        given = list(dict.fromkeys(str(item) for item in value or () if item))
        self.unknown = [item for item in given if not self.known(item)]
        return [item for item in given if self.known(item)][:MOST_VALUES]


class ManyFilter(django_filters.Filter):
    """A facet: several values, any of which will do."""

    field_class = KnownValues

    def __init__(self, *, known: Callable[[str], bool] | Iterable[str], label: Any) -> None:
        test = known if callable(known) else frozenset(known).__contains__
        super().__init__(label=label, known=test)


class Amount(forms.DecimalField):
    def to_python(self, value: Any) -> Any:
        """``210,50`` and ``34 000`` are numbers too."""
        return super().to_python("".join(value.split()).replace(",", ".") if isinstance(value, str) else value)


class AmountFilter(django_filters.Filter):
    field_class = Amount


class LineField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return searching.clean(str(value or ""))


class LineFilter(django_filters.Filter):
    field_class = LineField


class LenientForm(forms.Form):
    """Leaves out what it cannot use and remembers it in ``ignored``, instead of refusing the page."""

    _errors: ErrorDict | None

    def full_clean(self) -> None:
        super().full_clean()
        self.ignored: list[Ignored] = []
        if not self.is_bound:
            return
        # self.errors would clean again: full_clean has just filled what stands behind it.
        for name, errors in list((self._errors or {}).items()):
            # A list says itself what it offers; a number or a day needs its reason.
            reason = "" if isinstance(self.fields[name], forms.ChoiceField) else " ".join(str(error) for error in errors)
            self.leave_out(name, self.data.get(name, ""), reason)
        self._errors = ErrorDict()
        for name, field in self.fields.items():
            for value in getattr(field, "unknown", ()):
                self._note(name, value, "")

    def leave_out(self, name: str, value: object, reason: str = "") -> None:
        self.cleaned_data[name] = None
        self._note(name, value, reason)

    def _note(self, name: str, value: object, reason: str) -> None:
        self.ignored.append(Ignored(str(self.fields[name].label or name), searching.clean(str(value))[:SHOWN_LENGTH], reason))


def _a_language(code: str) -> bool:
    return code.isascii() and code.isalpha() and len(code) in {2, 3} and language_name(code, "en") != code


def _a_currency(code: str) -> bool:
    return code.isascii() and code.isalpha() and code.isupper() and len(code) == 3 and currency_name(code, "en") != code


def _not_past(value: date) -> None:
    if value < timezone.localdate():
        raise ValidationError(_("That day has passed."))


class PostingFilter(django_filters.FilterSet):
    """Over a queryset of open postings. ``conditions`` are the chosen facets, ``counts`` what each choice would show."""

    q = LineFilter(label=_("What"))
    where = LineFilter(label=_("Where"))
    tier = ManyFilter(label=_("Level"), known=Tier.values)
    work = ManyFilter(label=_("Kind of work"), known=WorkType.values)
    band = ManyFilter(label=_("Shifts"), known=BAND_MASKS)
    lang = ManyFilter(label=_("Language"), known=_a_language)
    level = django_filters.ChoiceFilter(label=_("My level"), choices=LanguageLevel.choices)
    workplace = ManyFilter(label=_("Workplace"), known=Workplace.values)
    country = ManyFilter(label=_("Country"), known=ISO_3166_1)
    employment = ManyFilter(label=_("Employment"), known=EmploymentType.values)
    pay = AmountFilter(label=_("Pay per hour, at least"), min_value=0, max_value=1_000_000, max_digits=10, decimal_places=2)
    currency = ManyFilter(label=_("Currency"), known=_a_currency)
    starts = django_filters.DateFilter(label=_("Starts by"), validators=[_not_past])
    experience = ManyFilter(label=_("Experience"), known=("none",))
    student = ManyFilter(label=_("Students"), known=("1",))
    sort = django_filters.ChoiceFilter(label=_("Sort by"), choices=SORTS)
    week = ManyFilter(label=_("My week"), known=lambda value: not mask_of([value])[1])

    class Meta:
        model = Posting
        fields: tuple[str, ...] = ()
        form = LenientForm

    def __init__(self, data: QueryDict, queryset: QuerySet[Posting]) -> None:
        super().__init__(data, queryset)
        self.postings = queryset

    @property
    def lenient(self) -> LenientForm:
        return cast(LenientForm, self.form)

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """The usable choices by name; nothing that was left empty or out."""
        form = self.lenient
        form.is_valid()
        cleaned = form.cleaned_data
        if cleaned.get("pay") is not None and len(cleaned.get("currency") or ()) != 1:
            form.leave_out("pay", cleaned["pay"], str(_("Choose one currency for it.")))
        if cleaned.get("level") and not cleaned.get("lang"):
            form.leave_out("level", cleaned["level"], str(_("Choose a language for it.")))
        return {name: value for name, value in cleaned.items() if value not in (None, "", [])}

    @property
    def ignored(self) -> list[Ignored]:
        """What the address asks for and nobody can answer."""
        self.chosen  # noqa: B018  cleaning finds them
        return self.lenient.ignored

    @cached_property
    def words(self) -> searching.Words | None:
        return searching.parse(self.chosen.get("q", ""))

    @property
    def week_mask(self) -> int:
        return mask_of(self.chosen.get(WEEK, ()))[0]

    @property
    def levels(self) -> list[str]:
        """The demands that the reader's own level meets: a B2 speaker meets A1 to B2."""
        order = list(LanguageLevel.values)
        mine = self.chosen.get("level")
        return order[: order.index(mine) + 1] if mine else order

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """Facet → condition, for the chosen facets."""
        builders: dict[str, Callable[[Any], Q]] = {
            "tier": lambda values: Q(tier__in=values),
            "work": lambda values: Q(work_type__in=values),
            "band": lambda values: Q(GreaterThan(F("shift_mask").bitand(reduce(or_, (BAND_MASKS[value] for value in values))), 0)),
            "lang": lambda values: Q(
                Exists(PostingLanguage.objects.filter(posting=OuterRef("pk"), language__in=values, level__in=self.levels))
            ),
            "workplace": lambda values: Q(workplace__in=values),
            "country": hires_in,
            "employment": lambda values: Q(employment_type__in=values),
            "starts": lambda day: Q(
                Exists(StartClass.objects.filter(posting=OuterRef("pk"), starts_on__range=(timezone.localdate(), day)))
            ),
            "experience": lambda _values: Q(experience_months=0),
            "student": lambda _values: Q(is_student_friendly=True),
            "where": place_condition,
        }
        found = {name: builders[name](value) for name, value in self.chosen.items() if name in builders}
        if self.words:
            found["q"] = self.words.condition
        if "currency" in self.chosen:
            found["pay"] = Q(pay_currency__in=self.chosen["currency"])
            if "pay" in self.chosen:
                found["pay"] &= Q(hourly_min__gte=self.chosen["pay"])
        return found

    def filter_queryset(self, queryset: QuerySet[Posting]) -> QuerySet[Posting]:
        return queryset.filter(*self.conditions.values())

    @cached_property
    def counts(self) -> Counts:
        """One statement; words and place narrow all facets alike, and so go into its inner part."""
        narrow = [self.conditions[name] for name in ("q", "where") if name in self.conditions]
        facets = {name: condition for name, condition in self.conditions.items() if name not in {"q", "where"}}
        return count_facets(self.postings.filter(*narrow), facets, levels=self.levels)

    @property
    def without(self) -> dict[str, int]:
        """Facet → what would be found without its choice. For an empty result; words and place cost one query each."""
        narrow = {name: self.conditions[name] for name in ("q", "where") if name in self.conditions}
        rest = [condition for name, condition in self.conditions.items() if name not in narrow]
        found: dict[str, int] = dict(self.counts.without)
        for name in narrow:
            others = [narrow[other] for other in narrow if other != name]
            found[name] = self.postings.filter(*rest, *others).count()
        return found

    @property
    def order(self) -> str:
        """The order asked for, else the best for what was typed."""
        asked = self.chosen.get("sort")
        if asked == "fit" and not self.week_mask:
            asked = None
        if asked == "match" and not self.words:
            asked = None
        if asked:
            return str(asked)
        if self.words:
            return "match"
        return "fit" if self.week_mask else "newest"

    def _currencies_apart(self) -> list[Case]:
        """Figures of different currencies do not compare: one after the other, the most frequent first, no pay last."""
        frequent = sorted(self.counts.by_facet.get("pay", {}).items(), key=lambda pair: (not pair[0], -pair[1], pair[0]))
        places = [When(pay_currency=currency, then=Value(place)) for place, (currency, _count) in enumerate(frequent)]
        return [Case(*places, default=Value(len(places)), output_field=IntegerField())] if places else []

    def sorted(self) -> QuerySet[Posting]:
        """The found postings in order; the newest first among equals, and never in doubt."""
        found: QuerySet[Posting] = self.qs
        last = ("-published_at", "-pk")
        match self.order:
            case "match" if self.words:
                return found.order_by(self.words.rank.desc(), *last)
            case "pay":
                return found.order_by(*self._currencies_apart(), F("hourly_max").desc(nulls_last=True), *last)
            case "start":
                first = StartClass.objects.filter(posting=OuterRef("pk"), starts_on__gte=timezone.localdate()).order_by("starts_on")
                return found.annotate(first_start=first.values("starts_on")[:1]).order_by(F("first_start").asc(nulls_last=True), *last)
            case "fit" if self.week_mask:
                return found.order_by(fit_share(self.week_mask).desc(), *last)
        return found.order_by(*last)
