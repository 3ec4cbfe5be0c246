"""Typed readers of environment variables.

Each reader refuses nonsense with ``ImproperlyConfigured`` and the variable's name, so a typing mistake
is found at start-up and not by a visitor. A secret may also come from a file named by ``<NAME>_FILE``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    value = raw.strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of true/false, not {raw!r}.")


def number(name: str, default: int, *, low: int = 0, high: int = 2**31 - 1) -> int:
    raw = os.environ.get(name)
    if raw is None or not raw.strip():
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.") from None
    if not low <= value <= high:
        raise ImproperlyConfigured(f"{name} must lie between {low} and {high}, not {value}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; empty entries are dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def secret(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file that ``<name>_FILE`` points to."""
    file = text(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}.") from error
    return text(name, default)


# A kept connection shows that it is alive: requests take silence for health (callcenter_jobs/database.py), so a firewall must
# not forget it, and one whose server is gone without a word must end within two minutes.
ALIVE = {"keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000}


def database(name: str, default: str) -> dict[str, Any]:
    """One of Django's ``DATABASES`` from a URL, whose own words about the connection come first.

    Connections are kept ten minutes: the first page on a new one takes three times as long. No cursors beyond a
    transaction: a pooler then lends another connection.
    """
    made: dict[str, Any] = dict(
        dj_database_url.parse(secret(name, default), conn_max_age=600, conn_health_checks=True, disable_server_side_cursors=True)
    )
    return {**made, "OPTIONS": {**ALIVE, **made.get("OPTIONS", {})}}


# scheme of EMAIL_URL → (usual port, STARTTLS, TLS from the first byte)
MAIL_SCHEMES = {
    "smtp": (25, False, False),
    "smtp+tls": (587, True, False),
    "smtps": (465, False, True),
}


def email(name: str, default: str) -> dict[str, Any]:
    """Django's ``EMAIL_*`` settings from one URL: ``smtp+tls://user:password@relay.example:587``.

    ``smtp`` is plain (a relay on this machine), ``smtp+tls`` insists on STARTTLS, ``smtps`` speaks TLS at once.
    User and password are percent-encoded. Only SMTP is spoken: everything else belongs behind a relay.
    """
    try:
        parts = urlsplit(secret(name, default))
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not a URL: {error}.") from None
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} must look like smtp://host:25, smtp+tls://user:password@host:587 or smtps://user:password@host:465."
        )
    usual_port, starttls, tls = MAIL_SCHEMES[parts.scheme]
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or usual_port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": tls,
    }


def broker_url(redis_url: str) -> str:
    """The same server as kombu names it: a cache says ``unix:///path?db=1``, a broker ``redis+socket:///path?virtual_host=1``."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    credentials = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return f"redis+socket://{credentials}{parts.path}?virtual_host={database}"


def choice(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(allowed))}, not {value!r}.")
    return value
