from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callcenter_jobs.lib import dates

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "March 2, 2026"), ("nb", "2. mars 2026"), ("sv", "2 mars 2026"), ("hr", "2. ožujka 2026."), ("ru", "2 марта 2026 г.")],
)
def test_long_date_is_written_as_the_language_does(language: str, text: str) -> None:
    assert dates.date_long(DAY, language).replace("\u202f", " ").replace("\xa0", " ") == text


def test_year_is_named_only_when_it_is_not_this_one() -> None:
    assert dates.date_short(DAY, "en", today=date(2026, 1, 1)) == "Mar 2"
    assert dates.date_short(DAY, "en", today=date(2025, 12, 31)) == "Mar 2, 2026"
    assert dates.weekday_date(DAY, "nb", today=DAY) == "man. 2. mars"


def test_an_aware_evening_keeps_its_own_day() -> None:
    from zoneinfo import ZoneInfo

    late = datetime(2026, 3, 2, 0, 30, tzinfo=ZoneInfo("Europe/Oslo"))  # still March 1 in UTC
    assert dates.date_short(late, "en", today=DAY) == "Mar 2"
    assert dates.date_long(late, "en") == "March 2, 2026"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "3 days ago"), ("sv", "för 3 dagar sedan"), ("hr", "prije 3 dana"), ("ru", "3 дня назад")]
)
def test_ago_uses_the_plural_of_the_language(language: str, text: str) -> None:
    assert dates.ago(NOW - timedelta(days=3), language, now=NOW) == text


def test_ago_never_says_zero_seconds() -> None:
    assert dates.ago(NOW, "en", now=NOW) == "1 minute ago"
    assert dates.ago(NOW + timedelta(seconds=20), "en", now=NOW) == "in 1 minute"


def test_week_begins_on_monday_in_every_language() -> None:
    firsts = [dates.day_names(language)[0] for language in ("en", "nb", "sv", "hr", "ru")]
    assert firsts == ["Mon", "man", "mån", "pon", "пн"]
    assert all(len(dates.day_names_long(language)) == 7 for language in ("en", "nb", "sv", "hr", "ru"))


def test_date_and_time_stand_in_the_order_of_the_language() -> None:
    assert dates.datetime_long(datetime(2026, 3, 2, 14, 5, tzinfo=UTC), "nb") == "2. mars 2026, 14:05"
    assert dates.clock(datetime(2026, 3, 2, 14, 5, tzinfo=UTC), "sv") == "14:05"


def test_one_moment_is_another_day_elsewhere_and_is_written_so() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    early = late.astimezone(ZoneInfo("Europe/Oslo"))
    assert late == early
    assert [dates.date_long(moment, "en") for moment in (late, early)] == ["March 2, 2026", "March 3, 2026"]
    assert [dates.date_short(moment, "en", today=date(2026, 1, 1)) for moment in (late, early)] == ["Mar 2", "Mar 3"]
