"""Enters the demo through the product's own services: templates become postings, people apply, the team moves them.

Deterministic: one seed decides every choice. Only dates are set back afterwards, so that the portal looks as if it
had been running for a month.
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from applicants.demo.employers import EMPLOYERS, DemoEmployer
from applicants.demo.library import make_work
from applicants.demo.offers import OFFERS, WEEKS, Offer
from applicants.demo.people import DEMO_PASSWORD, PEOPLE
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.people import create_person
from postings.enums import MemberRole, VersionState
from postings.models import Employer, LibraryMember, Membership, Posting, PostingEvent, PostingRevision, Site, TemplateVersion
from postings.services import drafting, publishing
from postings.services.places import place_sites

SEED = 2026
YES = {
    "student": "is_student_friendly",
    "rotating": "is_rotating",
    "daysoff": "can_choose_days_off",
    "computer": "needs_own_computer",
    "internet": "needs_internet",
    "headset": "needs_headset",
    "quiet": "needs_quiet_room",
    "transport": "needs_transport",
    "check": "needs_background_check",
    "bonus": "has_bonus",
    "commission": "has_commission",
}
BENEFITS = ("meals", "study", "career", "discounts", "equipment")
EXTRA_PAY = {
    "en": "Paid with the salary of the next month, on the targets that the team agreed on. Most colleagues reach it.",
    "nb": "Utbetales med neste lønn etter mål som teamet er enige om. De fleste når dem.",
    "sv": "Betalas ut med nästa lön efter mål som gruppen har kommit överens om. De flesta når dem.",
    "hr": "Isplaćuje se s idućom plaćom prema ciljevima koje je tim dogovorio. Većina kolega ih ostvaruje.",
    "ru": "Выплачивается со следующей зарплатой по целям, о которых договорилась группа. Большинство их достигает.",
}
LICENCE = {"hr": "Ovlaštenje za zastupanje u osiguranju (HANFA)", "en": "Insurance intermediary license"}
LIVES_IN = {"SE": ["SE", "NO", "DK", "FI", "EE", "LV"], "NO": ["NO", "SE", "DK"]}


class NothingToStartFrom(Exception):
    """The library has no published templates yet."""


@transaction.atomic
def load() -> dict[str, int]:
    """Everything or nothing. Returns what was made, by name."""
    from applicants.demo.applying import apply_all

    chance = random.Random(SEED)
    with translation.override("en"):
        versions = {
            version.template.role.key: version
            for version in TemplateVersion.objects.filter(state=VersionState.PUBLISHED)
            .select_related("template__role")
            .prefetch_related("texts")
        }
        missing = sorted({offer.role for offer in OFFERS} - set(versions))
        if missing:
            raise NothingToStartFrom(", ".join(missing))
        employers = {demo.slug: make_employer(demo) for demo in EMPLOYERS}
        place_sites()
        people = make_people(employers)
        make_work(people)
        makers = {slug: _maker(slug, people) for slug in employers}
        postings = [
            make_posting(offer, employers[offer.employer], versions[offer.role], makers[offer.employer], chance) for offer in OFFERS
        ]
        applications = apply_all(postings, people, chance)
        for offer, posting in zip(OFFERS, postings, strict=True):
            if offer.state == "paused":
                publishing.pause_posting(posting, by=makers[offer.employer])
            elif offer.state == "closed":
                publishing.close_posting(posting, by=makers[offer.employer])
    return {"employers": len(employers), "people": len(people), "postings": len(postings), "applications": applications}


def make_employer(demo: DemoEmployer) -> Employer:
    employer = Employer.objects.create(
        slug=demo.slug,
        name=demo.name,
        industry=demo.industry,
        country=demo.country,
        website=demo.website,
        language=demo.language,
        about=demo.about,
        response_promise_days=demo.promise,
        rejection_undo_hours=demo.undo_hours,
    )
    for site in demo.sites:
        Site.objects.create(
            employer=employer,
            name=site.name,
            street=site.street,
            postal_code=site.postal_code,
            city=site.city,
            country=site.country,
            time_zone=site.time_zone,
        )
    return employer


def make_people(employers: dict[str, Employer]) -> dict[str, User]:
    """The demo's people by first name; every other employer gets a recruiter without a sign-in."""
    people: dict[str, User] = {}
    for person in PEOPLE:
        user = create_person(
            email=person.email,
            name=person.name,
            password=DEMO_PASSWORD,
            language=person.language,
            time_zone=person.time_zone,
            is_demo=True,
            is_staff=person.is_operator,
            is_superuser=person.is_operator,
        )
        people[person.first] = user
        if person.employer:
            Membership.objects.create(user=user, employer=employers[person.employer], role=person.role)
        if person.library:
            LibraryMember.objects.create(user=user, role=person.library, languages=list(person.library_languages))
    for slug, employer in employers.items():
        if not employer.memberships.exists():
            owner = create_person(email=f"owner@{slug}.example", name=f"{employer.name} team", language=employer.language, is_demo=True)
            Membership.objects.create(user=owner, employer=employer, role=MemberRole.OWNER)
            people[slug] = owner
    return people


def _maker(slug: str, people: dict[str, User]) -> User:
    return people[{"northline": "rosa", "fjordline": "otto"}.get(slug, slug)]


def make_posting(offer: Offer, employer: Employer, version: TemplateVersion, by: User, chance: random.Random) -> Posting:
    """A draft from the template, filled in step by step, and published when the offer is not a draft."""
    site = employer.sites.filter(city=offer.city).first() if offer.city else None
    posting = drafting.create_posting_from_template(
        employer=employer, version=version, language=offer.language, by=by, site=site, fallback="en"
    )
    for step, values in steps_of(offer, employer, site).items():
        drafting.save_step(posting=posting, step=step, values=values, by=by)
    for language in offer.also_in.split():
        text = drafting.template_text(version, language)
        if text:
            drafting.replace_text(posting=posting, language=language, words=text.content(), by=by)
    if offer.state != "draft":
        publishing.publish_posting(posting, by=by)
        set_back(posting, days=offer.age, chance=chance)
    posting.refresh_from_db()
    return posting


def steps_of(offer: Offer, employer: Employer, site: Site | None) -> dict[str, dict[str, Any]]:
    """The values of each step of the posting form."""
    marks = set(offer.marks.split())
    yes = {name: mark in marks for mark, name in YES.items()}
    low, _dash, high = offer.hours.partition("-")
    basis, pay_low, pay_high, currency = offer.pay.split()
    home = offer.workplace != "on_site"
    today = timezone.localdate()
    when: dict[str, Any] = {"site": site, "country": employer.country, "workplace": offer.workplace, "employment_type": offer.employment}
    when |= {"remote_countries": LIVES_IN.get(employer.country, [employer.country]) if home else []}
    when |= {"hours_min": Decimal(low), "hours_max": Decimal(high or low), "shift_mask": WEEKS[offer.week], "shift_hours": Decimal(8)}
    when |= {"rota_notice_weeks": 5 if "rotating" in marks else 3, **yes}
    pay: dict[str, Any] = {"pay_basis": basis, "pay_min": Decimal(pay_low), "pay_max": Decimal(pay_high), "pay_currency": currency, **yes}
    pay |= {"pay_frequency": "biweekly" if basis in {"minute", "call"} else "monthly", "supplements": _supplements(offer)}
    pay |= {"pay_extra": EXTRA_PAY[offer.language] if {"bonus", "commission"} & marks else ""}
    who: dict[str, Any] = {"languages": _languages(offer), "benefits": [name for name in BENEFITS if name in marks] + ["pension"], **yes}
    who |= {"licence": LICENCE.get(offer.language, "") if "licence" in marks else "", "education": "secondary"}
    classes = [item.strip().split(":") for item in offer.classes.split(",") if item.strip()]
    hiring: dict[str, Any] = {"openings": offer.openings, "response_promise_days": employer.response_promise_days}
    hiring |= {"closes_on": today + timedelta(days=offer.closes) if offer.closes else None}
    hiring |= {"start_classes": [{"starts_on": _monday(today + timedelta(days=int(days))), "seats": int(seats)} for days, seats in classes]}
    return {"work": {"title": offer.title, "client_program": offer.program}, "when": when, "pay": pay, "who": who, "hiring": hiring}


def _monday(day: date) -> date:
    """The first Monday from ``day`` on: classes start with the week."""
    return day + timedelta(days=-day.weekday() % 7)


def _languages(offer: Offer) -> list[dict[str, Any]]:
    rows = []
    for item in offer.speaks.split(","):
        language, level = item.split()
        rows.append({"language": language, "level": level.rstrip("?"), "is_required": not level.endswith("?")})
    return rows


def _supplements(offer: Offer) -> list[dict[str, Any]]:
    found = [item.split() for item in offer.supplements.split(",") if item.strip()]
    return [{"kind": kind, "percent": Decimal(percent), "amount": None} for kind, percent in found]


def set_back(posting: Posting, *, days: int, chance: random.Random) -> None:
    """Move the publication into the past: one morning ``days`` ago. The state stays what publishing made it."""
    day = timezone.localdate() - timedelta(days=days)
    at = timezone.make_aware(datetime.combine(day, time(8, chance.randrange(60))))
    if at > timezone.now():
        return
    Posting.objects.filter(pk=posting.pk).update(published_at=at, created_at=at - timedelta(hours=3))
    PostingEvent.objects.filter(posting=posting).update(at=at)
    PostingRevision.objects.filter(posting=posting).update(created_at=at)
