"""What an installation must not get wrong, and that a process which got it wrong does not serve."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError
from pytest_django import Settings

from callcenter_jobs import checks
from callcenter_jobs.accounts.models import User

ROOT = Path(__file__).resolve().parents[2]
STRONG = "kQ2v8xW1zR5tY7uI9oP3aS4dF6gH0jKlZxCvBnM-qwertyuiopASDFG"


@pytest.fixture
def production(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings and environment of an installation that has nothing wrong with it."""
    settings.LOCAL_MODE = False
    settings.DEBUG = False
    settings.SECRET_KEY = STRONG
    settings.BASE_URL = "https://jobs.example.org"
    settings.ALLOWED_HOSTS = ["jobs.example.org"]
    for name in ("EMAIL_URL", "DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "set")
    return settings


def ids(*found: list[Any]) -> set[str]:
    return {message.id for messages in found for message in messages if message.level >= 40}


def all_ids() -> set[str]:
    return ids(checks.secret_key_is_secret(None), checks.services_are_named(None), checks.hosts_fit_the_mode(None))


def test_a_sound_installation_passes(production: Settings) -> None:
    assert all_ids() == set()


@pytest.mark.parametrize("key", ["short", "x" * 80, "django-insecure-" + STRONG, "local-only-" + STRONG, "change-me-" + STRONG])
def test_a_key_that_can_be_guessed_is_an_error(production: Settings, key: str) -> None:
    production.SECRET_KEY = key
    assert all_ids() == {"portal.E001"}


@pytest.mark.parametrize(("name", "found"), [("EMAIL_URL", "portal.E002"), ("DATABASE_URL", "portal.E003"), ("REDIS_URL", "portal.E004")])
def test_a_service_that_nobody_named_is_an_error(production: Settings, monkeypatch: pytest.MonkeyPatch, name: str, found: str) -> None:
    monkeypatch.delenv(name)
    assert all_ids() == {found}
    monkeypatch.setenv(f"{name}_FILE", "/run/secrets/it")
    assert all_ids() == set()


def test_debug_is_an_error_unless_everything_is_local(production: Settings) -> None:
    production.DEBUG = True
    assert all_ids() == {"portal.E005"}
    production.ALLOWED_HOSTS = ["localhost"]
    production.BASE_URL = "https://localhost"
    assert all_ids() == {"portal.E005"}
    production.LOCAL_MODE = True
    assert all_ids() == set()


def test_local_mode_on_a_public_host_is_an_error(production: Settings) -> None:
    production.LOCAL_MODE = True
    assert all_ids() == {"portal.E006"}
    production.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert all_ids() == set()


@pytest.mark.parametrize("hosts", [[], ["*"], ["jobs.example.org", "*"]])
def test_any_host_name_is_an_error(production: Settings, hosts: list[str]) -> None:
    production.ALLOWED_HOSTS = hosts
    assert "portal.E007" in all_ids()


def test_links_must_use_tls_and_lead_back_here(production: Settings) -> None:
    production.BASE_URL = "http://jobs.example.org"
    assert all_ids() == {"portal.E008"}
    production.BASE_URL = "https://other.example.org"
    assert all_ids() == {"portal.E009"}
    production.ALLOWED_HOSTS = [".example.org"]
    assert all_ids() == set()


def test_every_message_says_what_to_do(production: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    production.SECRET_KEY = "short"
    production.ALLOWED_HOSTS = ["*"]
    production.BASE_URL = "http://x"
    monkeypatch.delenv("EMAIL_URL")
    found = [*checks.secret_key_is_secret(None), *checks.services_are_named(None), *checks.hosts_fit_the_mode(None)]
    assert len(found) >= 4
    assert all(message.hint for message in found)


@pytest.mark.django_db
def test_a_demo_account_in_production_is_an_error(production: Settings) -> None:
    assert checks.no_demo_account(None, databases=["default"]) == []
    User.objects.create_user("nora@demo.openline.example", is_demo=True)
    assert ids(checks.no_demo_account(None, databases=["default"])) == {"portal.E011"}
    assert checks.no_demo_account(None, databases=None) == []
    production.LOCAL_MODE = True
    assert checks.no_demo_account(None, databases=["default"]) == []


@pytest.mark.parametrize(("error", "found"), [(ProgrammingError, set()), (OperationalError, {"portal.E010"})])
def test_a_database_that_cannot_be_asked(
    production: Settings, monkeypatch: pytest.MonkeyPatch, error: type[Exception], found: set[str]
) -> None:
    def fail(**kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(User.objects, "filter", fail)
    assert ids(checks.no_demo_account(None, databases=["default"])) == found


def test_local_runs_are_let_through(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "unsafe_reasons", lambda: pytest.fail("a local run was checked"))
    settings.LOCAL_MODE = True
    checks.refuse_unsafe_start()


def test_refusal_names_every_reason(production: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(checks, "unsafe_reasons", lambda: ["portal.E001: key", "portal.E011: demo"])
    monkeypatch.setattr("callcenter_jobs.checks.connections.close_all", lambda: None)
    with pytest.raises(SystemExit) as ended:
        checks.refuse_unsafe_start()
    assert ended.value.code
    assert capsys.readouterr().err == "The portal refuses to start:\n  portal.E001: key\n  portal.E011: demo\n"


PRODUCTION_ENV = {
    "SECRET_KEY": STRONG,
    "BASE_URL": "https://jobs.example.org",
    "ALLOWED_HOSTS": "jobs.example.org",
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "CACHE_URL": "redis://127.0.0.1:1/1",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings",
    "PORT": "0",
    "WEB_CONCURRENCY": "1",
}


def start(*command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    keep = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "DATABASE_URL", "LANG"}}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**keep, **env}, capture_output=True, text=True, check=False, timeout=90
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command",
    [
        ("-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "callcenter_jobs.wsgi"),
        ("-m", "celery", "-A", "callcenter_jobs", "worker", "-Q", "mail", "-c", "1"),
        ("-m", "celery", "-A", "callcenter_jobs", "beat", "-s", "/dev/null", "--pidfile="),
    ],
    ids=["web", "worker", "beat"],
)
def test_a_production_process_refuses_to_start_beside_a_demo_account(command: tuple[str, ...], tmp_path: Path) -> None:
    from django.db import connection

    User.objects.create_user("nora@demo.openline.example", is_demo=True)
    database = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])
    done = start(*command, env={**PRODUCTION_ENV, "DATABASE_URL": database})
    assert done.returncode != 0
    assert "portal.E011" in done.stderr + done.stdout
