"""Working days: Monday to Friday. Public holidays differ by country and are not counted as days off here."""

from __future__ import annotations

from datetime import date, timedelta

FRIDAY = 4


def add_working_days(start: date, days: int) -> date:
    """The day that lies ``days`` working days after ``start`` (which itself does not count)."""
    if days < 0:
        raise ValueError("days must not be negative")
    day = start
    while days:
        day += timedelta(days=1)
        if day.weekday() <= FRIDAY:
            days -= 1
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` lies before ``start``."""
    if end < start:
        return -working_days_between(end, start)
    return sum(1 for offset in range(1, (end - start).days + 1) if (start + timedelta(days=offset)).weekday() <= FRIDAY)
