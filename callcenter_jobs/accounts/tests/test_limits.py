"""How often something may be done, by whom it is counted, and what happens without a cache."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from callcenter_jobs.accounts import limits
from callcenter_jobs.accounts.tests.factories import UserFactory
from callcenter_jobs.cache import ForgivingRedisCache


def request(**meta: str) -> HttpRequest:
    return RequestFactory().post("/", **meta)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hops", "forwarded", "expected"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "10.0.0.2", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "not an address", limits.NOWHERE),
        (1, "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_the_address_is_counted_from_the_right(settings: Settings, hops: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXY_COUNT = hops
    assert limits.client_ip(request(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)) == expected


def test_an_ipv6_network_counts_as_one_visitor() -> None:
    first, second, other = (
        limits.network_key(request(REMOTE_ADDR=address)) for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    )
    assert first == second != other


def test_a_visitor_who_claims_many_addresses_is_still_one(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    keys = {limits.network_key(request(HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.7")) for n in range(9)}
    assert keys == {"ip:198.51.100.7"}


@pytest.mark.django_db
def test_people_who_are_signed_in_are_counted_by_account() -> None:
    asked = request(REMOTE_ADDR="192.0.2.1")
    asked.user = UserFactory.create()
    assert limits.visitor_key(asked) == f"user:{asked.user.pk}"


def test_the_amount_is_exact_and_the_next_window_starts_anew() -> None:
    verdicts = [limits.allow("t", "k", amount=3, seconds=60, now=600.0 + n) for n in range(5)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, True, False, False]
    assert verdicts[3].retry_after == 57
    assert limits.allow("t", "k", amount=3, seconds=60, now=660.0).allowed
    assert limits.allow("t", "other", amount=3, seconds=60, now=604.0).allowed
    assert limits.allow("other", "k", amount=3, seconds=60, now=604.0).allowed
    both = limits.allow_each({"t": 3, "other": 3}, "k", seconds=60, now=605.0)
    assert [(verdict.allowed, verdict.retry_after) for verdict in both] == [(False, 55), (True, 0)]


@pytest.mark.django_db
def test_the_decorator_answers_429_with_the_wait_and_counts_only_its_methods() -> None:
    @limits.limited("page", amount=2, seconds=60)
    def view(asked: HttpRequest, word: str) -> HttpResponse:
        return HttpResponse(word)

    factory = RequestFactory()
    assert [view(factory.post("/"), "ok").status_code for _ in range(3)] == [200, 200, 429]
    refused = view(factory.post("/"), "ok")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert view(factory.get("/"), "ok").status_code == 200
    assert view(factory.post("/", REMOTE_ADDR="192.0.2.99"), "ok").status_code == 200


def test_without_a_cache_everybody_passes_and_a_line_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    lost = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.2}})
    monkeypatch.setattr(limits, "cache", lost)
    monkeypatch.setattr(ForgivingRedisCache, "_rest_until", 0.0)
    with caplog.at_level(logging.WARNING):
        assert all(limits.allow("t", "k", amount=1, seconds=60).allowed for _ in range(3))
    assert "limit t not counted" in caplog.text
    assert caplog.text.count("cache unavailable") == 1, "after one failure the cache is left alone for a while"
