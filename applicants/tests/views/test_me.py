from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applicants import pipeline
from applicants.access import status_token
from applicants.models import Application
from applicants.tests.factories import ApplicationFactory
from callcenter_jobs.accounts.models import User


@pytest.fixture
def signed_in(client: Client, cora: User) -> Client:
    EmailAddress.objects.update_or_create(user=cora, email=cora.email, defaults={"verified": True, "primary": True})
    client.force_login(cora)
    return client


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(reverse("me:home")).status_code == 302


def test_own_applications_with_their_private_link(signed_in: Client, application: Application, foreign_application: Application) -> None:
    page = signed_in.get(reverse("me:home")).content.decode()
    assert status_token(application) in page
    assert "Customer service agent" in page
    assert foreign_application.code not in page


def test_an_unverified_address_shows_nothing(signed_in: Client, application: Application) -> None:
    EmailAddress.objects.update(verified=False)
    page = signed_in.get(reverse("me:home")).content.decode()
    assert status_token(application) not in page
    assert "Confirm your e-mail address first" in page


def test_without_applications_it_says_what_to_do(signed_in: Client) -> None:
    page = signed_in.get(reverse("me:home")).content.decode()
    assert "No applications yet" in page
    assert reverse("public:job_list") in page


def test_a_rejection_that_was_not_told_stays_unseen(signed_in: Client, application: Application, rosa: User) -> None:
    before = signed_in.get(reverse("me:home")).content.decode().partition("<main")[2]
    pipeline.reject(application, disposition="shifts", by=rosa)
    assert signed_in.get(reverse("me:home")).content.decode().partition("<main")[2].partition("</main")[0] == before.partition("</main")[0]


def test_three_rows_cost_as_many_queries_as_one(signed_in: Client, application: Application) -> None:
    signed_in.get(reverse("me:home"))
    counts = []
    for extra in (0, 2):
        for _number in range(extra):
            ApplicationFactory.create(candidate=application.candidate)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(reverse("me:home"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
