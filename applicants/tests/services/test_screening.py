from __future__ import annotations

import pytest

from applicants.services.screening import is_flagged
from postings.models import ScreeningQuestion

CASES = [
    ("yes_no", ["yes"], "yes", False),
    ("yes_no", ["yes"], "no", True),
    ("yes_no", ["no"], "yes", True),
    ("choice", ["b2", "c1"], "c1", False),
    ("choice", ["b2", "c1"], "a2", True),
    ("number", ["18"], "18", False),
    ("number", ["18"], "17.5", True),
    ("number", ["18"], "100", False),
    ("number", ["two"], "3", True),
    ("choice", [], "anything", False),
    ("yes_no", ["yes"], "", False),
]


@pytest.mark.parametrize(("kind", "accepted", "value", "flagged"), CASES)
def test_a_knock_out_flags_what_does_not_fit(kind: str, accepted: list[str], value: str, flagged: bool) -> None:
    assert is_flagged(ScreeningQuestion(kind=kind, accepted=accepted, is_knockout=True), value) is flagged


def test_without_a_knock_out_nothing_is_flagged() -> None:
    assert not is_flagged(ScreeningQuestion(kind="yes_no", accepted=["yes"], is_knockout=False), "no")
