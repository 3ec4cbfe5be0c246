from __future__ import annotations

from decimal import Decimal

import pytest

from callcenter_jobs.lib import money


def plain(text: str) -> str:
    """With ordinary spaces, so that a failing test can be read."""
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "text"), [("en", "NOK 1,210"), ("nb", "1 210 kr"), ("sv", "1 210 Nkr"), ("hr", "1.210 NOK"), ("ru", "1 210 NOK")]
)
def test_whole_amounts_carry_no_decimals(language: str, text: str) -> None:
    assert plain(money.money(Decimal("1210.00"), "NOK", language)) == text


def test_cents_are_never_dropped() -> None:
    assert money.money(Decimal("20.59"), "USD", "en") == "$20.59"
    assert plain(money.money(Decimal("20.5"), "USD", "nb")) == "20,50 USD"


def test_currency_and_number_never_break_apart() -> None:
    assert " " not in money.money(Decimal(210), "NOK", "en")
    assert " " not in money.money_range(Decimal(1210), Decimal(2400), "NOK", "ru")


def test_range_names_the_currency_once() -> None:
    assert plain(money.money_range(Decimal(210), Decimal(1240), "NOK", "en")) == "NOK 210–1,240"
    assert plain(money.money_range(Decimal(210), Decimal(1240), "NOK", "nb")) == "210–1 240 kr"


def test_range_writes_both_ends_with_the_same_precision() -> None:
    assert money.money_range(Decimal(20), Decimal("21.5"), "USD", "en") == "$20.00–21.50"


def test_half_known_range_is_one_amount_and_unknown_is_nothing() -> None:
    assert money.money_range(Decimal(20), None, "USD", "en") == "$20"
    assert money.money_range(None, Decimal(20), "USD", "en") == "$20"
    assert money.money_range(Decimal(20), Decimal(20), "USD", "en") == "$20"
    assert money.money_range(None, None, "USD", "en") == ""


@pytest.mark.parametrize("language", ["en", "nb", "ru"])
def test_many_counts_are_written_as_each_of_them(language: str) -> None:
    counts = [0, 7, 42, 999, 1_000, 1_001, 12_045, 999_999, 1_000_000, 12_345_678]

    assert money.numbers(counts, language) == [money.number(count, language) for count in counts]


def test_numbers_and_shares() -> None:
    assert money.number(12345, "en") == "12,345"
    assert plain(money.number(12345, "nb")) == "12 345"
    assert plain(money.percent(0.425, "sv")) == "42 %"
