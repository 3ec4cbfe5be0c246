"""Where signing in may lead: to a path of this site and nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from callcenter_jobs.accounts import landing
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\tevil\n//evil.example",
    "//localhost@evil.example/",
    "https://testserver.evil.example/",
    "https://testserver@evil.example/",
    "http://localhost/",
    " https://evil.example",
    "%2F%2Fevil.example",
    "/jobs/\r\nX-Injected: 1",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_off_the_site(client: Client, target: str) -> None:
    user = UserFactory.create()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": target})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("accounts:after_login")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_out_never_leads_off_the_site(client: Client, target: str) -> None:
    client.force_login(UserFactory.create())
    answer = client.post(reverse("account_logout"), {"next": target})
    assert answer["Location"] == "/"


def test_a_path_of_this_site_is_kept(client: Client) -> None:
    user = UserFactory.create()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": "/account/email/?a=1"})
    assert answer["Location"] == "/account/email/?a=1"


def test_a_page_behind_sign_in_comes_back_to_itself(client: Client) -> None:
    answer = client.get("/nb/account/email/")
    assert answer["Location"] == "/nb/account/login/?next=/nb/account/email/"


def test_everybody_arrives_at_their_own_home(client: Client, cora: User, rosa: User, ada: User) -> None:
    def home(person: User) -> str:
        client.force_login(person)
        return str(client.get(reverse("accounts:after_login"))["Location"])

    assert home(rosa) == reverse("hiring:home", args=["northline"])
    assert home(ada) == reverse("curate:home")
    assert home(cora) == landing.home_of(cora)
    assert home(cora) not in {home(rosa), home(ada)}


def test_home_is_in_the_persons_language(client: Client, rosa: User) -> None:
    User.objects.filter(pk=rosa.pk).update(language="hr")
    client.force_login(rosa)
    assert client.get(reverse("accounts:after_login"))["Location"] == "/hr/desk/northline/"
