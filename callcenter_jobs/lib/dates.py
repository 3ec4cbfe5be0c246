"""Dates in the reader's language. Pure: the language and "now" are arguments; Babel knows the shapes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta

# Pages of postings name the same days again and again.
kept = lru_cache(maxsize=2048, typed=True)
MINUTE = timedelta(minutes=1)


@cache
def known_time_zones() -> frozenset[str]:
    """Every zone name, read once per process: the standard library walks the disk for some 20 ms each time it is asked."""
    return frozenset(available_timezones())


def date_long(value: date, language: str) -> str:
    """``March 2, 2026``; in Norwegian ``2. mars 2026``."""
    return _long(_naive(value), language)


def date_short(value: date, language: str, *, today: date) -> str:
    """``Mar 2``, with the year only when it is not this one."""
    return _by_skeleton("MMMd" if value.year == today.year else "yMMMd", _naive(value), language)


def weekday_date(value: date, language: str, *, today: date) -> str:
    """``Mon, Mar 2``, with the year only when it is not this one."""
    return _by_skeleton("MMMEd" if value.year == today.year else "yMMMEd", _naive(value), language)


# Kept by day and never by moment: two moments that are equal can be different days, each in its time zone.
@kept
def _long(day: date, language: str) -> str:
    return format_date(day, format="long", locale=language)


@kept
def _by_skeleton(skeleton: str, day: date, language: str) -> str:
    return format_skeleton(skeleton, day, locale=language)


def datetime_long(value: datetime, language: str) -> str:
    """Day and minute; the caller has already moved it to the reader's time zone."""
    join = str(Locale.parse(language).datetime_formats["long"]).replace("'", "")
    return join.format(clock(value, language), date_long(value, language))


def clock(value: datetime, language: str) -> str:
    return format_time(value.replace(tzinfo=None), format="short", locale=language)


def ago(value: datetime, language: str, *, now: datetime) -> str:
    """``3 days ago`` or ``in 2 hours``; anything within the minute counts as one minute, never as zero seconds."""
    delta = value - now
    if abs(delta) < MINUTE:
        delta = MINUTE if delta > timedelta(0) else -MINUTE
    return format_timedelta(delta, granularity="minute", threshold=0.95, add_direction=True, locale=language)


def day_names(language: str) -> list[str]:
    """Monday to Sunday, short: ``Mon``, ``pon``, ``пн``; without the full stops some locales add."""
    names = Locale.parse(language).days["stand-alone"]["abbreviated"]
    return [str(names[day]).rstrip(".") for day in range(7)]


def day_names_long(language: str) -> list[str]:
    names = Locale.parse(language).days["stand-alone"]["wide"]
    return [str(names[day]) for day in range(7)]


def _naive(value: date) -> date:
    # A skeleton formats an aware datetime in UTC, which would be the wrong day late in the evening.
    return value.date() if isinstance(value, datetime) else value
