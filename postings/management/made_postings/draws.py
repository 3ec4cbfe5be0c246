"""The dice for one posting: what it pays, when it is worked, whom it asks for. Everything fits together as in a real one."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from postings import pay
from postings.enums import Benefit, EmploymentType, PayBasis, Workplace
from postings.management.made_postings.cities import Country
from postings.management.made_postings.library import RoleKind
from postings.management.made_postings.words import shares_of
from postings.management.made_postings.world import CLOSED, DRAFT, EXPIRED, LIVE, OVERDUE, MadeEmployer, MadeSite, World
from postings.services.publishing import PAY_REQUIRED_IN
from postings.shifts import ShiftGrid

WEEKDAYS, ALL_DAYS = range(5), range(7)
_PATTERNS: list[tuple[float, ShiftGrid]] = [
    (24, ShiftGrid.of((day, band) for day in WEEKDAYS for band in (0, 1, 2))),
    (14, ShiftGrid.of((day, band) for day in WEEKDAYS for band in (1, 2))),
    (13, ShiftGrid.of((day, band) for day in WEEKDAYS for band in (0, 1, 2, 3))),
    (9, ShiftGrid.of((day, band) for day in ALL_DAYS for band in (0, 1, 2, 3))),
    (8, ShiftGrid.of(((day, band) for day in ALL_DAYS for band in range(5)), holidays=True)),
    (6, ShiftGrid.of((day, band) for day in WEEKDAYS for band in (2, 3))),
    (5, ShiftGrid.of((day, band) for day in range(6) for band in (1, 2, 3))),
    (4, ShiftGrid.of((day, band) for day in (5, 6) for band in (0, 1, 2, 3))),
    (3, ShiftGrid.of(((day, 4) for day in ALL_DAYS), holidays=True)),
    (3, ShiftGrid.of((day, 3) for day in WEEKDAYS)),
    (2, ShiftGrid.of(((day, band) for day in (4, 5, 6) for band in (2, 3, 4)), holidays=True)),
]
_PATTERN_SHARES = shares_of([weight for weight, _ in _PATTERNS])
# Languages that customers speak beside that of the place, most wanted first.
_WANTED_IN_ORDER = "en de nb sv da fi nl fr es it pl ru hr pt uk et lv lt tr ar cs sk hu ro sr bs sl el he zh"
_WANTED = _WANTED_IN_ORDER.split()
_LEVELS = (("B1", 0.12), ("B2", 0.6), ("C1", 0.9), ("C2", 1.0))
_TIER_PAY = {"agent": 1.0, "team_lead": 1.32, "manager": 1.9, "director": 3.1}
_FULL_WEEK = {"NO": "37.5", "GB": "37.5", "DK": "37.0", "FI": "37.5", "IE": "39.0"}
_SUPPLEMENTS = {3: "evening", 4: "night"}
BENEFITS = [str(item) for item in Benefit]
CHANNELS = ["voice", "email", "chat", "social", "sms", "video"]


@dataclass(frozen=True, slots=True)
class Pay:
    basis: str
    low: Decimal
    high: Decimal
    currency: str
    frequency: str
    hourly: pay.HourlyPay


@dataclass(frozen=True, slots=True)
class Hours:
    employment: str
    low: str
    high: str
    grid: ShiftGrid
    is_rotating: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """``state`` as the table stores it."""

    state: str
    created_at: datetime
    published_at: datetime | None
    closed_at: datetime | None
    closes_on: date | None
    starts: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Where:
    employer: int
    site: int | None
    made: MadeSite
    workplace: str
    remote_countries: list[str]
    language: str


def where(world: World, dice: random.Random) -> Where:
    rank = bisect(world.employer_shares, dice.random())
    employer: MadeEmployer = world.employers[rank]
    place = employer.first_site + int(employer.sites * dice.random() ** 1.7)
    made = world.sites[place]
    chance = dice.random()
    workplace = Workplace.ON_SITE if chance < 0.56 else Workplace.HYBRID if chance < 0.76 else Workplace.REMOTE
    remote: list[str] = []
    if workplace == Workplace.REMOTE:
        remote = sorted({made.country.code, *(_neighbor(world, dice) for _ in range(int(6 * dice.random() ** 2)))})
    site = None if workplace == Workplace.REMOTE and dice.random() < 0.6 else place
    language = "en" if dice.random() < 0.07 else made.country.language
    return Where(rank, site, made, str(workplace), remote, language)


def _neighbor(world: World, dice: random.Random) -> str:
    return world.sites[int(len(world.sites) * dice.random())].country.code


def clock(world: World, number: int, dice: random.Random) -> Clock:
    kind = int(world.states[number])
    published = world.published_at(number, dice)
    created = published - timedelta(days=dice.random() * 10)
    today = world.day
    if kind == DRAFT:
        return Clock("draft", created, None, None, None, ())
    closed: datetime | None = None
    closes: date | None = None
    latest = world.now - timedelta(minutes=1)
    if kind == CLOSED:
        closed = max(published, min(latest, published + timedelta(days=3 + 60 * dice.random())))
    elif kind == EXPIRED:
        closes = min(today - timedelta(days=2), published.date() + timedelta(days=10 + int(50 * dice.random())))
        closes = max(closes, published.date() - timedelta(days=1))
        closed = max(published, min(latest, published + (closes - published.date() + timedelta(days=1))))
    elif kind == OVERDUE:
        closes = today - timedelta(days=2 + int(3 * dice.random()))
    elif dice.random() < 0.6:
        closes = today + timedelta(days=3 + int(72 * dice.random()))
    if kind == LIVE:
        state, first = "open", today + timedelta(days=4)
    else:
        state = {CLOSED: "closed", EXPIRED: "closed", OVERDUE: "open"}.get(kind, "paused")
        first = published.date() + timedelta(days=10)
    return Clock(state, created, published, closed, closes, _starts(first, dice))


def _starts(first: date, dice: random.Random) -> tuple[date, ...]:
    chance = dice.random()
    if chance < 0.42:
        return ()
    start = first + timedelta(days=int(80 * dice.random() ** 1.4))
    monday = start + timedelta(days=-start.weekday() % 7)
    return (monday,) if chance < 0.8 else (monday, monday + timedelta(days=28))


def hours(role: RoleKind, country: Country, dice: random.Random) -> Hours:
    full = _FULL_WEEK.get(country.code, "40.0")
    if role.tier != "agent":
        grid = _PATTERNS[0 if dice.random() < 0.7 else 3][1]
        return Hours(EmploymentType.FULL_TIME, full, full, grid, False)
    grid = _PATTERNS[bisect(_PATTERN_SHARES, dice.random())][1]
    rotating = grid.mask.bit_count() > 18 and dice.random() < 0.7
    chance = dice.random()
    if chance < 0.66:
        return Hours(EmploymentType.FULL_TIME, full, full, grid, rotating)
    if chance < 0.88:
        low = 8 + 4 * int(4 * dice.random())
        return Hours(EmploymentType.PART_TIME, f"{low}.0", f"{low + 4 + 2 * int(4 * dice.random())}.0", grid, rotating)
    kind = EmploymentType.TEMPORARY if chance < 0.97 else EmploymentType.CONTRACTOR
    return Hours(kind, "20.0", full, grid, rotating)


def _round(amount: float) -> Decimal:
    """As people write pay: a round figure of two or three digits and zeros."""
    if amount < 3:
        return Decimal(f"{amount:.2f}")
    if amount < 60:
        return Decimal(f"{round(amount * 2) / 2:.2f}")
    unit: float = 5 if amount < 500 else 50 if amount < 5_000 else 500 if amount < 50_000 else 1_000
    return Decimal(f"{round(amount / unit) * unit:.2f}")


@lru_cache(maxsize=60_000)
def _hourly(basis: str, low: Decimal, high: Decimal, week: Decimal) -> pay.HourlyPay:
    return pay.hourly(basis=basis, low=low, high=high, weekly_hours=week)


def wage(role: RoleKind, country: Country, work: Hours, dice: random.Random) -> Pay | None:
    if country.code not in PAY_REQUIRED_IN and dice.random() < 0.3:
        return None
    amount = country.pay * _TIER_PAY[role.tier] * 2.718 ** dice.gauss(0, 0.13)
    basis = PayBasis(country.basis)
    chance = dice.random()
    if basis == PayBasis.HOUR and role.tier in {"manager", "director"}:
        basis, amount = PayBasis.YEAR, amount * 2080
    elif basis == PayBasis.HOUR and role.tier == "agent" and chance < 0.025:
        basis, amount = (PayBasis.MINUTE, amount / 45) if chance < 0.017 else (PayBasis.CALL, amount * 8 / 65)
    low = max(_round(amount), Decimal("0.05"))
    high = max(low, _round(amount * (1 + 0.28 * dice.random() ** 1.5)))
    week = (Decimal(work.low) + Decimal(work.high)) / 2
    frequency = "monthly" if country.code not in {"US", "CA", "PH", "AU"} else "biweekly"
    return Pay(str(basis), low, high, country.currency, frequency, _hourly(str(basis), low, high, week))


def _level(dice: random.Random) -> str:
    chance = dice.random()
    return next(level for level, below in _LEVELS if chance < below)


def spoken(place: Where, dice: random.Random) -> list[tuple[str, str, bool]]:
    """(language, level, required), the one of the customers first."""
    main = place.language
    if dice.random() < 0.13:
        main = _WANTED[int(len(_WANTED) * dice.random() ** 2)]
    found = [(main, _level(dice), True)]
    if main != "en" and dice.random() < 0.42:
        found.append(("en", "B1" if dice.random() < 0.5 else "B2", dice.random() < 0.45))
    if dice.random() < 0.08:
        extra = _WANTED[int(len(_WANTED) * dice.random() ** 2)]
        if extra not in {language for language, _level_, _required in found}:
            found.append((extra, _level(dice), dice.random() < 0.4))
    return found


def channels(role: RoleKind, dice: random.Random) -> list[str]:
    chance = dice.random()
    if chance < 0.5:
        return role.channels
    if chance < 0.8:
        return role.channels[:1]
    return sorted({*role.channels, CHANNELS[int(len(CHANNELS) * dice.random())]})


def benefits(dice: random.Random) -> list[str]:
    size = int(5 * dice.random())
    return sorted({BENEFITS[int(len(BENEFITS) * dice.random() ** 1.4)] for _ in range(size)})


def supplements(work: Hours, dice: random.Random) -> list[tuple[str, str | None, str | None]]:
    """(kind, percent, amount): for bands that are worked, where the dice say so."""
    found: list[tuple[str, str | None, str | None]] = []
    if dice.random() < 0.6:
        return found
    worked = {int(band) for band in work.grid.bands}
    for band, kind in _SUPPLEMENTS.items():
        if band in worked:
            found.append((kind, f"{10 + 5 * int(7 * dice.random())}.0", None))
    if work.grid.has(6, 1):
        found.append(("weekend", None, f"{2 + int(40 * dice.random())}.00"))
    return found
