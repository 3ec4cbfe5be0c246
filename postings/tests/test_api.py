"""The public API: one door with the page, stable names, honest refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from postings.api import http
from postings.models import Posting
from postings.tests.factories import EmployerFactory, PostingFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/postings/"

SHORT = {
    "code", "url", "api_url", "title", "language", "employer", "role", "tier", "work", "direction", "channels", "city", "country",
    "workplace", "remote_countries", "employment", "student", "hours_per_week", "shifts", "pay", "languages", "training",
    "experience_months", "starts", "openings", "response_promise_days", "published_at", "updated_at", "closes_on",
}  # fmt: skip
FULL = SHORT | {
    "apply_url", "written_in", "summary", "duties", "must_haves", "nice_to_haves", "benefits", "education", "minimum_age", "licence",
}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def get(client: Client, address: str, **headers: str) -> Any:
    return client.get(address, headers=headers)


def test_a_list_says_what_the_page_says(client: Client) -> None:
    employer = EmployerFactory.create()
    mine = [PostingFactory.create(employer=employer, workplace="hybrid", start_in_days=20) for _ in range(3)]
    PostingFactory.create(employer=employer)
    answer = get(client, f"{LIST}?workplace=hybrid&per_page=2&facets=1")
    body = answer.json()
    assert (body["total"], body["page"], body["pages"], body["per_page"], body["ignored"]) == (3, 1, 2, 2, [])
    assert [item["code"] for item in body["results"]] == [mine[2].code, mine[1].code]
    assert body["facets"]["workplace"] == {"hybrid": 3, "on_site": 1}
    assert body["links"]["prev"] is None
    assert body["links"]["html"] == "http://127.0.0.1:8000/jobs/?workplace=hybrid"
    assert 'rel="next"' in answer["Link"]
    second = get(client, body["links"]["next"].removeprefix("http://127.0.0.1:8000")).json()
    assert [item["code"] for item in second["results"]] == [mine[0].code]
    assert second["links"]["next"] is None
    item = body["results"][0]
    assert item.keys() == SHORT
    assert item["pay"]["min"] == "210.00"
    assert item["shifts"]["week"]["mon"] == ["early", "day", "afternoon"]
    assert item["starts"][0]["seats"] == 12
    assert item["url"] == f"http://127.0.0.1:8000{mine[2].get_absolute_url()}"


def test_what_makes_no_sense_is_named_and_left_out(client: Client) -> None:
    PostingFactory.create()
    body = get(client, f"{LIST}?tier=emperor&tier=agent&nonsense=%00x&per_page=1000").json()
    assert body["total"] == 1
    assert body["per_page"] == 20
    assert {item["parameter"]: item["value"] for item in body["ignored"]} == {"tier": "emperor", "nonsense": "x", "per_page": "1000"}
    assert all(item["reason"] for item in body["ignored"])


@pytest.mark.parametrize("page", ["0", "-1", "abc", "2", "99999999999", "1.5"])
def test_a_page_that_cannot_be_is_the_one_thing_refused(client: Client, page: str) -> None:
    PostingFactory.create()
    answer = get(client, f"{LIST}?page={page}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert (answer.json()["status"], answer.json()["title"]) == (400, "No such page")
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_nothing_found_is_a_first_page(client: Client) -> None:
    body = get(client, f"{LIST}?q=zebra&page=1").json()
    assert (body["total"], body["pages"], body["results"]) == (0, 1, [])


def test_one_posting_in_the_language_asked_for(client: Client) -> None:
    posting = PostingFactory.create(language="nb", text__title="Kundebehandler")
    body = get(client, f"{LIST}{posting.code}/?language=nb").json()
    assert body.keys() == FULL
    assert (body["title"], body["language"], body["written_in"]) == ("Kundebehandler", "nb", ["nb"])
    assert body["url"].startswith("http://127.0.0.1:8000/nb/jobs/")
    assert body["apply_url"] == f"http://127.0.0.1:8000/nb/apply/{posting.code}/"
    assert body["duties"][0] == {"text": "Answer customers by phone and e-mail", "share": 70}


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"state": "closed"}, 410),
        ({"closes_on": timezone.localdate() - timedelta(days=2)}, 410),
        ({"state": "paused"}, 404),
        ({"state": "draft"}, 404),
    ],
)
def test_what_is_not_open_is_said_so(client: Client, values: dict[str, Any], status: int) -> None:
    answer = get(client, f"{LIST}{PostingFactory.create(**values).code}/")
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_an_answer_is_kept_until_it_changes_and_read_by_every_site(client: Client) -> None:
    posting = PostingFactory.create()
    first = get(client, LIST)
    assert first["Cache-Control"] == "public, max-age=60"
    assert first["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not first.cookies
    again = get(client, LIST, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"
    Posting.objects.filter(pk=posting.pk).update(openings=40)
    assert get(client, LIST, if_none_match=first["ETag"]).status_code == 200


def test_it_is_read_only_and_says_so_to_browsers(client: Client) -> None:
    refused = client.post(LIST)
    assert (refused.status_code, refused["Allow"], refused.json()["status"]) == (405, "GET, HEAD, OPTIONS", 405)
    asked = client.options(LIST)
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", [LIST, "/api/v1/", f"{LIST}K7M2PX94QR/"])
def test_another_method_is_refused_as_such_and_not_for_want_of_a_token(address: str, method: str) -> None:
    refused = Client(enforce_csrf_checks=True).generic(method, address, b"{}")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert refused["Content-Type"].startswith("application/problem+json")


def test_the_door_names_every_parameter(client: Client) -> None:
    body = get(client, "/api/v1/").json()
    assert {"q", "tier", "page", "facets"} <= set(body["parameters"])
    assert body["postings"] == "http://127.0.0.1:8000/api/v1/postings/"
    assert get(client, body["feed"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_network_that_asks_without_end_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CALLS", 1)
    get(client, LIST)
    answer = get(client, LIST)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) == answer.json()["retry_after"]


def test_a_list_costs_the_same_for_one_posting_and_for_many(client: Client, django_assert_max_num_queries: Any) -> None:
    employer = EmployerFactory.create()
    for _ in range(5):
        PostingFactory.create(employer=employer)
    get(client, LIST)
    with django_assert_max_num_queries(9):
        assert len(get(client, f"{LIST}?facets=1&tier=agent").json()["results"]) == 5
