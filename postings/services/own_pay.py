"""Medians of the pay that open postings state. Never mixed with published figures: their method is another."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Aggregate, Count, DecimalField, F

from postings.models import Posting

# Below this a median says more about single employers than about the work.
FEWEST = 5
MOST_ROWS = 60
MOST_COUNTRIES = 300
# Seconds that figures are kept: they move slowly, and to make them every open posting is read.
FRESH_FOR = 600


class Percentile(Aggregate):
    """PostgreSQL's ``percentile_cont``: the value below which ``fraction`` of the rows lie, interpolated."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DecimalField(max_digits=10, decimal_places=2)

    def __init__(self, expression: object, fraction: float) -> None:
        super().__init__(expression, fraction=f"{fraction:.2f}")


@dataclass(frozen=True, slots=True)
class Median:
    """Per hour, before tax, in ``currency``; ``low`` and ``high`` are the quarters between which half of them lie."""

    tier: str
    country: str
    currency: str
    count: int
    low: Decimal
    median: Decimal
    high: Decimal


def kept_medians(**chosen: str) -> list[Median]:
    """``own_medians``, at most ``FRESH_FOR`` old. The values must be known ones: each choice is kept on its own.

    They hold numbers and codes only, so readers of every language share them.
    """
    key = "own-pay:" + ":".join(f"{name}={value}" for name, value in sorted(chosen.items()) if value)
    known: Any = cache.get(key)
    if known is None:
        known = own_medians(**chosen)
        cache.set(key, known, FRESH_FOR)
    return list(known)


def kept_countries() -> list[str]:
    """The countries that have an open posting, at most ``FRESH_FOR`` old."""
    known: Any = cache.get("own-pay-countries")
    if known is None:
        known = list(Posting.objects.open().order_by().values_list("country", flat=True).distinct()[:MOST_COUNTRIES])
        cache.set("own-pay-countries", known, FRESH_FOR)
    return list(known)


def own_medians(*, tier: str = "", role: str = "", country: str = "", industry: str = "") -> list[Median]:
    """One per tier, country and currency that at least ``FEWEST`` open postings with exact hourly pay allow.

    A posting counts with the middle of its range. Pay per minute or per call is left out: its hourly figure is an
    estimate.
    """
    found = Posting.objects.open().filter(hourly_min__isnull=False, hourly_is_estimate=False)
    for name, value in (("tier", tier), ("role__key", role), ("country", country), ("employer__industry", industry)):
        if value:
            found = found.filter(**{name: value})
    middle = (F("hourly_min") + F("hourly_max")) / Decimal(2)
    rows = (
        found.order_by()
        .values("tier", "country", currency=F("pay_currency"))
        .annotate(count=Count("pk"), low=Percentile(middle, 0.25), median=Percentile(middle, 0.5), high=Percentile(middle, 0.75))
        .filter(count__gte=FEWEST)
        .order_by("country", "currency", "tier")[:MOST_ROWS]
    )
    return [
        Median(row["tier"], row["country"], row["currency"], row["count"], _cents(row["low"]), _cents(row["median"]), _cents(row["high"]))
        for row in rows
    ]


def _cents(value: float | Decimal) -> Decimal:
    return Decimal(value).quantize(Decimal("0.01"))
