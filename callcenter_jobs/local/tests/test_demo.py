"""The sign-ins that the start-up table shows."""

from __future__ import annotations

import pytest

from callcenter_jobs.accounts.models import User
from callcenter_jobs.local.demo import DEMO_PASSWORD, demo_sign_ins
from postings.models import Employer, LibraryMember, Membership


@pytest.mark.django_db
def test_teams_come_first_and_each_person_has_a_role() -> None:
    def person(name: str, **fields: bool) -> User:
        return User.objects.create_user(f"{name.lower()}@demo.openline.example", DEMO_PASSWORD, name=f"{name} Lie", **fields)

    person("Cora", is_demo=True)
    person("Olav", is_demo=True, is_superuser=True, is_staff=True)
    person("Real")
    LibraryMember.objects.create(user=person("Ada", is_demo=True), role="curator")
    nora = person("Nora", is_demo=True)
    User.objects.create_user("nobody@northline.example", name="Northline team", is_demo=True)
    employer = Employer.objects.create(slug="northline", name="Northline")
    Membership.objects.create(user=nora, employer=employer, role="owner")

    assert [(row["email"].split("@")[0], row["label"]) for row in demo_sign_ins()] == [
        ("nora", "Nora, owner at Northline"),
        ("ada", "Ada, curator of the role library"),
        ("olav", "Olav, operator (/admin/)"),
        ("cora", "Cora, candidate"),
    ]
