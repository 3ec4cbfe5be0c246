"""The first curator of a new site is made by an operator."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from callcenter_jobs.accounts.models import User
from postings.enums import LibraryRole
from postings.models import LibraryMember

pytestmark = pytest.mark.django_db


def test_an_operator_makes_the_first_curator(client: Client, cora: User) -> None:
    operator = get_user_model().objects.create_user(email="odd@example.com", password="x", is_staff=True, is_superuser=True)
    client.force_login(operator)
    assert client.get("/admin/postings/librarymember/add/").status_code == 200
    sent = {"user": cora.pk, "role": LibraryRole.CURATOR, "languages": ""}
    assert client.post("/admin/postings/librarymember/add/", sent).status_code == 302
    assert LibraryMember.objects.get().user == cora
    client.force_login(cora)
    assert client.get("/curate/people/").status_code == 200
