"""What is kept in the process, and for how long."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.signals import request_started
from django.template import engines
from django.test import Client
from django.utils.safestring import SafeString
from jinja2 import Environment, FileSystemLoader
from pytest_django import Settings

from callcenter_jobs.ui import jinja, kept
from callcenter_jobs.ui.moulds import Mould, mark
from postings.filter_labels import capfirst
from postings.views.listing_form import _Choices


@kept.per_process()
def mould() -> Mould:
    return Mould.of(jinja.draw("written_meanwhile.html", word=mark("word")))


@kept.per_language(8)
def drawn() -> str:
    return jinja.draw("written_meanwhile.html", word="now")


@pytest.mark.parametrize("is_developing", [False, True])
def test_while_developing_templates_are_read_anew_for_each_request(
    tmp_path: Path, client: Client, settings: Settings, *, is_developing: bool
) -> None:
    # With it Django makes its engines anew, and again when the test ends.
    settings.DEBUG = is_developing
    env: Environment = engines["jinja2"].env  # type: ignore[attr-defined]
    env.loader = FileSystemLoader(tmp_path)
    template, said = tmp_path / "written_meanwhile.html", []
    for minute, text in enumerate(("before {{ word }}", "and after {{ word }}")):
        template.write_text(text)
        os.utime(template, (60 * minute, 60 * minute))
        client.get("/healthz")
        said.append((mould().filled({"word": "now"}), drawn()))
    assert said == [("before now",) * 2, ("and after now" if is_developing else "before now",) * 2]


def test_afterwards_nothing_is_forgotten_for_a_request() -> None:
    """What a test of development has connected is gone, and every request costs what it did."""
    assert not any(identity[0] == "ui.kept.forget" for identity, *_receiver in request_started.receivers)


def test_what_is_safe_never_answers_for_what_is_not() -> None:
    keeping = cast("Any", capfirst)
    assert keeping.cache_parameters()["typed"]
    assert keeping.cache_clear in kept._clearers
    choices = _Choices("tier", False, False)
    for label in (SafeString("<b>"), "<b>"):
        assert "<span>&lt;b&gt;</span>" in choices["agent", label]
    assert list(choices) == [("agent", "<b>")]
