"""The chosen filters in words: what chips on the page say, and the lines that alerts and feeds go by."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib.dates import date_long
from callcenter_jobs.lib.locale_names import country_name, currency_name
from callcenter_jobs.lib.money import money
from postings.filters import COUNTRY, PostingFilter
from postings.search.facets import FACETS
from postings.search.fit import WEEK, mask_of
from postings.shifts import ShiftGrid


class Said(NamedTuple):
    """One chosen thing: its parameter, the value of a facet (``None``: the whole parameter), its group, and its words."""

    name: str
    value: str | None
    group: str
    text: str


def said(door: PostingFilter) -> list[Said]:
    """Everything chosen, in the order of a canonical address; not the order of the list."""
    found = [*_line(door)]
    for name, value in door.chosen.items():
        if name == "currency" and ("pay" in door.chosen or "pay_to" in door.chosen):
            continue
        if name in FACETS:
            values = value if isinstance(value, list) else [value]
            named = door.labels(name, values)
            group = FACETS[name].group
            found += [
                Said(name, item if isinstance(value, list) else None, group, _facet(door, name, item, named[item])) for item in values
            ]
        else:
            found += _other(door, name)
    return found


def _line(door: PostingFilter) -> list[Said]:
    chosen = door.chosen
    found = []
    if "q" in chosen:
        text = _("Only the words “%(words)s”") if "words" in chosen else _("“%(words)s”")
        found.append(Said("q", None, "q", text % {"words": chosen["q"]}))
    if "where" in chosen:
        place = door.place.label if door.place else chosen["where"]
        found.append(Said("where", None, "where", _around(door, place)))
    return found


def _around(door: PostingFilter, place: str) -> str:
    radius = door.chosen.get("radius", "")
    if radius == COUNTRY and door.place and door.place.countries:
        return country_name(door.place.countries[0], get_language() or "en")
    if radius and radius != COUNTRY:
        return _("Within %(km)s km of %(place)s") % {"km": radius, "place": place}
    return place


def _facet(door: PostingFilter, name: str, value: str, text: str) -> str:
    if name == "lang" and "level" in door.chosen:
        return _("%(language)s, I speak it at %(level)s") % {"language": text, "level": door.chosen["level"]}
    if name == "payband":
        return _("%(amount)s per hour") % {"amount": text}
    if name == "currency":
        # Only where no amount says it. The name as it stands within a sentence, not as it opens a line of a list.
        return _("Paid in %(currency)s") % {"currency": currency_name(value, get_language() or "en")}
    return text


def _other(door: PostingFilter, name: str) -> list[Said]:
    chosen, language = door.chosen, get_language() or "en"
    match name:
        case "pay":
            amount = money(chosen["pay"], chosen["currency"][0], language)
            return [Said("pay", None, "pay", _("At least %(amount)s per hour") % {"amount": amount})]
        case "pay_to":
            amount = money(chosen["pay_to"], chosen["currency"][0], language)
            return [Said("pay_to", None, "pay", _("At most %(amount)s per hour") % {"amount": amount})]
        case "starts":
            return [Said("starts", None, "start", _("Starts by %(date)s") % {"date": date_long(chosen["starts"], language)})]
        case "week":
            week = ShiftGrid(mask_of(chosen[WEEK])[0]).text()
            return [Said(WEEK, None, WEEK, _("My week: %(week)s") % {"week": week})]
    return []
