from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from applicants.models import Application
from applicants.services.linking import applications_of, link_candidate
from applicants.tests.factories import ApplicationFactory, CandidateFactory
from callcenter_jobs.accounts.models import User


def verify(user: User, email: str, *, verified: bool = True, primary: bool = False) -> None:
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": verified, "primary": primary})


@pytest.fixture
def unverified(cora: User) -> User:
    EmailAddress.objects.filter(user=cora).delete()
    return cora


def test_a_verified_address_links_its_candidate(application: Application, unverified: User) -> None:
    verify(unverified, "Cora@example.com", primary=True)
    linked = link_candidate(unverified)
    assert linked == application.candidate
    application.candidate.refresh_from_db()
    assert application.candidate.user == unverified
    assert list(applications_of(unverified)) == [application]


def test_an_unverified_address_links_and_shows_nothing(application: Application, unverified: User) -> None:
    verify(unverified, "cora@example.com", verified=False)
    assert link_candidate(unverified) is None
    assert not applications_of(unverified).exists()


def test_a_candidate_of_another_account_is_not_taken_over(application: Application, unverified: User, rosa: User) -> None:
    application.candidate.user = rosa
    application.candidate.save()
    verify(unverified, "cora@example.com")
    assert link_candidate(unverified) is None
    assert not applications_of(unverified).exists()


def test_applications_of_several_verified_addresses_come_together(application: Application, unverified: User) -> None:
    other = ApplicationFactory.create(candidate=CandidateFactory.create(email="cora.work@example.com"))
    ApplicationFactory.create()
    verify(unverified, "cora@example.com", primary=True)
    verify(unverified, "cora.work@example.com")
    link_candidate(unverified)
    assert set(applications_of(unverified)) == {application, other}
