"""Who keeps the library: adding, changing, removing, and the last curator."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.people import create_person
from postings.enums import LibraryAction, LibraryArea, LibraryRole
from postings.models import LibraryEvent, LibraryMember
from postings.services import library_people
from postings.services.library import LibraryRefused
from postings.tests.factories import LibraryMemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def mina(db: None) -> User:
    return create_person(email="mina@example.com", name="Mina Sand")


def test_a_curator_adds_somebody_who_has_an_account(desk: Client, mina: User) -> None:
    answer = desk.post("/curate/people/", {"email": " Mina@Example.com ", "role": "translator", "languages": ["sv", "nb"]}, follow=True)
    assert "Mina Sand now keeps the library with you" in answer.content.decode()
    member = LibraryMember.objects.get(user=mina)
    assert (member.role, member.languages) == (LibraryRole.TRANSLATOR, ["nb", "sv"])
    event = LibraryEvent.objects.get(area=LibraryArea.MEMBER)
    assert event.detail == {"after": {"role": "translator", "languages": ["nb", "sv"]}}
    assert "mina" not in f"{event.key}{event.detail}".lower(), "the history names the account by its number"


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("nobody@example.com", "No account has this confirmed address"),
        ("not an address", "valid email"),
        ("", "Fill this in"),
        ("ada@example.com", "keeps the library already"),
    ],
)
def test_what_cannot_be_added_is_said_beside_the_field(desk: Client, ada: User, email: str, message: str) -> None:
    answer = desk.post("/curate/people/", {"email": email, "role": "curator"})
    assert answer.status_code == 422
    assert message in str(answer.context["form"].errors["email"])
    assert LibraryMember.objects.count() == 1


def test_an_unconfirmed_address_is_nobodys(desk: Client, mina: User) -> None:
    EmailAddress.objects.filter(user=mina).update(verified=False)
    assert desk.post("/curate/people/", {"email": mina.email, "role": "curator"}).status_code == 422


def test_role_and_languages_are_changed_and_noted(desk: Client, ada: User) -> None:
    member = LibraryMemberFactory.create(role=LibraryRole.TRANSLATOR, languages=["nb"])
    desk.post(f"/curate/people/{member.pk}/", {"role": "reviewer", "languages": []})
    member.refresh_from_db()
    assert (member.role, member.languages) == (LibraryRole.REVIEWER, [])
    desk.post(f"/curate/people/{member.pk}/", {"role": "reviewer", "languages": []})
    assert LibraryEvent.objects.filter(action=LibraryAction.CHANGED).count() == 1, "the same again is no change"


def test_the_last_curator_stays_one(desk: Client, ada: User) -> None:
    me = LibraryMember.objects.get(user=ada)
    # A closed account does not count.
    closed = LibraryMemberFactory.create(role=LibraryRole.CURATOR)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    answer = desk.post(f"/curate/people/{me.pk}/", {"role": "reviewer"})
    assert answer.status_code == 422
    assert "needs a curator" in answer.content.decode()
    assert "needs a curator" in desk.post(f"/curate/people/{me.pk}/remove/", follow=True).content.decode()
    assert LibraryMember.objects.get(user=ada).role == LibraryRole.CURATOR
    second = LibraryMemberFactory.create(role=LibraryRole.CURATOR)
    assert desk.post(f"/curate/people/{me.pk}/remove/").status_code == 302
    assert desk.get("/curate/").status_code == 404
    with pytest.raises(LibraryRefused):
        library_people.remove_member(second, by=second.user)


def test_removing_somebody_twice_says_so(desk: Client, ada: User) -> None:
    member = LibraryMemberFactory.create(role=LibraryRole.REVIEWER)
    library_people.remove_member(member, by=ada)
    with pytest.raises(LibraryRefused, match="any more"):
        library_people.change_member(member, role="curator", languages=[], by=ada)


def test_others_see_the_list_but_change_nothing(client: Client, ada: User) -> None:
    member = LibraryMemberFactory.create(role=LibraryRole.REVIEWER)
    client.force_login(member.user)
    page = client.get("/curate/people/")
    assert "Ada Novak" in page.content.decode()
    assert "Add somebody" not in page.content.decode()
    for path in (f"people/{member.pk}/", f"people/{member.pk}/remove/"):
        assert client.post(f"/curate/{path}").status_code == 403
