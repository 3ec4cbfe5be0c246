"""What an installation must not get wrong, with a hint each, and the refusal to start if it did.

``manage.py check`` lists everything but the demo accounts, for which ``manage.py check --database default`` also asks the
database. A production web, worker or beat process runs all of it before it serves (``refuse_unsafe_start``).
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import ERROR, CheckMessage, Error, Info, Tags, register, run_checks
from django.db import OperationalError, ProgrammingError, connections

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 12
# Beginnings of keys that are printed somewhere: in Django, in our settings, in .env.example.
PUBLISHED_KEYS = ("django-insecure", "local-only", "change-me")
LOCAL_NAMES = {"localhost", "testserver", ".localhost"}

Apps = Sequence[AppConfig] | None


def is_local_host(host: str) -> bool:
    """Whether a name in ``ALLOWED_HOSTS`` can only mean this machine."""
    name = host.strip("[]").lower()
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_set(*names: str) -> bool:
    return any(os.environ.get(name) or os.environ.get(f"{name}_FILE") for name in names)


@register()
def secret_key_is_secret(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    key = settings.SECRET_KEY
    if settings.LOCAL_MODE:
        return []
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS or key.startswith(PUBLISHED_KEYS):
        hint = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))' and set SECRET_KEY or SECRET_KEY_FILE."
        return [Error("SECRET_KEY can be guessed, so sessions and private links can be forged.", hint=hint, id="portal.E001")]
    return []


@register()
def services_are_named(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Defaults that suit a developer's machine must not be what a public portal runs on unnoticed."""
    if settings.LOCAL_MODE:
        return []
    found: list[CheckMessage] = []
    if not _is_set("EMAIL_URL"):
        hint = "Set EMAIL_URL, for example smtp+tls://user:password@relay.example.org:587. Applicants learn by e-mail where they stand."
        found.append(Error("No mail server is set.", hint=hint, id="portal.E002"))
    if not _is_set("DATABASE_URL"):
        found.append(Error("No database is set.", hint="Set DATABASE_URL (docs/operations.md).", id="portal.E003"))
    if not _is_set("REDIS_URL", "BROKER_URL"):
        found.append(Error("No message broker is set.", hint="Set REDIS_URL, or BROKER_URL and CACHE_URL.", id="portal.E004"))
    cache_url = settings.CACHES["default"]["LOCATION"]
    if cache_url == settings.CELERY_BROKER_URL:
        hint = "A queue must never drop a key and a cache should: give the cache its own server with CACHE_URL (docs/operations.md)."
        found.append(Info("Queue and cache share one server.", hint=hint, id="portal.I001"))
    return found


@register()
def hosts_fit_the_mode(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    hosts = settings.ALLOWED_HOSTS
    public = [host for host in hosts if not is_local_host(host)]
    found: list[CheckMessage] = []
    if settings.DEBUG and public:
        hint = "Remove DEBUG from the environment. Its error pages show settings and data to anybody."
        found.append(Error(f"DEBUG is on for {', '.join(public)}.", hint=hint, id="portal.E005"))
    elif settings.DEBUG and not settings.LOCAL_MODE:
        found.append(Error("DEBUG is on.", hint="Remove DEBUG from the environment, or set LOCAL_MODE.", id="portal.E005"))
    if settings.LOCAL_MODE:
        if public:
            hint = "Remove LOCAL_MODE: it turns on demo accounts with a published password and a mailbox that anybody can read."
            found.append(Error(f"LOCAL_MODE is on for {', '.join(public)}.", hint=hint, id="portal.E006"))
        return found
    if "*" in hosts or not hosts:
        hint = "Name the portal's own hosts in ALLOWED_HOSTS. Links in mails and caches could otherwise be poisoned."
        found.append(Error("ALLOWED_HOSTS is empty or allows every name.", hint=hint, id="portal.E007"))
    base = urlsplit(settings.BASE_URL)
    if base.scheme != "https":
        hint = "Set BASE_URL to https://… It decides about secure cookies and is the start of every link in a mail."
        found.append(Error("BASE_URL does not use TLS.", hint=hint, id="portal.E008"))
    elif "*" not in hosts and not _allowed(base.hostname or "", hosts):
        hint = "Add it to ALLOWED_HOSTS, or correct BASE_URL: links in mails would answer 400."
        found.append(Error(f"The host of BASE_URL ({base.hostname}) is not in ALLOWED_HOSTS.", hint=hint, id="portal.E009"))
    return found


def _allowed(host: str, patterns: Iterable[str]) -> bool:
    return any(host == pattern or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:])) for pattern in patterns)


@register(Tags.database)
def no_demo_account(app_configs: Apps, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Demo accounts have a published password. Needs the database, so it runs only when one is named."""
    if settings.LOCAL_MODE or not databases or "default" not in databases:
        return []
    from callcenter_jobs.accounts.models import User

    try:
        there = User.objects.filter(is_demo=True).exists()
    except ProgrammingError:  # not migrated yet: nobody can sign in either
        return []
    except OperationalError:
        hint = "Start the database first; the portal must be sure that it holds no demo account."
        return [Error("The database does not answer.", hint=hint, id="portal.E010")]
    if not there:
        return []
    hint = "This database was filled by `make run`, and everything else in it is made up too. Start production with an empty database."
    return [Error("The database holds demo accounts, whose password is published.", hint=hint, id="portal.E011")]


def unsafe_reasons() -> list[str]:
    """One line per reason why this configuration must not serve."""
    found = [message for message in run_checks(databases=["default"]) if message.level >= ERROR]
    return [f"{message.id}: {message.msg}{f' {message.hint}' if message.hint else ''}" for message in found]


def refuse_unsafe_start() -> None:
    """End this process with one line per reason if the configuration must not serve. Local runs and tests are let through."""
    if settings.LOCAL_MODE:
        return
    reasons = unsafe_reasons()
    # The web server forks after this: a connection must not be shared between the processes.
    connections.close_all()
    if reasons:
        sys.stderr.write("The portal refuses to start:\n" + "".join(f"  {reason}\n" for reason in reasons))
        sys.stderr.flush()
        # gunicorn and Celery take 4 and any exit from here as final instead of trying again.
        raise SystemExit(4)
