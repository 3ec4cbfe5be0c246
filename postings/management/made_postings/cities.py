"""Where made-up postings are: cities, their countries, and what a country means for pay and language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callcenter_jobs.lib.text import place_key
from postings.models import Place, PlaceName

# So many more cities of a country, its largest, share a small part of its postings.
MORE_CITIES = 40
SMALL = 12.0

# A country: code, language of most postings, weight, currency, pay basis, an agent's pay on it, time zone.
# Below it, its cities: name, region, weight.
_TABLE = """
US|en|110|USD|hour|18.5|America/New_York
  New York | New York | 9
  Phoenix | Arizona | 6
  Dallas | Texas | 6
  Tampa | Florida | 5
  Atlanta | Georgia | 5
  Omaha | Nebraska | 2
GB|en|85|GBP|hour|12.6|Europe/London
  London | England | 9
  Manchester | England | 6
  Glasgow | Scotland | 5
  Leeds | England | 4
  Cardiff | Wales | 3
  Belfast | Northern Ireland | 3
IN|en|60|INR|month|28000|Asia/Kolkata
  Bengaluru | Karnataka | 8
  Hyderabad | Telangana | 6
  Pune | Maharashtra | 5
  Mumbai | Maharashtra | 5
  Gurugram | Haryana | 4
PH|en|70|PHP|month|23000|Asia/Manila
  Manila | Metro Manila | 9
  Quezon City | Metro Manila | 6
  Cebu City | Central Visayas | 5
  Davao | Davao Region | 3
IE|en|22|EUR|hour|14.8|Europe/Dublin
  Dublin | Leinster | 7
  Cork | Munster | 4
  Galway | Connacht | 2
  Limerick | Munster | 2
CA|en|25|CAD|hour|19.0|America/Toronto
  Toronto | Ontario | 7
  Ottawa | Ontario | 3
  Winnipeg | Manitoba | 3
  Halifax | Nova Scotia | 2
AU|en|18|AUD|hour|29.0|Australia/Sydney
  Sydney | New South Wales | 6
  Melbourne | Victoria | 5
  Brisbane | Queensland | 3
ZA|en|25|ZAR|month|9500|Africa/Johannesburg
  Cape Town | Western Cape | 6
  Johannesburg | Gauteng | 5
  Durban | KwaZulu-Natal | 4
KE|en|8|KES|month|38000|Africa/Nairobi
  Nairobi | Nairobi | 5
  Mombasa | Mombasa | 1
MT|en|6|EUR|hour|9.5|Europe/Malta
  Valletta | Malta | 2
  Sliema | Malta | 2
DE|en|10|EUR|hour|15.2|Europe/Berlin
  Berlin | Berlin | 5
  Leipzig | Saxony | 3
  Hamburg | Hamburg | 2
PT|en|14|EUR|month|1150|Europe/Lisbon
  Lisbon | Lisbon | 5
  Porto | Porto | 3
  Braga | Braga | 1
PL|en|10|PLN|month|6200|Europe/Warsaw
  Kraków | Lesser Poland | 4
  Warsaw | Mazovia | 4
  Wrocław | Lower Silesia | 3
EE|en|5|EUR|hour|9.2|Europe/Tallinn
  Tallinn | Harju | 4
  Tartu | Tartu | 1
LV|ru|6|EUR|hour|7.4|Europe/Riga
  Riga | Riga | 4
  Daugavpils | Latgale | 1
NO|nb|150|NOK|hour|205|Europe/Oslo
  Oslo | Oslo | 9
  Bergen | Vestland | 6
  Trondheim | Trøndelag | 5
  Stavanger | Rogaland | 4
  Kristiansand | Agder | 3
  Tromsø | Troms | 3
  Drammen | Buskerud | 2
  Bodø | Nordland | 2
  Hamar | Innlandet | 1
  Ålesund | Møre og Romsdal | 2
SE|sv|155|SEK|month|25500|Europe/Stockholm
  Stockholm | Stockholm | 9
  Göteborg | Västra Götaland | 6
  Malmö | Skåne | 5
  Uppsala | Uppsala | 3
  Linköping | Östergötland | 3
  Örebro | Örebro | 2
  Sundsvall | Västernorrland | 3
  Luleå | Norrbotten | 2
  Karlstad | Värmland | 2
FI|sv|12|EUR|hour|12.9|Europe/Helsinki
  Helsinki | Uusimaa | 5
  Turku | Southwest Finland | 3
  Vaasa | Ostrobothnia | 2
DK|en|10|DKK|hour|155|Europe/Copenhagen
  Copenhagen | Hovedstaden | 5
  Aarhus | Midtjylland | 3
HR|hr|75|EUR|month|1050|Europe/Zagreb
  Zagreb | Grad Zagreb | 9
  Split | Splitsko-dalmatinska | 5
  Rijeka | Primorsko-goranska | 4
  Osijek | Osječko-baranjska | 3
  Zadar | Zadarska | 2
  Varaždin | Varaždinska | 1
BA|hr|22|BAM|month|1350|Europe/Sarajevo
  Sarajevo | Sarajevo | 5
  Mostar | Herzegovina-Neretva | 3
  Banja Luka | Republika Srpska | 2
RS|hr|18|RSD|month|85000|Europe/Belgrade
  Belgrade | Belgrade | 6
  Novi Sad | Vojvodina | 3
  Niš | Nišava | 2
RU|ru|110|RUB|month|52000|Europe/Moscow
  Москва | Москва | 9
  Санкт-Петербург | Санкт-Петербург | 7
  Казань | Татарстан | 4
  Екатеринбург | Свердловская область | 4
  Новосибирск | Новосибирская область | 4
  Самара | Самарская область | 3
  Воронеж | Воронежская область | 3
KZ|ru|32|KZT|month|210000|Asia/Almaty
  Алматы | Алматы | 6
  Астана | Астана | 4
  Караганда | Карагандинская область | 2
AM|ru|10|AMD|month|230000|Asia/Yerevan
  Ереван | Ереван | 5
  Гюмри | Ширак | 1
GE|ru|10|GEL|month|1700|Asia/Tbilisi
  Тбилиси | Тбилиси | 5
  Батуми | Аджария | 2
UZ|ru|12|USD|month|420|Asia/Tashkent
  Ташкент | Ташкент | 5
  Самарканд | Самаркандская область | 2
"""


@dataclass(frozen=True, slots=True)
class City:
    name: str
    region: str
    weight: float
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Country:
    """``pay`` is what an agent gets on ``basis`` in ``currency``."""

    code: str
    language: str
    weight: float
    currency: str
    basis: str
    pay: float
    time_zone: str
    cities: tuple[City, ...]


def countries() -> list[Country]:
    heads: list[list[str]] = []
    cities: dict[str, list[City]] = {}
    for line in _TABLE.strip().splitlines():
        parts = [part.strip() for part in line.split("|")]
        if line.startswith(" "):
            cities.setdefault(heads[-1][0], []).append(City(parts[0], parts[1], float(parts[2])))
        else:
            heads.append(parts)
    return [
        Country(code, language, float(weight), currency, basis, float(pay), zone, tuple(cities[code]))
        for code, language, weight, currency, basis, pay, zone in heads
    ]


def with_places(lands: list[Country]) -> list[Country]:
    """The same countries with their cities tied to the places that are known, and with more cities of theirs."""
    return [replace(land, cities=_with_places(land)) for land in lands]


def _with_places(land: Country) -> tuple[City, ...]:
    tied = [replace(city, place=_place_of(land.code, city.name)) for city in land.cities]
    known = {city.place for city in tied if city.place is not None}
    largest = Place.objects.filter(kind="city", country=land.code).exclude(pk__in=known).select_related("region")
    more = list(largest.order_by("-population", "key")[:MORE_CITIES])
    total = sum(place.population**0.5 for place in more) or 1.0
    return (
        *tied,
        *(
            City(place.name[:80], place.region.name[:80] if place.region else "", SMALL * place.population**0.5 / total, place.pk)
            for place in more
        ),
    )


def _place_of(country: str, name: str) -> int | None:
    found = PlaceName.objects.filter(normalized=place_key(name), place__country=country, place__kind="city")
    return found.order_by("-place__population", "place_id").values_list("place_id", flat=True).first()
