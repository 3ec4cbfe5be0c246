"""The demo's postings, one line of facts each. The words come from the role library."""

from __future__ import annotations

from dataclasses import dataclass

from postings.shifts import HOLIDAY_BIT, ShiftGrid, band_mask, days_mask

WEEKDAYS = range(5)
# Named weeks: which parts of which days are worked.
WEEKS: dict[str, int] = {
    "office": ShiftGrid.of((day, band) for day in WEEKDAYS for band in (0, 1, 2)).mask,
    "late": ShiftGrid.of((day, band) for day in WEEKDAYS for band in (1, 2, 3)).mask,
    "evening": ShiftGrid.of((day, band) for day in WEEKDAYS for band in (2, 3)).mask,
    "evening_sat": ShiftGrid.of([*((day, band) for day in WEEKDAYS for band in (2, 3)), (5, 1), (5, 2)]).mask,
    "weekend": ShiftGrid.of((day, band) for day in (4, 5, 6) for band in (1, 2, 3)).mask,
    "two_shifts": ShiftGrid.of((day, band) for day in range(6) for band in (0, 1, 2, 3)).mask,
    "night": band_mask(4) | (1 << HOLIDAY_BIT),
    "round": days_mask(range(7)) | (1 << HOLIDAY_BIT),
    "early": ShiftGrid.of((day, band) for day in range(6) for band in (0, 1)).mask,
}
AGENT, TECH, SALES, CHAT = "agent-customer-service", "agent-technical-support", "agent-sales", "agent-chat-email"
LEAD, MANAGER, DIRECTOR, QUALITY = "team-lead-customer-service", "manager-operations", "director-customer-service", "quality-analyst"


@dataclass(frozen=True, slots=True)
class Offer:
    """One posting. ``pay`` is "basis low high currency"; ``speaks`` "nb C1, en B1"; ``classes`` "12:20, 40:15" (in days : seats);
    ``marks`` are words that switch facts on (see ``loading``). ``age`` is how many days ago it was published."""

    employer: str
    role: str
    language: str
    title: str
    city: str
    week: str
    pay: str
    speaks: str
    age: int
    openings: int = 4
    classes: str = ""
    hours: str = "37.5"
    employment: str = "full_time"
    workplace: str = "on_site"
    program: str = ""
    closes: int | None = None
    marks: str = ""
    supplements: str = ""
    state: str = "open"
    also_in: str = ""


N, F, S, A, B, L = "northline", "fjordline", "svea-kontakt", "adria-direct", "baltic-voice", "lumo-support"
NORDIC = "evening 25, night 45, weekend 50, holiday 100"

OFFERS: tuple[Offer, ...] = (
    # Northline: the outsourcer with many near-identical postings
    Offer(N, AGENT, "nb", "Kundeserviceagent – pakker og levering", "Oslo", "late", "hour 215 238 NOK", "nb C1, en B1", 21, 25,
          "16:25, 44:20",
          program="Pakkeposten", marks="rotating transport", supplements=NORDIC, closes=20, also_in="en"),
    Offer(N, AGENT, "en", "Customer service agent, English and Norwegian", "Oslo", "two_shifts", "hour 212 235 NOK", "en C1, nb B1", 18,
          12,
          "23:12", program="Nordic booking site", marks="rotating", supplements=NORDIC, also_in="nb"),
    Offer(N, AGENT, "nb", "Kundeserviceagent, kveld og helg – passer for studenter", "Bergen", "evening_sat", "hour 220 240 NOK", "nb C1",
          9, 10,
          "30:10", "15-20", "part_time", marks="student daysoff", supplements=NORDIC),
    Offer(N, TECH, "nb", "Teknisk support – strømmåler og app", "Bergen", "office", "hour 225 255 NOK", "nb C1, en B2", 14, 6, "37:6",
          program="Vestkraft", marks="bonus"),
    Offer(N, SALES, "nb", "Salgsagent – strømavtaler", "Oslo", "late", "month 34000 38000 NOK", "nb C2", 27, 8, "9:8",
          program="Vestkraft", marks="commission bonus"),
    Offer(N, AGENT, "hr", "Agent korisničke podrške – rezervacije", "Zagreb", "two_shifts", "month 1150 1350 EUR", "hr C2, en B2", 24, 20,
          "19:20, 61:20", "40", program="Nordic booking site", marks="rotating meals", supplements="night 40, weekend 35, language 10",
          also_in="en"),
    Offer(N, AGENT, "en", "Multilingual customer service agent – German", "Zagreb", "late", "month 1450 1700 EUR", "de C1, en B2, hr B1?",
          6, 15,
          "33:15", "40", marks="meals study", supplements="language 15, weekend 35"),
    Offer(N, TECH, "hr", "Agent tehničke podrške, rad od kuće jedan dan", "Zagreb", "office", "month 1300 1550 EUR", "hr C2, en B2", 11,
          5, "26:5",
          "40", workplace="hybrid", marks="computer"),
    Offer(N, AGENT, "ru", "Оператор контакт-центра банка", "Riga", "two_shifts", "hour 6.80 8.20 EUR", "ru C2, lv B1", 16, 14, "22:14",
          "40",
          program="Банковская линия", marks="rotating meals", supplements="night 50, weekend 50, language 8"),
    Offer(N, AGENT, "en", "Night customer service agent", "Riga", "night", "hour 8.50 9.60 EUR", "en C1", 4, 6, "28:6", "36-40",
          marks="transport", supplements="night 50, holiday 100"),
    Offer(N, LEAD, "nb", "Teamleder kundeservice", "Oslo", "office", "month 48000 54000 NOK", "nb C2, en B2", 12, 2, hours="37.5",
          marks="career"),
    Offer(N, LEAD, "en", "Team lead, multilingual team", "Zagreb", "two_shifts", "month 1900 2300 EUR", "en C1, hr B2", 20, 2, hours="40",
          closes=12),
    Offer(N, QUALITY, "en", "Quality analyst, four languages", "Riga", "office", "month 1500 1800 EUR", "en C1, ru B2?", 8, 1,
          hours="40"),
    Offer(N, MANAGER, "nb", "Driftsleder kundesenter", "Bergen", "office", "year 720000 820000 NOK", "nb C2, en C1", 15, 1, closes=25),
    Offer(N, DIRECTOR, "en", "Director of customer service", "Oslo", "office", "year 1150000 1350000 NOK", "en C1, nb B2", 5, 1,
          closes=40),
    Offer(N, AGENT, "nb", "Sommerjobb på kundesenteret", "Oslo", "late", "hour 205 215 NOK", "nb C1", 3, 30, "150:30", "37.5",
          "temporary",
          marks="student"),
    Offer(N, AGENT, "sv", "Kundtjänstmedarbetare på svenska, arbete i Oslo", "Oslo", "office", "hour 222 245 NOK", "sv C2, en B1", 10, 8,
          "21:8",
          marks="rotating", supplements=NORDIC),
    Offer(N, AGENT, "nb", "Kundeserviceagent – bank", "Oslo", "office", "hour 228 250 NOK", "nb C2", 30, 10, "", state="closed",
          program="Havnebanken"),
    Offer(N, SALES, "hr", "Prodajni agent – energija", "Zagreb", "late", "month 1000 1200 EUR", "hr C2", 35, 6, "14:6", "40",
          state="paused",
          marks="commission"),
    Offer(N, AGENT, "nb", "Kundeserviceagent – hjemmekontor", "", "late", "hour 210 230 NOK", "nb C1", 0, 5, state="draft",
          workplace="remote"),
    Offer(N, TECH, "en", "Technical support agent, Riga", "Riga", "office", "hour 7.50 9.00 EUR", "en B2", 0, 5, hours="40",
          state="draft"),
    # Fjordline
    Offer(F, AGENT, "nb", "Reiserådgiver på telefon og chat", "Stavanger", "two_shifts", "hour 218 246 NOK", "nb C1, en B2", 17, 6,
          "18:6",
          marks="rotating discounts", supplements=NORDIC, closes=15),
    Offer(F, AGENT, "nb", "Kundebehandler, deltid kveld", "Kristiansand", "evening", "hour 216 230 NOK", "nb C1", 8, 4, hours="15-25",
          employment="part_time", marks="student discounts"),
    Offer(F, AGENT, "en", "Travel agent by chat, German or Dutch", "Stavanger", "late", "hour 225 250 NOK", "en C1, de B2, nl B2?", 13, 3,
          "27:3",
          marks="discounts", supplements=NORDIC),
    Offer(F, SALES, "nb", "Selger av gruppereiser", "Stavanger", "office", "month 36000 41000 NOK", "nb C2, en B2", 22, 2,
          marks="commission"),
    Offer(F, LEAD, "nb", "Teamleder for sesongteamet", "Kristiansand", "two_shifts", "month 46500 51000 NOK", "nb C2", 5, 1, closes=18),
    Offer(F, AGENT, "nb", "Sesongmedarbeider sommer", "Stavanger", "round", "hour 208 220 NOK", "nb B2, en B2", 2, 20, "140:20", "37.5",
          "temporary",
          marks="student rotating", supplements=NORDIC),
    # Svea Kontakt
    Offer(S, TECH, "sv", "Tekniksupport bredband", "Göteborg", "late", "month 27500 30500 SEK", "sv C1, en B1", 19, 12, "25:12", "40",
          marks="bonus rotating", supplements="evening 30, weekend 60", also_in="en"),
    Offer(S, AGENT, "sv", "Kundtjänst – fakturor och flytt", "Göteborg", "office", "month 26500 28500 SEK", "sv C1", 12, 8, "34:8", "40"),
    Offer(S, SALES, "sv", "Säljare, uppgraderingar till befintliga kunder", "Malmö", "late", "hour 152 168 SEK", "sv C2", 7, 10, "20:10",
          "30-40",
          marks="commission bonus"),
    Offer(S, SALES, "sv", "Extrajobb kvällar – säljare", "Malmö", "evening", "hour 150 160 SEK", "sv C1", 4, 6, hours="10-20",
          employment="part_time",
          marks="student commission"),
    Offer(S, LEAD, "sv", "Gruppchef teknisk support", "Göteborg", "office", "month 38000 42000 SEK", "sv C2", 9, 1, hours="40"),
    Offer(S, QUALITY, "sv", "Kvalitetsanalytiker", "Malmö", "office", "month 33000 36500 SEK", "sv C2, en B2", 15, 1, hours="40",
          workplace="hybrid"),
    Offer(S, AGENT, "en", "Customer service in English and Arabic", "Malmö", "late", "month 27000 29000 SEK", "en B2, ar C1", 6, 5,
          "38:5", "40"),
    Offer(S, MANAGER, "sv", "Callcenterchef", "Göteborg", "office", "month 52000 60000 SEK", "sv C2, en C1", 11, 1, hours="40",
          closes=21),
    # Adria Direct
    Offer(A, SALES, "hr", "Prodajni agent za auto osiguranje", "Zagreb", "late", "month 1050 1300 EUR", "hr C2", 23, 15, "17:15, 45:15",
          "40",
          marks="commission licence study", also_in="en"),
    Offer(A, AGENT, "hr", "Agent za prijavu šteta", "Split", "two_shifts", "month 1100 1250 EUR", "hr C2, en B1", 14, 8, "31:8", "40",
          marks="rotating check", supplements="night 40, weekend 35, holiday 50"),
    Offer(A, AGENT, "hr", "Korisnička služba, pola radnog vremena", "Zagreb", "early", "hour 6.80 7.60 EUR", "hr C2", 3, 4, hours="20",
          employment="part_time", marks="student"),
    Offer(A, AGENT, "en", "Claims line agent, Italian", "Split", "office", "month 1300 1500 EUR", "it C1, en B2", 10, 4, "24:4", "40",
          marks="check"),
    Offer(A, LEAD, "hr", "Voditelj tima – prodaja", "Zagreb", "late", "month 1700 2050 EUR", "hr C2", 18, 2, hours="40", marks="bonus"),
    Offer(A, QUALITY, "hr", "Specijalist za osiguranje kvalitete", "Zagreb", "office", "month 1450 1650 EUR", "hr C2, en B2", 5, 1,
          hours="40"),
    Offer(A, DIRECTOR, "hr", "Direktor korisničke službe", "Zagreb", "office", "year 58000 70000 EUR", "hr C2, en C1", 9, 1, hours="40",
          closes=30),
    # Baltic Voice
    Offer(B, AGENT, "ru", "Оператор горячей линии платёжного сервиса", "Riga", "two_shifts", "hour 7.20 8.60 EUR", "ru C2, en B1", 13, 18,
          "20:18, 48:18", "40", marks="rotating check meals", supplements="night 50, weekend 50, holiday 100", also_in="en"),
    Offer(B, AGENT, "ru", "Специалист поддержки в чате, ночные смены", "Narva", "night", "hour 8.10 9.30 EUR", "ru C2, et A2?", 8, 8,
          "29:8", "36",
          marks="check transport", supplements="night 25"),
    Offer(B, AGENT, "ru", "Оператор на неполный день для студентов", "Riga", "weekend", "hour 6.90 7.60 EUR", "ru C1, lv B2", 5, 6,
          hours="16-24",
          employment="part_time", marks="student"),
    Offer(B, TECH, "ru", "Техническая поддержка платёжных терминалов", "Riga", "office", "month 1350 1600 EUR", "ru C1, en B1", 16, 5,
          "26:5", "40"),
    Offer(B, LEAD, "ru", "Руководитель группы операторов", "Narva", "two_shifts", "month 1750 2050 EUR", "ru C2, en B2", 10, 1,
          hours="40"),
    Offer(B, QUALITY, "ru", "Аналитик по качеству разговоров", "Riga", "office", "month 1500 1700 EUR", "ru C2", 20, 1, hours="40",
          closes=14),
    Offer(B, AGENT, "en", "Bank support agent, Estonian", "Narva", "late", "month 1400 1650 EUR", "et C1, en B2", 7, 6, "36:6", "40",
          marks="check study"),
    # Lumo Support: everybody at home
    Offer(L, TECH, "en", "Remote technical support agent", "", "late", "hour 16.50 19.00 EUR", "en C1", 15, 10, "21:10", "30-40",
          workplace="remote",
          marks="internet quiet equipment", also_in="sv"),
    Offer(L, TECH, "sv", "Teknisk support hemifrån", "", "office", "month 28000 31000 SEK", "sv C1, en B1", 11, 6, "28:6", "40",
          workplace="remote",
          marks="internet quiet equipment"),
    Offer(L, CHAT, "en", "Chat agent from home, paid per minute", "", "round", "minute 0.18 0.24 EUR", "en C1", 2, 12, hours="10-30",
          employment="contractor", workplace="remote", marks="computer internet headset quiet student"),
    Offer(L, CHAT, "en", "Weekend chat agent from home", "", "weekend", "hour 15.00 17.50 EUR", "en B2", 6, 8, hours="12-20",
          employment="part_time",
          workplace="remote", marks="internet quiet student equipment"),
    Offer(L, LEAD, "en", "Remote team lead", "", "office", "month 3300 3800 EUR", "en C1", 9, 1, hours="40", workplace="remote",
          marks="internet quiet"),
    Offer(L, SALES, "en", "Call-back sales agent, paid per call", "", "evening", "call 2.10 2.80 EUR", "en C1, de C1", 12, 4,
          hours="15-25",
          employment="contractor", workplace="remote", marks="computer internet headset quiet commission"),
)  # fmt: skip
