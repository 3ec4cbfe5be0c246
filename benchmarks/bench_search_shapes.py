"""What visitors of a search benchmark look for: twenty-three shapes of query, weighted as a board sees them.

A ``Drawer`` throws the parameters of each query. Two drawers with different seeds draw apart: no query of a measurement has been
asked to warm a cache, unless chance makes two alike (a bare word can be).
"""

from __future__ import annotations

import random
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from postings.management.made_postings import words

Parameters = list[tuple[str, str]]

KEYWORDS = {
    "en": "customer service|support|sales|chat|email|complaints|orders|billing|travel|insurance|retention|technical|call|team|training",
    "nb": "kundeservice|kunder|salg|telefon|henvendelser|klager|opplæring|chat|faktura|vakt|leder|kundebehandler|teknisk",
    "sv": "kundservice|kunder|försäljning|telefon|ärenden|klagomål|utbildning|chatt|faktura|skift|teknisk|medarbetare",
    "hr": "korisnička podrška|kupci|prodaja|pozivi|telefon|reklamacije|obuka|smjena|agent|tehnička|voditelj",
    "ru": "оператор|клиенты|продажи|звонки|поддержка|обучение|смена|жалобы|чат|заявки|руководитель|телефон",
}
ALIASES = {
    "en": "CSR|customer service representative|call center agent|help desk|telemarketer|team lead|workforce planner|quality analyst",
    "nb": "kundebehandler|kundekonsulent|telefonselger|teamleder|supportmedarbeider",
    "sv": "kundtjänstmedarbetare|telefonförsäljare|gruppledare|supporttekniker",
    "hr": "agent korisničke podrške|operater u pozivnom centru|voditelj tima",
    "ru": "оператор колл-центра|оператор кол-центра|супервизор|специалист технической поддержки",
}
COMMON = {"en": ["customer", "work", "calls"], "nb": ["kunder"], "sv": ["kunder"], "hr": ["korisnika"], "ru": ["клиентов"]}
PHRASES = {
    "en": ["customer service", "first contact", "knowledge base", "quality scores", "new products"],
    "nb": ["første kontakt", "ta imot"],
    "sv": ["första kontakten", "ta emot"],
    "hr": ["prvi kontakt", "u roku"],
    "ru": ["при первом обращении", "в срок"],
}
TYPOS = [
    "custmer servise",
    "costumer suport",
    "tecnical support",
    "kundeservise",
    "kundtjenst",
    "korisnicka podrshka",
    "оператр колцентра",
    "telemarkting",
]
PLACES = ["Oslo", "Bergen", "Trondheim", "Stockholm", "Göteborg", "Malmö", "Zagreb", "Split", "Москва", "Казань", "London", "Manchester"]
PLACES += ["Dublin", "Manila", "Bengaluru", "New York", "Phoenix", "Sarajevo", "Beograd", "Алматы", "Helsinki", "Riga", "Lisbon", "Kraków"]
REGIONS = ["Vestland", "Skåne", "England", "Texas", "Dalmacija", "Leinster", "Ontario", "Trøndelag", "Västra Götaland", "Metro Manila"]
COUNTRIES = ["US", "GB", "IN", "PH", "NO", "SE", "HR", "RU", "KZ", "IE", "CA", "ZA", "BA", "RS", "FI", "DE", "PT"]
CURRENCIES = {"NOK": (150, 400), "SEK": (120, 300), "EUR": (6, 40), "USD": (12, 60), "GBP": (10, 40), "RUB": (200, 900), "PHP": (90, 300)}
FACETS: dict[str, list[str]] = {
    "tier": ["agent", "team_lead", "manager", "director"],
    "work": ["customer_service", "sales", "technical_support", "telemarketing", "collections", "complaints", "order_taking", "quality"],
    "channel": ["voice", "email", "chat", "social", "sms"],
    "lang": ["en", "nb", "sv", "hr", "ru", "de", "da", "fi"],
    "band": ["early", "day", "afternoon", "evening", "night"],
    "workplace": ["on_site", "hybrid", "remote"],
    "employment": ["full_time", "part_time", "temporary", "contractor"],
    "hours": ["to20", "20to30", "30to37", "37up"],
    "experience": ["none", "year", "three"],
    "training": ["paid", "none"],
    "country": COUNTRIES,
    "industry": ["outsourcer", "telecom", "banking", "insurance", "retail", "travel", "public"],
    "posted": ["1", "3", "7", "14", "30"],
}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# How often a reader of each language searches; the page is asked for in it.
READERS = (("en", 0.46), ("nb", 0.16), ("sv", 0.16), ("hr", 0.08), ("ru", 0.14))


# Visitors who have told what fits them do that with any search; their cookie goes along, and every card says how it fits.
WISHES, SOME_WISHES = "all wishes in the cookie", 0.1


@dataclass(frozen=True, slots=True)
class Search:
    """``wishes`` is the value of the visitor's cookie, if there is one."""

    shape: str
    path: str
    wishes: str = ""


class Drawer:
    """Draws searches; the same seed draws the same ones."""

    def __init__(self, seed: int, *, data_seed: int, live: int) -> None:
        self.dice = random.Random(f"{seed}/shapes")
        self.live = live
        self.tails = {language: words.tail(language, seed=data_seed) for language in KEYWORDS}

    def draw(self, shape: str = "") -> Search:
        """One search, of ``shape`` or of one by weight, in the language of a reader by weight."""
        name = shape or self.dice.choices(list(SHAPES), [weight for weight, _make in SHAPES.values()])[0]
        language = self.dice.choices([code for code, _ in READERS], [weight for _, weight in READERS])[0]
        parameters = SHAPES[name][1](self, language)
        prefix = "" if language == "en" else f"/{language}"
        has_wishes = name == WISHES or self.dice.random() < SOME_WISHES
        return Search(name, f"{prefix}/jobs/?{urlencode(parameters)}", self.wishes(language) if has_wishes else "")

    def many(self, number: int) -> list[Search]:
        return [self.draw() for _ in range(number)]

    # --- what shapes are made of ---------------------------------------------------------------------
    def keyword(self, language: str) -> str:
        """A frequent word or two, often with another word beside it."""
        word = self.dice.choice(KEYWORDS[language].split("|"))
        return word if self.dice.random() < 0.6 else f"{word} {self.tails[language][self.dice.randrange(60)]}"

    def rare(self, language: str) -> str:
        return self.tails[language][self.dice.randrange(300, words.PER_LANGUAGE)]

    def filters(self, number: int, *, values: int = 1) -> Parameters:
        chosen = self.dice.sample(sorted(FACETS), number)
        return [
            (name, value)
            for name in chosen
            for value in self.dice.sample(FACETS[name], 1 if name == "posted" else min(values, len(FACETS[name])))
        ]

    def place(self) -> str:
        return self.dice.choice(PLACES)

    def week(self) -> Parameters:
        days = self.dice.sample(range(7), self.dice.randint(3, 6))
        bands = self.dice.sample(range(5), self.dice.randint(1, 3))
        return [("week", str(day * 5 + band)) for day in sorted(days) for band in sorted(bands)]

    def wishes(self, language: str) -> str:
        """A cookie as ``postings.search.fit`` writes it: version, week, languages, lowest pay, place."""
        week = sum(1 << int(bit) for _name, bit in self.week())
        spoken = "-".join(f"{code}{level}" for code, level in {language: "C2", "en": self.dice.choice(["B1", "B2", "C1"])}.items())
        currency = self.dice.choice(list(CURRENCIES))
        pay = f"{CURRENCIES[currency][0]}{currency}" if self.dice.random() < 0.4 else ""
        name = urlsafe_b64encode(self.place().encode()).decode().rstrip("=") if self.dice.random() < 0.5 else ""
        return "~".join(("1", f"{week:x}", spoken, pay, f"50-{name}" if name else ""))


def _pay(drawer: Drawer) -> Parameters:
    currency = drawer.dice.choice(list(CURRENCIES))
    low, high = CURRENCIES[currency]
    first = drawer.dice.randint(low, high)
    return [("currency", currency), ("pay", str(first)), *([("pay_to", str(first * 2))] if drawer.dice.random() < 0.5 else [])]


def _other(drawer: Drawer, language: str) -> str:
    return drawer.dice.choice([code for code in ALIASES if code != language])


def _alias(drawer: Drawer, language: str) -> Parameters:
    return [("q", drawer.dice.choice(ALIASES[_other(drawer, language)].split("|")))]


def _deep(drawer: Drawer, language: str) -> Parameters:
    page = drawer.dice.randint(50, 80)
    return [*([("q", drawer.dice.choice(COMMON[language]))] if drawer.dice.random() < 0.5 else []), ("page", str(page))]


def _prefix(drawer: Drawer, language: str) -> Parameters:
    # As the word looks half typed: search completes the last one.
    word = drawer.keyword(language)
    return [("q", word[: max(3, len(word) - drawer.dice.randint(1, 4))])]


def _remote(drawer: Drawer, language: str) -> Parameters:
    return [("country", drawer.dice.choice(COUNTRIES)), ("workplace", "remote")]


def _place(drawer: Drawer, language: str) -> Parameters:
    return [("where", drawer.place()), ("radius", drawer.dice.choice(["10", "25", "50", "100", "200"]))]


def _bands(drawer: Drawer, language: str) -> Parameters:
    days = drawer.dice.sample(DAYS, drawer.dice.randint(1, 3))
    return [("band", drawer.dice.choice(FACETS["band"])), *(("day", day) for day in days)]


def _fit(drawer: Drawer, language: str) -> Parameters:
    return [*drawer.week(), ("sort", "fit"), *([("fit", "half")] if drawer.dice.random() < 0.4 else [])]


def _wishes(drawer: Drawer, language: str) -> Parameters:
    return [
        *([("q", drawer.keyword(language))] if drawer.dice.random() < 0.5 else []),
        *([("sort", "fit")] if drawer.dice.random() < 0.5 else []),
    ]


def _sorted(drawer: Drawer, language: str) -> Parameters:
    match drawer.dice.choice(("pay", "start", "distance")):
        case "pay":
            return [("currency", drawer.dice.choice(list(CURRENCIES))), ("sort", "pay")]
        case "start":
            return [*drawer.filters(1), ("sort", "start")]
    return [("where", drawer.place()), ("radius", "100"), ("sort", "distance")]


def _q(drawer: Drawer, text: str, *more: tuple[str, str]) -> Parameters:
    return [("q", text), *more]


def _minus(drawer: Drawer, language: str) -> Parameters:
    return _q(drawer, f"{drawer.keyword(language)} -{drawer.dice.choice(COMMON[language])}")


def _phrase(drawer: Drawer, language: str) -> Parameters:
    return _q(drawer, f'"{drawer.dice.choice(PHRASES[language])}"')


# name: (weight, how its parameters are drawn for a reader of a language)
SHAPES: dict[str, tuple[float, Callable[[Drawer, str], Parameters]]] = {
    "newest": (10, lambda drawer, language: [("page", str(drawer.dice.randint(1, 5)))]),
    "keyword": (14, lambda drawer, language: _q(drawer, drawer.keyword(language))),
    "keyword, foreign": (4, lambda drawer, language: _q(drawer, drawer.keyword(_other(drawer, language)))),
    "keyword + 3 filters": (12, lambda drawer, language: _q(drawer, drawer.keyword(language), *drawer.filters(3))),
    "2 filters": (10, lambda drawer, language: drawer.filters(2)),
    "rare word": (4, lambda drawer, language: _q(drawer, drawer.rare(language))),
    "common word by match": (4, lambda drawer, language: _q(drawer, drawer.dice.choice(COMMON[language]), ("sort", "match"))),
    "role by another language's name": (5, _alias),
    "phrase": (3, _phrase),
    "minus word": (2, _minus),
    "typo": (3, lambda drawer, language: _q(drawer, drawer.dice.choice(TYPOS))),
    "place and radius": (6, _place),
    "keyword in a place": (4, lambda drawer, language: _q(drawer, drawer.keyword(language), ("where", drawer.place()), ("radius", "50"))),
    "region": (2, lambda drawer, language: [("where", drawer.dice.choice(REGIONS))]),
    "country and remote": (4, _remote),
    "3 facets, several values": (6, lambda drawer, language: drawer.filters(3, values=3)),
    "pay range": (3, lambda drawer, language: _pay(drawer)),
    "shift band and weekday": (4, _bands),
    "fit with a week": (3, _fit),
    WISHES: (3, _wishes),
    "sorted": (4, _sorted),
    "deep page": (3, _deep),
    "prefix": (3, _prefix),
}
