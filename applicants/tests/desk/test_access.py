"""Every address of the desk × everybody who might ask. A foreign thing answers exactly as one that does not exist."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from applicants.models import Application
from applicants.tests.desk.scene import give_kit
from applicants.urls import desk
from callcenter_jobs.accounts.models import User
from callcenter_jobs.outbox.models import Message
from postings.models import Posting

NOBODY = "ZZZZZZZZZZZZZZZZZZZZZZZZZZ"
# name of the address: the method that is tried, and which part of the path follows the employer
ADDRESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "home": ("get", ()),
    "applications": ("get", ()),
    "board": ("get", ("posting",)),
    "bulk": ("post", ("posting",)),
    "kit": ("get", ("posting", "stage")),
    "application": ("get", ("application",)),
    "move": ("post", ("application",)),
    "reject": ("post", ("application",)),
    "undo": ("post", ("application",)),
    "note": ("post", ("application",)),
    "mail": ("get", ("application", "mail")),
    "resend": ("post", ("application", "mail")),
    "digest": ("post", ()),
}
# Tried elsewhere: the open link of test_digest, and the download beside its own view.
ELSEWHERE = {"digest_off", "document"}
MOVERS_ONLY = {"bulk", "move", "reject", "undo", "resend"}


def test_every_address_of_the_desk_is_tried() -> None:
    assert {pattern.name for pattern in desk.urlpatterns} - ELSEWHERE == set(ADDRESSES)


@pytest.fixture
def parts(
    application: Application, posting: Posting, foreign_application: Application, foreign_posting: Posting, rosa: User
) -> dict[str, dict[str, str]]:
    from applicants import pipeline

    give_kit(posting)
    give_kit(foreign_posting)
    pipeline.withdraw(application)
    pipeline.withdraw(foreign_application)
    mails = {mail.about: mail.code for mail in Message.objects.all()}
    return {
        "own": {
            "posting": posting.code, "application": application.code, "stage": "2-interview", "mail": mails[application.about],
        },
        "foreign": {
            "posting": foreign_posting.code, "application": foreign_application.code, "stage": "2-interview",
            "mail": mails[foreign_application.about],
        },
        "unknown": {"posting": NOBODY, "application": NOBODY, "stage": "2-interview", "mail": NOBODY},
    }  # fmt: skip


def ask(client: Client, name: str, slug: str, values: dict[str, str]) -> HttpResponse:
    method, needed = ADDRESSES[name]
    address = reverse(f"hiring:{name}", args=[slug, *[values[part] for part in needed]])
    response: HttpResponse = getattr(client, method)(address)
    return response


def alike(response: HttpResponse, values: dict[str, str]) -> str:
    """The page without the words that the address itself brings, and without the token that differs each time."""
    text = response.content.decode()
    for value in values.values():
        text = text.replace(value, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", text)


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_a_visitor_is_asked_to_sign_in_whatever_it_is(client: Client, parts: dict[str, dict[str, str]], name: str) -> None:
    for whose in parts.values():
        response = ask(client, name, "northline", whose)
        assert response.status_code == 302
        assert "/account/login/" in response.headers["Location"]


@pytest.mark.parametrize("name", sorted(ADDRESSES))
@pytest.mark.parametrize("person", ["otto", "cora", "ada"])
def test_a_stranger_learns_nothing(
    request: pytest.FixtureRequest, client: Client, parts: dict[str, dict[str, str]], name: str, person: str
) -> None:
    client.force_login(request.getfixturevalue(person))
    answers = {ask(client, name, slug, whose).status_code for whose in parts.values() for slug in ("northline", "nowhere")}
    assert answers == {404}


@pytest.mark.parametrize("name", sorted(name for name, (_method, needed) in ADDRESSES.items() if needed))
@pytest.mark.parametrize("person", ["rosa", "ivan", "nora"])
def test_a_member_finds_own_things_only(
    request: pytest.FixtureRequest, client: Client, parts: dict[str, dict[str, str]], name: str, person: str
) -> None:
    client.force_login(request.getfixturevalue(person))
    foreign, unknown = ask(client, name, "northline", parts["foreign"]), ask(client, name, "northline", parts["unknown"])
    assert foreign.status_code == unknown.status_code == 404
    assert alike(foreign, parts["foreign"]) == alike(unknown, parts["unknown"])
    own = ask(client, name, "northline", parts["own"]).status_code
    assert own == 403 if person == "ivan" and name in MOVERS_ONLY else own in {200, 302, 409, 422}


@pytest.mark.parametrize("name", sorted(name for name, (method, _needed) in ADDRESSES.items() if method == "get"))
def test_reading_pages_take_no_posts(as_rosa: Client, parts: dict[str, dict[str, str]], name: str) -> None:
    needed = ADDRESSES[name][1]
    address = reverse(f"hiring:{name}", args=["northline", *[parts["own"][part] for part in needed]])
    assert as_rosa.post(address).status_code == 405


def test_who_left_the_team_sees_nothing_from_then_on(as_rosa: Client, rosa: User, parts: dict[str, dict[str, str]]) -> None:
    assert ask(as_rosa, "home", "northline", parts["own"]).status_code == 200
    rosa.memberships.all().delete()
    assert ask(as_rosa, "home", "northline", parts["own"]).status_code == 404
