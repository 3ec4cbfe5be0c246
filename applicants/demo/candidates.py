"""Made-up people who apply at Northline, and what the team notes about them."""

from __future__ import annotations

# first name, last name, language of the mails, country of the phone number
NAMES: tuple[tuple[str, str, str, str], ...] = (
    ("Ingrid", "Solheim", "nb", "47"), ("Marko", "Babić", "hr", "385"), ("Elena", "Petrova", "ru", "371"), ("Astrid", "Nyberg", "sv", "46"),
    ("Samir", "Haddad", "nb", "47"), ("Liv", "Tangen", "nb", "47"), ("Josip", "Kovačević", "hr", "385"), ("Daria", "Ozola", "ru", "371"),
    ("Thomas", "Wright", "en", "47"), ("Amina", "Yusuf", "nb", "47"), ("Petra", "Jurić", "hr", "385"), ("Jonas", "Ekdal", "nb", "47"),
    ("Maja", "Lindqvist", "sv", "46"), ("Anton", "Sokolov", "ru", "371"), ("Kari", "Moen", "nb", "47"), ("Ravi", "Menon", "en", "47"),
    ("Lucija", "Perić", "hr", "385"), ("Emil", "Aas", "nb", "47"), ("Zanda", "Kalnina", "en", "371"), ("Hassan", "Ali", "nb", "47"),
    ("Nina", "Marić", "hr", "385"), ("Oliver", "Grant", "en", "385"), ("Vera", "Antonova", "ru", "371"), ("Sindre", "Vik", "nb", "47"),
    ("Tea", "Vuković", "hr", "385"), ("Frida", "Sandberg", "sv", "46"), ("Mateo", "Rossi", "en", "385"), ("Yulia", "Morozova", "ru", "371"),
    ("Henrik", "Brekke", "nb", "47"), ("Ana", "Knežević", "hr", "385"), ("Selma", "Demir", "nb", "47"), ("Luka", "Radić", "hr", "385"),
    ("Grace", "Okafor", "en", "47"), ("Pavel", "Orlov", "ru", "371"), ("Tuva", "Haugen", "nb", "47"), ("Dino", "Filipović", "hr", "385"),
    ("Kristin", "Rønning", "nb", "47"), ("Mia", "Schneider", "en", "385"), ("Igor", "Belov", "ru", "371"), ("Even", "Dalby", "nb", "47"),
    ("Ivana", "Blažević", "hr", "385"), ("Noor", "Rahman", "en", "47"), ("Aleksander", "Foss", "nb", "47"), ("Sara", "Ivić", "hr", "385"),
    ("Katrina", "Berzina", "en", "371"), ("Mikkel", "Storm", "nb", "47"), ("Hedda", "Lunde", "nb", "47"), ("Filip", "Grgić", "hr", "385"),
    ("Olga", "Titova", "ru", "371"), ("Ella", "Bergman", "sv", "46"), ("Kwame", "Mensah", "en", "47"), ("Dora", "Šimić", "hr", "385"),
    ("Vegard", "Nes", "nb", "47"), ("Lana", "Horvatić", "hr", "385"), ("Timur", "Karimov", "ru", "371"), ("Sofie", "Krogh", "nb", "47"),
    ("Adam", "Nowak", "en", "371"), ("Rina", "Bakke", "nb", "47"),
)  # fmt: skip

NOTES: tuple[str, ...] = (
    "Calm on the phone, asks good questions. Wants the later class.",
    "Worked two summers at a hotel reception; knows angry guests.",
    "Evenings are fine, Saturdays only every second week.",
    "German is better than stated. Would suit the booking team.",
    "Called back twice, no answer. Try again after 16:00.",
    "Needs the rota early because of studies.",
    "Strong in the role play: repeated the problem before solving it.",
    "Asked about the way to team lead. Good sign.",
    "Typing is slow, everything else is there. Ask for the assessment again?",
    "Reference from the store was warm.",
)
WHY: dict[str, str] = {
    "en": "I like solving things for people, and I stay friendly when it gets busy. The training and the fixed rota fit my life.",
    "nb": "Jeg liker å løse ting for folk, og jeg holder meg vennlig når det koker. Opplæringen og den faste vaktplanen passer meg.",
    "sv": "Jag tycker om att lösa saker åt människor och är vänlig också när det är mycket att göra. Utbildningen passar mig.",
    "hr": "Volim rješavati stvari za ljude i ostajem ljubazna i kad je gužva. Obuka i raspored smjena odgovaraju mi.",
    "ru": "Мне нравится решать вопросы людей, и я остаюсь вежливым, когда много звонков. Обучение и график мне подходят.",
}
