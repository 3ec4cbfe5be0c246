"""Where: cities and countries by any of their names, and the rule of where a remote job hires."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db.models import Q

from callcenter_jobs.lib.locale_names import ISO_3166_1, country_name
from callcenter_jobs.lib.text import search_key
from postings.enums import Workplace
from postings.models import Posting

COUNTRY_PREFIX_FROM = 4


def hires_in(codes: list[str]) -> Q:
    """Postings that hire people who live in one of the countries.

    A remote posting hires where it says that the person may live; without a list, and for every other
    workplace, that is the posting's own country.
    """
    remote = Q(workplace=Workplace.REMOTE) & ~Q(remote_countries=[])
    return (remote & Q(remote_countries__overlap=codes)) | (~remote & Q(country__in=codes))


def city_is(text: str) -> Q:
    return Q(city__unaccent__iexact=text)


def place_condition(text: str) -> Q:
    """Postings at a place: a country by name in any of the portal's languages, or a city.

    A remote job belongs to a city when it hires in the city's country: who lives in Oslo can do it.
    ``Oslo, Norway`` means both.
    """
    head, _comma, tail = (part.strip() for part in text.partition(","))
    codes = country_codes(head)
    if codes and not tail:
        return hires_in(codes) | _city(head)
    in_city = _city(head) | (Q(workplace=Workplace.REMOTE) & hires_in(_countries_of(head)))
    tail_codes = country_codes(tail) if tail else []
    return in_city & hires_in(tail_codes) if tail_codes else in_city


def _city(text: str) -> Q:
    """The beginning of the city's name or of a word in it."""
    return Q(city__unaccent__istartswith=text) | Q(city__unaccent__icontains=f" {text}")


def _countries_of(city: str) -> list[str]:
    return sorted(set(Posting.objects.open().filter(_city(city)).exclude(workplace=Workplace.REMOTE).values_list("country", flat=True)))


def country_codes(text: str, *, exact: bool = False) -> list[str]:
    """The countries that ``text`` names, by code or by (the beginning of) a name in any language of the portal."""
    if text.upper() in ISO_3166_1 and len(text) == 2:
        return [text.upper()]
    wanted = search_key(text)
    names = _country_names()
    same = sorted({code for name, code in names if name == wanted})
    if same or exact or len(wanted) < COUNTRY_PREFIX_FROM:
        return same
    return sorted({code for name, code in names if name.startswith(wanted)})


@lru_cache(maxsize=1)
def _country_names() -> tuple[tuple[str, str], ...]:
    return tuple((search_key(country_name(code, language)), code) for code in sorted(ISO_3166_1) for language, _name in settings.LANGUAGES)
