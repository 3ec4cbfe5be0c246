"""The readers of the environment: nonsense is refused with the variable's name, secrets may come from files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from callcenter_jobs import env

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("raw", "value"), [("1", True), ("True", True), (" yes ", True), ("on", True), ("0", False), ("no", False), ("", False)]
)
def test_flag_reads_the_usual_words(monkeypatch: pytest.MonkeyPatch, raw: str, value: bool) -> None:
    monkeypatch.setenv("A_FLAG", raw)
    assert env.flag("A_FLAG", not value) is value


def test_flag_keeps_its_default_and_refuses_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("A_FLAG", raising=False)
    assert env.flag("A_FLAG", True) is True
    monkeypatch.setenv("A_FLAG", "ture")
    with pytest.raises(ImproperlyConfigured, match="A_FLAG"):
        env.flag("A_FLAG")


@pytest.mark.parametrize("raw", ["ten", "1.5", "-1", "11"])
def test_number_refuses_words_and_what_lies_outside(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("A_NUMBER", raw)
    with pytest.raises(ImproperlyConfigured, match="A_NUMBER"):
        env.number("A_NUMBER", 3, low=0, high=10)


def test_number_reads_and_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", " 7 ")
    assert env.number("A_NUMBER", 3) == 7
    monkeypatch.setenv("A_NUMBER", " ")
    assert env.number("A_NUMBER", 3) == 3


def test_words_drops_empty_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_WORDS", " a.example, ,b.example,")
    assert env.words("SOME_WORDS") == ["a.example", "b.example"]


def test_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("A_SECRET", "from the environment")
    assert env.secret("A_SECRET") == "from the environment"
    monkeypatch.setenv("A_SECRET_FILE", str(file))
    assert env.secret("A_SECRET") == "from a file"
    monkeypatch.setenv("A_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(ImproperlyConfigured, match="A_SECRET_FILE"):
        env.secret("A_SECRET")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, "", "", False, False)),
        ("smtp://mail", ("mail", 25, "", "", False, False)),
        ("smtp+tls://me%40x.org:p%2Fw@mail.example.org", ("mail.example.org", 587, "me@x.org", "p/w", True, False)),
        ("smtps://u:p@mail.example.org", ("mail.example.org", 465, "u", "p", False, True)),
    ],
)
def test_email_reads_one_url(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[Any, ...]) -> None:
    monkeypatch.setenv("AN_EMAIL_URL", url)
    found = env.email("AN_EMAIL_URL", "smtp://unused")
    keys = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    assert tuple(found[key] for key in keys) == expected


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail", "smtp://", "smtp://mail:port", "smtp://mail/path", "smtp://mail?x=1"])
def test_email_refuses_what_is_no_mail_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AN_EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="AN_EMAIL_URL"):
        env.email("AN_EMAIL_URL", "")


def test_choice_refuses_an_unknown_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_CHOICE", "wroker")
    with pytest.raises(ImproperlyConfigured, match="A_CHOICE"):
        env.choice("A_CHOICE", "web", {"web", "worker"})


def test_the_example_names_every_variable_an_operator_may_set() -> None:
    settings = (ROOT / "callcenter_jobs" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    # Set by `make run`, by the units, or for proofs alone.
    own = {"LOCAL_MODE", "DEBUG", "MAILBOX_DIR", "OUTBOX_FENCE", "PROCESS_ROLE", "REDIS_URL"}
    named = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert read - own - named == set()
    assert len(read) > 20
