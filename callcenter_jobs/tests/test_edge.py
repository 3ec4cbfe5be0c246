"""robots.txt, security.txt and the address of the password page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client


@pytest.mark.django_db
def test_robots_are_kept_out_of_personal_areas_in_every_language(client: Client) -> None:
    body = client.get("/robots.txt").content.decode()
    for area in ("/desk/", "/nb/desk/", "/ru/me/", "/status/", "/apply/", "/admin/", "/sv/account/", "/hr/curate/"):
        assert f"Disallow: {area}\n" in body
    assert "Disallow: /jobs" not in body
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in body


@pytest.mark.django_db
def test_security_txt_is_valid_for_a_while(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert lines["Contact"].startswith("mailto:")
    expires = datetime.strptime(lines["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert 100 < (expires - datetime.now(UTC)).days < 366
    assert lines["Canonical"].endswith("/.well-known/security.txt")


@pytest.mark.django_db
def test_password_managers_find_the_page(client: Client) -> None:
    answer = client.get("/.well-known/change-password")
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/change/")
