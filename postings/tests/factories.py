"""Employers, roles and postings for tests. Every default makes a posting that could be published."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from callcenter_jobs.accounts.tests.factories import UserFactory
from postings import pay
from postings.enums import Direction, MemberRole, PayBasis, PostingState, RoleFamily, StageKind, Tier, WorkType
from postings.models import (
    Employer,
    LibraryMember,
    Membership,
    PayFigure,
    Posting,
    PostingLanguage,
    PostingText,
    Role,
    ScreeningQuestion,
    Site,
    Stage,
    StartClass,
    TitleAlias,
)
from postings.services.plans import copy_plan
from postings.services.publishing import record_edit
from postings.shifts import ShiftGrid

OFFICE_WEEK = ShiftGrid.of((day, band) for day in range(5) for band in (0, 1, 2)).mask


class EmployerFactory(DjangoModelFactory[Employer]):
    class Meta:
        model = Employer

    slug = factory.Sequence(lambda n: f"employer-{n}")
    name = factory.Sequence(lambda n: f"Employer {n}")
    country = "NO"


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    employer = factory.SubFactory(EmployerFactory)
    name = factory.Sequence(lambda n: f"Site {n}")
    city = "Oslo"
    country = "NO"
    time_zone = "Europe/Oslo"


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    employer = factory.SubFactory(EmployerFactory)
    role = MemberRole.RECRUITER


class LibraryMemberFactory(DjangoModelFactory[LibraryMember]):
    class Meta:
        model = LibraryMember

    user = factory.SubFactory(UserFactory)


class RoleFactory(DjangoModelFactory[Role]):
    class Meta:
        model = Role
        django_get_or_create = ("key",)

    key = "agent-customer-service"
    tier = Tier.AGENT
    family = RoleFamily.SERVICE
    work_type = WorkType.CUSTOMER_SERVICE
    direction = Direction.INBOUND


class TitleAliasFactory(DjangoModelFactory[TitleAlias]):
    class Meta:
        model = TitleAlias

    role = factory.SubFactory(RoleFactory)
    language = "en"
    text = factory.Sequence(lambda n: f"Title {n}")
    normalized = factory.LazyAttribute(lambda alias: alias.text.lower())


class PayFigureFactory(DjangoModelFactory[PayFigure]):
    class Meta:
        model = PayFigure

    key = factory.Sequence(lambda n: f"figure-{n}")
    tier = Tier.AGENT
    country = "NO"
    currency = "NOK"
    period = "hour"
    measure = "median"
    amount = Decimal("210.50")
    year = 2025
    source_name = "Statistics"


class PostingFactory(DjangoModelFactory[Posting]):
    """An open posting with a text, a language, a start class and the default stages.

    ``PostingFactory(state="draft")`` makes a draft; ``text__title="…"`` goes to the text;
    ``spoken=[("en", "B2")]``, ``start_in_days=20`` and ``questions=2`` shape the rest.
    """

    class Meta:
        model = Posting
        skip_postgeneration_save = True

    employer = factory.SubFactory(EmployerFactory)
    site = factory.SubFactory(SiteFactory, employer=factory.SelfAttribute("..employer"))
    role = factory.SubFactory(RoleFactory)
    plan = factory.LazyFunction(lambda: copy_plan(None))
    language = "en"
    state = PostingState.OPEN
    published_at = factory.LazyAttribute(lambda o: None if o.state == PostingState.DRAFT else timezone.now())
    closed_at = factory.LazyAttribute(lambda o: timezone.now() if o.state == PostingState.CLOSED else None)
    tier = factory.SelfAttribute("role.tier")
    work_type = factory.SelfAttribute("role.work_type")
    direction = factory.SelfAttribute("role.direction")
    channels = factory.LazyFunction(lambda: ["voice", "email"])
    city = factory.LazyAttribute(lambda o: o.site.city if o.site else "")
    country = factory.LazyAttribute(lambda o: o.site.country if o.site else "NO")
    openings = 12
    shift_mask = OFFICE_WEEK
    hours_min = Decimal("37.5")
    hours_max = Decimal("37.5")
    pay_basis = PayBasis.HOUR
    pay_min = Decimal(210)
    pay_max = Decimal(245)
    pay_currency = "NOK"
    pay_frequency = "monthly"
    training_weeks = 4

    @classmethod
    def _create(cls, model_class: type[Posting], *args: Any, **kwargs: Any) -> Posting:
        if kwargs.get("pay_min") is not None:
            normalized = pay.hourly(
                basis=kwargs["pay_basis"], low=kwargs["pay_min"], high=kwargs["pay_max"], weekly_hours=kwargs["hours_min"]
            )
            kwargs |= {"hourly_min": normalized.low, "hourly_max": normalized.high, "hourly_is_estimate": normalized.is_estimate}
        return super()._create(model_class, *args, **kwargs)

    @factory.post_generation
    def text(self: Posting, create: bool, extracted: dict[str, Any] | None, **kwargs: Any) -> None:
        values: dict[str, Any] = {
            "title": "Customer service agent",
            "summary": "Help our customers by phone and e-mail. You get four weeks of paid training.",
            "duties": [{"text": "Answer customers by phone and e-mail", "share": 70}, {"text": "Log every contact", "share": 30}],
            "must_haves": ["Clear speech and writing"],
            "nice_to_haves": ["Experience from a call center"],
            "measures": [{"name": "First-contact resolution", "typical": "70–75 %"}],
            "preview": {"contacts": "50–80 contacts a shift", "hard": "Some callers are angry.", "good": "You help people."},
            "call_to_action": "Apply in five minutes.",
            **(extracted or {}),
            **kwargs,
        }
        PostingText.objects.create(posting=self, language=self.language, **values)

    @factory.post_generation
    def spoken(self: Posting, create: bool, extracted: list[tuple[str, str]] | None, **kwargs: Any) -> None:
        for language, level in extracted if extracted is not None else [("en", "B2")]:
            PostingLanguage.objects.create(posting=self, language=language, level=level)

    @factory.post_generation
    def start_in_days(self: Posting, create: bool, extracted: int | None, **kwargs: Any) -> None:
        if extracted:
            StartClass.objects.create(posting=self, starts_on=timezone.localdate() + timedelta(days=extracted), seats=12)

    @factory.post_generation
    def questions(self: Posting, create: bool, extracted: int | None, **kwargs: Any) -> None:
        for position in range(extracted or 0):
            ScreeningQuestion.objects.create(
                posting=self,
                position=position,
                kind="yes_no",
                texts={"en": {"question": f"Can you work evenings? ({position + 1})", "help": "", "options": {}}},
                accepted=["yes"],
                is_knockout=True,
            )

    @factory.post_generation
    def revision(self: Posting, create: bool, extracted: bool | None, **kwargs: Any) -> None:
        if self.state != PostingState.DRAFT:
            record_edit(self, by=None)


def stage_of(posting: Posting, kind: str | StageKind) -> Stage:
    """The posting's (first) stage of a kind."""
    return Stage.objects.filter(plan=posting.plan_id, kind=kind).order_by("position")[0]
