"""Which currency an order by pay begins with."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from postings.search.currencies import first_currency, found_in_order
from postings.search.query import Area, Profile, Query, Reading, Text

OSLO, MALMO = Area("Oslo", ("NO",), cities=("NO-oslo",)), Area("Malmö", ("SE",), cities=("SE-malmo",))
WISHES = Profile(pay=Decimal(20), currency="EUR")


def asked(language: str = "en", choices: Mapping[str, tuple[str, ...]] | None = None, **kwargs: Any) -> Query:
    return Query(language=language, now=timezone.now(), today=timezone.localdate(), choices=choices or {}, **kwargs)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        (asked("nb"), "NOK"),
        (asked("sv"), "SEK"),
        (asked("hr"), "EUR"),
        (asked("ru"), ""),
        (asked("en"), ""),
        # The wishes come before the language, and of them the pay before the place.
        (asked("nb", fit=WISHES), "EUR"),
        (asked("nb", fit=Profile(week=1)), "NOK"),
        (asked("nb", fit=Profile(area=MALMO)), "SEK"),
        (asked("nb", fit=Profile(area=MALMO, pay=Decimal(20), currency="EUR")), "EUR"),
        # Where the visitor looks comes before the wishes.
        (asked("hr", {"country": ("SE",)}, fit=WISHES), "SEK"),
        (asked("hr", {"city": ("NO-oslo",)}), "NOK"),
        (asked("hr", area=OSLO), "NOK"),
        (asked("hr", text=Text("agent oslo", (Reading(), Reading(area=OSLO)))), "NOK"),
        (asked("nb", {"country": ("HR", "DE")}), "EUR"),
        # What names two currencies says nothing.
        (asked("nb", {"country": ("SE", "DE")}), "NOK"),
        (asked("en", {"country": ("SE",)}, area=OSLO), ""),
        # A chosen currency comes before all.
        (asked("nb", {"currency": ("EUR",), "country": ("SE",)}, fit=WISHES), "EUR"),
        (asked("nb", {"payband": ("SEK-180", "SEK-200")}), "SEK"),
        (asked("nb", {"currency": ("EUR", "SEK"), "country": ("SE",)}), "SEK"),
    ],
)
def test_pay_begins_with_the_currency_of_where_one_looks(query: Query, first: str) -> None:
    assert first_currency(query) == first


def test_a_page_knows_the_currencies_that_were_found() -> None:
    facets = {"currency": {"": 9, "EUR": 5, "NOK": 3, "SEK": 4}, "payband": {"NOK-200": 3, "SEK-180": 0, "SEK-200": 2}}
    assert found_in_order(asked(pay_first="NOK"), facets) == ["NOK", "EUR", "SEK"]
    assert found_in_order(asked(pay_first="USD"), facets) == ["EUR", "SEK", "NOK"]
    assert found_in_order(asked(choices={"currency": ("SEK", "NOK")}), facets) == ["SEK", "NOK"]
    assert found_in_order(asked(choices={"payband": ("NOK-200", "SEK-180")}), facets) == ["NOK"]
    assert found_in_order(asked(choices={"payband": ("NOK-200", "SEK-200"), "currency": ("SEK",)}), facets) == ["SEK"]
