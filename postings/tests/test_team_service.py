"""Joining, changing and leaving a hiring team."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, connections
from django.utils import timezone

from callcenter_jobs.accounts.models import User
from callcenter_jobs.accounts.tests.factories import UserFactory
from callcenter_jobs.outbox import compose
from callcenter_jobs.outbox.models import Message, State
from postings.enums import MemberRole
from postings.models import Employer, Invitation, Membership
from postings.services import team
from postings.tests.factories import EmployerFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def invited(employer: Employer, by: User, email: str = "new@example.com", role: str = "recruiter") -> tuple[Invitation, str]:
    invitation = team.invite(employer=employer, email=email, role=role, by=by)
    return invitation, team.token_of(invitation)


def mail_of(invitation: Invitation) -> Message:
    return Message.objects.about(f"invitation:{invitation.code}").last()  # type: ignore[return-value]


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Runs ``act`` in threads that start together; each has its own connection. Errors are results."""
    gate = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        gate.wait(timeout=60)
        try:
            results[number] = act(number)
        except team.TeamError as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return results


# --- inviting ---------------------------------------------------------------------------------


def test_an_invitation_is_mailed_and_neither_row_holds_the_token(northline: Employer, nora: User) -> None:
    invitation, token = invited(northline, nora, "New@Example.com ")
    mail = mail_of(invitation)
    assert (invitation.email, invitation.role, invitation.invited_by) == ("new@example.com", "recruiter", nora)
    assert (mail.to_addr, mail.message_class, mail.state) == ("new@example.com", "security", State.PENDING)
    assert token not in str(mail.context) + mail.subject + invitation.token_hash
    assert len(token) == 64
    assert f"/invitation/{token}/" in compose.bodies_of(mail)[0]
    assert f"/invitation/{token}/" in compose.bodies_of(mail)[1]
    shown = compose.preview(mail)
    assert token not in shown.text + shown.html


def test_the_mail_is_in_the_invited_persons_language_else_in_the_employers(northline: Employer, nora: User) -> None:
    Employer.objects.filter(pk=northline.pk).update(language="sv")
    northline.refresh_from_db()
    UserFactory.create(email="known@example.com", language="hr")
    assert mail_of(invited(northline, nora, "known@example.com")[0]).language == "hr"
    assert mail_of(invited(northline, nora, "unknown@example.com")[0]).language == "sv"


def test_members_and_people_who_are_invited_already_are_not_invited_again(northline: Employer, nora: User, rosa: User) -> None:
    with pytest.raises(team.TeamError, match="in the team already"):
        invited(northline, nora, rosa.email.upper())
    invited(northline, nora)
    with pytest.raises(team.TeamError, match="waiting already"):
        invited(northline, nora, "NEW@example.com")
    assert Invitation.objects.count() == Message.objects.count() == 1


def test_an_expired_invitation_can_be_made_again(northline: Employer, nora: User) -> None:
    first, _token = invited(northline, nora)
    first.expires_at = (timezone.now() - timedelta(days=1)).replace(microsecond=0)
    old = team.token_of(first)
    first.token_hash = team.hash_of(old)
    first.save()
    again, new = invited(northline, nora, role="interviewer")
    assert (again.pk, again.role) == (first.pk, "interviewer")
    assert team.find_invitation(old) is None
    assert team.find_invitation(new) == again


def test_the_number_of_waiting_invitations_is_bounded(northline: Employer, nora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "MOST_PENDING", 2)
    for number in range(2):
        invited(northline, nora, f"p{number}@example.com")
    with pytest.raises(team.TeamError, match="Too many"):
        invited(northline, nora, "p3@example.com")


def test_sending_again_ends_the_old_link_and_its_waiting_mail(northline: Employer, nora: User) -> None:
    invitation, old = invited(northline, nora)
    again = team.resend(invitation, by=nora)
    new = team.token_of(again)
    assert new != old
    assert team.find_invitation(old) is None
    states = list(Message.objects.about(f"invitation:{invitation.code}").values_list("state", flat=True))
    assert states == [State.CANCELLED, State.PENDING]


def test_revoking_ends_the_link_and_the_mail_once(northline: Employer, nora: User) -> None:
    invitation, token = invited(northline, nora)
    assert team.revoke(invitation, by=nora) is True
    assert team.revoke(invitation, by=nora) is False
    assert mail_of(invitation).state == State.CANCELLED
    with pytest.raises(team.TeamError):
        team.accept(token=token, by=UserFactory.create(email="new@example.com"))
    with pytest.raises(team.TeamError, match="closed"):
        team.resend(invitation, by=nora)
    with pytest.raises(compose.Obsolete):
        compose.get_kind("invitation").builder(mail_of(invitation), masked=False)


# --- accepting --------------------------------------------------------------------------------


def test_accepting_makes_a_member_with_the_role(northline: Employer, nora: User) -> None:
    invitation, token = invited(northline, nora, role="hiring_manager")
    person = UserFactory.create(email="new@example.com")
    membership = team.accept(token=token, by=person)
    invitation.refresh_from_db()
    assert (membership.employer, membership.user, membership.role) == (northline, person, "hiring_manager")
    assert (invitation.accepted_by, invitation.accepted_at is not None) == (person, True)


def test_a_link_works_once(northline: Employer, nora: User) -> None:
    _invitation, token = invited(northline, nora)
    person = UserFactory.create(email="new@example.com")
    team.accept(token=token, by=person)
    Membership.objects.filter(user=person).delete()
    with pytest.raises(team.TeamError, match="no longer valid"):
        team.accept(token=token, by=person)
    assert not Membership.objects.filter(user=person).exists()


def test_only_the_confirmed_owner_of_the_address_may_accept(northline: Employer, nora: User, otto: User) -> None:
    _invitation, token = invited(northline, nora)
    unconfirmed = UserFactory.create(email="new@example.com", verified=False)
    EmailAddress.objects.create(user=unconfirmed, email="new@example.com", verified=False, primary=True)
    for person in (otto, unconfirmed):
        with pytest.raises(team.WrongAccount):
            team.accept(token=token, by=person)
    assert not Invitation.objects.exclude(accepted_at=None).exists()
    assert not Membership.objects.filter(user__in=[unconfirmed], employer=northline).exists()


def test_a_second_confirmed_address_counts(northline: Employer, nora: User, otto: User) -> None:
    _invitation, token = invited(northline, nora)
    EmailAddress.objects.create(user=otto, email="new@example.com", verified=True)
    assert team.accept(token=token, by=otto).employer == northline


@pytest.mark.parametrize("seconds", [-1, -86400])
def test_an_old_link_is_refused(northline: Employer, nora: User, seconds: int) -> None:
    invitation, _token = invited(northline, nora)
    invitation.expires_at = (timezone.now() + timedelta(seconds=seconds)).replace(microsecond=0)
    token = team.token_of(invitation)
    invitation.token_hash = team.hash_of(token)
    invitation.save()
    with pytest.raises(team.TeamError, match="no longer valid"):
        team.accept(token=token, by=UserFactory.create(email="new@example.com"))


@pytest.mark.parametrize("token", ["", "0" * 64, "x" * 5000, "\x00", "é"])
def test_a_made_up_token_finds_nothing(northline: Employer, nora: User, token: str) -> None:
    invited(northline, nora)
    assert team.find_invitation(token) is None


def test_a_token_of_one_invitation_does_not_open_another(northline: Employer, fjordline: Employer, nora: User, otto: User) -> None:
    first, token = invited(northline, nora)
    second, _other = invited(fjordline, otto)
    assert team.find_invitation(token) == first != second


def test_somebody_who_joined_meanwhile_keeps_their_role(northline: Employer, nora: User) -> None:
    _invitation, token = invited(northline, nora, role="interviewer")
    person = UserFactory.create(email="new@example.com")
    MembershipFactory.create(user=person, employer=northline, role=MemberRole.RECRUITER)
    assert team.accept(token=token, by=person).role == MemberRole.RECRUITER


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_the_same_moment_one_gets_in(northline: Employer, nora: User) -> None:
    invitation, token = invited(northline, nora)
    person = UserFactory.create(email="new@example.com")
    connection.close()
    results = at_once(50, lambda _number: team.accept(token=token, by=person))
    assert sum(isinstance(result, Membership) for result in results) == 1
    assert sum(isinstance(result, team.TeamError) for result in results) == 49
    assert Membership.objects.filter(user=person).count() == 1
    invitation.refresh_from_db()
    assert invitation.accepted_by == person


# --- members ----------------------------------------------------------------------------------


def test_the_last_owner_stays_an_owner_and_stays(northline: Employer, nora: User) -> None:
    mine = Membership.objects.get(user=nora)
    with pytest.raises(team.TeamError, match="needs an owner"):
        team.change_role(mine, role="recruiter", by=nora)
    with pytest.raises(team.TeamError, match="needs an owner"):
        team.remove(mine, by=nora)
    # An owner whose account is closed can't look after the team.
    MembershipFactory.create(employer=northline, role="owner", user=UserFactory.create(is_active=False))
    with pytest.raises(team.TeamError, match="needs an owner"):
        team.remove(mine, by=nora)


def test_with_a_second_owner_the_first_may_go(northline: Employer, nora: User, rosa: User) -> None:
    team.change_role(Membership.objects.get(user=rosa), role="owner", by=nora)
    team.remove(Membership.objects.get(user=nora), by=rosa)
    assert list(Membership.objects.filter(employer=northline).values_list("user__email", "role")) == [(rosa.email, "owner")]


def test_an_unknown_role_is_refused(northline: Employer, nora: User, rosa: User) -> None:
    with pytest.raises(ValueError, match="king"):
        team.change_role(Membership.objects.get(user=rosa), role="king", by=nora)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_leave_one(northline: Employer, nora: User) -> None:
    second = MembershipFactory.create(employer=northline, role="owner")
    first = Membership.objects.get(user=nora)
    connection.close()
    results = at_once(2, lambda number: team.remove([first, second][number], by=nora))
    assert sum(isinstance(result, team.TeamError) for result in results) == 1
    assert Membership.objects.filter(employer=northline, role="owner").count() == 1


# --- employers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Nordlys Kundeservice AS", "nordlys-kundeservice-as"), ("Øst & Ål", "ost-al"), ("Колл-центр Север", "koll-tsentr-sever")],
)
def test_a_new_employer_gets_a_readable_slug_and_its_owner(cora: User, name: str, slug: str) -> None:
    employer = team.create_employer(name=name, country="NO", by=cora)
    assert employer.slug == slug
    assert Membership.objects.get(employer=employer).role == MemberRole.OWNER


@pytest.mark.parametrize("name", ["New", "Taken", "呼叫中心", "team", "x" * 120])
def test_slugs_that_are_reserved_taken_or_impossible_get_another(cora: User, name: str) -> None:
    EmployerFactory.create(slug="taken")
    employer = team.create_employer(name=name, country="NO", by=cora)
    assert employer.slug not in {"new", "taken", "team", ""}
    assert len(employer.slug) <= 60


def test_the_same_name_twice_makes_two_employers(cora: User) -> None:
    slugs = {team.create_employer(name="Nordlys", country="NO", by=cora).slug for _ in range(3)}
    assert len(slugs) == 3
