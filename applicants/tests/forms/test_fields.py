from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from applicants.forms.fields import LevelField


def test_a_level_is_one_that_is_offered() -> None:
    field = LevelField()
    offered = [value for value, _label in field.choices]  # type: ignore[union-attr, misc]
    assert [field.clean(value) for value in offered if value] == ["A1", "A2", "B1", "B2", "C1", "C2", "none"]
    for value in ("Z9", "a1", "None", " "):
        with pytest.raises(ValidationError):
            field.clean(value)
