"""What a web process forgets of Babel's and Django's words is what no page says.

Both reach into what those packages keep to themselves, so a new version of one could make them wrong without a word.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel import Locale, localedata
from babel.core import get_global
from babel.dates import format_skeleton
from babel.lists import format_list
from django.urls import URLResolver, get_resolver, reverse
from django.utils.translation import override, trans_real

from callcenter_jobs import lean
from callcenter_jobs.lib import collation, dates, locale_names, money

LANGUAGES = ("en", "nb", "sv", "hr", "ru")
# Their own names, which Babel finds by way of the likeliest script and country.
OWN = (*LANGUAGES, "no", "de", "pt-BR", "zh-TW", "sr-Latn", "uk", "tlh", "xx-YY", "")
NOW = datetime(2026, 3, 2, 13, 5, tzinfo=UTC)
# The order of callcenter_jobs/wsgi.py.
PROBE = """
import json, sys
from django.conf import settings
from callcenter_jobs import lean, locale_data
languages = [language for language, _name in settings.LANGUAGES]
locale_data.read(languages)
import django
django.setup()
lean.share_messages(languages)
from callcenter_jobs.tests.test_lean import held, said
json.dump([said(), held()], sys.stdout)
"""


def said() -> dict[str, Any]:
    """What pages say with the help of Babel, and every message."""
    return {language: _said(language) for language in LANGUAGES}


def _said(language: str) -> dict[str, Any]:
    days = [date(2026, month, 2 + month) for month in range(1, 13)]
    years = [days[0].replace(year=2025), days[0]]
    # Minutes, hours, days, weeks, months, years.
    spans = [count * timedelta(minutes=unit) for count in (1, 2, 5, 21) for unit in (1, 60, 1440, 10_080, 43_200, 525_600)]
    amounts = [Decimal("1234567.5"), Decimal(210)]
    codes = sorted(locale_names.currency_codes())
    return {
        "days": [say(day, language) for day in days for say in (dates.date_long, _month)],
        "short": [say(day, language, today=today) for day in days for say in (dates.date_short, dates.weekday_date) for today in years],
        "moments": [dates.datetime_long(NOW, language), dates.clock(NOW, language)],
        "ago": [dates.ago(NOW + turn * span, language, now=NOW) for span in spans for turn in (-1, 1)],
        "week": dates.day_names(language) + dates.day_names_long(language),
        "money": [money.money(amount, code, language) for code in codes for amount in amounts],
        "range": money.money_range(Decimal(210), Decimal("240.5"), "NOK", language),
        "numbers": [money.number(amount, language) for amount in (*amounts, Decimal(-3))],
        "counts": [money.number(1240, language), money.number(0.5, language)],
        "shares": [money.percent(share, language) for share in (0, 0.07, 0.425, 12)],
        "lists": [format_list(list("abcd"[:size]), style=style, locale=language) for size in range(1, 5) for style in ("standard", "or")],
        "countries": locale_names.countries(language),
        "currencies": [locale_names.currency_name(code, language) for code in codes],
        "languages": [locale_names.language_name(code, language) for code in sorted(Locale("en").languages)],
        "own": [locale_names.language_name(code, language, own=True) for code in OWN],
        "paid in": [locale_names.currencies_of(code) for code, _name in locale_names.countries("en")],
        "order": collation.sorted_by(["Ö", "o", "Å", "z", "č", "д", "ё"], language, key=str),
        "messages": _digest(language),
    }


def _month(day: date, language: str) -> str:
    return format_skeleton("yMMMM", day, locale=language)


def _catalog(language: str) -> Any:
    return trans_real.translation(language)._catalog  # type: ignore[attr-defined]


def _digest(language: str) -> str:
    return hashlib.sha256(repr(sorted(map(repr, _catalog(language).items()))).encode()).hexdigest()


def held() -> dict[str, Any]:
    """How much there is of what no page says, and whether languages have their English together."""
    first, second = ({key: key for key in _catalog(language).keys()} for language in ("nb", "ru"))  # noqa: SIM118 - no dictionary
    return {
        "zones": sum(len(localedata.load(language)["time_zones"]) for language in LANGUAGES),
        "units": [name for language in LANGUAGES for name in localedata.load(language)["unit_patterns"] if "duration" not in name],
        "by country": len(get_global("territory_languages")),
        "together": all(second[key] is key for key in first if key in second),
    }


def test_a_web_process_says_all_that_it_would_say_with_everything_in_memory() -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings_test"}
    with subprocess.Popen([sys.executable, "-c", PROBE], env=env, stdout=subprocess.PIPE, text=True) as process:
        expected, whole = said(), held()
        written, _errors = process.communicate(timeout=60)
    found, lean = json.loads(written)
    for language, facts in json.loads(json.dumps(expected)).items():
        for name, value in facts.items():
            assert found[language][name] == value, (language, name)
    assert (whole["zones"] > 0, len(whole["units"]) > 99, whole["together"]) == (True, True, False), "nothing was forgotten here"
    assert lean == {"zones": 0, "units": [], "by country": 0, "together": True}


def addresses() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = [
                reverse("public:home"),
                reverse("apply:start", args=["CODE"]),
                reverse("desk:posting_list", args=["northline"]),
                reverse("account_login"),
                reverse("admin:index"),
                reverse("healthz"),
            ]
    return found


def test_languages_share_their_routes_and_keep_their_addresses() -> None:
    before = addresses()
    lean.share_routes()
    assert addresses() == before
    assert before["nb"][0] == "/nb/"
    parts = [part for part in get_resolver().url_patterns if isinstance(part, URLResolver)]
    assert all(len({id(table) for table in part._reverse_dict.values()}) <= 1 for part in parts)
