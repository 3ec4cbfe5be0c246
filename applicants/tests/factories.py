"""Candidates and applications for tests. The stage history is written by the real pipeline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from applicants import pipeline
from applicants.models import Application, Candidate, JobAlert
from callcenter_jobs.lib.codes import long_code
from postings.enums import StageKind
from postings.tests.factories import OFFICE_WEEK, PostingFactory, stage_of


class CandidateFactory(DjangoModelFactory[Candidate]):
    class Meta:
        model = Candidate
        django_get_or_create = ("email",)

    email = factory.Sequence(lambda n: f"candidate{n}@example.com")


class ApplicationFactory(DjangoModelFactory[Application]):
    """A new application; the posting's employer is its employer. Move it with ``applicants.pipeline``."""

    class Meta:
        model = Application

    posting = factory.SubFactory(PostingFactory)
    employer = factory.SelfAttribute("posting.employer")
    candidate = factory.SubFactory(CandidateFactory)
    idempotency_key = factory.LazyFunction(long_code)
    name = factory.Sequence(lambda n: f"Candidate {n}")
    email = factory.SelfAttribute("candidate.email")
    language = "en"
    availability_mask = OFFICE_WEEK
    consent_version = "2026-11"
    consented_at = factory.LazyFunction(timezone.now)
    stage = factory.LazyAttribute(lambda application: stage_of(application.posting, StageKind.APPLIED))

    @classmethod
    def _create(cls, model_class: type[Application], *args: Any, **kwargs: Any) -> Application:
        application = model_class(*args, **kwargs)
        pipeline.start(application)
        return application


class JobAlertFactory(DjangoModelFactory[JobAlert]):
    """A running daily alert for everything, confirmed two days ago and due since. ``pending=True`` makes one that waits."""

    class Meta:
        model = JobAlert

    class Params:
        pending = False

    email = factory.Sequence(lambda n: f"seeker{n}@example.com")
    language = "en"
    created_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=2))
    confirmed_at = factory.LazyAttribute(lambda alert: None if alert.pending else alert.created_at)
    told_until = factory.SelfAttribute("created_at")
    due_at = factory.LazyAttribute(lambda alert: None if alert.pending else alert.created_at + timedelta(days=1))
