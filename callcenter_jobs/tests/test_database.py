"""No question of a visitor holds the database for long, and what everybody waits for is let finish."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils.translation import gettext, override
from pytest_django import Settings

from callcenter_jobs import database
from callcenter_jobs import urls as live
from callcenter_jobs.edge import server_error
from postings.api import listing
from postings.search.keeper import Keeper

pytestmark = pytest.mark.django_db


def sleep_too_long() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(5)")


@login_not_required
def slow(request: HttpRequest) -> HttpResponse:
    sleep_too_long()
    return HttpResponse()


urlpatterns = [path("jobs/slow/", slow), path("nb/jobs/slow/", slow), *live.urlpatterns]
handler500 = server_error


def limit_of(name: str = "statement_timeout") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The options of connections to come, which are nobody else's."""
    own: dict[str, str] = {}
    monkeypatch.setitem(connections.settings, "default", {**connections.settings["default"], "OPTIONS": own})
    return own


@pytest.fixture
def web_process(options: dict[str, str], transactional_db: None) -> Iterator[None]:
    """This thread as one of a web process."""
    before = connections["default"]
    database.limit_statements()
    connections["default"] = connections.create_connection("default")
    yield
    connection.close()
    connections["default"] = before


def shown(name: str) -> str:
    """By a connection that is opened now."""
    with closing(connections.create_connection("default")) as new, new.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def test_connections_of_web_processes_have_the_limit_of_the_environment(options: dict[str, str], settings: Settings) -> None:
    settings.WEB_STATEMENT_TIMEOUT_S = 7
    assert shown("statement_timeout") == "0"
    database.limit_statements()
    assert shown("statement_timeout") == "7s"


def test_what_the_operator_asks_for_counts_too(options: dict[str, str], settings: Settings) -> None:
    settings.WEB_STATEMENT_TIMEOUT_S = 7
    options["options"] = "-c lock_timeout=3s -c statement_timeout=40s"
    database.limit_statements()
    assert (shown("lock_timeout"), shown("statement_timeout")) == ("3s", "40s")


def test_without_a_limit_nothing_is_said_that_a_pooler_could_refuse(options: dict[str, str], settings: Settings) -> None:
    settings.WEB_STATEMENT_TIMEOUT_S = 0
    database.limit_statements()
    assert options == {}


def test_commands_workers_and_tests_have_none() -> None:
    """``test_warm`` looks at a web process."""
    assert "options" not in connections.settings["default"]["OPTIONS"]


def test_a_kept_connection_shows_that_it_is_alive_more_often_than_it_is_made_anew() -> None:
    connection.ensure_connection()
    asked = connection.connection.info.dsn_parameters
    idle, interval, count = (int(asked[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + interval * count < 120 < connections.settings["default"]["CONN_MAX_AGE"]
    assert 0 < int(asked["tcp_user_timeout"]) <= 30_000


def test_what_everybody_waits_for_has_no_limit(web_process: None) -> None:
    assert limit_of() == "15s"
    with database.unhurried():
        assert limit_of() == "0"
    assert limit_of() == "15s"


def test_the_keeper_has_none_and_leaves_that_of_others(web_process: None) -> None:
    found: list[str] = []
    looked = threading.Event()

    class Index:
        def catch_up(self, *, limit: int | None = None) -> int:
            found.append(limit_of())
            looked.set()
            return 0

    keeper = Keeper(Index())
    keeper.touch()
    assert looked.wait(10)
    keeper.stop()
    assert (found[0], limit_of(), shown("statement_timeout")) == ("0", "15s", "15s")


@override_settings(ROOT_URLCONF="callcenter_jobs.tests.test_database")
@pytest.mark.parametrize(("address", "language"), [("/jobs/slow/", "en"), ("/nb/jobs/slow/", "nb")])
def test_a_visitor_reads_a_calm_page_in_their_language(address: str, language: str) -> None:
    answer = Client(raise_request_exception=False).get(address)
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], answer["Content-Language"]) == (503, "30", language)
    assert f'<html lang="{language}">' in page
    with override(language):
        assert gettext("Too much at once") in page
    assert "OperationalError" not in page
    assert "statement" not in page


def test_other_faults_of_the_database_are_what_they_were() -> None:
    assert not database.was_given_up(OperationalError("server closed the connection unexpectedly"))
    assert not database.was_given_up(None)


def test_a_program_reads_it_as_json(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "read", lambda asked: sleep_too_long())
    answer = client.get("/api/v1/postings/")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json; charset=utf-8")
    assert (answer["Retry-After"], answer.json()["retry_after"]) == ("30", 30)
