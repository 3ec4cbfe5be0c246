"""Whatever stands in a file of the library, what comes of it is a sentence that says where."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml

from postings.services import library_files
from postings.services.library_files import LibraryError

Change = Callable[[Any], Any]
ROLES, BANK, PLANS = "roles/1-agent.yaml", "questions/1-agent.yaml", "plans.yaml"
QUESTIONS, TEMPLATES, TITLES = "en/questions/1-agent.yaml", "en/templates/1-agent.yaml", "en/titles/1-agent.yaml"


@cache
def english() -> dict[str, str]:
    found = library_files.sources(library_files.CONTENT)
    return {path: text for path, text in found.items() if path.split("/")[0] not in {"nb", "sv", "hr", "ru"}}


def put(*path: Any, value: Any) -> Change:
    def change(tree: Any) -> Any:
        row = tree
        for step in path[:-1]:
            row = row[step]
        row[path[-1]] = value
        return tree

    return change


def without(*path: Any) -> Change:
    def change(tree: Any) -> Any:
        row = tree
        for step in path[:-1]:
            row = row[step]
        del row[path[-1]]
        return tree

    return change


def problems_after(path: str, change: Change) -> list[str]:
    files = english()
    text = yaml.safe_dump(change(yaml.safe_load(files[path])), allow_unicode=True)
    with pytest.raises(LibraryError) as refused:
        library_files.from_sources({**files, path: text})
    return refused.value.problems


@pytest.mark.parametrize(
    ("path", "change", "place"),
    [
        (ROLES, put(0, "screening", value=[["x"]]), "roles: agent-customer-service: screening: 1"),
        (ROLES, put(0, "plan", value=[]), "roles: agent-customer-service: plan"),
        (ROLES, without(0, "channels"), "roles: agent-customer-service: channels"),
        (ROLES, put(0, "tpye", value="x"), "roles: agent-customer-service: 'tpye' is unknown"),
        (BANK, put(0, "questions", value="x"), "banks: agent: questions"),
        (BANK, put(0, "questions", 0, "is_public", value="yes"), "banks: agent: questions: 1: is_public"),
        (BANK, without(0, "questions", 0, "position"), "banks: agent: questions: 1: position"),
        (PLANS, put(0, "stages", value=None), "stages must be a list"),
        (PLANS, without(0, "stages", 0, "key"), "stages: 1: key"),
        ("career.yaml", put("certificates", 0, "roles", value=[[1]]), "roles: 1"),
        ("screening.yaml", put(0, "is_knockout", value=[]), "is_knockout must be true or false"),
        (QUESTIONS, put("questions", "agent-why-service", value=None), "en/questions: agent-why-service"),
        (QUESTIONS, put("questions", "agent-why-service", "anchors", value=7), "agent-why-service: anchors"),
        (TEMPLATES, put("agent-customer-service", "duties", 0, "share", value="x"), "duties: 1: share"),
        (TITLES, put("agent-customer-service", "aliases", 0, "text", value="x" * 130), "is longer than 120"),
        (TITLES, put("agent-customer-service", "aliases", 0, "text", value=["x"]), "aliases: 1: text"),
        (TITLES, put("agent-customer-service", "aliases", 0, "text", value=7), "aliases: 1: text"),
        ("en/plans.yaml", without("agent-short", "stages", "offer"), "has no words for the stage offer"),
        ("en/kits.yaml", put("agent-interview", value=None), "en/kits: agent-interview"),
        ("en/instruction.yaml", put("general-position", value={"a": 1}), "en/clauses: general-position"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_place(path: str, change: Change, place: str) -> None:
    problems = problems_after(path, change)
    assert any(place in problem for problem in problems), problems


@pytest.mark.parametrize("value", ["2024-13-45", "!!int abc", "!!timestamp x", "9" * 5000])
def test_a_value_that_python_cannot_read_is_a_problem_of_the_file(value: str) -> None:
    with pytest.raises(LibraryError) as refused:
        library_files.parse(f"year: {value}", "pay.yaml")
    assert str(refused.value).startswith("pay.yaml")
