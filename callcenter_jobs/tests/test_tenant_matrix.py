"""Every address × seven people × own, foreign and unknown objects, by GET and by POST.

Foreign must answer exactly as unknown (status and body), own must work, no stranger changes a row or sees a
word of another tenant, and a GET changes nothing. The table is ``tenant_table.py``; an address that is not in it fails.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from callcenter_jobs.tests.tenant_table import TABLE, Kind, Row
from callcenter_jobs.tests.tenant_world import PEOPLE, ROLES, TEAMS, UNKNOWN, World, build
from callcenter_jobs.tests.test_public_urls import patterns
from postings.access import RIGHTS

pytestmark = pytest.mark.django_db

HIDDEN = re.compile(rb'(name="csrfmiddlewaretoken" value="|nonce="|csrfmiddlewaretoken&quot;: &quot;|X-CSRFToken&quot;: &quot;)[^"&]*')
# What a private link is made of (``tenant_world.Tenant``).
SECRETS = ("status_token", "invitation_token", "digest_token", "apply_key", "alert_confirm", "alert_stop", "alert_manage")
WORKS = {200, 302, 303, 409, 410, 422}
TENANT_APPS = ("postings", "applicants", "outbox")
OTHER = {"northline": "fjordline", "fjordline": "northline"}


# --- the stage, built once; each test plays in a transaction of its own inside --------------------


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(stage: World, db: None) -> Iterator[World]:
    cache.clear()
    with translation.override("en"):
        yield stage


def rows_of_tenants() -> dict[str, str]:
    """A hash per table of the domain apps."""
    hashes = {}
    with connection.cursor() as cursor:
        for label in TENANT_APPS:
            for model in apps.get_app_config(label).get_models():
                table = connection.ops.quote_name(model._meta.db_table)
                cursor.execute(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t")
                hashes[model._meta.db_table] = cursor.fetchone()[0]
    return hashes


def changed(before: dict[str, str]) -> set[str]:
    after = rows_of_tenants()
    return {table for table in before if before[table] != after[table]}


# --- addresses ----------------------------------------------------------------------------------


def address(name: str, row: Row, *, slug: str, of: dict[str, Any], library: dict[str, Any]) -> str:
    """``slug`` names the employer in the address, ``of`` gives the objects behind it."""
    known = {**library, **of, "slug": slug}
    parts = {part: known[what] for part, what in row.objects.items()} | dict(row.fixed)
    return reverse(name, kwargs=parts)


def ask(world: World, person: str, method: str, url: str, row: Row) -> Any:
    client = world.client(person)
    answer = client.get(url) if method == "get" else client.post(url, dict(row.data))
    assert answer.status_code < 500, (person, method, url, answer.status_code)
    return answer


def outline(answer: Any, url: str) -> tuple[int, str, bytes]:
    """What a stranger can tell: status, target and body, without the address itself and without secrets that differ anyway."""
    body = b"" if answer.streaming else HIDDEN.sub(rb"\1", answer.content)
    target = answer.get("Location", "").replace(url, "*").replace(quote(url, safe=""), "*")
    body = body.replace(html.escape(url).encode(), b"*").replace(quote(url, safe="").encode(), b"*").replace(quote(url).encode(), b"*")
    for part in sorted({piece for piece in url.split("/") if len(piece) > 2}, key=len, reverse=True):
        body = body.replace(html.escape(part).encode(), b"*")
        target = target.replace(part, "*")
    return answer.status_code, target, body


def methods(row: Row) -> list[str]:
    return [method for method, has in (("get", row.get), ("post", row.post)) if has]


def same(world: World, person: str, method: str, row: Row, foreign: str, unknown: str) -> Any:
    """Foreign ≡ unknown; returns the foreign answer."""
    cache.clear()
    there, nowhere = ask(world, person, method, foreign, row), ask(world, person, method, unknown, row)
    assert outline(there, foreign) == outline(nowhere, unknown), (person, method, foreign)
    return there


def names(*kinds: Kind) -> list[str]:
    return [name for name, row in TABLE.items() if row.kind in kinds]


# --- the tests ------------------------------------------------------------------------------------


def test_every_address_is_in_the_table() -> None:
    real = {name for name, _pattern in patterns(get_resolver()) if not name.startswith("admin:")}
    assert real - TABLE.keys() == set(), "not classified"
    assert TABLE.keys() - real == set(), "classified, but not there"


@pytest.mark.parametrize("name", names(Kind.DESK))
def test_strangers_find_nothing_at_the_desk(world: World, name: str) -> None:
    row = TABLE[name]
    before = rows_of_tenants()
    for person in PEOPLE:
        mine = TEAMS.get(person)
        for slug, tenant in world.tenants.items():
            if slug == mine:
                continue
            foreign = address(name, row, slug=slug, of=tenant.objects, library=world.library)
            unknown = address(name, row, slug=UNKNOWN["slug"], of=UNKNOWN, library=world.library)
            for method in methods(row):
                answer = same(world, person, method, row, foreign, unknown)
                assert answer.status_code == (302 if person == "anonymous" else 404), (person, method, foreign)
                if person == "anonymous":
                    assert answer["Location"].startswith("/account/login/?next=")
                assert tenant.canary.encode() not in answer.getvalue()
    assert changed(before) == set()


@pytest.mark.parametrize("name", [name for name in names(Kind.DESK) if len(TABLE[name].objects) > 1])
def test_a_member_does_not_reach_foreign_objects_through_the_own_employer(world: World, name: str) -> None:
    row = TABLE[name]
    before = rows_of_tenants()
    for person, slug in TEAMS.items():
        foreign_tenant = world.tenants[OTHER[slug]]
        if row.objects.get("stage") and row.objects.get("code") == "posting":
            # A stage is named by its place, which says nothing: only the posting is foreign.
            foreign_objects = {**foreign_tenant.objects, "stage": "0-applied"}
        else:
            foreign_objects = foreign_tenant.objects
        foreign = address(name, row, slug=slug, of=foreign_objects, library=world.library)
        unknown = address(name, row, slug=slug, of={**UNKNOWN, "stage": "0-applied"}, library=world.library)
        swapped = address(name, row, slug=OTHER[slug], of=world.tenants[slug].objects, library=world.library)
        nowhere = address(name, row, slug=UNKNOWN["slug"], of=UNKNOWN, library=world.library)
        for method in methods(row):
            for there, missing in ((foreign, unknown), (swapped, nowhere)):
                answer = same(world, person, method, row, there, missing)
                # Without the right a member is refused before anything is looked up.
                assert answer.status_code in ({404} if row.need in RIGHTS[ROLES[person]] else {403, 404}), (person, method, there)
                assert foreign_tenant.canary.encode() not in answer.getvalue()
    assert changed(before) == set()


@pytest.mark.parametrize("name", [name for name in names(Kind.DESK) if len(TABLE[name].objects) > 2])
def test_parts_of_an_address_must_belong_together(world: World, name: str) -> None:
    """The own employer and the own application, but a foreign mail."""
    row = TABLE[name]
    own, foreign = world.tenants["northline"].objects, world.tenants["fjordline"].objects
    last = list(row.objects.values())[-1]
    if own[last] == foreign[last]:
        return
    mixed = address(name, row, slug="northline", of={**own, last: foreign[last]}, library=world.library)
    unknown = address(name, row, slug="northline", of={**own, last: UNKNOWN[last]}, library=world.library)
    for method in methods(row):
        assert same(world, "rosa", method, row, mixed, unknown).status_code == 404


@pytest.mark.parametrize("name", names(Kind.DESK))
def test_members_reach_their_own_as_far_as_their_role_goes(world: World, name: str) -> None:
    row = TABLE[name]
    for person, slug in TEAMS.items():
        url = address(name, row, slug=slug, of=world.tenants[slug].objects, library=world.library)
        for method in methods(row):
            before = rows_of_tenants()
            point = transaction.savepoint()
            answer = ask(world, person, method, url, row)
            if row.need not in RIGHTS[ROLES[person]]:
                assert answer.status_code == 403, (person, method, url)
                assert changed(before) == set()
            elif not row.needs_state:
                assert answer.status_code in WORKS, (person, method, url, answer.status_code)
            if method == "get" and not row.writes_on_get:
                assert changed(before) == set(), (person, url)
            assert world.tenants[OTHER[slug]].canary.encode() not in answer.getvalue(), (person, method, url)
            transaction.savepoint_rollback(point)


@pytest.mark.parametrize("name", names(Kind.CURATE))
def test_the_library_is_open_to_its_members_only(world: World, name: str) -> None:
    row = TABLE[name]
    own = address(name, row, slug="", of={}, library=world.library)
    unknown = address(name, row, slug="", of={}, library={key: UNKNOWN[key] for key in world.library})
    before = rows_of_tenants()
    for method in methods(row):
        for person in PEOPLE:
            if person != "ada":
                answer = same(world, person, method, row, own, unknown)
                assert answer.status_code == (302 if person == "anonymous" else 404), (person, method, own)
    assert changed(before) == set()
    for method in methods(row):
        if row.objects:
            assert ask(world, "ada", method, unknown, row).status_code == 404, (method, unknown)
        assert changed(before) == set()
        answer = ask(world, "ada", method, own, row)
        assert answer.status_code in (WORKS | {404} if row.needs_state else WORKS), (method, own, answer.status_code)
        if method == "get":
            assert changed(before) == set(), own
        for tenant in world.tenants.values():
            assert tenant.canary.encode() not in answer.getvalue()


@pytest.mark.parametrize("name", names(Kind.LINK))
def test_a_private_link_opens_its_own_thing_for_whoever_holds_it(world: World, name: str) -> None:
    row = TABLE[name]
    tenant, other = world.tenants["northline"], world.tenants["fjordline"]
    secret = next(part for part in SECRETS if part in row.objects.values())
    good = address(name, row, slug="northline", of=tenant.objects, library={})
    code, _dash, mac = str(tenant.objects[secret]).partition("-")
    # The code of one with the proof of another, a proof with one letter changed, and one that never was.
    broken = {
        "mixed": f"{code}-{str(other.objects[secret]).partition('-')[2]}" if mac else str(other.objects[secret]),
        "bent": str(tenant.objects[secret])[:-1] + ("A" if not str(tenant.objects[secret]).endswith("A") else "B"),
    }
    nowhere = f"ZZZZZZZZZZ-{'0' * len(mac)}" if mac else "Z" * len(code)
    unknown = address(name, row, slug="northline", of={**tenant.objects, secret: nowhere}, library={})
    before = rows_of_tenants()
    for person in PEOPLE:
        for method in methods(row):
            for kind, value in broken.items():
                if kind == "mixed" and not mac and secret == "invitation_token":
                    continue  # another invitation's token is simply that other invitation
                bad = address(name, row, slug="northline", of={**tenant.objects, secret: value}, library={})
                assert same(world, person, method, row, bad, unknown).status_code == 404, (person, method, bad)
    assert changed(before) == set()
    for person in PEOPLE:
        answer = ask(world, person, "get", good, row)
        assert answer.status_code in (WORKS | {404} if row.needs_state else WORKS), (person, good, answer.status_code)
        assert other.canary.encode() not in answer.getvalue()
        assert changed(before) == set(), "opening a link changes nothing: mail scanners do it"


@pytest.mark.parametrize("name", names(Kind.ACCOUNT))
def test_ones_own_pages_need_signing_in_and_show_nobody_else(world: World, name: str) -> None:
    row = TABLE[name]
    before = rows_of_tenants()
    keys = world.add_security_keys() if row.objects else {}

    def at(key: int) -> str:
        return reverse(name, kwargs=dict.fromkeys(row.objects, key) | dict(row.fixed))

    for person in PEOPLE:
        own = at(keys.get(person, 0))
        if person == "anonymous":
            assert ask(world, person, "get", own, row)["Location"].startswith("/account/login/"), own
            continue
        if row.objects:
            foreign = at(keys["cora" if person != "cora" else "rosa"])
            for method in methods(row):
                assert same(world, person, method, row, foreign, at(UNKNOWN["security_key"])).status_code == 404
        answer = ask(world, person, "get", own, row)
        assert answer.status_code in WORKS | {404} - ({404} if row.objects else set()), (person, own, answer.status_code)
        for slug, tenant in world.tenants.items():
            if TEAMS.get(person) != slug:
                assert tenant.canary.lower().encode() not in answer.getvalue().lower(), (person, own)
    assert changed(before) == set()


@pytest.mark.parametrize("name", names(Kind.PUBLIC, Kind.OUTSIDE))
def test_public_pages_are_the_same_for_all_and_show_nothing_private(world: World, name: str) -> None:
    row = TABLE[name]
    before = rows_of_tenants()
    statuses = set()
    for person in PEOPLE:
        for tenant in world.tenants.values():
            url = address(name, row, slug=tenant.employer.slug, of=tenant.objects, library=world.library)
            answer = ask(world, person, "get", url, row)
            statuses.add(answer.status_code)
            for slug, other in world.tenants.items():
                if TEAMS.get(person) != slug:
                    # The names of sites are public, on postings and on the employer's page.
                    shown = re.sub(rf"(Site|Center) {other.canary}".encode(), b"", answer.content)
                    assert other.canary.encode() not in shown, (person, url)
        if row.objects:
            unknown = address(name, row, slug=UNKNOWN["slug"], of=UNKNOWN, library=UNKNOWN)
            assert ask(world, person, "get", unknown, row).status_code == 404, unknown
    if row.kind is Kind.PUBLIC:
        assert len(statuses) == 1, statuses
        assert statuses <= (WORKS | {503}) if row.get else {405}
    assert changed(before) == set()


@pytest.mark.parametrize("name", names(Kind.LOCAL))
def test_without_a_mailbox_its_pages_do_not_exist(world: World, name: str) -> None:
    row = TABLE[name]
    url = reverse(name, kwargs=dict(row.fixed))
    for person in PEOPLE:
        for method in methods(row):
            assert ask(world, person, method, url, row).status_code == 404


def test_a_draft_posting_is_not_public(world: World) -> None:
    for tenant in world.tenants.values():
        code = tenant.objects["draft_posting"]
        for url in (
            reverse("public:posting", kwargs={"slug": "customer-service-agent", "code": code}),
            reverse("apply:start", kwargs={"code": code}),
        ):
            for person in PEOPLE:
                assert ask(world, person, "get", url, TABLE["public:posting"]).status_code == 404


def test_a_removed_member_is_out_with_the_next_request(world: World) -> None:
    from postings.models import Membership

    row = TABLE["hiring:application"]
    url = address("hiring:application", row, slug="northline", of=world.tenants["northline"].objects, library={})
    client = world.client("rosa")
    assert client.get(url).status_code == 200
    Membership.objects.filter(user=world.people["rosa"]).delete()
    assert client.get(url).status_code == 404


def test_the_admin_opens_for_nobody_of_them(world: World) -> None:
    for person in PEOPLE:
        for url in ("/admin/", "/admin/postings/employer/", "/admin/accounts/user/1/change/", "/admin/outbox/message/", "/admin/nothing/"):
            answer = world.client(person).get(url, follow=True)
            assert answer.status_code in ({200} if person == "anonymous" else {403, 404}), (person, url)
            if person == "anonymous":
                assert answer.request["PATH_INFO"] == "/account/login/"


def test_the_matrix_would_notice_a_page_that_forgets_the_employer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.shortcuts import get_object_or_404

    from postings.access import get_membership_for
    from postings.models import Posting

    def forgetful(user: Any, slug: str, code: str, **_rights: Any) -> Posting:
        get_membership_for(user, slug)
        return get_object_or_404(Posting.objects.for_page(), code=code)

    monkeypatch.setattr("postings.views.desk_postings.get_posting_for", forgetful)
    with pytest.raises(AssertionError, match="postings"):
        test_a_member_does_not_reach_foreign_objects_through_the_own_employer(world, "desk:posting")
