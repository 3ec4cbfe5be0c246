"""What a visitor can and wants, kept in a cookie on the device, and how a posting meets it.

No account and no identity: hours of a week, languages with levels, a place, the lowest pay. The same rules as in
``postings.search.reference``, for one posting at a time and in words.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from callcenter_jobs.lib.kept import Kept
from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.ui.kept import per_language
from postings.enums import LanguageLevel, Workplace
from postings.models import Posting
from postings.search import places
from postings.search.facets import city_key, hires_in
from postings.search.query import Area, Profile
from postings.shifts import FULL_MASK, HOLIDAY_BIT, ShiftFit, ShiftGrid

COOKIE = "fit"
# The cookie before there were other wishes than a week. Read for a while, never written.
OLD_COOKIE = "week"
COOKIE_DAYS = 180
COOKIE_BYTES = 300
VERSION = "1"
# The parameter of a week in an address.
WEEK = "week"
MOST_LANGUAGES = 8
PLACE_LENGTH = 60
KILOMETERS = (0, 10, 25, 50, 100, 200)
LEVELS = list(LanguageLevel.values)
SPOKEN = re.compile(r"([a-z]{2,3})([A-C][12])")
PAY = re.compile(r"(\d{1,7}(?:\.\d{1,2})?)([A-Z]{3})")
AREA_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """As the visitor said them. ``place`` is text with ``km`` around it; ``pay`` is per hour in ``currency``."""

    week: int = 0
    languages: tuple[tuple[str, str], ...] = ()
    place: str = ""
    km: int = 0
    pay: Decimal | None = None
    currency: str = ""

    def __bool__(self) -> bool:
        return bool(self.week or self.languages or self.place or self.pay is not None)

    def profile(self, language: str) -> Profile:
        """As search asks for them. Looks the place up, at most once a minute."""
        area = _area(self.place, self.km, language) if self.place else None
        return Profile(self.week, self.languages, area, self.pay, self.currency if self.pay is not None else "")


_areas: Kept[Area | None] = Kept(size=500, seconds=lambda: AREA_SECONDS if settings.PLACES_KEPT_SECONDS else 0)


def _area(text: str, km: int, language: str) -> Area | None:
    def look_up() -> Area | None:
        where = places.resolve(text, language=language)
        return places.area(where, km=km) if where else None

    return _areas.get((text, km, language), look_up)


# --- in the cookie -----------------------------------------------------------------------------------------


def written(wishes: Wishes) -> str:
    """``1~7c00~nbB2-enC1~250.5NOK~25-T3Nsbw``: version, week (hexadecimal), languages, pay, place. At most 300 bytes."""
    spoken = "-".join(f"{language}{level}" for language, level in wishes.languages[:MOST_LANGUAGES])
    pay = f"{wishes.pay:f}{wishes.currency}" if wishes.pay is not None else ""
    name = urlsafe_b64encode(wishes.place[:PLACE_LENGTH].encode()).decode().rstrip("=")
    return "~".join((VERSION, f"{wishes.week:x}", spoken, pay, f"{wishes.km}-{name}" if name else ""))


def read(text: str) -> Wishes:
    """The wishes in a cookie; parts that make no sense are not there. Never raises."""
    parts = text.split("~") if text.isascii() and len(text) <= COOKIE_BYTES else []
    if len(parts) != 5 or parts[0] != VERSION:
        return Wishes()
    week = int(parts[1], 16) if re.fullmatch(r"[0-9a-f]{1,9}", parts[1]) else 0
    spoken = [SPOKEN.fullmatch(part) for part in parts[2].split("-")[:MOST_LANGUAGES]]
    pay = PAY.fullmatch(parts[3])
    km, _dash, name = parts[4].partition("-")
    place = _decoded(name)
    return Wishes(
        week=week if week <= FULL_MASK else 0,
        languages=tuple({found[1]: found[2] for found in spoken if found}.items()),
        place=place,
        km=int(km) if place and km.isdecimal() and len(km) <= 3 and int(km) in KILOMETERS else 0,
        pay=Decimal(pay[1]) if pay else None,
        currency=pay[2] if pay else "",
    )


def _decoded(name: str) -> str:
    try:
        text = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except ValueError:
        return ""
    return " ".join("".join(letter for letter in text if letter.isprintable()).split())[:PLACE_LENGTH]


def wishes_of(request: HttpRequest) -> Wishes:
    """What the device remembers; empty when nothing is known."""
    if COOKIE in request.COOKIES:
        return read(request.COOKIES[COOKIE])
    old = request.COOKIES.get(OLD_COOKIE, "")
    mask = int(old) if old.isascii() and old.isdecimal() and len(old) <= len(str(FULL_MASK)) else 0
    return Wishes(week=mask) if mask <= FULL_MASK else Wishes()


def profile_of(request: HttpRequest) -> Profile | None:
    """The remembered wishes as search asks for them; ``None`` when nothing is known."""
    wishes = wishes_of(request)
    return wishes.profile(get_language() or "en") or None if wishes else None


def remember(response: HttpResponse, wishes: Wishes) -> None:
    """Keep the wishes on the device; nothing to wish for forgets them."""
    if not wishes:
        forget(response)
        return
    response.set_cookie(
        COOKIE, written(wishes), max_age=COOKIE_DAYS * 24 * 60 * 60, samesite="Lax", httponly=True, secure=settings.USES_TLS
    )


def remember_week(request: HttpRequest, response: HttpResponse, mask: int) -> None:
    """A week that was typed, beside the other wishes."""
    wishes = wishes_of(request)
    if wishes.week != mask:
        remember(response, replace(wishes, week=mask))


def forget(response: HttpResponse) -> None:
    for name in (COOKIE, OLD_COOKIE):
        response.delete_cookie(name, samesite="Lax")


# --- the week ------------------------------------------------------------------------------------------------


def mask_of(values: Iterable[str]) -> tuple[int, list[str]]:
    """The mask of the bits in ``values``, and the values that are no bit of a week."""
    mask, unknown = 0, []
    for value in values:
        if value.isascii() and value.isdecimal() and len(value) <= 2 and int(value) <= HOLIDAY_BIT:
            mask |= 1 << int(value)
        else:
            unknown.append(value)
    return mask, unknown


def week_of(request: HttpRequest) -> int:
    """The reader's week as a mask, from the address, else as remembered; 0 when nothing is known."""
    typed, _unknown = mask_of(request.GET.getlist(WEEK)[: HOLIDAY_BIT + 1])
    return typed or wishes_of(request).week


# --- one posting ---------------------------------------------------------------------------------------------


class Offer(NamedTuple):
    """What of a posting wishes are compared with. ``needs`` are the required languages with their levels, ``place``
    the id of the site's ``Place``, ``hourly_max`` per hour in ``currency``."""

    shift_mask: int
    needs: tuple[tuple[str, str], ...]
    workplace: str
    country: str
    remote_countries: tuple[str, ...] = ()
    city: str = ""
    place: int | None = None
    currency: str = ""
    hourly_max: Decimal | None = None

    @classmethod
    def of(cls, posting: Posting) -> Offer:
        """Reads ``site`` and ``languages``."""
        return cls(
            shift_mask=posting.shift_mask,
            needs=tuple((spoken.language, spoken.level) for spoken in posting.languages.all() if spoken.is_required),
            workplace=posting.workplace,
            country=posting.country,
            remote_countries=tuple(posting.remote_countries),
            city=posting.city,
            place=posting.site.place_id if posting.site else None,
            currency=posting.pay_currency,
            hourly_max=posting.hourly_max,
        )


class FitLine(NamedTuple):
    """``kind`` is week, languages, place or pay."""

    kind: str
    text: str
    is_met: bool


def fit_lines(offer: Offer, profile: Profile, language: str = "") -> list[FitLine]:
    """How the week fits, and which other wishes are not met. ``language`` is the active one, for whoever knows it."""
    language = language or _language()
    found: list[FitLine] = []
    if profile.week:
        text = week_text.at(language, offer.shift_mask, profile.week)
        found.append(FitLine("week", text, is_met=not offer.shift_mask & ~profile.week))
    if profile.languages:
        able = dict(profile.languages)
        found += [
            FitLine("languages", _asks_for.at(language, code, level), is_met=False)
            for code, level in offer.needs
            if code not in able or LEVELS.index(able[code]) < LEVELS.index(level)
        ]
    if profile.area and not is_in(profile.area, offer):
        found.append(FitLine("place", _("Not where you look"), is_met=False))
    if profile.pay is not None and profile.currency and (text := _pay_text(offer, profile)):
        found.append(FitLine("pay", text, is_met=False))
    return found


@per_language(128)
def week_text(mask: int, week: int) -> str:
    """``Covers 4 of 5 shifts, misses Sun night``; what is missed is named where it is less than half."""
    fit: ShiftFit = ShiftGrid(mask).fit(ShiftGrid(week))
    if not fit.missing:
        return _("Fits your week")
    if not fit.covered:
        return _("Does not fit your week")
    cells = mask.bit_count()
    words = {"covered": fit.covered.bit_count(), "count": cells, "missing": ShiftGrid(fit.missing).text()}
    if 2 * fit.missing.bit_count() > cells:
        return ngettext("Covers %(covered)s of %(count)s shift", "Covers %(covered)s of %(count)s shifts", cells) % words
    return (
        ngettext(
            "Covers %(covered)s of %(count)s shift, misses %(missing)s", "Covers %(covered)s of %(count)s shifts, misses %(missing)s", cells
        )
        % words
    )


def is_in(area: Area, offer: Offer) -> bool:
    """Whether a posting is in an area: the rule of the "where" filter."""
    if area.is_country or offer.workplace == Workplace.REMOTE:
        hires = hires_in(country=offer.country, workplace=offer.workplace, remote_countries=offer.remote_countries)
        return not set(hires).isdisjoint(area.countries)
    return offer.place in area.places or city_key(offer.country, offer.city) in area.cities


def _language() -> str:
    return get_language() or "en"


@per_language(512)
def _asks_for(code: str, level: str) -> str:
    return _("Asks for %(language)s %(level)s") % {"language": language_name(code, _language()), "level": level}


def _pay_text(offer: Offer, profile: Profile) -> str:
    """What is wrong with the pay; empty when nothing is."""
    assert profile.pay is not None
    if offer.hourly_max is None:
        return _("Does not state its pay")
    if offer.currency != profile.currency:
        return _("Pays in another currency")
    return _("Pays less than you want") if offer.hourly_max < profile.pay else ""
