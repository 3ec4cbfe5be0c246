"""No-break spaces are part of the words: a form keeps them, and no comparison makes a change of them."""

from __future__ import annotations

import pytest

from callcenter_jobs.lib.text import one_line
from postings.forms.library import TemplateTextForm
from postings.forms.posting_fields import FlowField, LineField, LinesField, TextField
from postings.models import QuestionText, TemplateText
from postings.presenters_bank import text_changes as question_changes
from postings.presenters_library import text_changes
from postings.presenters_revision import text_change

SHARE = "70–75\u00a0% of\u202f1\u202f000"


@pytest.mark.parametrize("field", [LineField(max_length=99), FlowField(max_length=99), TextField(max_length=99), LinesField(most=3)])
def test_a_field_keeps_no_break_spaces(field: LineField | FlowField | TextField | LinesField) -> None:
    cleaned = field.clean(f" {SHARE} ")
    assert (cleaned if isinstance(cleaned, str) else cleaned[0]) == SHARE


def test_ordinary_blanks_are_still_one_and_a_bullet_goes_with_its_space() -> None:
    assert one_line(" a \t b\u2003\n c ") == "a b c"
    assert LinesField(most=3).clean("•\u00a0Answer  calls\n- Write") == ["Answer calls", "Write"]


def test_a_template_keeps_its_measures() -> None:
    form = TemplateTextForm({"measures": f"Solved\u00a0at once | {SHARE}", "duties": "Answer | 45\u00a0%"})
    assert form.is_valid(), form.errors
    assert form.content()["measures"] == [{"name": "Solved\u00a0at once", "typical": SHARE}]
    assert form.content()["duties"] == [{"text": "Answer", "share": 45}]


def test_no_break_spaces_alone_are_no_change() -> None:
    old = TemplateText(measures=[{"name": "Solved", "typical": "70 %"}], summary="Up to 80 %.", must_haves=["1 year"])
    new = TemplateText(measures=[{"name": "Solved", "typical": "70\u00a0%"}], summary="Up to 80\u202f%.", must_haves=["2 years"])
    assert list(text_changes(old, new, "en")) == ["must_haves"]
    assert question_changes(QuestionText(text="80 %?"), QuestionText(text="80\u00a0%?"), "en") == {}


def test_a_line_that_differs_by_them_alone_stays_the_same_in_a_list_that_changed() -> None:
    change = text_change("Must-haves", "must_haves", ["1 year", "A car"], ["1\u00a0year", "A bike"], "en")
    assert next(line.fate.value for line in change.lines) == "same"
