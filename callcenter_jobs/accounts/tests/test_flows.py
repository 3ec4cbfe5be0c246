"""Signing up and in, from the form to the mail's code, with the real outbox."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django import Settings

from callcenter_jobs.accounts import landing
from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.templatetags.devices import device_name
from callcenter_jobs.accounts.tests.factories import PASSWORD, UserFactory
from callcenter_jobs.cache import ForgivingRedisCache
from callcenter_jobs.outbox.models import Message

pytestmark = pytest.mark.django_db

NEW = {"name": "Vera Moe", "email": "vera@example.com", "password1": "a long and quiet evening"}


def mails(to: str) -> list[Message]:
    return list(Message.objects.filter(to_addr=to).order_by("pk"))


def code_in(message: Message) -> str:
    found = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]{3,}$", message.context["text"], re.MULTILINE)
    assert found, message.context["text"]
    return found.group()


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> object:
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def test_signing_up_confirms_the_address_with_a_mailed_code(client: Client) -> None:
    answer = client.post("/nb/account/signup/", NEW)
    assert answer.status_code == 302
    user = User.objects.get(email="vera@example.com")
    assert (user.name, user.language) == ("Vera Moe", "nb")
    assert not EmailAddress.objects.get(user=user).verified
    (mail,) = mails("vera@example.com")
    assert (mail.message_class, mail.language) == ("security", "nb")
    answer = client.post(answer["Location"], {"code": code_in(mail)})
    assert EmailAddress.objects.get(user=user).verified
    with translation.override("nb"):
        assert client.get(answer["Location"])["Location"] == landing.home_of(user)


def test_a_wrong_code_confirms_nothing_and_says_so_beside_the_field(client: Client) -> None:
    page = client.post(reverse("account_signup"), NEW)["Location"]
    answer = client.post(page, {"code": "WRONG1"})
    assert answer.status_code == 422
    assert "field--error" in answer.content.decode()
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_code_guessing_ends_after_three_tries(client: Client) -> None:
    page = client.post(reverse("account_signup"), NEW)["Location"]
    right = code_in(mails(NEW["email"])[0])
    for guess in ("AAAA11", "AAAA22", "AAAA33", right):
        client.post(page, {"code": guess})
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_signing_up_with_a_known_address_looks_the_same_and_makes_nothing(client: Client) -> None:
    UserFactory.create(email="known@example.com")
    fresh = client.post(reverse("account_signup"), NEW)
    known = Client().post(reverse("account_signup"), {**NEW, "email": "known@example.com"})
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert User.objects.filter(email="known@example.com").count() == 1
    assert [mail.subject for mail in mails("known@example.com")] == ["You have an account already"]


def test_unknown_and_known_addresses_get_the_same_answer_to_a_reset_and_to_a_code(client: Client) -> None:
    UserFactory.create(email="known@example.com")
    for name in ("account_reset_password", "account_request_login_code"):
        answers = [Client().post(reverse(name), {"email": email}) for email in ("known@example.com", "unknown@example.com")]
        assert answers[0].status_code == answers[1].status_code == 302
        assert answers[0]["Location"] == answers[1]["Location"]
    assert {mail.subject for mail in mails("unknown@example.com")} == {"There is no account with this address"}


def test_signing_in_with_a_password_changes_the_session_id(client: Client) -> None:
    UserFactory.create(email="rosa@example.com")
    client.get(reverse("account_login"))
    client.session["x"] = 1
    client.session.save()
    before = client.session.session_key
    assert sign_in(client, "rosa@example.com").status_code == 302  # type: ignore[attr-defined]
    assert client.session.session_key != before
    assert client.session["signed_in_at"]


def test_a_wrong_password_says_the_same_as_an_unknown_address(client: Client) -> None:
    UserFactory.create(email="rosa@example.com")
    answers = [sign_in(Client(), email, "not the password") for email in ("rosa@example.com", "nobody@example.com")]
    bodies = [re.sub(r'(value|nonce)="[^"]*"', "", answer.content.decode()) for answer in answers]  # type: ignore[attr-defined]
    assert [answer.status_code for answer in answers] == [422, 422]  # type: ignore[attr-defined]
    assert bodies[0].replace("rosa@example.com", "") == bodies[1].replace("nobody@example.com", "")


def test_guessing_passwords_is_stopped_per_account_while_a_code_still_lets_the_owner_in(client: Client) -> None:
    UserFactory.create(email="rosa@example.com")
    for number in range(5):
        sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), "rosa@example.com", "not the password")
    blocked = sign_in(client, "rosa@example.com")
    assert blocked.status_code == 422  # type: ignore[attr-defined]
    page = client.post(reverse("account_request_login_code"), {"email": "rosa@example.com"})["Location"]
    answer = client.post(page, {"code": code_in(mails("rosa@example.com")[-1])})
    assert answer.status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_a_sign_in_code_works_once(client: Client) -> None:
    UserFactory.create(email="rosa@example.com")
    page = client.post(reverse("account_request_login_code"), {"email": "rosa@example.com"})["Location"]
    code = code_in(mails("rosa@example.com")[-1])
    client.post(page, {"code": code})
    other = Client()
    other.post(page, {"code": code})
    assert "_auth_user_id" in client.session
    assert "_auth_user_id" not in other.session


def test_the_reset_link_ignores_the_host_header_works_once_and_is_told_to_the_owner(client: Client) -> None:
    user = UserFactory.create(email="rosa@example.com")
    client.post(reverse("account_reset_password"), {"email": user.email}, HTTP_HOST="localhost")
    link = re.search(r"http\S+/account/password/reset/key/\S+", mails(user.email)[0].context["text"])
    assert link
    assert link.group().startswith("http://127.0.0.1:8000/")
    path = link.group().removeprefix("http://127.0.0.1:8000")
    form_page = client.get(path, follow=True)
    answer = client.post(form_page.request["PATH_INFO"], {"password1": "quiet harbor lights", "password2": "quiet harbor lights"})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password("quiet harbor lights")
    assert "Your password was changed" in [mail.subject for mail in mails(user.email)]
    assert "no longer works" in Client().get(path, follow=True).content.decode()


@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "12"), ("x" * 129, "128"), ("password1234", "common"), ("vera@example.com", "similar")],
)
def test_weak_passwords_are_refused_beside_the_field(client: Client, password: str, words: str) -> None:
    answer = client.post(reverse("account_signup"), {**NEW, "password1": password})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Vera\r\nBcc: all@example.com"),
        ("name", "<script>alert(1)</script>"),
        ("name", "x" * 121),
        ("name", ""),
        ("email", "vera"),
        ("email", "vera@example.com\r\nBcc: all@example.com"),
        ("email", "v" * 250 + "@example.com"),
        ("email", ""),
        ("password1", ""),
    ],
)
def test_bad_input_at_sign_up_saves_nothing(client: Client, field: str, value: str) -> None:
    answer = client.post(reverse("account_signup"), {**NEW, field: value})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "field--error" in body
    assert "<script>alert" not in body
    assert not User.objects.exists()
    assert not Message.objects.exists()


def test_fields_that_the_form_does_not_have_are_ignored(client: Client) -> None:
    client.post(reverse("account_signup"), {**NEW, "is_staff": "1", "is_superuser": "1", "is_demo": "1", "language": "ru"})
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.is_demo, user.language) == (False, False, False, "en")


def test_changing_the_password_signs_out_the_other_devices_and_tells_the_owner(client: Client) -> None:
    user = UserFactory.create()
    other = Client()
    sign_in(client, user.email)
    sign_in(other, user.email)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "quiet harbor lights", "password2": "quiet harbor lights"},
    )
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert mails(user.email)[-1].subject == "Your password was changed"


def test_sessions_are_listed_and_the_others_can_be_ended(client: Client) -> None:
    user = UserFactory.create()
    other = Client(HTTP_USER_AGENT="A phone at the gate")
    sign_in(client, user.email)
    sign_in(other, user.email)
    other.get(reverse("accounts:profile"))
    assert "A phone at the gate" in client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert UserSession.objects.filter(user=user).count() == 1


def test_a_closed_account_is_out_on_the_next_request(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("accounts:profile")).status_code == 302


def test_signing_out_needs_a_post(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout"))["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_changing_addresses_asks_for_the_password_first(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    answer = client.post(reverse("account_email"), {"action_add": "1", "email": "second@example.com"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="second@example.com").exists()


def test_an_added_address_counts_only_after_its_code(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    asked = client.post(reverse("account_email"), {"action_add": "1", "email": "second@example.com"})
    # What was sent is kept while the password is asked for, and then carried out.
    answer = client.post(asked["Location"], {"password": PASSWORD, "next": reverse("account_email")})
    assert not EmailAddress.objects.filter(email="second@example.com", verified=True).exists()
    client.post(answer["Location"], {"code": code_in(mails("second@example.com")[0])})
    assert EmailAddress.objects.get(email="second@example.com").verified


def test_mails_speak_the_language_of_the_page(client: Client) -> None:
    with translation.override("sv"):
        path = reverse("account_request_login_code")
    UserFactory.create(email="rosa@example.com")
    client.post(path, {"email": "rosa@example.com"})
    assert mails("rosa@example.com")[0].language == "sv"


def test_mails_come_as_text_and_in_the_frame_of_the_others(client: Client) -> None:
    UserFactory.create(email="rosa@example.com")
    client.post(reverse("account_request_login_code"), {"email": "rosa@example.com"})
    (mail,) = mails("rosa@example.com")
    code = code_in(mail)
    assert code in mail.context["html"]
    assert "<h1" in mail.context["html"]
    assert "Your sign-in code" in mail.context["html"]


def test_a_sign_in_from_a_new_browser_is_told_once(client: Client) -> None:
    user = UserFactory.create(joined_at=timezone.now() - timedelta(days=30))
    told = "New sign-in to your account"
    sign_in(client, user.email)
    assert [mail.subject for mail in mails(user.email)] == [told]
    client.post(reverse("account_logout"))
    sign_in(client, user.email)
    assert len(mails(user.email)) == 1, "the browser is known now"
    forged = Client()
    forged.cookies["device"] = client.cookies["device"].value[:-3] + "xyz"
    sign_in(forged, user.email)
    assert len(mails(user.email)) == 2


def test_the_first_sign_in_of_a_new_account_is_no_news(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    assert mails(user.email) == []


def test_a_new_account_guesses_its_time_zone_from_the_language(client: Client) -> None:
    client.post("/nb/account/signup/", NEW)
    assert User.objects.get().time_zone == "Europe/Oslo"


def test_times_are_shown_in_the_persons_zone(client: Client) -> None:
    user = UserFactory.create(time_zone="Asia/Kolkata")
    sign_in(client, user.email)
    UserSession.objects.update(created_at=datetime(2026, 3, 1, 20, 0, tzinfo=UTC))
    assert "1:30" in client.get(reverse("usersessions_list")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "Rosa\r\nBcc: x@example.com"),
        ("name", "<b>Rosa</b>"),
        ("name", "x" * 121),
        ("language", "de"),
        ("language", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
    ],
)
def test_bad_input_on_the_account_page_changes_nothing(client: Client, field: str, value: str) -> None:
    user = UserFactory.create()
    client.force_login(user)
    fields = ("email", "name", "language", "time_zone", "is_active", "is_staff", "password")
    before = User.objects.values_list(*fields).get(pk=user.pk)
    answer = client.post(reverse("accounts:profile"), {"name": "Rosa", "language": "sv", "time_zone": "Europe/Oslo", field: value})
    assert answer.status_code == 422
    assert "field--error" in answer.content.decode()
    assert User.objects.values_list(*fields).get(pk=user.pk) == before


def test_the_account_page_saves_and_goes_on_in_the_chosen_language(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    answer = client.post(
        reverse("accounts:profile"),
        {"name": "Rosa B.", "language": "sv", "time_zone": "Europe/Oslo", "is_staff": "1", "email": "x@example.com"},
    )
    assert answer["Location"] == "/sv/account/"
    changed = User.objects.get(pk=user.pk)
    assert (changed.name, changed.language, changed.time_zone, changed.is_staff, changed.email) == (
        "Rosa B.", "sv", "Europe/Oslo", False, user.email,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19 Mobile Safari/604", "Safari on iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", "Unknown browser"),
        ("x" * 900, "x" * 60),
    ],
)
def test_devices_are_named_as_their_owners_do(agent: str, words: str) -> None:
    assert device_name(agent) == words


def test_signing_in_works_without_a_cache(client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory.create()
    settings.CACHES = {
        "default": {
            "BACKEND": "callcenter_jobs.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
            "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.3},
        }
    }
    monkeypatch.setattr(ForgivingRedisCache, "_rest_until", 0.0)
    started = time.monotonic()
    sign_in(client, user.email)
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert time.monotonic() - started < 5
