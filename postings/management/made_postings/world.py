"""The made-up world of one run: employers by size, their sites, and which postings are live. The same seed makes the same world."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from callcenter_jobs.lib.codes import ALPHABET, SHORT
from callcenter_jobs.lib.text import slug_of
from postings.enums import Industry
from postings.management.made_postings import words
from postings.management.made_postings.cities import Country, countries, with_places
from postings.management.made_postings.library import Question, RoleKind, questions, role_kinds

DAYS = 365
POSTINGS_PER_EMPLOYER = 50
DRAFT, LIVE, CLOSED, EXPIRED, PAUSED, OVERDUE = range(6)
# Of what is not live. An expired posting was closed by the task that looks for its last day; an overdue one waits for it.
OTHER_STATES = ((DRAFT, 0.15), (CLOSED, 0.35), (EXPIRED, 0.375), (PAUSED, 0.10), (OVERDUE, 0.025))
_INDUSTRIES = [(Industry.OUTSOURCER, 0.34), (Industry.TELECOM, 0.12), (Industry.BANKING, 0.09), (Industry.INSURANCE, 0.07)]
_INDUSTRIES += [(Industry.RETAIL, 0.08), (Industry.TRAVEL, 0.05), (Industry.UTILITIES, 0.05), (Industry.PUBLIC, 0.04)]
_INDUSTRIES += [(Industry.HEALTH, 0.05), (Industry.TRANSPORT, 0.05), (Industry.PROFESSIONAL, 0.03), (Industry.OTHER, 0.03)]
_SECOND_NAMES = {
    "en": ["Contact", "Connect", "Line", "Customer Care", "Voice", "Support Group", "Direct", "Response"],
    "nb": ["Kontakt", "Kundeservice", "Direkte", "Svar", "Telefon", "Gruppen"],
    "sv": ["Kontakt", "Kundtjänst", "Direkt", "Svar", "Telefoni", "Gruppen"],
    "hr": ["Kontakt", "Podrška", "Centar", "Telefon", "Usluge", "Grupa"],
    "ru": ["Контакт", "Сервис", "Линия", "Центр", "Связь", "Групп"],
}
_SPACE = len(ALPHABET) ** SHORT
_STEP = 366_294_013_507  # no factor in common with 30**10, so that no two numbers get the same code
_THREES = [a + b + c for a in ALPHABET for b in ALPHABET for c in ALPHABET]


class Codes:
    """Public codes that look drawn by chance, never repeat within a run and are the same for the same seed."""

    def __init__(self, kind: str, *, seed: int) -> None:
        self.offset = random.Random(f"{seed}/{kind}").randrange(_SPACE)

    def __getitem__(self, number: int) -> str:
        rest, last = divmod((number * _STEP + self.offset) % _SPACE, len(ALPHABET))
        rest, third = divmod(rest, 27_000)
        first, second = divmod(rest, 27_000)
        return f"{_THREES[first]}{_THREES[second]}{_THREES[third]}{ALPHABET[last]}"


@dataclass(frozen=True, slots=True)
class MadeSite:
    country: Country
    city: str
    region: str
    name: str
    place: int | None


@dataclass(frozen=True, slots=True)
class MadeEmployer:
    country: Country
    name: str
    slug: str
    industry: str
    first_site: int
    sites: int
    promise_days: int


@dataclass(frozen=True, slots=True)
class World:
    count: int
    seed: int
    day: date
    employers: list[MadeEmployer]
    employer_shares: list[float]
    sites: list[MadeSite]
    roles: list[RoleKind]
    role_shares: list[float]
    questions: list[Question]
    tails: dict[str, list[str]]
    tail_shares: list[float]
    states: npt.NDArray[np.int8]
    codes: dict[str, Codes] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The midnight that starts ``day``: nothing is published after it."""
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC)

    def published_at(self, number: int, dice: random.Random) -> datetime:
        """Spread over the year in the order of the numbers, with a little disorder."""
        age = DAYS * (1 - (number + 0.5) / self.count) + dice.gauss(0, 1.2)
        return self.now - timedelta(days=min(max(age, 0.002), DAYS + 1))


def states(*, count: int, live: int, seed: int) -> npt.NDArray[np.int8]:
    """Exactly ``live`` of ``count`` are live, and the newer a posting is the likelier; the rest by ``OTHER_STATES``."""
    dice = np.random.default_rng([seed, 7])
    likely = 0.3 + 0.6 * np.arange(count) / max(count, 1)
    chosen = np.argsort(dice.random(count) / likely, kind="stable")[:live]
    kinds, shares = zip(*OTHER_STATES, strict=True)
    found = dice.choice(np.array(kinds, dtype=np.int8), size=count, p=np.array(shares) / sum(shares)).astype(np.int8)
    found[chosen] = LIVE
    return found


def _name(dice: random.Random, language: str, tail: list[str], taken: set[str]) -> str:
    while True:
        first = dice.choice(tail[200:]).capitalize()
        name = f"{first} {dice.choice(_SECOND_NAMES[language])}" if dice.random() < 0.7 else first
        if name not in taken:
            taken.add(name)
            return name


def _sites(dice: random.Random, home: Country, lands: list[Country], shares: list[float], size: int) -> list[MadeSite]:
    found: list[MadeSite] = []
    taken: dict[str, int] = {}
    for _ in range(size):
        abroad = size > 3 and dice.random() < 0.3
        land = lands[bisect(shares, dice.random())] if abroad else home
        city = dice.choices(land.cities, [city.weight for city in land.cities])[0]
        taken[city.name] = taken.get(city.name, 0) + 1
        again = taken[city.name]
        name = city.name if again == 1 else f"{city.name} {again}"
        found.append(MadeSite(land, city.name, city.region, name, city.place))
    return found


def make_world(*, count: int, live: int, seed: int, day: date) -> World:
    dice = random.Random(f"{seed}/world")
    lands = with_places(countries())
    land_shares = words.shares_of([land.weight for land in lands])
    tails = {language: words.tail(language, seed=seed) for language in ("en", "nb", "sv", "hr", "ru")}
    size = max(10, count // POSTINGS_PER_EMPLOYER)
    shares = words.zipf(size, power=0.8)
    codes = {kind: Codes(kind, seed=seed) for kind in ("employer", "site", "posting", "start")}
    employers: list[MadeEmployer] = []
    sites: list[MadeSite] = []
    taken: set[str] = set()
    before = 0.0
    for rank, share in enumerate(shares):
        expected, before = count * (share - before), share
        home = lands[bisect(land_shares, dice.random())]
        mine = _sites(dice, home, lands, land_shares, min(25, 1 + int(expected**0.5 / 4)))
        name = _name(dice, home.language, tails[home.language], taken)
        slug = f"{slug_of(name)[:48]}-{codes['employer'][rank][:6].lower()}"
        industry = dice.choices([item for item, _ in _INDUSTRIES], [weight for _, weight in _INDUSTRIES])[0]
        employers.append(MadeEmployer(home, name, slug, str(industry), len(sites), len(mine), dice.choice((2, 3, 5, 5, 5, 7, 10))))
        sites += mine
    roles = role_kinds(seed=seed)
    return World(
        count=count,
        seed=seed,
        day=day,
        employers=employers,
        employer_shares=shares,
        sites=sites,
        roles=roles,
        role_shares=words.shares_of([role.weight for role in roles]),
        questions=questions(),
        tails=tails,
        tail_shares=words.zipf(words.PER_LANGUAGE, power=1.05),
        states=states(count=count, live=live, seed=seed),
        codes=codes,
    )
