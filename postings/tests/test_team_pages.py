"""The pages of a hiring team, with what hurried and hostile people send."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import PASSWORD, UserFactory
from postings.models import Employer, Invitation, Membership, Site
from postings.services import team
from postings.tests.factories import MembershipFactory, SiteFactory

pytestmark = pytest.mark.django_db

BAD_LINES = ["Nord\r\nBcc: all@example.com", "<script>alert(1)</script>", "x" * 121, "", "   ", "\x00", "a\u202egnp.exe<"]


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def owner(client: Client, nora: User) -> Client:
    client.force_login(nora)
    return client


def url(name: str, *more: str) -> str:
    return reverse(f"team:{name}", args=["northline", *more])


def refused(answer: object, field: str) -> None:
    """A 422 that shows the page again with a message beside the field."""
    body = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422, answer.status_code  # type: ignore[attr-defined]
    assert f'id="id_{field}_error"' in body or "field--error" in body
    assert "error-summary" in body
    assert "<script>alert" not in body


# --- members and invitations -------------------------------------------------------------------


def test_an_owner_invites_and_sees_it_waiting(owner: Client) -> None:
    answer = owner.post(url("invite"), {"email": "new@example.com", "role": "recruiter"}, follow=True)
    assert "new@example.com" in answer.content.decode()
    assert Invitation.objects.get().invited_by.email == "nora@example.com"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "no address"),
        ("email", "a@example.com\r\nBcc: b@example.com"),
        ("email", "x" * 250 + "@example.com"),
        ("email", '"a,b"@example.com'),
        ("email", "<script>@example.com"),
        ("role", "king"),
        ("role", ""),
        ("role", "x" * 9000),
    ],
)
def test_bad_invitations_are_refused_beside_the_field(owner: Client, field: str, value: str) -> None:
    refused(owner.post(url("invite"), {"email": "new@example.com", "role": "recruiter", field: value}), field)
    assert not Invitation.objects.exists()


def test_what_the_invite_form_does_not_have_is_ignored(owner: Client, fjordline: Employer) -> None:
    owner.post(
        url("invite"),
        {"email": "new@example.com", "role": "interviewer", "employer": str(fjordline.pk), "accepted_at": "2026-01-01", "token_hash": "x"},
    )
    invitation = Invitation.objects.get()
    assert (invitation.employer.slug, invitation.accepted_at, len(invitation.token_hash)) == ("northline", None, 64)


@pytest.mark.parametrize("person", ["rosa", "ivan"])
def test_other_members_see_the_team_and_change_nothing(client: Client, nora: User, person: str, request: pytest.FixtureRequest) -> None:
    invitation = team.invite(employer=Employer.objects.get(slug="northline"), email="new@example.com", role="recruiter", by=nora)
    client.force_login(request.getfixturevalue(person))
    page = client.get(url("members")).content.decode()
    assert "nora@example.com" in page
    assert "new@example.com" not in page
    mine = Membership.objects.get(user=nora).code
    for target in (url("invite"), url("resend", invitation.code), url("revoke", invitation.code), url("remove", mine), url("member", mine)):
        assert client.post(target, {"email": "x@example.com", "role": "owner"}).status_code == 403
    assert Membership.objects.get(user=nora).role == "owner"
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_roles_are_changed_and_people_removed_at_once(owner: Client, rosa: User) -> None:
    membership = Membership.objects.get(user=rosa)
    desk = Client()
    desk.force_login(rosa)
    assert desk.get(url("members")).status_code == 200
    owner.post(url("member", membership.code), {"role": "hiring_manager"})
    membership.refresh_from_db()
    assert membership.role == "hiring_manager"
    owner.post(url("remove", membership.code))
    assert desk.get(url("members")).status_code == 404


def test_the_last_owner_is_told_why(owner: Client, nora: User) -> None:
    code = Membership.objects.get(user=nora).code
    answer = owner.post(url("member", code), {"role": "interviewer"})
    refused(answer, "role")
    assert "Make somebody else an owner first" in answer.content.decode()
    assert "Make somebody else an owner first" in owner.post(url("remove", code), follow=True).content.decode()
    assert Membership.objects.filter(user=nora, role="owner").exists()


def test_lists_ask_the_database_as_often_for_three_as_for_one(owner: Client, northline: Employer, nora: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        owner.get(url("members"))
        with CaptureQueriesContext(connection) as queries:
            owner.get(url("members"))
        return len(queries)

    one = count()
    for number in range(3):
        MembershipFactory.create(employer=northline)
        team.invite(employer=northline, email=f"p{number}@example.com", role="recruiter", by=nora)
    assert count() == one <= 12


# --- the link ----------------------------------------------------------------------------------


@pytest.fixture
def link(northline: Employer, nora: User) -> str:
    made = team.invite(employer=northline, email="new@example.com", role="recruiter", by=nora)
    return reverse("team:invitation", args=[team.token_of(made)])


def test_a_scanner_that_opens_the_link_uses_nothing_up(client: Client, link: str) -> None:
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert client.options(link).status_code in {200, 405}
    assert not Invitation.objects.exclude(accepted_at=None).exists()


def test_a_visitor_signs_in_and_comes_back(client: Client, link: str) -> None:
    person = UserFactory.create(email="new@example.com")
    page = client.get(link).content.decode()
    assert "Northline" in page
    assert "Nora Lie" in page
    sign_in = f"{reverse('account_login')}?next={link}"
    assert sign_in in page
    assert client.post(link)["Location"] == sign_in
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD, "next": link})
    assert answer["Location"] == link
    assert "Join the team" in client.get(link).content.decode()
    assert client.post(link)["Location"] == reverse("hiring:home", args=["northline"])
    assert Membership.objects.get(user=person).role == "recruiter"


def test_a_new_person_signs_up_with_the_address_filled_in(client: Client, link: str) -> None:
    client.get(link)
    page = client.get(f"{reverse('account_signup')}?next={link}").content.decode()
    assert 'value="new@example.com"' in page
    assert f'name="next" value="{link}"' in page


def test_another_account_is_told_and_can_switch(client: Client, link: str, otto: User) -> None:
    client.force_login(otto)
    page = client.get(link).content.decode()
    assert otto.email in page
    assert f'name="next" value="{link}"' in page
    assert client.post(link).status_code == 403
    assert not Membership.objects.filter(user=otto, employer__slug="northline").exists()
    assert client.post(reverse("account_logout"), {"next": link})["Location"] == link


def test_a_used_link_says_so_and_names_nobody(client: Client, link: str) -> None:
    person = UserFactory.create(email="new@example.com")
    client.force_login(person)
    client.post(link)
    assert client.get(link)["Location"] == reverse("hiring:home", args=["northline"])
    stranger = Client().get(link)
    assert stranger.status_code == 410
    assert "new@example.com" not in stranger.content.decode()
    assert client.post(link).status_code in {302, 410}


def test_an_unknown_link_is_not_found(client: Client) -> None:
    for token in ("0" * 64, "x", "a" * 3000):
        assert client.get(f"/invitation/{token}/").status_code == 404


# --- employers ---------------------------------------------------------------------------------


def test_somebody_without_an_employer_opens_one(client: Client, cora: User) -> None:
    client.force_login(cora)
    assert reverse("team:create") in client.get(reverse("team:chooser")).content.decode()
    answer = client.post(reverse("team:create"), {"name": "Nordlys", "country": "NO"})
    assert answer["Location"] == reverse("team:settings", args=["nordlys"])
    assert client.get(answer["Location"]).status_code == 200
    assert "Nordlys" in client.get(reverse("team:chooser")).content.decode()


@pytest.mark.parametrize("name", BAD_LINES)
def test_bad_names_of_employers_are_refused(client: Client, cora: User, name: str) -> None:
    client.force_login(cora)
    refused(client.post(reverse("team:create"), {"name": name, "country": "NO"}), "name")
    assert not Employer.objects.exists()


@pytest.mark.parametrize("country", ["", "XX", "NORWAY", "no", "<b>", "0"])
def test_unknown_countries_are_refused(client: Client, cora: User, country: str) -> None:
    client.force_login(cora)
    refused(client.post(reverse("team:create"), {"name": "Nordlys", "country": country}), "country")
    assert not Employer.objects.exists()


SETTINGS = {
    "name": "Northline",
    "industry": "telecom",
    "country": "NO",
    "website": "https://northline.example/jobs",
    "language": "nb",
    "response_promise_days": "7",
    "rejection_undo_hours": "48",
    "about_nb": "Vi svarer telefonen.",
    "about_en": "We answer the phone.",
}


def test_settings_are_saved_per_language(owner: Client) -> None:
    assert owner.post(url("settings"), SETTINGS).status_code == 302
    employer = Employer.objects.get(slug="northline")
    assert employer.about == {"en": "We answer the phone.", "nb": "Vi svarer telefonen."}
    assert (employer.response_promise_days, employer.rejection_undo_hours, employer.website) == (7, 48, SETTINGS["website"])


@pytest.mark.parametrize(("name", "is_unhurried"), [("Northline", False), ("Northline Nordic", True)])
def test_a_new_name_takes_the_time_that_it_takes(owner: Client, name: str, is_unhurried: bool) -> None:
    """It goes into the search vector of every text of the employer's."""
    with CaptureQueriesContext(connection) as asked:
        assert owner.post(url("settings"), {**SETTINGS, "name": name}).status_code == 302
    said = [query["sql"] for query in asked]
    saved = next(place for place, sql in enumerate(said) if sql.startswith('UPDATE "postings_employer"'))
    assert any("SET LOCAL statement_timeout = 0" in sql for sql in said[:saved]) is is_unhurried


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", value) for value in BAD_LINES],
        ("website", "javascript:alert(1)"),
        ("website", "ftp://northline.example"),
        ("website", "https://user:secret@northline.example"),
        ("website", "https://" + "x" * 300 + ".example"),
        ("website", "https://northline.example\r\nX: 1"),
        ("website", "not a site"),
        ("industry", "mining"),
        ("language", "de"),
        ("country", "XX"),
        ("response_promise_days", "0"),
        ("response_promise_days", "61"),
        ("response_promise_days", "-1"),
        ("response_promise_days", "1.5"),
        ("response_promise_days", "9" * 400),
        ("response_promise_days", "many"),
        ("response_promise_days", ""),
        ("rejection_undo_hours", "73"),
        ("rejection_undo_hours", "-1"),
        ("about_nb", "x" * 2001),
        ("about_nb", ""),
    ],
)
def test_bad_settings_are_refused_and_nothing_is_saved(owner: Client, field: str, value: str) -> None:
    before = Employer.objects.values().get(slug="northline")
    refused(owner.post(url("settings"), {**SETTINGS, field: value}), field)
    assert Employer.objects.values().get(slug="northline") == before


def test_settings_take_no_other_fields(owner: Client, northline: Employer) -> None:
    owner.post(url("settings"), {**SETTINGS, "slug": "evil", "code": "EVIL", "id": "1", "created_at": "2000-01-01"})
    northline.refresh_from_db()
    assert northline.slug == "northline"


SITE = {"name": "Center Nord", "city": "Tromsø", "country": "NO", "time_zone": "Europe/Oslo", "is_active": "on"}


def test_a_site_is_added_and_changed(owner: Client, northline: Employer) -> None:
    assert owner.post(url("site_new"), SITE).status_code == 302
    site = Site.objects.get()
    assert (site.employer, site.city, site.time_zone) == (northline, "Tromsø", "Europe/Oslo")
    owner.post(url("site", site.code), {**SITE, "city": "Bodø"})
    site.refresh_from_db()
    assert site.city == "Bodø"
    assert "Bodø" in owner.get(url("sites")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", value) for value in BAD_LINES],
        *[("city", value) for value in BAD_LINES],
        ("street", "<img src=x>"),
        ("postal_code", "1" * 17),
        ("country", "XX"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
    ],
)
def test_bad_sites_are_refused(owner: Client, field: str, value: str) -> None:
    refused(owner.post(url("site_new"), {**SITE, field: value}), field)
    assert not Site.objects.exists()


def test_a_name_is_used_once_per_employer(owner: Client, northline: Employer, fjordline: Employer) -> None:
    SiteFactory.create(employer=fjordline, name="Center Nord")
    assert owner.post(url("site_new"), SITE).status_code == 302
    refused(owner.post(url("site_new"), {**SITE, "name": "center NORD"}), "name")


def test_a_foreign_site_is_not_found(owner: Client, fjordline: Employer) -> None:
    site = SiteFactory.create(employer=fjordline, name="Hidden")
    assert owner.get(url("site", site.code)).status_code == 404
    assert owner.post(url("site", site.code), SITE).status_code == 404
    site.refresh_from_db()
    assert site.name == "Hidden"
