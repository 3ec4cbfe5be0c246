"""A module behind a stand-in is the module itself for whoever uses it, and is read once and by the first who does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from callcenter_jobs.deferred import StandIn, defer

SLOW = """
import time
read.append(1)
time.sleep(0.1)
answer = 42
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """``unhurried``, whose ``part`` takes its time; ``read`` tells how often it was read."""
    folder = tmp_path / "unhurried"
    folder.mkdir()
    (folder / "__init__.py").write_text("read = []\n")
    (folder / "part.py").write_text("from unhurried import read\n" + SLOW)
    (folder / "user.py").write_text("from unhurried import part\n")
    monkeypatch.syspath_prepend(tmp_path)
    defer(["unhurried.part"])
    import unhurried.user  # type: ignore[import-not-found]

    yield unhurried
    for name in [name for name in sys.modules if name.partition(".")[0] == "unhurried"]:
        del sys.modules[name]


def test_a_deferred_module_is_read_by_its_first_use_and_not_by_its_import(package: ModuleType) -> None:
    part = package.user.part
    assert isinstance(part, StandIn)
    # As those do who look through all modules.
    assert not hasattr(part, "__warningregistry__")
    assert find_spec("unhurried.part")
    assert package.read == []
    assert part.answer == 42
    assert not isinstance(sys.modules["unhurried.part"], StandIn)
    with pytest.raises(AttributeError):
        _ = part.question


def test_threads_that_use_it_at_once_read_it_once(package: ModuleType) -> None:
    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(package.user.part.answer)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, package.read) == ([42] * 8, [1])


def test_what_is_there_already_stays_and_what_is_not_there_is_an_error() -> None:
    defer(["json"])
    assert not isinstance(sys.modules["json"], StandIn)
    with pytest.raises(ModuleNotFoundError):
        defer(["json.nowhere"])


PROBE = """
import callcenter_jobs.wsgi
from allauth.mfa.webauthn.internal import flows
from callcenter_jobs.deferred import SELDOM, StandIn
from allauth.core import context
from django.test import RequestFactory
import sys, threading

begun = []

def begin():
    request = RequestFactory().get("/", HTTP_HOST="localhost")
    request.session = {}
    with context.request_context(request):
        begun.extend(flows.auth.begin_authentication())

assert all(isinstance(sys.modules[name], StandIn) for name in SELDOM)
import redis.asyncio
assert redis.asyncio.Redis
threads = [threading.Thread(target=begin) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert begun == ["publicKey"] * 8
assert not any(isinstance(sys.modules[name], StandIn) for name in SELDOM)
"""


def test_a_web_process_can_use_what_it_deferred() -> None:
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
    env = {**os.environ, **nowhere, "LOCAL_MODE": "1", "PROCESS_ROLE": "web", "DJANGO_SETTINGS_MODULE": "callcenter_jobs.settings"}
    subprocess.run([sys.executable, "-c", PROBE], env=env, check=True, timeout=120)
