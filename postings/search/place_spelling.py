"""Which place was meant by a name that no place has: "Zagerb", "Olso", "Сплитт", "Norwgay", "Oslo, Swden".

Names with one wrong letter are made and looked up, so an index finds them. In longer names two letters may be wrong, but
then they are compared only with towns where somebody hires. Two small statements, whatever was typed.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from callcenter_jobs.lib.kept import Kept
from callcenter_jobs.lib.locale_names import country_name
from callcenter_jobs.lib.place_forms import nominatives
from callcenter_jobs.lib.text import place_key, search_key
from postings.search import gazetteer, places
from postings.search.gazetteer import Found
from postings.search.lexicon import wrong_letters
from postings.search.spelling import one_wrong

# Something in the world is nearly called like any shorter name, and a longer one is an address.
SHORTEST, LONGEST = 4, 30
LONG = 7
# So many are offered; each is a search of its own.
MOST = 2
# Cases of a name after "u" or "в" that are looked at.
MOST_FORMS = 4
WRONG = 2
OF_TOWNS_WITH_SITES = """
SELECT DISTINCT n.normalized FROM postings_placename n
WHERE n.place_id IN (SELECT s.place_id FROM postings_site s) AND length(n.normalized) BETWEEN %s AND %s
"""

_meant: Kept[list[str]] = Kept(size=200, seconds=lambda: float(settings.PLACES_KEPT_SECONDS))
# Their names by length: finding them costs PostgreSQL more than all else here, and whoever types nonsense asks again and again.
_names: Kept[list[str]] = Kept(size=4, seconds=lambda: float(settings.PLACES_KEPT_SECONDS))


def suggest(text: str, *, language: str) -> list[str]:
    """The places that were probably meant, written as ``places.resolve`` understands them; the likeliest first, at most ``MOST``."""
    head, *tails = places.parts_of(text) or [""]
    if not SHORTEST <= len(place_key(head)) <= LONGEST:
        return []
    return _meant.get((head, *tails, language), lambda: _suggest(head, tails, language))


def _suggest(head: str, tails: list[str], language: str) -> list[str]:
    towns = _towns(place_key(head), tails, language)
    countries = [] if tails else [country_name(code, language) for code in _countries(search_key(head))]
    return list(dict.fromkeys([*countries[:1], *towns, *countries[1:]]))[:MOST]


def _towns(key: str, tails: list[str], language: str) -> list[str]:
    """Towns and regions, where work is offered first, then the largest; in the country that was said if there is one."""
    first, _blank, bare = key.partition(" ")
    forms = [bare, *nominatives(bare)[:MOST_FORMS]] if first in places.BEFORE_PLACES and bare else [key]
    names = {name for form in forms for name in one_wrong(form, " ")}
    # What stands behind the comma may be what is wrong.
    found = gazetteer.named({*names, *(forms if tails else ())}, language=language)
    if not found and len(forms[0]) >= LONG:
        found = gazetteer.named(_two_wrong(forms[0]), language=language)
    codes = {code for tail in tails for code in places.country_codes(tail)}
    likely = sorted(found, key=lambda place: (place.country not in codes, not place.has_open, -place.weight))
    return [_written(place, [] if codes else tails, language) for place in likely[: 2 * MOST]]


def _written(place: Found, tails: list[str], language: str) -> str:
    """With what stood behind the comma, if there is such a place ("Springfield, Illinois"); else with its country."""
    said = ", ".join([place.name, *tails])
    found = places.resolve(said, language=language) if tails else None
    return said if found and found.kind != "text" else f"{place.name}, {country_name(place.country, language)}"


def _two_wrong(key: str) -> list[str]:
    """The names of towns with sites that have two other letters."""
    return [name for name in _names.get(len(key), lambda: _of_towns_with_sites(len(key))) if _is_near(key, name)]


def _of_towns_with_sites(length: int) -> list[str]:
    """Names about as long as that."""
    with connection.cursor() as cursor:
        cursor.execute(OF_TOWNS_WITH_SITES, [length - WRONG, length + WRONG])
        return [name for (name,) in cursor.fetchall()]


def _countries(key: str) -> list[str]:
    called = places.countries_called()
    names = one_wrong(key, " ") & called.keys()
    if not names and len(key) >= LONG:
        names = {name for name in called if _is_near(key, name)}
    return sorted({code for name in names for code in called[name]})


def _is_near(key: str, name: str) -> bool:
    # Letters that only one of them has are ruled out first: it is ten times as quick.
    return len(set(key) ^ set(name)) <= 2 * WRONG and wrong_letters(key, name, WRONG) <= WRONG
