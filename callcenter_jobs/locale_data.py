"""What Babel keeps in memory of each language, without what no page says.

CLDR knows the name of every unit, time zone and script, and the plural of every currency: some five megabytes for five
languages, in every process. Dates, amounts, lists and the names of countries, languages and currencies stay.
"""

from __future__ import annotations

from collections.abc import Iterable

from babel import localedata
from babel.core import get_global

# Only formats that nothing here uses say these.
UNUSED = (
    "compact_currency_formats", "compact_decimal_formats", "compound_unit_patterns", "currency_names_plural", "interval_formats",
    "meta_zones", "scripts", "time_zones", "unit_display_names", "variants",
)  # fmt: skip
# "3 days ago" is said with the units of time.
UNITS, OF_TIME = "unit_patterns", "duration-"


def read(languages: Iterable[str]) -> None:
    """These languages, which Babel reads once and keeps, and at once forget what nobody will ask for."""
    for language in languages:
        localedata.load(language)
    known = {identifier.partition("_")[0] for identifier in localedata.locale_identifiers()}
    # With those that they inherit from.
    for identifier in ("root", *localedata.locale_identifiers()):
        if identifier not in localedata._cache:
            continue
        data = localedata.load(identifier)
        # Emptied and not deleted: an amount, for one, asks for the plural of its currency and then does without.
        data.update({name: {} for name in UNUSED})
        data[UNITS] = {name: forms for name, forms in data[UNITS].items() if name.startswith(OF_TIME)}
    _keep(get_global("likely_subtags"), known)
    _keep(get_global("territory_languages"), set())


def _keep(entries: object, known: set[str]) -> None:
    """Of eight thousand languages those that Babel can speak."""
    assert isinstance(entries, dict)
    kept = {key: value for key, value in entries.items() if key.partition("_")[0] in known}
    entries.clear()
    entries.update(kept)
