"""Amounts in different currencies do not compare: an order by pay takes one currency after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from callcenter_jobs.lib.locale_names import currencies_of
from postings.search.facets import band_currencies
from postings.search.query import Query

# Where the readers of a language are paid, if nothing else says it. English and Russian are read in too many countries.
OF_LANGUAGE = {"nb": "NOK", "sv": "SEK", "hr": "EUR"}


def first_currency(query: Query) -> str:
    """The currency to begin with: of what says where the visitor looks, the first that names exactly one; else empty."""
    return next((next(iter(named)) for named in _named(query) if len(named) == 1), "")


def _named(query: Query) -> Iterator[set[str]]:
    """Chosen currencies (by a pay band, too); those of chosen countries and places; those of the visitor's wishes, of
    the lowest pay before the place; the language's."""
    yield band_currencies(query.choices)
    areas = [query.area, *(reading.area for reading in (query.text.readings if query.text else ()))]
    chosen = (*query.choices.get("country", ()), *(city[:2] for city in query.choices.get("city", ())))
    yield _of((*chosen, *(country for area in areas if area for country in area.countries)))
    if query.fit:
        yield {query.fit.currency} if query.fit.pay is not None and query.fit.currency else set()
        yield _of(query.fit.area.countries if query.fit.area else ())
    yield {OF_LANGUAGE[query.language]} if query.language in OF_LANGUAGE else set()


def _of(countries: Iterable[str]) -> set[str]:
    return {currency for country in set(countries) for currency in currencies_of(country)}


def in_order(counts: Mapping[str, int], first: str) -> list[str]:
    """``first``, then the most frequent (equals by code); no pay, the empty currency, last. Only those that were found."""
    found = [currency for currency, count in counts.items() if count]
    return sorted(found, key=lambda currency: (not currency, currency != first, -counts[currency], currency))


def found_in_order(query: Query, facets: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The currencies that the found postings pay in, as a page sorted by pay has them. The counts of ``facets`` leave
    the choice of currencies and bands out, which is made up for here."""
    counts: Counter[str] = Counter(facets.get("currency", {}))
    if bands := query.choices.get("payband"):
        counts = Counter()
        for band in bands:
            counts[band[:3]] += facets.get("payband", {}).get(band, 0)
    chosen = query.choices.get("currency") or counts
    return in_order({currency: count for currency, count in counts.items() if currency and currency in chosen}, query.pay_first)
