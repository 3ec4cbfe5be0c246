"""Words that mean a facet: "remote", "deltid", "noćna smjena", "со знанием английского". In any of the portal's languages.

Whoever types them beside a title means the facet, wherever the posting says so and in whatever language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from django.conf import settings

from callcenter_jobs.lib.locale_names import language_name
from callcenter_jobs.lib.text import search_key

LONGEST = 4
TIER = "tier"
# facet, value → what people say, as ``search_key`` writes it, hyphens as blanks.
SAID: dict[tuple[str, str], str] = {
    ("workplace", "remote"): """
        remote | remotely | work from home | working from home | from home | at home | home based | home office | wfh | telework
        hjemmefra | hjemmekontor | fjernarbeid | fjernjobb | jobbe hjemmefra
        distans | pa distans | distansarbete | distansjobb | hemifran | hemmakontor | jobba hemifran
        od kuce | rad od kuce | na daljinu | rad na daljinu | iz kuce
        удаленно | удаленная | удаленный | удаленную | удаленка | на удаленке | удаленной | дистанционно | на дому | из дома | надомная
    """,
    ("workplace", "hybrid"): "hybrid | hibrid | hibridno | гибрид | гибридный | гибридно",
    ("employment", "part_time"): """
        part time | parttime | deltid | deltidsjobb | deltidsstilling | ekstrajobb | extrajobb | extraarbete
        nepuno radno vrijeme | pola radnog vremena | skraceno radno vrijeme
        неполный день | неполная занятость | частичная занятость | подработка | подработку | полставки | на полставки
    """,
    ("employment", "full_time"): """
        full time | fulltime | fulltid | heltid | heltidsjobb | puno radno vrijeme | полный день | полная занятость
    """,
    ("employment", "temporary"): """
        temporary | temp | seasonal | summer | vikariat | sommerjobb | sommarjobb | sommarvikarie | sesongarbeid
        privremeno | privremeni | sezonski | sezonac | временно | временная | сезонная
    """,
    ("band", "early"): """
        early shift | morning shift | mornings | tidligvakt | tidligskift | morgenskift | morgonpass
        jutarnja smjena | утренняя смена | утром
    """,
    ("band", "evening"): """
        evening | evenings | evening shift | kveld | kvelder | kveldsjobb | kveldsvakt | kveldsskift | kveldstid
        kvall | kvallar | kvallsjobb | kvallspass | kvallstid | popodnevna smjena | vecernja smjena | navecer
        вечер | вечером | вечерняя смена | вечерние смены
    """,
    ("band", "night"): """
        night | nights | night shift | night shifts | overnight | graveyard shift | natt | netter | nattskift | nattevakt | nattarbeid
        nattarbete | nattpass | nocna smjena | nocni rad | nocu | nocne smjene
        ночь | ночью | ночная смена | в ночь | ночные смены | в ночную смену
    """,
    ("band", "weekend"): """
        weekend | weekends | helg | helger | helgejobb | helgjobb | helgarbeid | helgarbete | vikend | vikendom | rad vikendom
        выходные | по выходным | в выходные | выходного дня
    """,
    ("experience", "none"): """
        no experience | without experience | no experience needed | no experience required | entry level
        uten erfaring | ingen erfaring | utan erfarenhet | ingen erfarenhet | bez iskustva | без опыта | без опыта работы
    """,
    ("student", "1"): """
        student | students | studentjobb | studenter | studentski | studenti | za studente | студент | студентам | для студентов
    """,
}
# Tiers are read by themselves: their words stand in titles, and are looked for there first. Only words that name no other tier:
# Russian «менеджер» is mostly an agent who sells, and a word for a person ("operator", "konsulent") may be anybody.
CALLED: dict[str, str] = {
    "agent": """
        agent | agents | agenter | agenten | agenti | agentica
        агент | агента | агенты | агентом | оператор | оператора | операторы | оператором
    """,
    "team_lead": """
        team lead | team leads | team leader | team leaders | teamlead | teamleader | supervisor | supervisors | shift lead | shift leader
        teamleder | teamledere | teamlederen | gruppeleder | gruppeledere | vaktleder | skiftleder
        teamledare | teamledaren | gruppledare | gruppchef | gruppchefer | teamchef | skiftledare | arbetsledare
        voditelj tima | voditeljica tima | voditelji timova | voda tima | voditelj grupe | voditelj smjene | voditeljica smjene
        supervizor | supervizorica
        тимлид | тимлида | тимлиды | супервизор | супервизора | супервизоры | супервайзер | супервайзера | супервайзеры
        руководитель группы | руководителя группы | старший смены | начальник смены
    """,
    "manager": """
        manager | managers | leder | ledere | lederen | lederstilling | lederjobb | sjef | sjefer | avdelingsleder
        chef | chefer | chefen | chefsjobb | chefstjanst | avdelningschef | enhetschef
        menadzer | menadzerica | menadzeri | menedzer | voditelj | voditeljica | voditelji | voditelja | rukovoditelj | rukovoditeljica
        руководитель | руководителя | руководители | руководителем | начальник | начальника | начальником | управляющий
    """,
    "director": """
        director | directors | direktor | direktorer | direktorica | direktori | директор | директора | директором
    """,
}
# Said with them, and no more is meant.
SAID_BESIDE = """
    speaking speaker speakers language fluent spoken shift shifts work working with and for in on
    talende spraklig sprak kunnskaper flytende skift vakt som og pa med
    talande kunskaper flytande pass och
    jezik jezika jezikom znanje znanjem govorno smjena smjene rad sa uz na u i
    язык языка языком языке знание знанием смена смены со с на в и работа
"""
BESIDE = frozenset(SAID_BESIDE.split())
# The languages that jobs ask for, by their codes; Norwegian goes by three.
ASKED_FOR = "en de fr es it pt nl da sv fi ru uk pl cs sk hu ro bg hr sr bs sl mk sq el tr ar he fa hi ur zh ja ko vi et lv lt is"
SPOKEN = tuple(ASKED_FOR.split())
NORWEGIAN = ("nb", "no", "nn")
NORWEGIAN_NAMES = ("norwegian", "norsk", "norska", "norveski", "норвежский")
# Endings of the names of languages in the mouths of their learners.
ADDED = {"nb": ("talende", "spraklig", "spraklige"), "sv": (), "en": ()}
CASES = {"hr": ("i", "og", "oga", "om", "im", "ome"), "ru": ("ий", "ого", "ому", "им", "ом", "ая", "ой")}
Meaning = tuple[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def meanings() -> dict[tuple[str, ...], Meaning]:
    """Words → facet and its values."""
    found: dict[tuple[str, ...], Meaning] = {}
    for (facet, value), text in (*SAID.items(), *(((TIER, tier), text) for tier, text in CALLED.items())):
        for line in text.splitlines():
            for phrase in filter(None, (part.strip() for part in line.split("|"))):
                found[tuple(phrase.split())] = (facet, (value,))
    for code in SPOKEN:
        for language, _name in settings.LANGUAGES:
            for form in _forms(search_key(language_name(code, language)), language):
                found.setdefault((form,), ("lang", (code,)))
    for name, language in zip(NORWEGIAN_NAMES, ("en", "nb", "sv", "hr", "ru"), strict=True):
        for form in _forms(name, language):
            found[(form,)] = ("lang", NORWEGIAN)
    return found


def _forms(name: str, language: str) -> Iterator[str]:
    if " " in name:
        return
    yield name
    yield from (name + ending for ending in ADDED.get(language, ()))
    # "tyska" → "tysktalande"; "njemački" → "njemačkog"; "немецкий" → "немецкого".
    if language == "sv" and name.endswith("a"):
        yield from (name[:-1] + ending for ending in ("talande", "sprakig", "sprakiga"))
    cut = {"hr": 1, "ru": 2}.get(language)
    if cut and name.endswith(CASES[language][0]):
        yield from (name[:-cut] + ending for ending in CASES[language])


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Every word that means something here, alone or with others."""
    return frozenset(word for words in meanings() for word in words) | BESIDE


def read(parts: Sequence[str], free: Collection[int], *, tiers: bool = False) -> tuple[dict[str, tuple[str, ...]], set[int]]:
    """The facets that the parts at ``free`` places mean, and the places of the parts that say so. Tiers only where they are
    asked for."""
    keys = [search_key(part) for part in parts]
    choices: dict[str, tuple[str, ...]] = {}
    taken: set[int] = set()
    at = 0
    while at < len(keys):
        size = next((size for size in range(LONGEST, 0, -1) if _is_said(keys, at, size, free, tiers)), 0)
        if size:
            facet, values = meanings()[tuple(keys[at : at + size])]
            choices[facet] = tuple(dict.fromkeys((*choices.get(facet, ()), *values)))
            taken.update(range(at, at + size))
        at += size or 1
    if taken:
        taken |= {place for place in free if keys[place] in BESIDE}
    return choices, taken


def meant(phrases: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The facets that phrases mean, those of them that are nothing else than a word for one. No tier: who wants no "agent" in
    a title does not mean four fifths of all jobs."""
    found: dict[str, tuple[str, ...]] = {}
    for parts in phrases:
        facet, values = meanings().get(tuple(map(search_key, parts)), (TIER, ()))
        if facet != TIER:
            found[facet] = tuple(dict.fromkeys((*found.get(facet, ()), *values)))
    return found


def is_tier(parts: Sequence[str]) -> bool:
    """Whether parts, all of them together, are what a tier is called."""
    return meanings().get(tuple(map(search_key, parts)), ("", ()))[0] == TIER


def _is_said(keys: Sequence[str], at: int, size: int, free: Collection[int], tiers: bool) -> bool:
    meaning = meanings().get(tuple(keys[at : at + size])) if at + size <= len(keys) else None
    return meaning is not None and (tiers or meaning[0] != TIER) and all(place in free for place in range(at, at + size))
