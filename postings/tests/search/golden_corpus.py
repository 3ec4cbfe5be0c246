"""Two postings of every role in each language of the library, for the golden set: made of the shipped templates, spread
over towns, shifts, workplaces and demands, and full of words of other roles."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from callcenter_jobs.lib.text import search_key
from postings.models import (
    Employer,
    InterviewPlan,
    Place,
    Posting,
    PostingLanguage,
    PostingText,
    Role,
    RoleTemplate,
    Site,
    TemplateText,
    TemplateVersion,
    TitleAlias,
)
from postings.services import library_files
from postings.shifts import ShiftGrid
from postings.tests.places import load_places

TOWNS = {
    "en": ("GB-london", "US-new-york"),
    "nb": ("NO-oslo", "NO-bergen", "NO-trondheim"),
    "sv": ("SE-stockholm", "SE-goteborg", "SE-malmo"),
    "hr": ("HR-zagreb", "HR-split", "HR-rijeka"),
    "ru": ("RU-moskva", "RU-sankt-peterburg", "RU-kazan"),
}
# In many postings one reads of others: whom one works with, whom one helps.
NOISE = {
    "en": "You work side by side with customer service, sales, technical support, collections and your team lead.",
    "nb": "Du jobber tett med kundeservice, salg, teknisk support, inkasso og teamlederen din.",
    "sv": "Du arbetar nära kundservice, försäljning, teknisk support, inkasso och din teamledare.",
    "hr": "Radite s korisničkom podrškom, prodajom, tehničkom podrškom, naplatom i voditeljem tima.",
    "ru": "Вы работаете вместе с колл-центром, отделом продаж, технической поддержкой, отделом взыскания и супервизором.",
}
NIGHT = ShiftGrid.of((day, band) for day in range(7) for band in (3, 4)).mask
DAY = ShiftGrid.of((day, band) for day in range(5) for band in (0, 1, 2)).mask
WORDS = ("title", "summary", "duties", "must_haves", "nice_to_haves")


def make_corpus() -> int:
    """The dictionary of titles, the templates and the postings; returns how many postings."""
    library = library_files.read()
    load_places()
    roles = _roles(library)
    sites = _sites()
    rows: list[tuple[Posting, str, str, int]] = []
    now = timezone.now()
    for number, (key, role) in enumerate(roles.items()):
        for language in library.texts:
            towns = TOWNS[language]
            for copy in range(len(towns)):
                # Shuffled, but always alike: no role is the newest as a whole.
                age = (number * 37 + copy * 101 + len(rows) * 53) % 997
                site = sites[towns[copy]]
                rows.append((_posting(role, language, site, copy, now - timedelta(minutes=age)), key, language, copy))
    plans = InterviewPlan.objects.bulk_create(InterviewPlan() for _row in rows)
    for (posting, *_rest), plan in zip(rows, plans, strict=True):
        posting.plan = plan
    Posting.objects.bulk_create(posting for posting, *_rest in rows)
    PostingText.objects.bulk_create(
        PostingText(posting=posting, language=language, **_text(library, key, language, copy)) for posting, key, language, copy in rows
    )
    spoken = [(posting, code) for posting, _key, language, copy in rows for code in {language, ("de", "en", "fi")[copy]}]
    PostingLanguage.objects.bulk_create(PostingLanguage(posting=posting, language=code, level="B2") for posting, code in spoken)
    return len(rows)


def _roles(library: library_files.Library) -> dict[str, Role]:
    facts = library.roles
    names = ("key", "tier", "family", "work_type", "direction")
    roles = Role.objects.bulk_create(
        Role(position=position, **{name: fact[name] for name in names}) for position, fact in enumerate(facts.values())
    )
    by_key = {role.key: role for role in roles}
    aliases = []
    for key, role in by_key.items():
        for language, titles in library.words("titles", key).items():
            texts = {search_key(text): text for text in (titles["preferred"], *(row["text"] for row in titles["aliases"]))}
            first = search_key(titles["preferred"])
            aliases += [
                TitleAlias(role=role, language=language, text=text, normalized=normalized, is_preferred=normalized == first)
                for normalized, text in texts.items()
            ]
    TitleAlias.objects.bulk_create(aliases)
    templates = RoleTemplate.objects.bulk_create(RoleTemplate(role=role) for role in roles)
    versions = TemplateVersion.objects.bulk_create(
        TemplateVersion(template=template, number=1, state="published", published_at=timezone.now()) for template in templates
    )
    TemplateText.objects.bulk_create(
        TemplateText(version=version, language=language, **{name: words[name] for name in WORDS})
        for role, version in zip(roles, versions, strict=True)
        for language, words in library.words("templates", role.key).items()
    )
    return by_key


def _sites() -> dict[str, Site]:
    keys = [key for towns in TOWNS.values() for key in towns]
    places = {place.key: place for place in Place.objects.filter(key__in=keys)}
    employer = Employer.objects.create(slug="nordvind", name="Nordvind", country="NO")
    sites = [Site(employer=employer, name=key, city=places[key].name, country=key[:2], place=places[key]) for key in keys]
    return dict(zip(keys, Site.objects.bulk_create(sites), strict=True))


def _posting(role: Role, language: str, site: Site, copy: int, published_at: Any) -> Posting:
    return Posting(
        employer=site.employer,
        site=site,
        role=role,
        language=language,
        state="open",
        published_at=published_at,
        tier=role.tier,
        work_type=role.work_type,
        direction=role.direction,
        channels=["voice"],
        city=site.city,
        country=site.country,
        workplace=("on_site", "remote", "hybrid")[copy],
        employment_type=("full_time", "part_time", "full_time")[copy],
        experience_months=(12, 0, 6)[copy],
        is_student_friendly=copy == 1,
        shift_mask=(DAY, NIGHT, DAY | NIGHT)[copy],
        hours_min=Decimal("37.5"),
        hours_max=Decimal("37.5"),
    )


def _text(library: library_files.Library, key: str, language: str, copy: int) -> dict[str, Any]:
    """The template; a second posting goes by another name, and a third says so in its own words."""
    text = library.words("templates", key)[language]
    names = [row["text"] for row in library.words("titles", key)[language]["aliases"]]
    title = (text["title"], names[0], names[len(names) // 2])[copy]
    found: dict[str, Any] = {name: text[name] for name in WORDS}
    summary = f"{NOISE[language]} {text['summary']}" if copy == 0 else text["summary"]
    return found | {"title": title[:1].upper() + title[1:], "summary": summary[:1200]}
