"""Names of countries, languages and currencies in the reader's language, from Babel (CLDR).

Babel also names regions (``001``, ``EU``, ``XK``); only the codes of ISO 3166-1 are countries here.
"""

from __future__ import annotations

from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_territory_currencies

from callcenter_jobs.lib.collation import sorted_by

ISO_3166_1 = frozenset(
    [
        "AD",
        "AE",
        "AF",
        "AG",
        "AI",
        "AL",
        "AM",
        "AO",
        "AQ",
        "AR",
        "AS",
        "AT",
        "AU",
        "AW",
        "AX",
        "AZ",
        "BA",
        "BB",
        "BD",
        "BE",
        "BF",
        "BG",
        "BH",
        "BI",
        "BJ",
        "BL",
        "BM",
        "BN",
        "BO",
        "BQ",
        "BR",
        "BS",
        "BT",
        "BV",
        "BW",
        "BY",
        "BZ",
        "CA",
        "CC",
        "CD",
        "CF",
        "CG",
        "CH",
        "CI",
        "CK",
        "CL",
        "CM",
        "CN",
        "CO",
        "CR",
        "CU",
        "CV",
        "CW",
        "CX",
        "CY",
        "CZ",
        "DE",
        "DJ",
        "DK",
        "DM",
        "DO",
        "DZ",
        "EC",
        "EE",
        "EG",
        "EH",
        "ER",
        "ES",
        "ET",
        "FI",
        "FJ",
        "FK",
        "FM",
        "FO",
        "FR",
        "GA",
        "GB",
        "GD",
        "GE",
        "GF",
        "GG",
        "GH",
        "GI",
        "GL",
        "GM",
        "GN",
        "GP",
        "GQ",
        "GR",
        "GS",
        "GT",
        "GU",
        "GW",
        "GY",
        "HK",
        "HM",
        "HN",
        "HR",
        "HT",
        "HU",
        "ID",
        "IE",
        "IL",
        "IM",
        "IN",
        "IO",
        "IQ",
        "IR",
        "IS",
        "IT",
        "JE",
        "JM",
        "JO",
        "JP",
        "KE",
        "KG",
        "KH",
        "KI",
        "KM",
        "KN",
        "KP",
        "KR",
        "KW",
        "KY",
        "KZ",
        "LA",
        "LB",
        "LC",
        "LI",
        "LK",
        "LR",
        "LS",
        "LT",
        "LU",
        "LV",
        "LY",
        "MA",
        "MC",
        "MD",
        "ME",
        "MF",
        "MG",
        "MH",
        "MK",
        "ML",
        "MM",
        "MN",
        "MO",
        "MP",
        "MQ",
        "MR",
        "MS",
        "MT",
        "MU",
        "MV",
        "MW",
        "MX",
        "MY",
        "MZ",
        "NA",
        "NC",
        "NE",
        "NF",
        "NG",
        "NI",
        "NL",
        "NO",
        "NP",
        "NR",
        "NU",
        "NZ",
        "OM",
        "PA",
        "PE",
        "PF",
        "PG",
        "PH",
        "PK",
        "PL",
        "PM",
        "PN",
        "PR",
        "PS",
        "PT",
        "PW",
        "PY",
        "QA",
        "RE",
        "RO",
        "RS",
        "RU",
        "RW",
        "SA",
        "SB",
        "SC",
        "SD",
        "SE",
        "SG",
        "SH",
        "SI",
        "SJ",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SR",
        "SS",
        "ST",
        "SV",
        "SX",
        "SY",
        "SZ",
        "TC",
        "TD",
        "TF",
        "TG",
        "TH",
        "TJ",
        "TK",
        "TL",
        "TM",
        "TN",
        "TO",
        "TR",
        "TT",
        "TV",
        "TW",
        "TZ",
        "UA",
        "UG",
        "UM",
        "US",
        "UY",
        "UZ",
        "VA",
        "VC",
        "VE",
        "VG",
        "VI",
        "VN",
        "VU",
        "WF",
        "WS",
        "YE",
        "YT",
        "ZA",
        "ZM",
        "ZW",
    ]
)


# Pay has been published since: older money is history.
FIRST_YEAR_OF_PAY = 1990


@cache
def currency_codes() -> frozenset[str]:
    """The codes of ISO 4217 that people were or are paid in; not those of metals, funds and tests."""
    return frozenset(
        code
        for used in get_global("territory_currencies").values()
        for code, _start, end, is_tender in used
        if is_tender and (end is None or end[0] >= FIRST_YEAR_OF_PAY)
    )


@lru_cache(maxsize=512)
def currencies_of(country: str) -> tuple[str, ...]:
    """What people are paid in there today, as CLDR knows it; of a few countries two currencies, of no country none."""
    return tuple(get_territory_currencies(country)) if country in ISO_3166_1 else ()


@lru_cache(maxsize=2_048)
def country_name(code: str, language: str) -> str:
    """The country's name, or the code itself when it is not a country of ISO 3166-1."""
    if code not in ISO_3166_1:
        return code
    return str(Locale.parse(language).territories.get(code, code))


@lru_cache(maxsize=4_096)
def language_name(code: str, language: str, *, own: bool = False) -> str:
    """``Norwegian Bokmål`` in the reader's language, or with ``own`` in that language itself."""
    try:
        where = Locale.parse(code.replace("-", "_") if own else language)
    except (UnknownLocaleError, ValueError):
        return code
    return str(where.languages.get(code.replace("-", "_"), code))


def currency_name(code: str, language: str) -> str:
    return str(Locale.parse(language).currencies.get(code, code))


def countries(language: str) -> list[tuple[str, str]]:
    """All countries as (code, name), in the language's own alphabetical order."""
    pairs = [(code, country_name(code, language)) for code in ISO_3166_1]
    return sorted_by(pairs, language, key=lambda pair: pair[1])
