"""The demo: complete, loaded once, and never outside a local run."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from applicants.demo.library import REVIEWED
from applicants.demo.offers import OFFERS
from applicants.demo.people import DEMO_PASSWORD, PEOPLE
from applicants.models import Application, Note
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Employer, Posting, TemplateVersion
from postings.services.missed_searches import missed_terms
from postings.tests.templates import make_version

pytestmark = pytest.mark.django_db


def _load() -> str:
    out = StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def test_demo_is_refused_outside_a_local_run() -> None:
    with override_settings(LOCAL_MODE=False), pytest.raises(CommandError):
        _load()
    assert not User.objects.exists()


def test_demo_needs_the_library() -> None:
    with pytest.raises(CommandError, match="load_library"):
        _load()
    assert not Employer.objects.exists()


def test_demo_fills_the_portal_once_and_in_the_order_of_time(client: Client) -> None:
    for key in sorted({offer.role for offer in OFFERS} | {REVIEWED}):
        make_version(key)
    assert "postings" in _load()
    assert len(missed_terms()) >= 5
    assert TemplateVersion.objects.get(state="in_review").template.role.key == REVIEWED
    states = Counter(Posting.objects.values_list("state", flat=True))
    assert states["open"] >= 45
    assert {"paused", "closed", "draft"} <= set(states)
    assert set(Posting.objects.open().values_list("language", flat=True)) == {"en", "nb", "sv", "hr", "ru"}
    at_northline = Application.objects.filter(employer__slug="northline")
    assert at_northline.count() >= 50
    kinds = set(at_northline.values_list("stage__kind", flat=True))
    assert {"applied", "interview", "offer", "hired", "rejected", "withdrawn"} <= kinds
    assert Note.objects.count() >= 8
    assert all(User.objects.get(email=person.email).is_demo for person in PEOPLE)
    # Confirmations for everybody, and not more than one further mail for most of those who were moved.
    assert Message.objects.count() <= 110
    assert client.login(email="rosa@demo.openline.example", password=DEMO_PASSWORD)
    before = (Posting.objects.count(), Application.objects.count(), Message.objects.count())
    assert "already" in _load()
    assert (Posting.objects.count(), Application.objects.count(), Message.objects.count()) == before
    for application in Application.objects.select_related("posting"):
        last = application.stage_changes.last()
        assert application.posting.published_at is not None
        assert last is not None
        assert application.posting.published_at <= application.submitted_at <= last.at
