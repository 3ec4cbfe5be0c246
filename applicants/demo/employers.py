"""Six made-up employers with their sites."""

from __future__ import annotations

from dataclasses import dataclass, field

from postings.enums import Industry


@dataclass(frozen=True, slots=True)
class DemoSite:
    name: str
    city: str
    country: str
    time_zone: str
    street: str
    postal_code: str


@dataclass(frozen=True, slots=True)
class DemoEmployer:
    slug: str
    name: str
    industry: str
    country: str
    language: str
    website: str
    about: dict[str, str]
    sites: tuple[DemoSite, ...] = field(default_factory=tuple)
    promise: int = 5
    undo_hours: int = 24


EMPLOYERS: tuple[DemoEmployer, ...] = (
    DemoEmployer(
        "northline",
        "Northline",
        Industry.OUTSOURCER,
        "NO",
        "en",
        "https://northline.example",
        {
            "en": "Northline answers for other companies: a parcel carrier, two power suppliers, a bank and a booking site. "
            "About 900 people work at four sites, in eleven languages. Every team has a lead who still takes calls, "
            "and the rota is published five weeks ahead.",
            "nb": "Northline svarer på vegne av andre: et pakkeselskap, to strømleverandører, en bank og en bestillingstjeneste. "
            "Rundt 900 mennesker arbeider på fire steder, på elleve språk. Alle team har en leder som selv tar samtaler, "
            "og vaktplanen er klar fem uker i forveien.",
            "hr": "Northline odgovara umjesto drugih tvrtki: dostave paketa, dvaju opskrbljivača strujom, banke i rezervacijskog portala. "
            "Oko 900 ljudi radi na četiri lokacije, na jedanaest jezika.",
        },
        (
            DemoSite("Northline Oslo", "Oslo", "NO", "Europe/Oslo", "Havnelageret 14", "0150"),
            DemoSite("Northline Bergen", "Bergen", "NO", "Europe/Oslo", "Solheimsgaten 9", "5058"),
            DemoSite("Northline Zagreb", "Zagreb", "HR", "Europe/Zagreb", "Savska cesta 141", "10000"),
            DemoSite("Northline Riga", "Riga", "LV", "Europe/Riga", "Skanstes iela 50", "1013"),
        ),
    ),
    DemoEmployer(
        "fjordline",
        "Fjordline",
        Industry.TRAVEL,
        "NO",
        "nb",
        "https://fjordline.example",
        {
            "nb": "Fjordline selger og endrer reiser for hurtigbåter, ferger og hoteller på Vestlandet. Vi er 70 på kundesenteret i "
            "Stavanger og 20 i Kristiansand.",
            "en": "Fjordline books and changes trips on fast boats, ferries and hotels along the west coast. 70 people answer in "
            "Stavanger and 20 in Kristiansand.",
        },
        (
            DemoSite("Stavanger kundesenter", "Stavanger", "NO", "Europe/Oslo", "Strandkaien 22", "4005"),
            DemoSite("Kristiansand kundesenter", "Kristiansand", "NO", "Europe/Oslo", "Vestre Strandgate 8", "4611"),
        ),
        promise=4,
        undo_hours=12,
    ),
    DemoEmployer(
        "svea-kontakt",
        "Svea Kontakt",
        Industry.TELECOM,
        "SE",
        "sv",
        "https://sveakontakt.example",
        {
            "sv": "Svea Kontakt är kundtjänsten för ett bredbandsbolag med 600 000 hushåll. Vi löser fel, säljer uppgraderingar och "
            "ringer tillbaka när vi har lovat det.",
            "en": "Svea Kontakt is the customer service of a broadband company with 600,000 households. We fix faults, sell upgrades "
            "and call back when we said we would.",
        },
        (
            DemoSite("Göteborg", "Göteborg", "SE", "Europe/Stockholm", "Lindholmspiren 3", "417 56"),
            DemoSite("Malmö", "Malmö", "SE", "Europe/Stockholm", "Hjälmaregatan 1", "211 18"),
        ),
    ),
    DemoEmployer(
        "adria-direct",
        "Adria Direct",
        Industry.INSURANCE,
        "HR",
        "hr",
        "https://adriadirect.example",
        {
            "hr": "Adria Direct prodaje i vodi osiguranja automobila i domova telefonom i internetom. Nema poslovnica: sve što naš klijent "
            "doživi, doživi u razgovoru s nama.",
            "en": "Adria Direct sells and handles car and home insurance by phone and online. There are no branches: whatever our "
            "customer experiences happens in a conversation with us.",
        },
        (
            DemoSite("Adria Zagreb", "Zagreb", "HR", "Europe/Zagreb", "Radnička cesta 52", "10000"),
            DemoSite("Adria Split", "Split", "HR", "Europe/Zagreb", "Poljička cesta 39", "21000"),
        ),
        promise=7,
    ),
    DemoEmployer(
        "baltic-voice",
        "Baltic Voice",
        Industry.BANKING,
        "LV",
        "ru",
        "https://balticvoice.example",
        {
            "ru": "Baltic Voice обслуживает клиентов трёх банков и платёжного сервиса на русском, латышском, эстонском и английском. "
            "Обучение идёт шесть недель и оплачивается с первого дня.",
            "en": "Baltic Voice serves the customers of three banks and a payment service in Russian, Latvian, Estonian and English. "
            "Training takes six weeks and is paid from the first day.",
        },
        (
            DemoSite("Riga Centrs", "Riga", "LV", "Europe/Riga", "Brīvības iela 151", "1012"),
            DemoSite("Narva", "Narva", "EE", "Europe/Tallinn", "Linda 2", "20309"),
        ),
        promise=6,
    ),
    DemoEmployer(
        "lumo-support",
        "Lumo Support",
        Industry.RETAIL,
        "SE",
        "en",
        "https://lumosupport.example",
        {
            "en": "Lumo Support helps people set up what they bought online: phones, routers, lamps, headphones. Everyone works from "
            "home; we send the headset and the second screen, and meet twice a year.",
            "sv": "Lumo Support hjälper människor att komma igång med det de har köpt på nätet: telefoner, routrar, lampor, hörlurar. "
            "Alla arbetar hemifrån; vi skickar headset och en andra skärm och träffas två gånger om året.",
        },
        promise=3,
        undo_hours=2,
    ),
)
