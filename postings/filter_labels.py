"""What the values of filters are called, for pages, feeds and mails: one wording, in the active language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django.conf import settings
from django.utils.text import capfirst as made_capital
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from callcenter_jobs.lib.collation import sort_key, sorted_by
from callcenter_jobs.lib.dates import day_names_long
from callcenter_jobs.lib.kept import Kept
from callcenter_jobs.lib.locale_names import country_name, currency_name, language_name
from callcenter_jobs.lib.money import money_range
from callcenter_jobs.prepared import Prepared
from callcenter_jobs.ui.kept import per_language, per_process
from postings.enums import Channel, EmploymentType, Industry, ShiftBand, Tier, Workplace, WorkType
from postings.models import TitleAlias
from postings.search import gazetteer
from postings.search.facets import DAYS, EXPERIENCE, HOURS, NO_START, POSTED_DAYS, TRAINING, band_range, city_key

# A value of a facet, and what it is called.
Named = tuple[str, str]
NAMES = 5_000
CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
IN_CYRILLIC = frozenset({"ru"})
# The same names open every panel of choices.
capfirst: Callable[[str], str] = per_process(NAMES)(made_capital)


def _language() -> str:
    return get_language() or "en"


def _seconds() -> float:
    return float(settings.PLACES_KEPT_SECONDS)


_roles: Kept[str] = Kept(size=NAMES, seconds=_seconds)
# Only a new gazetteer changes what towns are called: by language and key; by language, country and town (empty where nobody knows it).
_cities: Kept[str] = Kept(size=2 * NAMES, seconds=lambda: 60 * _seconds())
_towns: Kept[str] = Kept(size=NAMES, seconds=lambda: 60 * _seconds())
# By primary key: slug and name.
_employers: Kept[tuple[str, str]] = Kept(size=NAMES, seconds=_seconds)
# Written out: most pages meet an employer that was not named lately, and the ORM would write it anew each time.
EMPLOYERS = Prepared("SELECT id, slug, name FROM postings_employer WHERE id = ANY(%s)")


def labels(facet: str, values: Iterable[str], *, language: str = "") -> dict[str, str]:
    """The names of some values of a facet, in the order to be read; not of employers, whose names are with the filter.
    ``language`` is the active one, for whoever knows it.

    At most one query, and that for roles and cities that were not asked for lately.
    """
    language = language or _language()
    if facet in OPEN:
        return dict(sorted_by(OPEN[facet](values, language=language).items(), language, key=lambda pair: pair[1]))
    return dict(named_in_order.at(language, facet, tuple(values)))


@per_language(512)
def named_in_order(facet: str, values: tuple[str, ...]) -> tuple[Named, ...]:
    """Some values of a facet, in the order to be read. Nothing but they and the language decides it: not of roles, cities and
    employers. Kept, because most pages show the same values."""
    language = _language()
    if known := _closed.at(language, facet):
        return tuple([(value, label) for value, label in known.items() if value in values])
    placed = sorted([_placed.at(language, facet, value) for value in dict.fromkeys(values) if value])
    return tuple([named for _place, _label, named in placed])


@per_language(4096)
def _placed(facet: str, value: str) -> tuple[Any, str, Named]:
    """Where a value of an open list stands among others, its name, and both. Nothing but the value and the language decides it."""
    language = _language()
    place: Any
    if facet == "payband":
        place, label = _by_amount(value), pay_band(value)
    elif facet == "start":
        place, label = (value == NO_START, value), start(value)
    else:
        label = _open_label(facet, value, language)
        place, _label = sort_key(label, language)
    return place, label, (value, label)


def _open_label(facet: str, value: str, language: str) -> str:
    if facet == "lang":
        return capfirst(language_name(value, language))
    if facet == "currency":
        return capfirst(currency_name(value, language))
    return country_name(value, language)


# --- closed lists -----------------------------------------------------------------------------------------


@per_language(256)
def _closed(facet: str) -> dict[str, str]:
    """All values of a facet that are known beforehand, in their order."""
    made: dict[str, Callable[[], Mapping[str, Any]]] = {
        "tier": lambda: dict(Tier.choices),
        "work": lambda: dict(WorkType.choices),
        "channel": lambda: dict(Channel.choices),
        "workplace": lambda: dict(Workplace.choices),
        "employment": lambda: dict(EmploymentType.choices),
        "industry": lambda: dict(Industry.choices),
        "band": _bands,
        "day": lambda: {name: capfirst(long) for name, long in zip(DAYS, day_names_long(_language()), strict=True)},
        "hours": _hours,
        "experience": _experience,
        "training": _training,
        "student": lambda: {"1": _("Suits students")},
        "posted": _posted,
        "fit": lambda: {"whole": _("Everything fits"), "half": _("At least half of the shifts fit, and all else")},
    }
    return {value: str(text) for value, text in made[facet]().items()} if facet in made else {}


def _bands() -> dict[str, Any]:
    bands: dict[str, Any] = {band.name.lower(): band.label for band in ShiftBand}
    return {**bands, "weekend": _("Weekend"), "holiday": _("Public holidays")}


def _hours() -> dict[str, str]:
    texts = (_("Up to 20 hours a week"), _("20–30 hours a week"), _("30–37 hours a week"), _("37 hours a week or more"))
    return dict(zip(HOURS, texts, strict=True))


def _experience() -> dict[str, str]:
    texts = (_("No experience needed"), _("Up to 1 year"), _("1–3 years"), _("3 years or more"))
    return dict(zip(EXPERIENCE, texts, strict=True))


def _training() -> dict[str, str]:
    return dict(zip(TRAINING, (_("Paid training"), _("Unpaid training"), _("No training")), strict=True))


def _posted() -> dict[str, str]:
    def within(days: int) -> str:
        return ngettext("Last %(count)s day", "Last %(count)s days", days) % {"count": days}

    return {days: _("Last 24 hours") if days == "1" else within(int(days)) for days in POSTED_DAYS}


# --- open lists -------------------------------------------------------------------------------------------


def pay_band(value: str) -> str:
    """``NOK 200–225``."""
    band = band_range(value)
    return money_range(band[1], band[2], band[0], _language()) if band else value


def _by_amount(value: str) -> tuple[Any, ...]:
    band = band_range(value)
    return (band[0], band[1]) if band else (value, 0)


def start(value: str) -> str:
    """``December 2026``."""
    if value == NO_START:
        return pgettext("start date", "By agreement")
    return capfirst(format_skeleton("yMMMM", date.fromisoformat(f"{value}-01"), locale=_language()))


def role_titles(keys: Iterable[str], *, language: str = "") -> dict[str, str]:
    """The preferred title of each role in the reader's language, else in English, else its key."""
    language = language or _language()

    def titles(missing: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
        wanted = [key for _code, key in missing]
        found = TitleAlias.objects.filter(role__key__in=wanted, is_preferred=True, language__in=[language, "en"])
        by_key: dict[str, dict[str, str]] = {}
        for key, code, text in found.values_list("role__key", "language", "text"):
            by_key.setdefault(key, {})[code] = text
        return {(language, key): by_key.get(key, {}).get(language) or by_key.get(key, {}).get("en") or key for key in wanted}

    return {key: title for (_code, key), title in _roles.get_many([(language, key) for key in keys], titles).items()}


def city_names(keys: Iterable[str], *, language: str = "") -> dict[str, str]:
    """The name in the reader's language of every town in the gazetteer; the others as their address says it."""
    language = language or _language()

    def names(missing: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
        wanted = [key for _code, key in missing]
        known = gazetteer.town_names(wanted, language=language)
        return {(language, key): known.get(key) or key[3:].replace("-", " ").title() for key in wanted}

    return {key: name for (_code, key), name in _cities.get_many([(language, key) for key in keys], names).items()}


# Facets whose names are in the database. Their values come as they were asked for: finding out an order takes longer than all else.
OPEN: dict[str, Callable[..., dict[str, str]]] = {"role": role_titles, "city": city_names}


def towns(written: Iterable[tuple[str, str]], language: str) -> dict[tuple[str, str], str]:
    """Towns of postings (country, city) that are not in the letters of ``language``, as its readers call them. The employer's
    own spelling stays wherever it can be read. At most one query, and that for towns that were not asked for lately."""
    is_cyrillic = language in IN_CYRILLIC
    foreign = {(language, country, city) for country, city in written if city and bool(CYRILLIC.search(city)) is not is_cyrillic}

    def names(missing: list[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
        keys = {one: city_key(*one[1:]) for one in missing}
        known = gazetteer.town_names(filter(None, keys.values()), language=language)
        return {one: known.get(key, "") for one, key in keys.items()}

    found = _towns.get_many(foreign, names) if foreign else {}
    return {(country, city): name for (_code, country, city), name in found.items() if name}


def employers(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Slug and name by primary key."""

    def named(missing: list[int]) -> dict[int, tuple[str, str]]:
        return {pk: (slug, name) for pk, slug, name in EMPLOYERS.rows([missing])}

    return _employers.get_many(ids, named)
