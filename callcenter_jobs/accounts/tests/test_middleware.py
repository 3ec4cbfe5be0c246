"""Ages of sessions, the second step, and the language offered."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from callcenter_jobs.accounts.adapter import MFAAdapter
from callcenter_jobs.accounts.context import preferred_language
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def age(client: Client, **seconds: int) -> None:
    session = client.session
    for key, value in seconds.items():
        session[key] = int(time.time()) - value
    session.save()


@pytest.mark.parametrize(
    ("signed_in", "seen", "stays"), [(60, 60, True), (3 * 3600, 59 * 60, True), (3 * 3600, 61 * 60, False), (12 * 3600 + 5, 5, False)]
)
def test_a_session_ends_after_an_hour_away_and_after_twelve_hours(client: Client, signed_in: int, seen: int, stays: bool) -> None:
    client.force_login(UserFactory.create())
    age(client, signed_in_at=signed_in, seen_at=seen)
    answer = client.get(reverse("accounts:profile"))
    assert (answer.status_code == 200) is stays
    if not stays:
        assert answer["Location"].startswith(reverse("account_login"))
        assert "because you were away" in client.get(answer["Location"]).content.decode()


def test_being_active_keeps_a_session_alive(client: Client) -> None:
    client.force_login(UserFactory.create())
    age(client, signed_in_at=7200, seen_at=3000)
    client.get(reverse("accounts:profile"))
    assert int(time.time()) - client.session["seen_at"] < 5


def give_totp(user: User) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return str(secret)


def code_for(secret: str, *, steps: int = 0) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time())) + steps
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_staff_without_a_second_step_reach_only_their_account(client: Client, settings: Settings) -> None:
    settings.REQUIRE_MFA_FOR_STAFF = True
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    for path in ("/admin/", "/desk/", "/nb/desk/"):
        assert client.get(path)["Location"] == (reverse("mfa_index") if path != "/nb/desk/" else "/nb/account/2fa/")
    assert client.get(reverse("mfa_index")).status_code == 200


def test_staff_with_a_second_step_pass(client: Client, settings: Settings) -> None:
    settings.REQUIRE_MFA_FOR_STAFF = True
    user = UserFactory.create(is_staff=True, is_superuser=True)
    give_totp(user)
    client.force_login(user)
    assert client.get("/admin/").status_code == 200


def test_desk_members_need_it_only_when_the_operator_says_so(client: Client, settings: Settings, rosa: User, cora: User) -> None:
    client.force_login(rosa)
    page = reverse("team:members", args=["northline"])
    assert client.get(page).status_code == 200
    settings.REQUIRE_MFA_FOR_DESK = True
    assert client.get(page)["Location"] == reverse("mfa_index")
    client.force_login(cora)
    assert client.get(reverse("team:chooser")).status_code == 200


@pytest.mark.parametrize("way", ["password", "code"])
def test_the_second_step_is_asked_on_every_way_in(client: Client, way: str) -> None:
    from callcenter_jobs.accounts.tests.test_flows import code_in, mails

    user = UserFactory.create()
    secret = give_totp(user)
    if way == "password":
        answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    else:
        page = client.post(reverse("account_request_login_code"), {"email": user.email})["Location"]
        answer = client.post(page, {"code": code_in(mails(user.email)[-1])})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 422
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_a_totp_code_works_once() -> None:
    user = UserFactory.create()
    code = code_for(give_totp(user))
    clients = [Client(), Client()]
    for client in clients:
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
    assert ["_auth_user_id" in client.session for client in clients] == [True, False]


def test_the_secret_of_an_authenticator_is_not_in_the_database_and_survives_a_key_change(settings: Settings) -> None:
    user = UserFactory.create()
    secret = give_totp(user)
    stored = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the operator"
    assert MFAAdapter().decrypt(stored) == secret


def test_the_admins_own_sign_in_page_is_ours(client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert answer["Location"] == "/account/login/?next=%2Fadmin%2F"
    answer = client.post("/admin/login/", {"username": "x", "password": "y"})
    assert answer["Location"].startswith("/account/login/")


def test_people_who_are_no_staff_see_nothing_of_the_admin(client: Client, rosa: User) -> None:
    client.force_login(rosa)
    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("no", "nb"),
        ("nn-NO,nn;q=0.9,en;q=0.5", "nb"),
        ("nb-NO,nb;q=0.9", "nb"),
        ("no-NO", "nb"),
        ("de,sv;q=0.8,en;q=0.5", "sv"),
        ("hr-HR", "hr"),
        ("ru", "ru"),
        ("en-US,en;q=0.9,nb;q=0.1", "en"),
        ("de,fr", None),
        ("*", None),
        ("", None),
        ("x" * 9000, None),
        ("nb;q=abc, ;;;,,,", None),
    ],
)
def test_the_language_a_browser_asks_for(header: str, expected: str | None) -> None:
    assert preferred_language(header) == expected


@pytest.mark.parametrize(
    ("path", "header", "suggested"), [("", "nn", "nb"), ("", "en", ""), ("/nb", "no", ""), ("/nb", "sv", "sv"), ("", "de", "")]
)
def test_another_language_is_offered_and_never_forced(client: Client, path: str, header: str, suggested: str) -> None:
    answer = client.get(f"{path}/account/login/", HTTP_ACCEPT_LANGUAGE=header)
    assert answer.status_code == 200
    assert answer.context["suggested_language"] == suggested


def test_an_invalid_form_answers_422_and_keeps_what_was_typed(client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "rosa@example.com", "password": ""})
    assert answer.status_code == 422
    assert 'value="rosa@example.com"' in answer.content.decode()
