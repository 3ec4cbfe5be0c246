"""Dates, money, numbers and names in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from babel.lists import format_list
from django import template
from django.utils import timezone
from django.utils.translation import get_language

from callcenter_jobs.lib import dates, locale_names, phones
from callcenter_jobs.lib import money as amounts

register = template.Library()


def language() -> str:
    return get_language() or "en"


def _local(value: date) -> date:
    """Aware times are shown in the active time zone; plain dates stay what they are."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def date_long(value: date | None) -> str:
    return dates.date_long(_local(value), language()) if value else ""


@register.filter
def date_short(value: date | None) -> str:
    return dates.date_short(_local(value), language(), today=timezone.localdate()) if value else ""


@register.filter
def weekday_date(value: date | None) -> str:
    return dates.weekday_date(_local(value), language(), today=timezone.localdate()) if value else ""


@register.filter
def datetime_long(value: datetime | None) -> str:
    local = _local(value) if value else None
    return dates.datetime_long(local, language()) if isinstance(local, datetime) else ""


@register.filter
def clock(value: datetime | None) -> str:
    local = _local(value) if value else None
    return dates.clock(local, language()) if isinstance(local, datetime) else ""


@register.filter
def ago(value: datetime | None) -> str:
    return dates.ago(value, language(), now=timezone.now()) if value else ""


@register.filter
def money(value: Decimal | int | None, currency: str) -> str:
    return "" if value is None else amounts.money(value, currency, language())


@register.filter
def number(value: Decimal | float | None) -> str:
    return "" if value is None else amounts.number(value, language())


@register.filter
def hundredths(value: int | None) -> str:
    """A whole number of hundredths: ``42`` as ``42%``, or as the language writes it."""
    return "" if value is None else amounts.percent(value / 100, language())


@register.filter
def phone(number: str) -> str:
    return phones.international(number)


@register.filter
def country_name(code: str) -> str:
    return locale_names.country_name(code, language())


@register.filter
def language_name(code: str) -> str:
    return locale_names.language_name(code, language())


@register.filter
def own_language_name(code: str) -> str:
    """The language's name in itself, with a capital as a menu wants it: ``Hrvatski``."""
    name = locale_names.language_name(code, language(), own=True)
    return name[:1].upper() + name[1:]


@register.filter
def currency_name(code: str) -> str:
    return locale_names.currency_name(code, language())


@register.filter
def and_list(items: Iterable[object]) -> str:
    """``a, b, and c`` as the language joins it."""
    return format_list([str(item) for item in items], style="standard", locale=language())
