"""Money and numbers as the reader writes them. Amounts are Decimals and never rounded below what was stated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol, get_group_symbol

FRACTION = re.compile(r"\.[0#]+")
Amount = Decimal | int
# An amount whose digits nothing else in a text has, and what stands in kept words for a value: no database can hold it.
PLACE_VALUE, PLACE = 7, "\0"
# A group of digits, where it is the first of a number and behind another one.
FIRST = tuple([str(value) for value in range(1000)])
NEXT = tuple([f"{value:03}" for value in range(1000)])
# The same figures come again and again, and writing one takes Babel some 30 µs.
kept = lru_cache(maxsize=2048, typed=True)


def money(value: Amount, currency: str, language: str) -> str:
    """``NOK 210`` or ``NOK 210.50``; in Norwegian ``210 kr``. Whole amounts carry no empty decimals."""
    whole = not value % 1
    return _around(currency, language, whole=whole).replace(PLACE, _digits(value, language, whole=whole))


def money_range(low: Amount | None, high: Amount | None, currency: str, language: str) -> str:
    """``NOK 210–240`` with the currency once; one amount when both are equal or only one is known."""
    if low is None or high is None or low == high:
        known = high if low is None else low
        return "" if known is None else money(known, currency, language)
    whole = not (low % 1 or high % 1)
    amounts = f"{_digits(low, language, whole=whole)}–{_digits(high, language, whole=whole)}"
    return _around(currency, language, whole=whole).replace(PLACE, amounts)


@lru_cache(maxsize=512)
def _around(currency: str, language: str, *, whole: bool) -> str:
    """An amount as Babel writes it, with ``PLACE`` for its digits: what stands around them is the same for all amounts."""
    text = format_currency(PLACE_VALUE, currency, format=_pattern(language, whole=whole), currency_digits=False, locale=language)
    digits = format_decimal(PLACE_VALUE, format="#,##0" if whole else "#,##0.00", locale=language)
    return _apart(text).replace(digits, PLACE, 1)


def _digits(value: Amount, language: str, *, whole: bool) -> str:
    """``1,240`` or ``1,240.50`` with the signs of the language."""
    if whole:
        digits = f"{value:,.0f}"
        return digits.replace(",", _group_symbol(language)) if "," in digits else digits
    units, _point, cents = f"{value:,.2f}".partition(".")
    return f"{units.replace(',', _group_symbol(language))}{_decimal_symbol(language)}{cents}"


def number(value: Amount | float, language: str) -> str:
    """``1,240``, ``1 240``. Counts are many and seldom the same, so whole numbers are written without asking Babel."""
    return f"{value:,}".replace(",", _group_symbol(language)) if type(value) is int else _number(value, language)


def numbers(values: Iterable[int], language: str) -> list[str]:
    """``number`` of many counts, none of them below zero."""
    group = _group_symbol(language)
    # Two groups of digits at most, but for the largest: put together of what is written already.
    return [
        (FIRST[value] if value < 1000 else f"{FIRST[value // 1000]}{group}{NEXT[value % 1000]}")
        if value < 1_000_000
        else number(value, language)
        for value in values
    ]


@kept
def _number(value: Amount | float, language: str) -> str:
    return format_decimal(value, locale=language)


@lru_cache(maxsize=64)
def _group_symbol(language: str) -> str:
    return get_group_symbol(language)


@lru_cache(maxsize=64)
def _decimal_symbol(language: str) -> str:
    return get_decimal_symbol(language)


@kept
def percent(share: float, language: str) -> str:
    """A share of one (0.42) as ``42%``."""
    return format_percent(share, locale=language)


def _apart(text: str) -> str:
    # A changed pattern loses CLDR's rule that a currency written in letters keeps a no-break space before the digits.
    return re.sub(r"(?<=[A-Za-z])(?=\d)", "\u00a0", text)


def _pattern(language: str, *, whole: bool) -> str:
    pattern: str = Locale.parse(language).currency_formats["standard"].pattern
    return FRACTION.sub("" if whole else ".00", pattern)
