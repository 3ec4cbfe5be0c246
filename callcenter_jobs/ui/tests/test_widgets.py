from __future__ import annotations

import re

import pytest
from django.http import QueryDict

from callcenter_jobs.ui.forms import BaseForm
from callcenter_jobs.ui.strip import FULL_MASK
from callcenter_jobs.ui.widgets import ShiftGridField


class Week(BaseForm):
    shifts = ShiftGridField(label="Week")


class OptionalWeek(BaseForm):
    shifts = ShiftGridField(label="Week", required=False)


def posted(form: BaseForm) -> list[str]:
    """What a browser would send for the boxes that are drawn as ticked."""
    return re.findall(r'value="(\d+)"[^>]* checked', str(form["shifts"]))


@pytest.mark.parametrize("mask", [1, 0b10101, 1 << 35, (1 << 35) | 3, FULL_MASK])
def test_mask_survives_the_round_trip_through_the_page(mask: int) -> None:
    data = QueryDict(mutable=True)
    data.setlist("shifts", posted(Week(initial={"shifts": mask})))
    form = Week(data)
    assert form.is_valid()
    assert form.cleaned_data["shifts"] == mask
    assert posted(form) == posted(Week(initial={"shifts": mask}))


def test_table_has_a_box_for_every_part_of_the_week_and_one_for_holidays() -> None:
    values = re.findall(r'<input type="checkbox" name="shifts" value="(\d+)"', str(Week()["shifts"]))
    assert sorted(int(value) for value in values) == list(range(36))


def test_every_box_has_words_of_its_own() -> None:
    words = re.findall(r'<span class="visually-hidden">([^<]+)</span>', str(Week()["shifts"]))
    assert len(words) == len(set(words)) == 35
    assert "Sunday, Night" in words


@pytest.mark.parametrize("values", [["36"], ["-1"], ["x"], ["1", "999999"], ["٣"], ["1.5"]])
def test_nonsense_is_refused(values: list[str]) -> None:
    data = QueryDict(mutable=True)
    data.setlist("shifts", values)
    form = Week(data)
    assert form.errors["shifts"] == ["Choose parts of the week from the table."]
    str(form["shifts"])  # and the page can still be drawn


def test_empty_week_is_refused_when_required_and_zero_otherwise() -> None:
    assert Week(QueryDict("")).errors["shifts"] == ["Choose at least one part of the week."]
    form = OptionalWeek(QueryDict(""))
    assert form.is_valid()
    assert form.cleaned_data["shifts"] == 0


def test_unticking_everything_counts_as_a_change() -> None:
    assert OptionalWeek(QueryDict(""), initial={"shifts": 3}).has_changed()
    data = QueryDict("shifts=0&shifts=1")
    assert not OptionalWeek(data, initial={"shifts": 3}).has_changed()
