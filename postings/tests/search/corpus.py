"""Random postings and random questions about them. Everything comes from one seeded ``Random``, so a failure can be had again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from postings.enums import Channel, EmploymentType, Industry, LanguageLevel, Workplace
from postings.models import Place, Posting, PostingLanguage, PostingText, StartClass
from postings.search import facets
from postings.search.query import Area, Both, Either, Node, Phrase, Profile, Query, Reading, Sort, Text, Without, Word
from postings.shifts import FULL_MASK, ShiftGrid
from postings.tests.factories import EmployerFactory, PostingFactory, RoleFactory, SiteFactory

# (name, country, latitude, longitude); the last one is on no map.
TOWNS = (
    ("Oslo", "NO", 59.91, 10.75),
    ("Bergen", "NO", 60.39, 5.32),
    ("Malmö", "SE", 55.6, 13.0),
    ("Zagreb", "HR", 45.81, 15.98),
    ("Nowhere Hill", "NO", None, None),
)
COUNTRIES = ("NO", "SE", "HR", "RU")
ROLES = (
    ("agent-customer-service", "agent", "customer_service"),
    ("agent-sales", "agent", "sales"),
    ("team-lead", "team_lead", "leadership"),
    ("site-director", "director", "leadership"),
)
WORDS: dict[str, tuple[str, ...]] = {
    "en": ("customer", "service", "sales", "night", "team", "phone", "bonus", "agents"),
    "nb": ("kundeservice", "salg", "natt", "lag", "telefon", "bonus"),
    "hr": ("korisnik", "prodaja", "telefon", "tim"),
}
SPOKEN = ("en", "nb", "hr", "ru")
LEVELS = LanguageLevel.values
# What a word can mean as a facet.
MEANT: tuple[Mapping[str, tuple[str, ...]], ...] = (
    {"lang": ("en", "nb")},
    {"band": ("night",), "workplace": ("remote",)},
    {"employment": ("part_time",)},
    {"experience": ("none",)},
    {"student": ("1",)},
    {"tier": ("manager",)},
    {"tier": ("agent", "team_lead"), "workplace": ("remote", "hybrid")},
)
AMOUNTS = tuple(Decimal(text) for text in ("9.50", "12", "15.49", "180", "199.99", "200", "224.50", "225", "310"))


def make_corpus(chance: Random, size: int) -> list[Posting]:
    """``size`` postings that differ in everything one can search by; some closed, drafts, past their last day."""
    places = [a_place(*town) for town in TOWNS]
    employers = [EmployerFactory.create(industry=industry) for industry in chance.sample(Industry.values, 4)]
    sites = {
        (employer.pk, name): SiteFactory.create(employer=employer, city=name, country=country, place=place)
        for employer in employers
        for (name, country, _north, _east), place in zip(TOWNS, places, strict=True)
    }
    roles = [RoleFactory.create(key=key, tier=tier, work_type=work) for key, tier, work in ROLES]
    now = timezone.now()
    made = []
    for _number in range(size):
        employer = chance.choice(employers)
        pay = chance.choice([None, *AMOUNTS])
        weeks, hours = chance.choice([0, 0, 2, 6]), chance.choice([10, 20, 30, 37])
        posting = PostingFactory.create(
            employer=employer,
            site=chance.choice([None, *(sites[employer.pk, name] for name, *_rest in TOWNS)]),
            role=chance.choice(roles),
            state=chance.choices(["open", "paused", "closed", "draft"], [20, 1, 1, 1])[0],
            closes_on=chance.choice([None, None, None, timezone.localdate() + timedelta(days=9), timezone.localdate() - timedelta(days=3)]),
            workplace=chance.choice(Workplace.values),
            remote_countries=chance.choice([[], ["NO"], ["HR", "SE"], list(COUNTRIES)]),
            channels=chance.sample(Channel.values, chance.randrange(4)),
            employment_type=chance.choice(EmploymentType.values),
            shift_mask=chance.choice([0, FULL_MASK, *(a_week(chance) for _ in range(6))]),
            hours_min=Decimal(hours),
            hours_max=Decimal(hours + chance.choice([0, 8, 20])),
            experience_months=chance.choice([0, 0, 6, 12, 48]),
            is_student_friendly=chance.random() < 0.4,
            training_weeks=weeks,
            is_training_paid=chance.random() < 0.5,
            pay_basis="hour" if pay else "",
            pay_min=pay,
            pay_max=pay and pay + chance.choice([0, 20]),
            pay_currency=chance.choice(["NOK", "EUR", "SEK"]) if pay else "",
            spoken=[],
            revision=False,
            text__title=some_words(chance, "en", 2),
            text__summary=some_words(chance, "en", 4),
            text__duties=[],
            text__must_haves=[],
            text__nice_to_haves=[],
        )
        publish(posting, chance, now)
        made.append(posting)
    return made


def a_place(name: str, country: str, north: float | None, east: float | None) -> Place | None:
    if north is None or east is None:
        return None
    values = {"kind": "city", "country": country, "name": name, "latitude": north, "longitude": east}
    return Place.objects.get_or_create(key=f"{country}-{name.lower()}", defaults=values)[0]


def publish(posting: Posting, chance: Random, now: datetime) -> None:
    """What hangs on a posting, and when it came out: several at the very same moment."""
    if posting.state != "draft":
        age = timedelta(days=chance.choice([0, 0, 2, 5, 12, 20, 60]), minutes=chance.choice([0, 1, 2]))
        Posting.objects.filter(pk=posting.pk).update(published_at=now - age)
    for language in chance.sample(SPOKEN, chance.randrange(4)):
        PostingLanguage.objects.create(posting=posting, language=language, level=chance.choice(LEVELS), is_required=chance.random() < 0.6)
    for day in chance.sample([-20, 0, 3, 25, 40, 70], chance.choice([0, 0, 1, 2])):
        StartClass.objects.create(posting=posting, starts_on=timezone.localdate() + timedelta(days=day), seats=5)
    for language in chance.sample(["nb", "hr"], chance.choice([0, 0, 1, 2])):
        PostingText.objects.create(
            posting=posting, language=language, title=some_words(chance, language, 2), summary=some_words(chance, language, 3)
        )


def some_words(chance: Random, language: str, count: int) -> str:
    return " ".join(chance.choice(WORDS[language]) for _ in range(count))


def a_week(chance: Random) -> int:
    cells = ((chance.randrange(7), chance.randrange(5)) for _ in range(chance.randrange(1, 14)))
    return ShiftGrid.of(cells, holidays=chance.random() < 0.2).mask


# --- questions ----------------------------------------------------------------------------------------------


def values_of(corpus: list[Posting]) -> dict[str, list[str]]:
    """Values to choose from in each facet; some that nobody has."""
    today = timezone.localdate()
    months = sorted({(today + timedelta(days=days)).strftime("%Y-%m") for days in (0, 25, 40, 70, 300)})
    employers = sorted({posting.employer_id for posting in corpus})
    return {
        "tier": ["agent", "team_lead", "manager", "director"],
        "role": [key for key, _tier, _work in ROLES],
        "work": ["customer_service", "sales", "leadership", "quality"],
        "channel": list(Channel.values),
        "lang": [*SPOKEN, "de"],
        "band": list(facets.BAND_MASKS),
        "day": list(facets.DAY_MASKS),
        "workplace": list(Workplace.values),
        "employment": list(EmploymentType.values),
        "student": ["1"],
        "hours": list(facets.HOURS),
        "currency": ["NOK", "EUR", "SEK", "USD"],
        "payband": ["NOK-200", "NOK-180", "EUR-12", "NOK-8", "EUR-225"],
        "experience": list(facets.EXPERIENCE),
        "training": list(facets.TRAINING),
        "start": [*months, facets.NO_START],
        "country": [*COUNTRIES, "DE"],
        "city": ["NO-oslo", "NO-bergen", "SE-malmo", "NO-nowhere-hill", "DE-berlin"],
        "industry": list(Industry.values),
        "employer": [str(pk) for pk in [*employers, 10**9]],
        "posted": list(facets.POSTED_DAYS),
    }


def a_query(chance: Random, corpus: list[Posting], *, facets_chosen: int | None = None) -> Query:
    """Any mixture of choices, words, places and wishes, in any order."""
    known = values_of(corpus)
    names = chance.sample(sorted(known), chance.choice([0, 1, 1, 2, 3]) if facets_chosen is None else facets_chosen)
    choices = {name: tuple(chance.sample(known[name], chance.randint(1, min(3, len(known[name]))))) for name in names}
    has_amounts = chance.random() < 0.15
    today = timezone.localdate()
    return Query(
        language=chance.choice(["en", "nb", "sv"]),
        now=timezone.now(),
        today=today,
        text=a_text(chance) if chance.random() < 0.4 else None,
        area=an_area(chance) if chance.random() < 0.3 else None,
        choices={**choices, **({"currency": ("NOK",)} if has_amounts else {})},
        level=chance.choice(["", "", "A2", "C1"]),
        pay_from=chance.choice(AMOUNTS) if has_amounts else None,
        pay_to=chance.choice([None, Decimal(225)]) if has_amounts else None,
        starts_by=today + timedelta(days=chance.choice([0, 30])) if chance.random() < 0.1 else None,
        fit=a_profile(chance) if chance.random() < 0.5 else None,
        fit_least=chance.choice(["", "", "whole", "half"]),
        sort=chance.choice(list(Sort)),
        pay_first=chance.choice(["", "", "EUR", "NOK", "SEK", "XXX"]),
    )


def an_area(chance: Random) -> Area:
    kind = chance.randrange(4)
    if kind == 0:
        return Area("Norway", countries=("NO",), is_country=True)
    if kind == 1:
        return Area("Nowhere Hill", countries=("NO",), cities=("NO-nowhere-hill",))
    if kind == 2:
        return Area("Nothing")
    middle = Place.objects.get(key=chance.choice(["NO-oslo", "SE-malmö"]))
    near = chance.sample([place.pk for place in Place.objects.exclude(pk=middle.pk).order_by("pk")], chance.randrange(3))
    places = {middle.pk: 0.0, **dict.fromkeys(near, 80.0)}
    return Area(middle.name, (middle.country,), places, latitude=middle.latitude, longitude=middle.longitude)


def a_profile(chance: Random) -> Profile:
    return Profile(
        week=chance.choice([0, a_week(chance), FULL_MASK]),
        languages=tuple((code, chance.choice(LEVELS)) for code in chance.sample(SPOKEN, chance.randrange(3))),
        area=chance.choice([None, an_area(chance)]),
        pay=chance.choice([None, Decimal(200), Decimal("12.50")]),
        currency=chance.choice(["", "NOK", "EUR"]),
    )


def a_text(chance: Random) -> Text:
    readings = tuple(a_reading(chance) for _ in range(chance.choice([1, 1, 2])))
    return Text(typed="typed", readings=readings)


def a_reading(chance: Random) -> Reading:
    area = an_area(chance) if chance.random() < 0.3 else None
    roles = tuple(chance.sample([key for key, _tier, _work in ROLES], 1)) if chance.random() < 0.3 else ()
    languages = chance.sample(sorted(WORDS), chance.randint(0 if roles or area else 1, 3))
    trees = {language: a_tree(chance, language, 2) for language in languages}
    rest = {language: a_tree(chance, language, 1) for language in chance.sample(sorted(WORDS), 2)} if chance.random() < 0.1 else {}
    choices, without = (chance.choice(MEANT) if chance.random() < 0.2 else {} for _ in range(2))
    return Reading(trees, rest, roles=roles, choices=choices, without=without, area=area)


def a_tree(chance: Random, language: str, depth: int) -> Node:
    kind = chance.randrange(6) if depth else 0
    if kind <= 1:
        word = Word(stem(chance.choice(WORDS[language]), language))
        return Word(word.text[:3], is_prefix=True) if chance.random() < 0.2 else word
    if kind == 2:
        pair = tuple(Word(stem(chance.choice(WORDS[language]), language)) for _ in range(2))
        return Phrase(pair, " <-> ".join(f"'{word.text}'" for word in pair))
    if kind == 3:
        return Both((a_tree(chance, language, depth - 1), Without(a_tree(chance, language, 0))))
    parts = (a_tree(chance, language, depth - 1), a_tree(chance, language, depth - 1))
    return Both(parts) if kind == 4 else Either(parts)


def stem(word: str, language: str) -> str:
    return STEMS[language].get(word, word)


STEMS: dict[str, dict[str, str]] = {language: {} for language in WORDS}


def learn_stems() -> None:
    """As PostgreSQL stems them here."""
    from django.db import connection

    with connection.cursor() as cursor:
        for language, words in WORDS.items():
            for word in words:
                cursor.execute("SELECT tsvector_to_array(to_tsvector(%s::regconfig, %s))", [f"portal_{language}", word])
                stems: list[str] = cursor.fetchone()[0]
                STEMS[language][word] = stems[0] if stems else word
